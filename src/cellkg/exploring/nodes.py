"""Nodes as they are shown: a label, a kind, and for a study its facets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS

from cellkg.identifiers import VOCABULARY, compress
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from .asking import iri, rows, values
from .ways import FACETS, OF_CLASS, OF_PREFIX, PRODUCT, STUDY

OTHER = "Other"

_NAMES = {
    str(each): rank
    for rank, each in enumerate(
        (
            SKOS.prefLabel,
            RDFS.label,
            C.registryId,
            C.cellLabel,
            C.citation,
            f"{VOCABULARY}pmid",
            f"{VOCABULARY}measure",
            f"{VOCABULARY}eventTerm",
            C.name,
            DCTERMS.title,
        )
    )
}
_GIVES = f"<{C.hasArm}>/<{C.hasAdministration}>/<{C.ofProduct}>|<{C.makesProduct}>|<{C.hasIntendedUse}>/<{C.ofProduct}>"


@dataclass(slots=True)
class Node:
    """A node: ``facets`` are the values, each with its name, that a study can be filtered by."""

    iri: str
    label: str
    kind: str
    facets: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def curie(self) -> str:
        """The short form of the IRI."""
        return compress(self.iri)


def read_nodes(store: Store, iris: Iterable[str], kinds: Mapping[str, str]) -> list[Node]:
    """Return nodes in the order of their kinds and labels; ``kinds`` tells what is known of some.

    The first node stays the first.
    """
    wanted = list(dict.fromkeys(iris))
    labels, classes = _names(store, wanted)
    nodes = {each: Node(each, labels[each], kinds.get(each) or kind_of(each, classes[each])) for each in wanted}
    owners = _owners(store, [node.iri for node in nodes.values() if node.kind == PRODUCT])
    facets = _facets(store, [node.iri for node in nodes.values() if node.kind == STUDY])
    values_of = {value.value for told in facets.values() for _, value in told if isinstance(value, ox.NamedNode)}
    names = names_of(store, [*values_of, *(each for owner in owners.values() for each in owner)])
    aims = _aims(store, list(owners))
    for product, (study, kind) in owners.items():
        own, at = nodes[product].label, f" against {', '.join(aims[product])}" if product in aims else ""
        nodes[product].label = f"{names[kind] if own == compress(product) else own}{at} · {names[study]}"
    for iri_of_study, told in facets.items():
        for facet, value in told:
            nodes[iri_of_study].facets.setdefault(facet, {})[value.value] = names.get(value.value, value.value)
    first, *others = nodes.values()
    return [first, *sorted(others, key=lambda node: (node.kind, node.label.casefold(), node.iri))]


def names_of(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return the label of each thing, its CURIE where it has none."""
    return _names(store, list(dict.fromkeys(iris)))[0]


def labelled(store: Store, label: str) -> str:
    """Return the thing of exactly that label, or the empty text."""
    said = ox.Literal(label), ox.Literal(label, language="en")
    each = (f"{{ ?node <{name}> {text} }}" for name in (SKOS.prefLabel, RDFS.label) for text in said)
    query = f"SELECT ?node WHERE {{ {' UNION '.join(each)} FILTER (isIRI(?node)) }} ORDER BY ?node LIMIT 1"
    return next((str(row["node"].value) for row in rows(store, query)), "")


def kind_of(node: str, classes: Iterable[str]) -> str:
    """Return the kind of a node by its classes, or by the ontology that it is of."""
    known = sorted(OF_CLASS[each] for each in classes if each in OF_CLASS)
    return known[0] if known else OF_PREFIX.get(compress(node).partition(":")[0], OTHER)


def _names(store: Store, iris: list[str]) -> tuple[dict[str, str], dict[str, set[str]]]:
    names: dict[str, list[tuple[int, str]]] = defaultdict(list)
    classes: dict[str, set[str]] = defaultdict(set)
    if iris:
        asked = values("node", map(iri, iris))
        # Two lists of values in one pattern would be multiplied before anything is looked up.
        each = (f"{{ {asked} ?node <{name}> ?name BIND (<{name}> AS ?property) }}" for name in (*_NAMES, RDF.type))
        for row in rows(store, f"SELECT ?node ?property ?name WHERE {{ {' UNION '.join(each)} }}"):
            node, name = row["node"].value, row["name"]
            if row["property"].value == str(RDF.type):
                classes[node].add(name.value)
            elif isinstance(name, ox.Literal) and name.value.strip():
                names[node].append((_NAMES[row["property"].value], name.value))
    return {each: min(names[each], default=(0, compress(each)))[1] for each in iris}, classes


def _owners(store: Store, products: list[str]) -> dict[str, tuple[str, str]]:
    """The study and the type of each product, by which products of different studies are told apart."""
    if not products:
        return {}
    asked = values("node", map(iri, products))
    query = f"SELECT ?node ?study ?type WHERE {{ {asked} ?study {_GIVES} ?node . ?node <{C.productType}> ?type }}"
    return {row["node"].value: (row["study"].value, row["type"].value) for row in rows(store, query)}


def _aims(store: Store, products: list[str]) -> dict[str, list[str]]:
    """The antigens that products aim at: texts, which are no nodes."""
    found: dict[str, list[str]] = defaultdict(list)
    if products:
        asked = values("node", map(iri, products))
        query = f"SELECT DISTINCT ?node ?aim WHERE {{ {asked} ?node <{C.targetAntigen}> ?aim }} ORDER BY ?node ?aim"
        for row in rows(store, query):
            found[row["node"].value].append(row["aim"].value)
    return found


def _facets(store: Store, studies: list[str]) -> dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]]:
    """What each study can be filtered by: pairs of facet and value."""
    found: dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]] = defaultdict(list)
    if not studies:
        return found
    asked = values("study", map(iri, studies))
    branches = (
        f'{{ {asked} ?study {"/".join(f"<{each}>" for each in steps)} ?value BIND ("{facet}" AS ?facet) }}'
        for facet, steps in FACETS.items()
    )
    for row in rows(store, f"SELECT DISTINCT ?study ?facet ?value WHERE {{ {' UNION '.join(branches)} }}"):
        found[row["study"].value].append((row["facet"].value, row["value"]))
    return {study: sorted(told, key=str) for study, told in found.items()}
