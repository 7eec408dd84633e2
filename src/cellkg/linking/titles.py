"""Studies that two sources give the same title are one study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS

from cellkg.identifiers import THINGS, compress
from cellkg.lexicon import Lexicon
from cellkg.loading import Findings
from cellkg.merging import Merge
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
    store = merge.store
    registered = {_name(quad.subject) for quad in store.quads_for_pattern(None, _REGISTRY_ID, None, None)}
    titles, graphs = _titles_and_graphs(store)
    by_title: dict[str, set[str]] = defaultdict(set)
    for study in titles.keys() & registered:
        for title in titles[study]:
            by_title[_folded(title)].add(study)
    for study in untied:
        same = {other for title in titles[study] for other in by_title[_folded(title)]}
        if len(same) == 1 and graphs[study].isdisjoint(graphs[min(same)]):
            _tie(merge, graphs[study], study, min(same), lexicon)
            graphs[min(same)] |= graphs[study]
            findings.counts["studies tied by title"] += 1
            continue
        title = min(titles[study])
        if same:
            shown = ", ".join(compress(other) for other in sorted(same))
            findings.remarks.append(f"{compress(study)} has the title {title!r} of {shown}; tied to none")
        _label(merge, graphs[study], study, title)


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


def _titles_and_graphs(store: ox.Store) -> tuple[dict[str, set[str]], dict[str, set[ox.NamedNode]]]:
    """Return the titles of each study that has one, and the graphs that speak of it."""
    titles: dict[str, set[str]] = defaultdict(set)
    graphs: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(CELLKG.Study), None):
        if isinstance(quad.graph_name, ox.NamedNode):
            graphs[_name(quad.subject)].add(quad.graph_name)
            for said in store.quads_for_pattern(quad.subject, _TITLE, None, quad.graph_name):
                titles[_name(quad.subject)].add(_name(said.object))
    return titles, graphs


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
