"""What must hold in the graph: the curated documents keep every rule, and each rule can be broken.

A rule of ``queries/checks`` is broken by the update of the same name in ``data/counter_examples``. A
constraint of ``ontology/shapes.ttl`` is broken by one change to a node of ``data/complete.ttl``: a constraint
of a new kind needs a way to break it, and a new property needs a value in the complete study.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from cellkg.checks import (
    merged_graph,
    path_of,
    shacl_report,
    shacl_violations,
    shapes_file,
    violation_queries,
    violations,
)
from cellkg.identifiers import SOURCES, compress, expand, mint
from cellkg.lexicon import ontology_files
from cellkg.resources import shipped
from cellkg.store import EmbeddedStore, open_store

DATA = Path(__file__).parent / "data"
COUNTER_EXAMPLES = DATA / "counter_examples"


@pytest.fixture(scope="module")
def quads(flagship: Path) -> list[ox.Quad]:
    """Every quad of a store that holds the curated documents."""
    store = open_store(flagship)
    assert isinstance(store, EmbeddedStore)
    return list(store.store.quads_for_pattern(None, None, None, None))


@pytest.fixture
def copy(quads: list[ox.Quad]) -> EmbeddedStore:
    """The same store in memory, to be broken."""
    store = ox.Store()
    store.bulk_extend(quads)
    return EmbeddedStore(store, "a copy in memory")


# ---- queries that must return nothing


def test_the_curated_documents_break_no_rule(copy: EmbeddedStore) -> None:
    assert [str(violation) for violation in violations(copy)] == []


@pytest.mark.parametrize("query", violation_queries(), ids=lambda query: query.stem)
def test_a_counter_example_breaks_exactly_its_rule(query: Path, copy: EmbeddedStore) -> None:
    update = COUNTER_EXAMPLES / f"{query.stem.removesuffix('-violation')}.ru"
    assert update.is_file(), f"{query.name} has no counter-example: write {update}"
    copy.store.update(update.read_text(encoding="utf-8"))
    broken = {violation.rule for violation in violations(copy)}
    assert broken == {query.stem}, "\n".join(map(str, violations(copy)))


@pytest.mark.parametrize("query", violation_queries(), ids=lambda query: query.stem)
def test_a_rule_that_is_asked_of_some_graphs_finds_what_is_broken_there(
    query: Path, copy: EmbeddedStore, quads: list[ox.Quad]
) -> None:
    if "#+ tags: [scan]" in query.read_text(encoding="utf-8"):
        pytest.skip("an update does not ask it: it compares all sources with the merge")
    update = COUNTER_EXAMPLES / f"{query.stem.removesuffix('-violation')}.ru"
    copy.store.update(update.read_text(encoding="utf-8"))
    changed = set(quads) ^ set(copy.store.quads_for_pattern(None, None, None, None))
    subjects = {quad.subject for quad in changed}
    speaking = [quad for quad in quads if quad.subject in subjects or quad.object in subjects]
    graphs = {quad.graph_name.value for quad in (*changed, *speaking) if isinstance(quad.graph_name, ox.NamedNode)}
    assert {violation.rule for violation in violations(copy, scans=False, graphs=graphs)} == {query.stem}


def test_every_counter_example_is_that_of_a_rule() -> None:
    rules = {query.stem.removesuffix("-violation") for query in violation_queries()}
    assert {file.stem for file in COUNTER_EXAMPLES.iterdir()} == rules


@pytest.mark.parametrize("query", violation_queries(), ids=lambda query: query.stem)
def test_a_rule_says_what_is_wrong_and_names_the_place(query: Path) -> None:
    text = query.read_text(encoding="utf-8")
    assert re.match(r"#\+ summary: \S.*\n(#\+ tags: \[scan\]\n)?#\+ description: \|\n(#\+   \S.*\n)+(PREFIX |\n)", text)
    assert re.search(r"^SELECT (DISTINCT )?(\?\w+ |\(\w+\(\?\w+\) AS \?\w+\) ){2,}WHERE \{$", text, re.MULTILINE)
    assert re.search(r"^ORDER BY ", text, re.MULTILINE)


@pytest.mark.parametrize(
    "harmless",
    [
        "3.76 ± 1.85 (1.19–7.07)x106",
        "3.76 +1.85 (1.19-7.07)",
        "September 22, 2020",
        "2020-09-22",
        "10.3389/fcell.2021.643125",
        "CD34+ 19 000 000 cells",
        "250 000-500 000",
        "NCT04356755",
        "34.0–68.0 years",
        "CD73 @ 95%",
    ],
)
def test_doses_dates_and_ids_are_no_personal_data(harmless: str, copy: EmbeddedStore) -> None:
    assert _personal(copy, harmless) == []


@pytest.mark.parametrize(
    "personal",
    [
        "write to study.office@hospital.example",
        "+33 1 00 00 00 00",
        "tel. 00 00 00 00 00",
        "Phone: 000-000-0000",
        "call 01 00 00 00 00",
        "(555) 555-0100",
    ],
)
def test_mailboxes_and_telephone_numbers_are_personal_data(personal: str, copy: EmbeddedStore) -> None:
    assert _personal(copy, personal) != []


def _personal(copy: EmbeddedStore, text: str) -> list[ox.QuerySolution]:
    subject, graph = ox.NamedNode(mint("x")), ox.NamedNode(SOURCES + "x")
    copy.store.add(ox.Quad(subject, ox.NamedNode(str(RDFS.comment)), ox.Literal(text), graph))
    query = shipped("queries") / "checks" / "personal-data-violation.rq"
    answer = copy.query(query.read_text(encoding="utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


# ---- shapes


def test_the_curated_documents_are_as_the_shapes_want_them(copy: EmbeddedStore) -> None:
    assert [str(violation) for violation in shacl_violations(copy)] == []


def test_a_shape_that_is_broken_is_told_with_node_path_value_and_what_to_do(copy: EmbeddedStore) -> None:
    study = mint("NCT04356755")
    old = ox.Literal("NCT04356755")
    prop = ox.NamedNode("https://w3id.org/cellkg/vocab/registryId")
    copy.store.remove(ox.Quad(ox.NamedNode(study), prop, old))
    copy.store.add(ox.Quad(ox.NamedNode(study), prop, ox.Literal("4356755")))
    (found,) = shacl_violations(copy)
    assert found.rule == "sh:PatternConstraintComponent"
    assert found.values[:3] == (str(study), "cellkg:registryId", "4356755")
    assert "eight digits" in found.values[3]


def test_the_merge_has_each_fact_once(copy: EmbeddedStore, quads: list[ox.Quad]) -> None:
    facts = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    assert len(merged_graph(copy)) == len(facts)


Values = list[Node]
Break = Callable[[Graph, Values, Node], Values]


def _too_many(shapes: Graph, values: Values, most: Node) -> Values:
    another = [_like(values[0], i) for i in range(int(str(most)) + 1)]
    return [*values, *another][: int(str(most)) + 1]


def _like(value: Node, i: int) -> Node:
    if isinstance(value, Literal) and isinstance(value.value, int | Decimal):
        return Literal(value.value + i + 1, datatype=value.datatype)
    return Literal(f"{value}{i}") if isinstance(value, Literal) else URIRef(f"{value}{i}")


def _beyond(shapes: Graph, values: Values, limit: Node, by: int) -> Values:
    assert isinstance(limit, Literal)
    assert isinstance(values[0], Literal)
    return [Literal(Decimal(str(limit)) + by, datatype=values[0].datatype)]


NOTHING = URIRef("https://example.org/nothing")
#: How each kind of constraint is broken: the shapes, the values and the operand give worse values.
#: Where a constraint names another property, the operand is the largest value of that property.
BREAKS: dict[URIRef, Break] = {
    SH.minCount: lambda shapes, values, least: values[: int(str(least)) - 1],
    SH.maxCount: _too_many,
    SH.datatype: lambda shapes, values, datatype: [Literal(True)],
    SH.nodeKind: lambda shapes, values, kind: [Literal("a text")],
    SH["class"]: lambda shapes, values, kind: [NOTHING],
    SH.node: lambda shapes, values, shape: [*values, NOTHING],
    SH["in"]: lambda shapes, values, known: [*values, NOTHING],
    SH["or"]: lambda shapes, values, ways: [NOTHING if isinstance(values[0], URIRef) else Literal("soon")],
    SH["not"]: lambda shapes, values, shape: list(shapes.objects(shape, SH.hasValue)),
    SH.pattern: lambda shapes, values, pattern: [Literal("a/ ?")],
    SH.minLength: lambda shapes, values, length: [Literal("")],
    SH.minInclusive: lambda shapes, values, limit: _beyond(shapes, values, limit, -1),
    SH.minExclusive: lambda shapes, values, limit: _beyond(shapes, values, limit, 0),
    SH.maxInclusive: lambda shapes, values, limit: _beyond(shapes, values, limit, 1),
    SH.lessThan: lambda shapes, values, other: [other],
    SH.lessThanOrEquals: lambda shapes, values, other: _beyond(shapes, values, other, 1),
    SH.disjoint: lambda shapes, values, other: [other],
}
#: What a constraint on a whole node is broken by: the properties that are taken away or given.
WHOLE: dict[tuple[str, str], dict[str, Values]] = {
    ("Arm", "or"): {"groupRole": [], "armType": [], "pointer": []},
    ("OutcomeMeasure", "or"): {"outcome": [], "measureTitle": []},
    ("SingleOutcomeMeasure", "or"): {"outcome": [expand("cellkg:SHAQ"), expand("cellkg:CHFS")]},
    ("Report", "or"): {"citation": [], "pmid": []},
    ("Administration", "or"): {"ofProduct": []},
    ("Dose", "or"): {"value": [], "low": [], "high": []},
    ("OutcomeResult", "or"): {"value": [], "low": [], "high": []},
    ("AgeSummary", "or"): {"value": [], "low": [], "high": []},
    ("Procedure", "or"): {"amountUnit": []},
    ("ReportedChange", "or"): {"statedDirection": [], "percentChange": [], "hasFinal": []},
    ("NumericLimit", "xone"): {"analyte": [Literal("AST")]},
    ("TimePoint", "or"): {"days": []},
    ("FollowUp", "or"): {"days": []},
    ("Evidence", "xone"): {"charEnd": []},
}
NO_CONSTRAINT = {SH.path, SH.message, SH.property, SH.targetClass}


class Case(NamedTuple):
    """A constraint of a shape, and where it stands."""

    shape: URIRef
    path: Node | None
    kind: URIRef
    operand: Node

    @property
    def component(self) -> str:
        """The name under which a report tells this kind of constraint."""
        name = str(self.kind).rpartition("#")[2]
        return f"sh:{name[0].upper()}{name[1:]}ConstraintComponent"


SHAPES = Graph().parse(shapes_file())


def _cases() -> Iterator[Case]:
    for shape in (URIRef(str(iri)) for iri in SHAPES.subjects(RDF.type, SH.NodeShape)):
        yield from _constraints(shape, shape, None)
        for prop in SHAPES.objects(shape, SH.property):
            yield from _constraints(shape, prop, SHAPES.value(prop, SH.path))


def _constraints(shape: URIRef, holder: Node, path: Node | None) -> Iterator[Case]:
    for kind, operand in SHAPES.predicate_objects(holder):
        if str(kind).startswith(str(SH)) and kind not in NO_CONSTRAINT:
            yield Case(shape, path, URIRef(str(kind)), operand)


def _named(case: Case) -> str:
    operand = f"-{compress(str(case.operand))}" if isinstance(case.operand, URIRef) else ""
    shape = case.shape.rpartition("/")[2]
    return f"{shape}-{path_of(SHAPES, case.path) or 'node'}-{str(case.kind).rpartition('#')[2]}{operand}"


CASES = sorted(_cases(), key=_named)


@pytest.fixture(scope="module")
def complete() -> Graph:
    """The complete study, with the ontology that the shapes ask about lists and classes."""
    graph = Graph().parse(DATA / "complete.ttl")
    for file in ontology_files():
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def told(complete: Graph) -> dict[str, set[tuple[str, str]]]:
    """What the report tells of each node, as path and component, when one copy per constraint breaks it."""
    graph = Graph() + complete
    for i, case in enumerate(CASES):
        for prop, values in _broken(complete, case).items():
            for value in values:
                graph.add((_copy_of(case, i), prop, value))
    report = shacl_report(graph, SHAPES)
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        component = compress(str(report.value(result, SH.sourceConstraintComponent)))
        found[str(report.value(result, SH.focusNode))].add(
            (path_of(report, report.value(result, SH.resultPath)), component)
        )
    return found


def _copy_of(case: Case, i: int) -> URIRef:
    is_source = case.shape.endswith("/Source")
    return URIRef(f"{SOURCES}case-{i}/x" if is_source and case.path is None else f"{SOURCES}case-{i}")


def _broken(complete: Graph, case: Case) -> dict[Node, Values]:
    node = _focus(complete, case)
    copy: dict[Node, Values] = defaultdict(list)
    for prop, value in complete.predicate_objects(node):
        copy[prop].append(value)
    for prop, values in _changes(complete, case, node).items():
        copy[prop] = values
    return copy


def _changes(complete: Graph, case: Case, node: Node) -> dict[Node, Values]:
    if case.path is None:
        key = (case.shape.rpartition("/")[2], str(case.kind).rpartition("#")[2])
        changes = {} if key == ("Source", "pattern") else WHOLE[key]
        return {URIRef(f"https://w3id.org/cellkg/vocab/{name}"): values for name, values in changes.items()}
    first, *others = _properties(case.path)
    target = SHAPES.value(case.shape, SH.targetClass)
    values = sorted(complete.objects(node, first), key=lambda value: value != target)
    operand = max(complete.objects(node, case.operand), default=case.operand, key=_number)
    return {first: BREAKS[case.kind](SHAPES, values, operand)} | {other: [] for other in others}


def _number(node: Node) -> Decimal:
    return Decimal(str(node)) if isinstance(node, Literal) else Decimal(0)


def _properties(path: Node) -> Values:
    branches = SHAPES.value(path, SH.alternativePath)
    return list(SHAPES.items(branches)) if branches else [path]


def _focus(complete: Graph, case: Case) -> Node:
    target = SHAPES.value(case.shape, SH.targetClass)
    nodes = sorted(node for node in complete.subjects(RDF.type, target) if isinstance(node, URIRef))
    first = _properties(case.path)[0] if case.path else RDF.type
    fitting = [node for node in nodes if (node, first, None) in complete]
    assert fitting, f"complete.ttl has no {compress(str(target))} with {path_of(SHAPES, case.path)}"
    return max(fitting, key=lambda node: len(list(complete.predicates(node))))


def test_the_complete_study_breaks_no_shape(complete: Graph) -> None:
    report = shacl_report(Graph() + complete, SHAPES)
    assert sorted(map(str, report.objects(None, SH.resultMessage))) == []


@pytest.mark.parametrize(("i", "case"), list(enumerate(CASES)), ids=map(_named, CASES))
def test_each_constraint_of_each_shape_can_be_broken(i: int, case: Case, told: dict[str, set[tuple[str, str]]]) -> None:
    found = told[str(_copy_of(case, i))]
    assert (path_of(SHAPES, case.path), case.component) in found
    assert {path for path, _ in found} <= {path_of(SHAPES, case.path), ""} | _tied_to(case)


def _tied_to(case: Case) -> set[str]:
    """Return the paths that are compared with the path of a case, or hold it as one of several."""
    paths = {path_of(SHAPES, path) for path in SHAPES.objects(None, SH.path)}
    own = path_of(SHAPES, case.path)
    holding = {path for path in paths if own in path.split("|") or path in own.split("|")}
    comparing = {
        path_of(SHAPES, SHAPES.value(prop, SH.path))
        for kind in (SH.lessThan, SH.lessThanOrEquals, SH.disjoint)
        for prop in SHAPES.subjects(kind, case.path)
    }
    return holding | comparing


def test_every_shape_has_a_label_a_target_and_a_message_for_each_constraint() -> None:
    for shape in SHAPES.subjects(RDF.type, SH.NodeShape):
        assert (shape, RDFS.label, None) in SHAPES
        assert (shape, SH.targetClass, None) in SHAPES
        holders = [shape] if any(case.shape == shape and case.path is None for case in CASES) else []
        for holder in [*holders, *SHAPES.objects(shape, SH.property)]:
            message = SHAPES.value(holder, SH.message)
            assert message is not None, (shape, SHAPES.value(holder, SH.path))
            assert str(message).endswith((".", "?")), message


def test_every_class_that_a_source_speaks_of_has_a_shape(quads: list[ox.Quad]) -> None:
    targets = {str(target) for target in SHAPES.objects(None, SH.targetClass)}
    in_sources = [quad for quad in quads if str(getattr(quad.graph_name, "value", "")).startswith(SOURCES)]
    classes: dict[str, set[str]] = defaultdict(set)
    for quad in in_sources:
        if quad.predicate.value == str(RDF.type):
            classes[str(quad.subject)].add(str(getattr(quad.object, "value", "")))
    assert [node for node, found in classes.items() if not found & targets] == []
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in in_sources)
