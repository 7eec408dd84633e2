"""What studies have in common, as a lean network: studies, the terms that they share, and the terms above those.

It holds no arm, number or fact: a few queries read it whatever the size of the graph, where ``project`` reads all that
is said. Each node has a ``label``, a ``kind`` and how many ``studies`` are tied to it or to what lies under it. The
part around some studies is read by the same queries, told which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import networkx as nx
import pyoxigraph as ox

from cellkg.errors import DataError
from cellkg.identifiers import VOCABULARY, compress
from cellkg.store import Store

from .neighbourhood import HUB

UP = "is a kind of"
"""The label of a link from a term to a wider one."""

PREFIXES = f"""
PREFIX cellkg: <{VOCABULARY}>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

_GIVEN = "?s cellkg:hasArm/cellkg:hasAdministration ?given . ?given cellkg:ofProduct ?node ."
WAYS = (
    ("Product type", "gives", _GIVEN, "?node cellkg:productType ?thing"),
    ("Tissue", "gives cells from", _GIVEN, "?node cellkg:tissueSource ?thing"),
    ("Antigen", "aims at", _GIVEN, "?node cellkg:targetAntigen ?thing"),
    ("Device", "gives cells made with", _GIVEN, "?node cellkg:hasProcessing/cellkg:processing ?thing"),
    ("Comparator", "compares with", _GIVEN, "?node cellkg:comparatorType ?thing"),
    ("Co-intervention", "gives too", _GIVEN, "?node cellkg:coInterventionType ?thing"),
    ("Route", "gives by", "?s cellkg:hasArm/cellkg:hasAdministration ?node .", "?node cellkg:route ?thing"),
    ("Condition", "treats", "", "?s cellkg:condition ?thing"),
    ("Outcome", "plans to measure", "?s cellkg:hasOutcomeMeasure ?node .", "?node cellkg:outcome ?thing"),
    ("Outcome", "reports", "?s cellkg:hasResult|cellkg:hasPostedMeasure ?node .", "?node cellkg:outcome ?thing"),
    ("Sponsor", "is backed by", "?s cellkg:hasSponsorship ?node .", "?node cellkg:organisation ?thing"),
    ("Study", "is possibly the same as", "", "?s cellkg:possiblySameStudyAs ?thing"),
)
"""Kind of the end, label of the link, the way to the node that has the last property, and that statement."""

_OF_STUDIES = f"""{PREFIXES}
SELECT DISTINCT ?s ?thing ?source WHERE {{{{
  {{only}}
  {{way}}
  {{last}} .
  ?s a cellkg:Study .
  GRAPH ?graph {{{{ {{last}} }}}}
  ?graph cellkg:sourceKey ?source .
}}}}
"""

_LINKED = f"""{PREFIXES}
SELECT DISTINCT ?s ?words ?thing ?source WHERE {{
  {{
    SELECT DISTINCT ?words ?thing WHERE {{
      ?wording a cellkg:ConditionWording ; cellkg:words ?words .
      ?wording skos:exactMatch|skos:closeMatch|skos:broadMatch ?thing .
    }}
  }}
  ?s cellkg:conditionAsWritten ?words .
  GRAPH ?graph {{ ?s cellkg:conditionAsWritten ?words }}
  ?graph cellkg:sourceKey ?source .
}}
"""

_LINKED_OF = f"""{PREFIXES}
SELECT DISTINCT ?s ?words ?thing ?source WHERE {{{{
  {{only}}
  ?s cellkg:conditionAsWritten ?words .
  ?wording cellkg:words ?words ; a cellkg:ConditionWording ; skos:exactMatch|skos:closeMatch|skos:broadMatch ?thing .
  GRAPH ?graph {{{{ ?s cellkg:conditionAsWritten ?words }}}}
  ?graph cellkg:sourceKey ?source .
}}}}
"""

_SAME = f"""{PREFIXES}
SELECT DISTINCT ?s ?same WHERE {{{{ {{only}} ?s cellkg:possiblySameStudyAs|^cellkg:possiblySameStudyAs ?same }}}}
"""

_ABOVE = f"""{PREFIXES}
SELECT DISTINCT ?term ?wider WHERE {{ ?term rdfs:subClassOf|skos:broader ?wider . FILTER (isIRI(?wider)) }}
"""

_ABOVE_OF = f"""{PREFIXES}
SELECT DISTINCT ?term ?wider WHERE {{{{
  {{only}}
  ?own (rdfs:subClassOf|skos:broader)* ?term . ?term rdfs:subClassOf|skos:broader ?wider . FILTER (isIRI(?wider))
}}}}
"""

_NAMES = f"""{PREFIXES}
SELECT ?thing ?name ?rank WHERE {{{{
  {{{{ {{only}} ?thing skos:prefLabel ?name BIND (1 AS ?rank) }}}}
  UNION {{{{ {{only}} ?thing rdfs:label ?name BIND (2 AS ?rank) }}}}
}}}}
"""

_PREFERRED = ("/MONDO_", VOCABULARY, "/HP_", "/mesh/")


def read_ties(store: Store) -> nx.MultiDiGraph[str]:
    """Return what studies have in common; a link has ``label`` and the keys of its ``sources``.

    Raises:
        NetworkError: a remote store failed.
    """
    graph = _read(store, None, ())
    tied: dict[str, set[str]] = defaultdict(set)
    for study in of_kind(graph, "Study"):
        for node in reached(graph, study):
            tied[node].add(study)
    for node, attributes in graph.nodes(data=True):
        attributes["studies"] = len(tied[node])
    return graph


def read_ties_of(store: Store, studies: Collection[str], terms: Collection[tuple[str, str]]) -> nx.MultiDiGraph[str]:
    """Return the ties of some studies, and of those that are possibly the same, with all that lies above.

    ``terms`` are further nodes, each with its kind. Nodes have no count of ``studies``: whoever reads a part knows them
    otherwise. Raises as ``read_ties`` does.
    """
    same = (row["same"].value for row in rows(store, _SAME.format(only=_only("s", studies)))) if studies else ()
    return _read(store, {*studies, *same}, terms)


def hubs(graph: nx.MultiDiGraph[str], limit: int | None = None) -> set[str]:
    """Return the nodes that tie more than so many studies, by default a fifth of them: what says little of any."""
    most = limit if limit is not None else max(HUB, len(of_kind(graph, "Study")) // 5)
    return {node for node, told in graph.nodes.items() if told["studies"] > most and told["kind"] != "Study"}


def of_kind(graph: nx.MultiDiGraph[str], *kinds: str) -> list[str]:
    """Return the nodes of these kinds."""
    return [node for node, told in graph.nodes.items() if told["kind"] in kinds]


def _read(store: Store, studies: Collection[str] | None, terms: Collection[tuple[str, str]]) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    sources: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for term, kind in terms:
        graph.add_node(term, kind=kind)
    for kind, label, start, end, source in _stated(store, studies):
        graph.add_node(start, kind="Study")
        if end not in graph:
            graph.add_node(end, kind=kind)
        sources[start, end, label].add(source)
    for start, end in _above(store, graph, partly=studies is not None):
        sources[start, end, UP] = {"ontology"}
    for (start, end, label), told in sorted(sources.items()):
        graph.add_edge(start, end, key=label, label=label, sources=sorted(told))
    _name(store, graph, partly=studies is not None)
    return graph


def _stated(store: Store, studies: Collection[str] | None) -> Iterator[tuple[str, str, str, str, str]]:
    """Each tie of a study: the kind of its end, the label of the link, study, end, source."""
    only = "" if studies is None else _only("s", studies)
    for kind, label, way, last in WAYS:
        for row in rows(store, _OF_STUDIES.format(only=only, way=way, last=last)):
            end = row["thing"]
            name = end.value if isinstance(end, ox.NamedNode) else f"{kind}: {end.value}"
            yield kind, label, row["s"].value, name, row["source"].value
    wordings: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows(store, _LINKED if studies is None else _LINKED_OF.format(only=only)):
        wordings[row["s"].value, row["words"].value, row["source"].value].add(row["thing"].value)
    for (study, _, source), terms in wordings.items():
        for term in _of_first_ontology(terms):
            yield "Condition", "treats", study, term, source


def _only(name: str, nodes: Collection[str]) -> str:
    """The terms that a variable stands for; what is no IRI is left out."""
    return f"VALUES ?{name} {{ {' '.join(f'<{node}>' for node in sorted(nodes) if node.startswith('http'))} }}"


def _of_first_ontology(terms: set[str]) -> set[str]:
    for ontology in _PREFERRED:
        if of_it := {term for term in terms if ontology in term}:
            return of_it
    return terms


def _above(store: Store, graph: nx.MultiDiGraph[str], *, partly: bool) -> Iterator[tuple[str, str]]:
    """The steps from the conditions and product types upwards; the wider terms become nodes of the same kind."""
    at = of_kind(graph, "Condition", "Product type", "Outcome")
    wider: dict[str, set[str]] = defaultdict(set)
    for row in rows(store, _ABOVE_OF.format(only=_only("own", at)) if partly else _ABOVE):
        wider[row["term"].value].add(row["wider"].value)
    while at:
        node = at.pop()
        for above in sorted(wider.pop(node, ())):
            if above not in graph:
                graph.add_node(above, kind=graph.nodes[node]["kind"])
                at.append(above)
            yield node, above


def _name(store: Store, graph: nx.MultiDiGraph[str], *, partly: bool) -> None:
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(store, _NAMES.format(only=_only("thing", graph) if partly else "")):
        if row["thing"].value in graph:
            names[row["thing"].value].append((row["rank"].value, row["name"].value))
    for node, attributes in graph.nodes(data=True):
        literal = f"{attributes['kind']}: "
        own = node.removeprefix(literal) if node.startswith(literal) else compress(node)
        attributes["label"] = min(names[node], default=("", own))[1]


def reached(graph: nx.MultiDiGraph[str], study: str) -> set[str]:
    """Return what a study is tied to, and all that lies above it; no other study."""
    own = [end for end in graph.successors(study) if graph.nodes[end]["kind"] != "Study"]
    return set(own).union(*(nx.descendants(graph, end) for end in own))


def rows(store: Store, query: str) -> Iterator[Any]:
    """Yield the rows of a SELECT query."""
    answer = store.query(query)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{store.where} answers a SELECT query with something else than rows")
    yield from answer
