"""What must hold in the graph: queries that must return nothing, and SHACL shapes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, SH, Graph
from rdflib.term import Node

from cellkg.identifiers import compress
from cellkg.resources import shipped
from cellkg.store import Store

_EVERYTHING = "CONSTRUCT { ?subject ?property ?value } WHERE { ?subject ?property ?value }"


_SCAN = "#+ tags: [scan]"
_AT_ONCE = 10  # about more graphs at a time the embedded store joins by scanning
_GRAPHS = re.compile(r"#@graphs[ \t]+(?P<variable>[?]\w+)")


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that a check returned: the rule and the values that break it."""

    rule: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        """Return the violation as a line of a message."""
        return f"{self.rule}: {' · '.join(self.values)}"


def violation_queries() -> list[Path]:
    """Return the queries that must return nothing, by name."""
    return sorted((shipped("queries") / "checks").glob("*-violation.rq"))


def violations(store: Store, *, scans: bool = True, graphs: Collection[str] | None = None) -> Iterator[Violation]:
    """Yield a violation for each row of each check.

    Without ``scans``, the checks that compare all sources with the merge are left out. With ``graphs``, the checks
    that go through the statements of sources, which mark where a graph is chosen, look at these graphs alone.
    """
    for file in violation_queries():
        query = file.read_text(encoding="utf-8")
        if _SCAN in query and not scans:
            continue
        for asked in [query] if graphs is None else _about(query, sorted(graphs)):
            answer = store.query(asked)
            assert isinstance(answer, ox.QuerySolutions)
            for row in answer:
                yield Violation(file.stem, tuple("" if term is None else _shown(term) for term in row))


def _about(query: str, graphs: list[str]) -> Iterator[str]:
    """Yield a query about a few graphs at a time, or once as it is where it does not choose any."""
    if not _GRAPHS.search(query):
        yield query
        return
    for start in range(0, len(graphs), _AT_ONCE):
        values = " ".join(f"<{graph}>" for graph in graphs[start : start + _AT_ONCE])
        yield _GRAPHS.sub(rf"VALUES \g<variable> {{ {values} }}", query)


def shapes_file() -> Path:
    """Return the SHACL shapes of a complete graph."""
    return shipped("ontology") / "shapes.ttl"


def shacl_violations(store: Store) -> Iterator[Violation]:
    """Yield a violation for each node of the default graph that is not as its shape wants it, by node.

    Its values are the node, the path, the value that is wrong (empty where one is missing) and what to do.
    """
    report = shacl_report(merged_graph(store), Graph().parse(shapes_file()))
    found = (_violation(report, result) for result in report.subjects(RDF.type, SH.ValidationResult))
    yield from sorted(found, key=lambda violation: (violation.values, violation.rule))


def merged_graph(store: Store) -> Graph:
    """Return the default graph of a store, which holds the ontology as well."""
    answer = store.query(_EVERYTHING)
    assert isinstance(answer, ox.QueryTriples)
    return Graph().parse(data=answer.serialize(format=ox.RdfFormat.N_TRIPLES), format="nt")


def shacl_report(data: Graph, shapes: Graph) -> Graph:
    """Return the validation report of a graph as a graph.

    No inference: SHACL itself follows ``rdfs:subClassOf`` in the data, and the shapes need no more.
    """
    from pyshacl import validate

    _, report, _ = validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, Graph)
    return report


def path_of(graph: Graph, path: Node | None) -> str:
    """Return a property path as CURIEs; the branches of an alternative stand around ``|``, sorted.

    >>> path_of(Graph(), SH.path)
    'sh:path'
    """
    if path is None:
        return ""
    branches = graph.value(path, SH.alternativePath)
    return (
        "|".join(sorted(compress(str(branch)) for branch in graph.items(branches))) if branches else compress(str(path))
    )


def _violation(report: Graph, result: Node) -> Violation:
    node, value = report.value(result, SH.focusNode), report.value(result, SH.value)
    messages = " ".join(sorted(map(str, report.objects(result, SH.resultMessage))))
    component = compress(str(report.value(result, SH.sourceConstraintComponent)))
    path = path_of(report, report.value(result, SH.resultPath))
    return Violation(component, (str(node), path, "" if value is None else str(value), messages))


def _shown(term: object) -> str:
    return str(getattr(term, "value", term))
