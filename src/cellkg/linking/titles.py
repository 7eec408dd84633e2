"""Studies that two sources give the same title are one study."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeVar

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS

from cellkg.identifiers import THINGS, compress
from cellkg.lexicon import Lexicon
from cellkg.loading import Findings
from cellkg.vocabulary import CELLKG

_TYPE, _TITLE, _LABEL = ox.NamedNode(RDF.type), ox.NamedNode(DCTERMS.title), ox.NamedNode(RDFS.label)
_REGISTRY_ID = ox.NamedNode(CELLKG.registryId)
_Term = TypeVar("_Term")


def tie_by_title(store: ox.Store, lexicon: Lexicon, findings: Findings) -> None:
    """Give each study without registry id the IRI of the one registered study of the same title, if there is one.

    Titles are equal when they differ in nothing but case and a final full stop. A title that several registered
    studies share ties to none of them, and no source gets two of its own studies tied. A study that stays without
    label gets its title as label.
    """
    registered = {_name(quad.subject) for quad in store.quads_for_pattern(None, _REGISTRY_ID, None, None)}
    titles, graphs = _titles_and_graphs(store)
    by_title: dict[str, set[str]] = defaultdict(set)
    for study in titles.keys() & registered:
        for title in titles[study]:
            by_title[_folded(title)].add(study)
    for study in sorted(titles.keys() - registered):
        same = {other for title in titles[study] for other in by_title[_folded(title)]}
        if len(same) == 1 and graphs[study].isdisjoint(graphs[min(same)]):
            _tie(store, graphs[study], study, min(same), lexicon)
            graphs[min(same)] |= graphs[study]
            findings.counts["studies tied by title"] += 1
            continue
        title = min(titles[study])
        if same:
            shown = ", ".join(compress(other) for other in sorted(same))
            findings.remarks.append(f"{compress(study)} has the title {title!r} of {shown}; tied to none")
        _label(store, graphs[study], study, title)


def _titles_and_graphs(store: ox.Store) -> tuple[dict[str, set[str]], dict[str, set[ox.NamedNode]]]:
    """Return the titles of each study that has one, and the graphs that speak of it."""
    titles: dict[str, set[str]] = defaultdict(set)
    graphs: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(CELLKG.Study), None):
        graphs[_name(quad.subject)].add(ox.NamedNode(_name(quad.graph_name)))
        for said in store.quads_for_pattern(quad.subject, _TITLE, None, quad.graph_name):
            titles[_name(quad.subject)].add(_name(said.object))
    return titles, graphs


def _name(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def _folded(title: str) -> str:
    return title.casefold().strip().removesuffix(".")


def _tie(store: ox.Store, graphs: set[ox.NamedNode], study: str, registered: str, lexicon: Lexicon) -> None:
    how = ox.NamedNode(lexicon.iri("identified_by", "title match"))
    for graph in graphs:
        for label in list(store.quads_for_pattern(ox.NamedNode(study), _LABEL, None, graph)):
            store.remove(label)  # the registered study has its id as label
        _rename(store, graph, study, registered)
        store.add(ox.Quad(ox.NamedNode(registered), ox.NamedNode(CELLKG.identifiedBy), how, graph))


def _label(store: ox.Store, graphs: set[ox.NamedNode], study: str, title: str) -> None:
    if not any(store.quads_for_pattern(ox.NamedNode(study), _LABEL, None, None)):
        for graph in graphs:
            store.add(ox.Quad(ox.NamedNode(study), _LABEL, ox.Literal(title), graph))


def _rename(store: ox.Store, graph: ox.NamedNode, old: str, new: str) -> None:
    assert old.startswith(THINGS)
    before = list(store.quads_for_pattern(None, None, None, graph))
    after = [ox.Quad(_moved(q.subject, old, new), q.predicate, _moved(q.object, old, new), graph) for q in before]
    for quad, changed in zip(before, after, strict=True):
        if quad != changed:
            store.remove(quad)
            store.add(changed)


def _moved(term: _Term, old: str, new: str) -> _Term | ox.NamedNode:
    if isinstance(term, ox.NamedNode) and (term.value == old or term.value.startswith(f"{old}/")):
        return ox.NamedNode(new + term.value[len(old) :])
    return term
