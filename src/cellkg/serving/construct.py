"""The triples of a CONSTRUCT as a network: things, and the statements between them."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS

from cellkg.errors import CellkgError
from cellkg.exploring.nodes import OTHER, kind_of, read_nodes
from cellkg.identifiers import compress
from cellkg.store import Store

from .sites.addresses import address_of

MOST_LINKS = 300
_MOST_READ = 20_000
_NAMES = tuple(map(str, (SKOS.prefLabel, RDFS.label, DCTERMS.title)))


def construct_network(turtle: Path, store: Store) -> dict[str, Any] | None:
    """Return nodes and links of the first 300 statements between things; ``None`` where there is no such statement."""
    links: dict[tuple[str, str, str], None] = {}
    names: dict[str, list[tuple[int, str]]] = defaultdict(list)
    classes: dict[str, set[str]] = defaultdict(set)
    for triple in islice(ox.parse(path=turtle, format=ox.RdfFormat.TURTLE), _MOST_READ):
        said, by, what = _key(triple.subject), triple.predicate.value, triple.object
        if by == str(RDF.type):
            classes[said].add(_key(what))
        elif isinstance(what, ox.Literal):
            if by in _NAMES:
                names[said].append((_NAMES.index(by), what.value))
        elif len(links) <= MOST_LINKS:
            links[said, by, _key(what)] = None
    shown = list(links)[:MOST_LINKS]
    things = dict.fromkeys(end for said, _, what in shown for end in (said, what))
    known = _known(store, [thing for thing in things if _is_iri(thing)])
    nodes = [
        {
            "id": compress(thing),
            "iri": thing if _is_iri(thing) else "",
            "label": min(names[thing], default=(0, known.get(thing, (compress(thing), ""))[0]))[1],
            "kind": kind_of(thing, classes[thing]) if classes[thing] else known.get(thing, ("", OTHER))[1],
            "facets": {},
            "page": address_of(thing),
        }
        for thing in things
    ]
    told = [
        {"start": compress(said), "end": compress(what), "label": compress(by), "sources": 0}
        for said, by, what in shown
    ]
    return {"nodes": nodes, "links": told, "whole": len(links) <= MOST_LINKS} if told else None


def _known(store: Store, things: list[str]) -> dict[str, tuple[str, str]]:
    """The name and kind of each thing in the store; nothing when the worker of the pages is not free."""
    try:
        return {node.iri: (node.label, node.kind) for node in read_nodes(store, things, {})} if things else {}
    except CellkgError:
        return {}


def _is_iri(thing: str) -> bool:
    return thing.startswith(("http://", "https://"))


def _key(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
