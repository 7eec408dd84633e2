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
    _name_owners(store, nodes)
    _add_facets(store, [node for node in nodes.values() if node.kind == STUDY])
    first, *others = nodes.values()
    return [first, *sorted(others, key=lambda node: (node.kind, node.label.casefold(), node.iri))]


def names_of(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return the label of each thing, its CURIE where it has none."""
    return _names(store, list(dict.fromkeys(iris)))[0]


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


def _name_owners(store: Store, nodes: Mapping[str, Node]) -> None:
    """Tell the products of different studies apart: each is named with its study."""
    products = [node.iri for node in nodes.values() if node.kind == PRODUCT]
    if not products:
        return
    asked = values("node", map(iri, products))
    owners = {
        row["node"].value: row["study"].value
        for row in rows(store, f"SELECT ?node ?study WHERE {{ {asked} ?study {_GIVES} ?node }}")
    }
    studies = names_of(store, owners.values())
    types = _types(store, [product for product in products if nodes[product].label == compress(product)])
    for product, study in owners.items():
        nodes[product].label = f"{types.get(product, nodes[product].label)} · {studies[study]}"


def _types(store: Store, products: list[str]) -> dict[str, str]:
    """The product types of products that have no name of their own."""
    if not products:
        return {}
    asked = values("node", map(iri, products))
    found = rows(store, f"SELECT ?node ?type WHERE {{ {asked} ?node <{C.productType}> ?type }}")
    types = {row["node"].value: row["type"].value for row in found}
    names = names_of(store, types.values())
    return {product: names[each] for product, each in types.items()}


def _add_facets(store: Store, studies: list[Node]) -> None:
    if not studies:
        return
    asked = values("study", (iri(study.iri) for study in studies))
    told: dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]] = defaultdict(list)
    for facet, steps in FACETS.items():
        path = "/".join(f"<{each}>" for each in steps)
        for row in rows(store, f"SELECT DISTINCT ?study ?value WHERE {{ {asked} ?study {path} ?value }}"):
            told[row["study"].value].append((facet, row["value"]))
    things = [value.value for each in told.values() for _, value in each if isinstance(value, ox.NamedNode)]
    names = names_of(store, things)
    for study in studies:
        for facet, value in sorted(told[study.iri], key=str):
            shown = names[value.value] if isinstance(value, ox.NamedNode) else value.value
            study.facets.setdefault(facet, {})[value.value] = shown
