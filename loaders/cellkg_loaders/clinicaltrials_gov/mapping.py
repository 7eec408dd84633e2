"""From a raw record to quads: the record is walked once, by the plan of ``fields.tsv``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, URIRef

from cellkg.errors import InputError
from cellkg.identifiers import PREFIXES, VOCABULARY, below, mint, slug
from cellkg.lexicon import Lexicon, UnknownWordError
from cellkg.loading import Findings
from cellkg.ntriples import Literal, Quad, boolean, date, decimal, integer, text
from cellkg.vocabulary import CELLKG as C

from .fields import Plan
from .reading import RawRecord
from .values import masked, read_age_years, read_number, read_p_value
from .version import SOURCE_KEY, Version

_DEEPEST = 40
_MEASUREMENT = URIRef(f"{VOCABULARY}Measurement")
_STUDY_TYPES = {
    "INTERVENTIONAL": "clinical trial",
    "OBSERVATIONAL": "observational study",
    "EXPANDED_ACCESS": "expanded access",
}
Pair = tuple[URIRef, URIRef | Literal]


def _own(name: str) -> URIRef:
    return URIRef(VOCABULARY + name)


class Mapper:
    """Walks records by a plan; unknown paths and words are counted in the findings."""

    def __init__(self, plan: Plan, lexicon: Lexicon, findings: Findings) -> None:
        self._plan, self._lexicon, self._findings = plan, lexicon, findings
        self._forms: dict[str, Callable[[Walk, Plan, Any], Iterator[Pair]]] = {
            "text": _text,
            "citation": _citation,
            "integer": _integer,
            "boolean": _boolean,
            "date": _date,
            "number": _number,
            "pvalue": _p_value,
            "age": _age,
            "geo": _geo,
            "mesh": _mesh,
            "group": _group,
            "organisation": _organisation,
            "phases": _phases,
            "identity": _identity,
            "studytype": _study_type,
        }

    def quads(self, raw: RawRecord, version: Version) -> Iterator[Quad]:
        """Yield every quad of a record, in the graph of its version.

        Raises:
            InputError: a value of a type that its field cannot have.
        """
        walk = Walk(self, raw, version)
        yield from _version_quads(version, self._lexicon)
        for subject, predicate, value in walk.statements(self._plan):
            yield Quad(subject, predicate, value, version.graph)

    def form(self, plan: Plan) -> Callable[[Walk, Plan, Any], Iterator[Pair]]:
        """Return the writer of a leaf."""
        form = plan.row.form if plan.row else ""
        return _listed if form.startswith("list:") else self._forms[form]

    def word(self, name: str, label: str) -> URIRef:
        """Return the IRI of a word of a list."""
        return self._lexicon.iri(name, label)

    def unknown(self, path: str) -> None:
        """Count a path that the table does not know."""
        self._findings.counts[f"unknown field {path}"] += 1


class Walk:
    """One walk through one record."""

    def __init__(self, mapper: Mapper, raw: RawRecord, version: Version) -> None:
        self.mapper, self.raw, self.version = mapper, raw, version
        self.study = mint(version.nct_id)
        self.base = below(self.study, SOURCE_KEY)
        self.made: list[tuple[URIRef, URIRef, URIRef | Literal]] = []
        self.arms: dict[str, URIRef] = {}
        self.groups: dict[tuple[str, str], URIRef] = {}
        self.record: dict[str, Any] = {}

    def statements(self, plan: Plan) -> list[tuple[URIRef, URIRef, URIRef | Literal]]:
        """Return the statements of the record, in the order of its fields."""
        self._index_groups(self.raw.study, "")
        self.made.append((self.study, RDF.type, C.Study))
        self._object(self.raw.study, plan, self.study, "", 0)
        return self.made

    def place(self, pointer: str, found: str) -> InputError:
        """Return an error at a place of the record."""
        where = f"{self.raw.place}{pointer}"
        return InputError(self.raw.file, where, found, "the record is set aside; fetch it again or mend it")

    def _object(self, value: Any, plan: Plan, node: URIRef, pointer: str, depth: int) -> None:
        if not isinstance(value, dict):
            raise self.place(pointer, f"expected an object, found {type(value).__name__}")
        if depth > _DEEPEST:
            raise self.place(pointer, "nested too deeply")
        outer, self.record = self.record, value
        for key, child in value.items():
            inner = plan.below.get(key)
            if inner is None:
                self.mapper.unknown(_path(f"{pointer}/{key}"))
            elif child is not None:
                self._child(child, inner, node, f"{pointer}/{_escaped(key)}", depth + 1)
        self.record = outer

    def _child(self, value: Any, plan: Plan, node: URIRef, pointer: str, depth: int) -> None:
        if plan.row is not None and plan.row.form == "ignored":
            return
        if plan.is_list and plan.row is not None and plan.row.form == "phases":
            self._leaf(value, plan, node, pointer)
        elif plan.is_list:
            if not isinstance(value, list):
                raise self.place(pointer, f"expected a list, found {type(value).__name__}")
            for i, item in enumerate(value):
                self._one(item, plan, node, f"{pointer}/{i}", depth)
        else:
            self._one(value, plan, node, pointer, depth)

    def _one(self, value: Any, plan: Plan, node: URIRef, pointer: str, depth: int) -> None:
        if plan.node_class is not None:
            self._object(value, plan, self._node(plan, node, pointer), pointer, depth)
        elif plan.below and (plan.row is None or plan.row.form != "geo"):
            self._object(value, plan, node, pointer, depth)
        else:
            self._leaf(value, plan, node, pointer)

    def _node(self, plan: Plan, above: URIRef, pointer: str) -> URIRef:
        node = URIRef(f"{self.base}{pointer}")
        assert plan.predicate is not None and plan.node_class is not None
        self.made.append((node, plan.predicate, above) if plan.inverse else (above, plan.predicate, node))
        self.made.append((node, RDF.type, plan.node_class))
        self.made.append((node, C.pointer, text(pointer)))
        if plan.node_class == _MEASUREMENT:
            self.made.append((node, _own("ofMeasure"), URIRef(node.partition("/classes/")[0])))
        if plan.constant:
            self.made.append((node, _own(plan.constant[0]), self._constant(*plan.constant)))
        return node

    def _constant(self, key: str, value: str) -> URIRef | Literal:
        lists = {"rank": "rank", "printedAs": "sponsor_label"}
        return self.mapper.word(lists[key], value) if key in lists else text(value)

    def _leaf(self, value: Any, plan: Plan, node: URIRef, pointer: str) -> None:
        self.pointer = pointer
        for predicate, term in self.mapper.form(plan)(self, plan, value):
            self.made.append((node, predicate, term))

    def _index_groups(self, value: Any, pointer: str) -> None:
        results = value.get("resultsSection") if isinstance(value, dict) else None
        for module, key in _GROUP_LISTS:
            part = results.get(module) if isinstance(results, dict) else None
            if isinstance(part, dict):
                self._index(part.get(key), f"/resultsSection/{module}/{key}", module)
        outcomes = results.get("outcomeMeasuresModule") if isinstance(results, dict) else None
        measures = outcomes.get("outcomeMeasures") if isinstance(outcomes, dict) else None
        for i, measure in enumerate(measures if isinstance(measures, list) else []):
            if isinstance(measure, dict):
                start = f"/resultsSection/outcomeMeasuresModule/outcomeMeasures/{i}"
                self._index(measure.get("groups"), f"{start}/groups", start)

    def _index(self, groups: Any, pointer: str, scope: str) -> None:
        for i, group in enumerate(groups if isinstance(groups, list) else []):
            if isinstance(group, dict) and isinstance(group.get("id"), str):
                self.groups.setdefault((scope, group["id"]), URIRef(f"{self.base}{pointer}/{i}"))

    def group(self, group_id: str) -> URIRef | None:
        """Return the node of a group by its id, within the part of the record that is walked."""
        steps = self.pointer.split("/")
        scope = "/".join(steps[:5]) if steps[2:3] == ["outcomeMeasuresModule"] else steps[2]
        return self.groups.get((scope, group_id))


_GROUP_LISTS = (
    ("participantFlowModule", "groups"),
    ("baselineCharacteristicsModule", "groups"),
    ("adverseEventsModule", "eventGroups"),
)


def _text(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if not isinstance(value, str):
        raise walk.place(walk.pointer, f"expected a text, found {type(value).__name__}")
    if value:
        yield plan.predicate, text(masked(value))


def _citation(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    # A citation names its authors; with a PubMed id it says nothing more.
    if "pmid" not in walk.record:
        yield from _text(walk, plan, value)


def _integer(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if isinstance(value, bool) or not isinstance(value, int):
        raise walk.place(walk.pointer, f"expected a whole number, found {value!r:.40}")
    if value < 0:
        raise walk.place(walk.pointer, f"expected a number that is not negative, found {value}")
    yield plan.predicate, integer(value)


def _boolean(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if not isinstance(value, bool):
        raise walk.place(walk.pointer, f"expected true or false, found {value!r:.40}")
    yield plan.predicate, boolean(value)


def _date(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    try:
        # Some dates carry a time of day; the graph keeps the day, with the precision that the record has.
        yield plan.predicate, date(str(value).partition("T")[0])
    except ValueError:
        raise walk.place(walk.pointer, f"not a date: {value!r:.40}") from None


def _number(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if not isinstance(value, str):
        raise walk.place(walk.pointer, f"expected a number as text, found {value!r:.40}")
    name = plan.predicate.removeprefix(VOCABULARY)
    yield _own(f"written{name[0].upper()}{name[1:]}"), text(value)
    number = read_number(value)
    if number is not None:
        yield plan.predicate, decimal(number)


def _p_value(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if not isinstance(value, str):
        raise walk.place(walk.pointer, f"expected a p value as text, found {value!r:.40}")
    yield _own("writtenPValue"), text(value)
    read = read_p_value(value)
    if read:
        yield plan.predicate, decimal(read[1])
        if read[0]:
            yield _own("pComparator"), text(read[0])


def _age(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    yield from _text(walk, plan, value)
    years = read_age_years(value)
    if years is not None:
        yield URIRef(f"{plan.predicate}Years"), decimal(years)


def _geo(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    if not isinstance(value, dict):
        raise walk.place(walk.pointer, f"expected a place, found {value!r:.40}")
    for key, name in (("lat", "latitude"), ("lon", "longitude")):
        if isinstance(value.get(key), int | float):
            yield _own(name), decimal(Decimal(str(value[key])))


def _mesh(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if not isinstance(value, str) or not value.isalnum():
        raise walk.place(walk.pointer, f"no MeSH id: {value!r:.40}")
    yield plan.predicate, URIRef(PREFIXES["MESH"] + value)


def _group(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    node = walk.group(value) if isinstance(value, str) else None
    if node is None:
        raise walk.place(walk.pointer, f"no group {value!r:.40} in this part of the record")
    yield plan.predicate, node


def _organisation(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None
    if not isinstance(value, str) or not slug(value):
        raise walk.place(walk.pointer, f"no name of an organisation: {value!r:.40}")
    if walk.record.get("class") == "INDIV":
        return
    name = masked(value)
    organisation = mint("organisation", slug(name))
    walk.made.append((organisation, RDF.type, C.Organisation))
    walk.made.append((organisation, RDFS.label, text(name)))
    yield plan.predicate, organisation


def _listed(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    assert plan.predicate is not None and plan.row is not None
    name = plan.row.form.removeprefix("list:")
    try:
        yield plan.predicate, walk.mapper.word(name, value)
    except (UnknownWordError, TypeError):
        raise walk.place(walk.pointer, f"{value!r:.40} is not in the list {name!r}") from None


def _phases(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    # The registry lists two phases for a trial of phase 1/2; together they are one value.
    assert plan.predicate is not None
    if not isinstance(value, list) or not all(isinstance(phase, str) for phase in value):
        raise walk.place(walk.pointer, f"expected a list of phases, found {value!r:.40}")
    if value:
        yield plan.predicate, walk.mapper.word("phase", "|".join(sorted(value)))


def _study_type(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    if value not in _STUDY_TYPES:
        raise walk.place(walk.pointer, f"no type of study: {value!r:.40}")
    yield RDF.type, walk.mapper.word("study_type", _STUDY_TYPES[value])


def _identity(walk: Walk, plan: Plan, value: Any) -> Iterator[Pair]:
    yield C.registryId, text(value)
    yield RDFS.label, text(value)
    yield C.identifiedBy, walk.mapper.word("identified_by", "registry id")


def _version_quads(version: Version, lexicon: Lexicon) -> Iterator[Quad]:
    graph = version.graph
    pairs: list[Pair] = [
        (RDF.type, C.Source),
        (RDF.type, PROV.Entity),
        (RDF.type, DCAT.Dataset),
        (RDFS.label, text(f"ClinicalTrials.gov record of {version.nct_id}, {version.date}")),
        (C.sourceKey, text(SOURCE_KEY)),
        (C.sourceKind, lexicon.iri("source_kind", "registry")),
        (C.loader, text("clinicaltrials_gov")),
        (_own("versionOf"), mint(version.nct_id)),
        (C.sha256, text(version.digest)),
        (DCAT.landingPage, URIRef(f"https://clinicaltrials.gov/study/{version.nct_id}")),
        (DCTERMS.rights, text("U.S. National Library of Medicine, ClinicalTrials.gov; see its terms and conditions")),
    ]
    if version.date != "undated":
        pairs.append((_own("versionDate"), date(version.date)))
    if version.processed:
        pairs.append((_own("processedOn"), date(version.processed)))
    for predicate, value in pairs:
        yield Quad(graph, predicate, value, graph)


def _path(pointer: str) -> str:
    return ".".join(step if not step.isdigit() else "[]" for step in pointer.split("/")[1:]).replace(".[]", "[]")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
