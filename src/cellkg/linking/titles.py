"""Studies that two sources give the same title are one study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS

from cellkg.identifiers import THINGS, compress
from cellkg.lexicon import Lexicon
from cellkg.loading import Findings
from cellkg.merging import Merge
from cellkg.summaries import Summaries
from cellkg.vocabulary import CELLKG

_TYPE, _TITLE, _LABEL = ox.NamedNode(RDF.type), ox.NamedNode(DCTERMS.title), ox.NamedNode(RDFS.label)
_REGISTRY_ID, _IDENTIFIED_BY = ox.NamedNode(CELLKG.registryId), ox.NamedNode(CELLKG.identifiedBy)
_PREF_LABEL = ox.NamedNode(SKOS.prefLabel)
_Term = TypeVar("_Term")
_UNTIED = f"""SELECT DISTINCT ?study WHERE {{
  GRAPH ?graph {{ ?study a <{CELLKG.Study}> ; <{DCTERMS.title}> ?title }}
  MINUS {{ GRAPH ?other {{ ?study <{CELLKG.registryId}> ?id }} }}
}} ORDER BY ?study"""


def tie_by_title(merge: Merge, lexicon: Lexicon, findings: Findings) -> None:
    """Give each study without registry id the IRI of the one registered study of the same title, if there is one.

    Titles are equal when they differ in nothing but case and a final full stop. A title that several registered
    studies share ties to none of them, and no source gets two of its own studies tied. A study that stays without
    label gets its title as label.
    """
    untied = _untied(merge.store)
    if not untied:
        return
    by_title: dict[str, set[str]] = defaultdict(set)
    for study in _registered(merge.store):
        for title in _folded_titles(merge.store, study):
            by_title[title].add(study)
    _tie_each(merge, untied, by_title, lexicon, findings)


def tie_changed(
    merge: Merge, changed: Collection[str], summaries: Summaries, lexicon: Lexicon, findings: Findings
) -> set[str]:
    """Do the same where a study that changed is one of the two; ``summaries`` are those of the build before.

    What it costs does not depend on the studies that did not change. Returns the studies that were tied, by both IRIs.
    """
    store = merge.store
    new: dict[str, set[str]] = defaultdict(set)
    untied = set()
    titles = {study: _folded_titles(store, study) for study in changed}
    for study in (study for study in changed if titles[study]):
        if not _is_registered(store, study):
            untied.add(study)
            continue
        for title in titles[study]:
            new[title].add(study)
    untied |= {study for study, title in summaries.untied() if title in new and study not in changed}
    wanted = set().union(*(_folded_titles(store, study) for study in untied))
    by_title = {title: (summaries.registered_as(title) - set(changed)) | new.get(title, set()) for title in wanted}
    return _tie_each(merge, sorted(untied), by_title, lexicon, findings)


def put_titles(summaries: Summaries, store: ox.Store, studies: Iterable[str]) -> None:
    """Enter the titles of studies into the summaries of a build, by which later updates tie."""
    for study in studies:
        summaries.put_titles(study, _folded_titles(store, study), registered=_is_registered(store, study))


def _tie_each(
    merge: Merge, untied: Iterable[str], by_title: Mapping[str, set[str]], lexicon: Lexicon, findings: Findings
) -> set[str]:
    tied = set()
    graphs: dict[str, set[ox.NamedNode]] = {}
    for study in untied:
        titles = _titles(merge.store, study)
        same = {other for title in titles for other in by_title.get(_folded(title), ())}
        for each in {study, *same}:
            graphs.setdefault(each, _graphs_of(merge.store, each))
        if len(same) == 1 and graphs[study].isdisjoint(graphs[min(same)]):
            _tie(merge, graphs[study], study, min(same), lexicon)
            graphs[min(same)] |= graphs[study]
            findings.counts["studies tied by title"] += 1
            tied |= {study, *same}
            continue
        title = min(titles)
        if same:
            shown = ", ".join(compress(other) for other in sorted(same))
            findings.remarks.append(f"{compress(study)} has the title {title!r} of {shown}; tied to none")
        _label(merge, graphs[study], study, title)
    return tied


def tied_by_title(store: ox.Store, study: str) -> list[str]:
    """Return the graphs whose study got its IRI by its title alone."""
    how = ox.Literal("title match")
    found = (
        quad.graph_name
        for label in store.quads_for_pattern(None, _PREF_LABEL, how, None)
        if isinstance(label.subject, ox.NamedNode)
        for quad in store.quads_for_pattern(ox.NamedNode(study), _IDENTIFIED_BY, label.subject, None)
    )
    return sorted({graph.value for graph in found if isinstance(graph, ox.NamedNode)})


def _untied(store: ox.Store) -> list[str]:
    """Return the studies with a title and no registry id."""
    answer = store.query(_UNTIED)
    assert isinstance(answer, ox.QuerySolutions)
    return [_name(row["study"]) for row in answer]


def _registered(store: ox.Store) -> set[str]:
    return {_name(quad.subject) for quad in store.quads_for_pattern(None, _REGISTRY_ID, None, None)}


def _is_registered(store: ox.Store, study: str) -> bool:
    return any(True for _ in store.quads_for_pattern(ox.NamedNode(study), _REGISTRY_ID, None, None))


def _graphs_of(store: ox.Store, study: str) -> set[ox.NamedNode]:
    """Return the graphs that speak of a study."""
    found = store.quads_for_pattern(ox.NamedNode(study), _TYPE, ox.NamedNode(CELLKG.Study), None)
    return {quad.graph_name for quad in found if isinstance(quad.graph_name, ox.NamedNode)}


def _titles(store: ox.Store, study: str) -> set[str]:
    """Return the titles that a study has in any graph."""
    return {_name(quad.object) for quad in store.quads_for_pattern(ox.NamedNode(study), _TITLE, None, None)}


def _folded_titles(store: ox.Store, study: str) -> set[str]:
    return set(map(_folded, _titles(store, study)))


def _name(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def _folded(title: str) -> str:
    return title.casefold().strip().removesuffix(".")


def _tie(merge: Merge, graphs: set[ox.NamedNode], study: str, registered: str, lexicon: Lexicon) -> None:
    how = ox.NamedNode(lexicon.iri("identified_by", "title match"))
    for graph in graphs:
        identified = ox.Quad(ox.NamedNode(registered), _IDENTIFIED_BY, how, graph)
        merge.replace(graph.value, [*_renamed(merge.store, graph, study, registered), identified])


def _label(merge: Merge, graphs: set[ox.NamedNode], study: str, title: str) -> None:
    if not any(merge.store.quads_for_pattern(ox.NamedNode(study), _LABEL, None, None)):
        merge.say(ox.Quad(ox.NamedNode(study), _LABEL, ox.Literal(title), graph) for graph in graphs)


def _renamed(store: ox.Store, graph: ox.NamedNode, old: str, new: str) -> Iterator[ox.Quad]:
    assert old.startswith(THINGS)
    label = ox.NamedNode(old), _LABEL
    for quad in store.quads_for_pattern(None, None, None, graph):
        if (quad.subject, quad.predicate) != label:  # the registered study has its id as label
            yield ox.Quad(_moved(quad.subject, old, new), quad.predicate, _moved(quad.object, old, new), graph)


def _moved(term: _Term, old: str, new: str) -> _Term | ox.NamedNode:
    if isinstance(term, ox.NamedNode) and (term.value == old or term.value.startswith(f"{old}/")):
        return ox.NamedNode(new + term.value[len(old) :])
    return term
