"""Ask the rules, and put the rows on the same matter of a study together as one finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox
from msgspec import structs

from cellkg.answers import ask
from cellkg.catalogue import Question
from cellkg.errors import DataError, NotFoundError
from cellkg.store import Store

from .deciding import read_decisions
from .findings import KINDS, NOT_REPORTED, Claim, Finding, Kind, View
from .places import Places
from .rules import rules

_SIDES = ("first", "second")

_SOURCES = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?graph ?key ?version ?issued WHERE {{
  VALUES ?graph {{ {iris} }}
  GRAPH ?graph {{ ?graph cellkg:sourceKey ?key }}
  OPTIONAL {{ GRAPH ?graph {{ ?graph cellkg:versionDate ?version }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?graph dcterms:issued ?issued }} }}
}}
"""
_LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?iri ?preferred ?label WHERE {{
  VALUES ?iri {{ {iris} }}
  OPTIONAL {{ ?iri skos:prefLabel ?preferred }}
  OPTIONAL {{ ?iri rdfs:label ?label }}
}}
ORDER BY ?iri ?preferred ?label
"""
_STUDY = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?s ?graph WHERE {{ ?s rdfs:label {name} ; a cellkg:Study . GRAPH ?graph {{ ?s a cellkg:Study }} }}
"""
SEVERAL = "several-sources"
"""The tag of a rule that compares sources or versions: a study of one source needs no such rule."""


class _Side(NamedTuple):
    """One side of a row, as the query returns it."""

    said: str
    value: str
    node: str
    property: str
    graph: str


def ask_conflicts(
    store: Store, study: str | None = None, *, kinds: tuple[Kind, ...] = KINDS, view: View = "all"
) -> list[Finding]:
    """Return what is at odds in one study, or in all, in the order of kinds, rules and studies.

    The curated view leaves out what a decision of a curator settles; a decision whose source says something else by
    now settles nothing.

    Raises:
        NotFoundError: the graph has no study of that name.
    """
    named = _Named(store, study) if study else None
    found = _Matters()
    for rule in rules(kinds):
        if named and named.sources == 1 and SEVERAL in rule.question.header.tags:
            continue
        question = named.within(rule.question) if named else rule.question
        for row in ask(store, question, {"study": study} if study else {}).records():
            texts = {name: "" if cell is None else str(cell) for name, cell in row.items()}
            found.add(rule.kind, rule.question, texts)
    decided = read_decisions(store)
    findings = [decided.on(each) for each in found.findings(store)]
    return [each for each in findings if view == "all" or not each.is_settled]


class _Named:
    """The studies of a label; a rule that is told their IRIs reads nothing of other studies."""

    def __init__(self, store: Store, study: str) -> None:
        rows = list(_rows(store, _STUDY.format(name=ox.Literal(study))))
        if not rows:
            raise NotFoundError(f"no study {study!r} in the graph; name it by its registry id or its label")
        self.sources = len({row["graph"].value for row in rows})
        self._values = f"VALUES ?s {{ {_listed({row['s'].value for row in rows})} }}"

    def within(self, question: Question) -> Question:
        text = question.text.replace("#@parameters", f"{self._values}\n#@parameters")
        return structs.replace(question, text=text)


class _Matters:
    """Rows that were gathered, by what they are about."""

    def __init__(self) -> None:
        self._sides: dict[tuple[Kind, str, str, str], dict[_Side, None]] = defaultdict(dict)
        self._questions: dict[str, Question] = {}

    def add(self, kind: Kind, question: Question, row: dict[str, str]) -> None:
        self._questions[question.name] = question
        sides = self._sides[kind, question.name, row["study"], row["about"]]
        for side in _SIDES:
            about = (
                row[f"{side}_said"],
                row[side],
                row[f"{side}_node"],
                row[f"{side}_property"],
                row[f"{side}_source"],
            )
            sides[_Side(*about)] = None

    def findings(self, store: Store) -> Iterator[Finding]:
        sides = [side for group in self._sides.values() for side in group]
        texts = [about for *_, about in self._sides]
        labels = _labels(store, {text for text in [*(side.value for side in sides), *texts] if _is_iri(text)})
        sources = _sources(store, {side.graph for side in sides})
        places = Places(store, (side.node for side in sides))
        for (kind, name, study, about), group in self._sides.items():
            claims = [_claim(side, labels, sources, places) for side in group]
            yield Finding(
                kind=kind,
                rule=name,
                question=self._questions[name].header.summary,
                study=study,
                about=labels.get(about, about),
                claims=tuple(sorted(dict.fromkeys(claims), key=_by_day)),
            )


def _claim(side: _Side, labels: dict[str, str], sources: dict[str, tuple[str, str]], places: Places) -> Claim:
    key, day = sources.get(side.graph, (side.graph.rpartition("/")[2], ""))
    spot = places.spot(side.graph, side.node, side.property, side.value)
    value = labels.get(side.value, side.value)
    return Claim(
        said=side.said,
        value=value,
        source=key,
        graph=side.graph,
        date=day,
        place="" if side.value == NOT_REPORTED else spot.place,
        as_written=spot.as_written,
    )


def _columns(side: str) -> tuple[str, ...]:
    """The columns of a side, in the order of its fields."""
    return f"{side}_said", side, f"{side}_node", f"{side}_property", f"{side}_source"


def _by_day(claim: Claim) -> tuple[str, ...]:
    return claim.date or "9999", claim.source, claim.said, claim.value, claim.place


def _sources(store: Store, graphs: set[str]) -> dict[str, tuple[str, str]]:
    """Return key and day of each source."""
    found = {}
    for row in _rows(store, _SOURCES.format(iris=_listed(graphs))):
        day = row["version"] or row["issued"]
        found[row["graph"].value] = row["key"].value, day.value if day is not None else ""
    return found


def _labels(store: Store, iris: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows(store, _LABELS.format(iris=_listed(iris))):
        label = row["preferred"] or row["label"]
        if label is not None:
            found.setdefault(row["iri"].value, label.value)
    return found


def _is_iri(text: str) -> bool:
    return text.startswith(("http://", "https://")) and " " not in text


def _listed(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in sorted(iris) if iri)


def _rows(store: Store, query: str) -> Iterable[ox.QuerySolution]:
    answer = store.query(query)
    if not isinstance(answer, ox.QuerySolutions):
        raise DataError(f"{store.where} answers a SELECT query with something else than rows")
    return answer
