"""What the graph says of its cell studies, by the questions of the catalogue, as studies of a map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import structs

from cellkg.answers import ask
from cellkg.catalogue import Column, Question, find_question, read_question
from cellkg.identifiers import VOCABULARY
from cellkg.resources import shipped
from cellkg.store import Store
from cellkg.summaries import Record, has_summaries, open_summaries
from cellkg.vocabulary import CELLKG

from .states import UNREAD, Study, last_day

Facet = Literal["product", "tissue", "donor", "route"]
Level = Literal["endpoint", "instrument", "domain"]

NOT_STATED = "not stated"

OF_A_STUDY = ("study-facets", "study-course", "study-conditions", "study-endpoints", "participant-numbers")
OF_A_TERM = "conditions-under"
OF_ALL = ("map-words", "sources-searched")
SUMMED = (*OF_A_STUDY, OF_A_TERM, *OF_ALL)
"""The questions whose rows a build sums up."""

DISPUTED = "disputed: "
"""What begins the value of a study whose sources name products of different classes."""

_ONTOLOGIES = ("MONDO:", "cellkg:", "HP:", "MESH:")


@dataclass(frozen=True, slots=True)
class Term:
    """A condition of a study: its label and the CURIE of its term, which is empty where no term is linked."""

    label: str
    curie: str


@dataclass(frozen=True, slots=True)
class Searched:
    """A source that was searched: how many documents or records, and the days of its copies, where it states them."""

    source: str
    documents: int
    first_day: str
    day: str

    def __str__(self) -> str:
        """Say it in words."""
        days = " to ".join(dict.fromkeys(day for day in (self.first_day, self.day) if day))
        return f"{self.source} ({self.documents}, {f'of {days}' if days else 'undated'})"


def rows(store: Store, name: str, within: Collection[str] | None = None, **parameters: str) -> Iterable[Record]:
    """Return the rows of a question of the map or of the catalogue, each cell as text, a gap as the empty text.

    ``within`` are the IRIs of the studies that are asked about; by default all. Where the build of the store has
    summaries they are read, else the question is asked.
    """
    build: Path | None = getattr(store, "build", None)
    if name in SUMMED and has_summaries(build):
        assert build is not None
        return _summed(build, name, within, parameters)
    return asked_rows(store, name, {} if within is None else marks_of_studies(within), parameters)


def marks_of_studies(iris: Collection[str]) -> dict[str, str]:
    """Return what stands at the marks of a question that is asked about some studies."""
    values = f"VALUES ?s {{ {' '.join(f'<{iri}>' for iri in sorted(iris))} }}"
    has_arm, has_administration, of_product = CELLKG.hasArm, CELLKG.hasAdministration, CELLKG.ofProduct
    return {
        "studies": values,
        "worded": f"{values} ?s <{VOCABULARY}conditionAsWritten> ?words .",
        "given": f"{values} ?s <{has_arm}>/<{has_administration}> ?administration . "
        f"?administration <{of_product}> ?product .",
    }


def asked_rows(
    store: Store, name: str, marks: Mapping[str, str], parameters: Mapping[str, str] | None = None
) -> list[Record]:
    """Return the rows of a question that is asked of a store, with texts in the place of marks of the query.

    In the place of the mark ``key`` stands a variable, which becomes a column of that name too.
    """
    question = find(name)
    text, columns = question.text, question.header.columns
    for mark, value in marks.items():
        text = text.replace(f"#@{mark}\n", f"{value}\n")
    if "key" in marks:
        columns = (Column(name=marks["key"].removeprefix("?"), type="string"), *columns)
    question = structs.replace(question, text=text, header=structs.replace(question.header, columns=columns))
    answer = ask(store, question, parameters)
    return [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in answer.records()]


def find(name: str) -> Question:
    """Return a question of the map, or one of the catalogue."""
    own = shipped("queries") / "gaps" / f"{name}.rq"
    return read_question(own) if own.is_file() else find_question(name)


def _summed(build: Path, name: str, within: Collection[str] | None, parameters: Mapping[str, str]) -> Iterator[Record]:
    with open_summaries(build) as summaries:
        for row in summaries.rows(name, within):
            if all(row[column] == value for column, value in parameters.items()):
                yield row


def read_sources(store: Store) -> list[Searched]:
    """Return the sources of the graph; the day of a registry is that of its own copy, or of its last update."""
    return searched_of(rows(store, "sources-searched"))


def searched_of(rows: Iterable[Record]) -> list[Searched]:
    """Return the sources of rows of ``sources-searched``."""
    return [
        Searched(
            row["source"],
            int(row["documents"]),
            row.get("first_copied", ""),
            max(row.get("copied", ""), row.get("retrieved", "")) or row.get("newest", ""),
        )
        for row in rows
    ]


def newest_day(sources: list[Searched]) -> date | None:
    """Return the newest day that a source states, if any does."""
    return max((last_day(each.day) for each in sources if each.day), default=None)


def read_studies(store: Store, facet: Facet, level: Level, within: Collection[str] | None = None) -> dict[str, Study]:
    """Return the cell studies of people by name, all or those of some IRIs, with values of a facet and endpoints.

    A study whose sources name products of different classes for the same administration, or one source beside
    another, has one value for products: that it is disputed.
    """
    studies: dict[str, Study] = {}
    _read_values(store, facet, studies, within)
    _read_course(store, studies, within)
    _read_participants(store, studies, within)
    _read_endpoints(store, level, studies, within)
    return studies


def read_conditions(store: Store, studies: dict[str, Study]) -> dict[str, list[set[Term]]]:
    """Return the conditions of each study: the terms of all ontologies for each wording, or the words alone."""
    linked: dict[tuple[str, str], set[Term]] = defaultdict(set)
    for row in rows(store, "study-conditions"):
        if row["study"] in studies:
            linked[row["study"], row["words"]].add(Term(row["term"] or row["words"], row["curie"]))
    found: dict[str, list[set[Term]]] = defaultdict(list)
    for (study, _), terms in linked.items():
        found[study].append(terms)
    return found


def labels_of(terms: set[Term]) -> set[str]:
    """Return the labels of the first ontology that has a term for a wording."""
    for ontology in _ONTOLOGIES:
        if of_it := {term for term in terms if term.curie.startswith(ontology)}:
            return {term.label for term in of_it}
    return {term.label for term in terms}


def _read_values(store: Store, facet: Facet, studies: dict[str, Study], within: Collection[str] | None) -> None:
    places: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    sources: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows(store, "study-facets", within):
        study = studies.setdefault(row["study"], Study(row["study"]))
        if row["facet"] == facet:
            study.values.add(row["value"])
            places[study.name][row["given"]].add(row["value"])
            sources[study.name][row["source"]].add(row["value"])
    for study in studies.values():
        if facet == "product":
            together = any(len(values) > 1 for values in places[study.name].values())
            if together or len({frozenset(values) for values in sources[study.name].values()}) > 1:
                study.claims = set(study.values)
        if study.disputed:
            study.values = {DISPUTED + " or ".join(sorted(study.values))}
        study.values = study.values or {NOT_STATED}


def _read_course(store: Store, studies: dict[str, Study], within: Collection[str] | None) -> None:
    by_field: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for row in rows(store, "study-course", within):
        if row["study"] in studies:
            by_field[row["study"]][row["field"]].add((row["source"], row["value"]))
    for name, said in by_field.items():
        study = studies[name]
        study.statuses = _values(said["status"])
        study.primary_completion = _one(said["primary completion"])
        study.completion_is_actual = _values(said["primary completion kind"]) == {"ACTUAL"}
        study.reason = _one(said["reason"])
        study.record_day = max(_values(said["record"]), default=None)
        study.has_results = bool(said["results first posted"])
        kind = {"ACTUAL": "enrolled", "ESTIMATED": "planned"}.get(_one(said["enrolment kind"]) or "", "kind not stated")
        for value in _values(said["enrolment"]):
            study.participants.setdefault(kind, set()).add(int(value))


def _values(said: set[tuple[str, str]]) -> set[str]:
    return {value for _, value in said}


def _one(said: set[tuple[str, str]]) -> str | None:
    """The one value that all say, or none where they differ."""
    values = _values(said)
    return values.pop() if len(values) == 1 else None


def _read_participants(store: Store, studies: dict[str, Study], within: Collection[str] | None) -> None:
    kinds = {"enrolled": "enrolled", "planned": "planned", NOT_STATED: "kind not stated"}
    for row in rows(store, "participant-numbers", within):
        kind = kinds.get(row["n_kind"])
        if row["study"] in studies and kind and row["population"] in ("patients", NOT_STATED):
            studies[row["study"]].participants.setdefault(kind, set()).add(int(row["n"]))


def _read_endpoints(store: Store, level: Level, studies: dict[str, Study], within: Collection[str] | None) -> None:
    for row in rows(store, "study-endpoints", within):
        study = studies.get(row["study"])
        if study is None:
            continue
        name = row[level] or row["endpoint"]
        (study.reported if row["state"] == "reported" else study.planned).add(name)
        study.has_results = study.has_results or row["state"] == "reported"
    for study in studies.values():
        if not study.endpoints:
            study.planned.add(UNREAD)
