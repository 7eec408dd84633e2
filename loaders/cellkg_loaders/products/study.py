"""The texts of a record that the reader looks at: titles, descriptions, arms, interventions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .passages import Passage, Whole

_PROTOCOL = "/protocolSection"
_ARMS = f"{_PROTOCOL}/armsInterventionsModule"


@dataclass(frozen=True)
class Arm:
    """An arm with its texts and the numbers of the interventions that it is given."""

    number: int
    pointer: str
    kind: str
    label: str
    passages: tuple[Passage, ...]
    interventions: frozenset[int]


@dataclass(frozen=True)
class Intervention:
    """An intervention with its texts: name, other names, description."""

    number: int
    pointer: str
    kind: str
    name: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Record:
    """The texts of one record."""

    study: str
    titles: tuple[Passage, ...]
    keywords: tuple[Passage, ...]
    conditions: tuple[Passage, ...]
    summary: tuple[Passage, ...]
    description: tuple[Passage, ...]
    outcomes: tuple[Passage, ...]
    eligibility: tuple[Passage, ...]
    arms: tuple[Arm, ...]
    interventions: tuple[Intervention, ...]
    randomised: bool
    crossover: bool = False
    interventional: bool = True
    whole: Whole = field(default_factory=Whole)
    mesh: tuple[tuple[str, str], ...] = ()

    def passages(self) -> Iterator[Passage]:
        """Yield every text of the record."""
        yield from (*self.titles, *self.keywords, *self.conditions, *self.summary, *self.description)
        yield from (p for one in self.interventions for p in one.passages)
        yield from (p for arm in self.arms for p in arm.passages)
        yield from (*self.outcomes, *self.eligibility)


def read_study(study: dict[str, Any]) -> Record:
    """Return the texts of a record of ClinicalTrials.gov (API v2)."""
    protocol = _object(study, "protocolSection")
    naming, describing = _object(protocol, "identificationModule"), _object(protocol, "descriptionModule")
    outcomes, arms = _object(protocol, "outcomesModule"), _object(protocol, "armsInterventionsModule")
    conditions, eligible = _object(protocol, "conditionsModule"), _object(protocol, "eligibilityModule")
    designing = _object(protocol, "designModule")
    design = _object(designing, "designInfo")
    interventions = tuple(_interventions(arms))
    record = Record(
        study=str(naming.get("nctId", "")),
        titles=_fields("title", f"{_PROTOCOL}/identificationModule", naming, "briefTitle", "officialTitle"),
        keywords=_fields("keyword", f"{_PROTOCOL}/conditionsModule", conditions, "keywords"),
        conditions=_fields("condition", f"{_PROTOCOL}/conditionsModule", conditions, "conditions"),
        summary=(
            *_fields("summary", f"{_PROTOCOL}/descriptionModule", describing, "briefSummary"),
            *_fields("summary", f"{_PROTOCOL}/designModule/designInfo", design, "interventionModelDescription"),
        ),
        description=_fields("description", f"{_PROTOCOL}/descriptionModule", describing, "detailedDescription"),
        outcomes=tuple(_outcomes(outcomes)),
        eligibility=_fields("eligibility", f"{_PROTOCOL}/eligibilityModule", eligible, "eligibilityCriteria"),
        arms=tuple(_arms(arms, interventions)),
        interventions=interventions,
        randomised=design.get("allocation") == "RANDOMIZED" or _says_randomised(naming),
        crossover=design.get("interventionModel") == "CROSSOVER",
        interventional=designing.get("studyType") != "OBSERVATIONAL",
        mesh=tuple(_mesh(study)),
    )
    for passage in record.passages():
        record.whole.texts.append(passage.text)
        passage.whole = record.whole
    return record


def _says_randomised(naming: dict[str, Any]) -> bool:
    """Old records have no allocation, but say it in their title."""
    return bool(re.search(r"\brandomi[sz]ed\b", str(naming.get("officialTitle")), re.IGNORECASE))


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _objects(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    listed = parent.get(key)
    return [each if isinstance(each, dict) else {} for each in listed] if isinstance(listed, list) else []


def _fields(section: str, pointer: str, parent: dict[str, Any], *keys: str, number: int = -1) -> tuple[Passage, ...]:
    return tuple(
        Passage(where, section, text, number)
        for key in keys
        for where, text in _texts(f"{pointer}/{key}", parent.get(key))
    )


def _texts(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value.strip():
        yield pointer, value
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _texts(f"{pointer}/{i}", one)


def _interventions(module: dict[str, Any]) -> Iterator[Intervention]:
    for i, each in enumerate(_objects(module, "interventions")):
        pointer = f"{_ARMS}/interventions/{i}"
        yield Intervention(
            number=i,
            pointer=pointer,
            kind=str(each.get("type", "")),
            name=str(each.get("name", "")),
            passages=(
                *_fields("name", pointer, each, "name", number=i),
                *_fields("other name", pointer, each, "otherNames", number=i),
                *_fields("intervention", pointer, each, "description", number=i),
            ),
        )


def _arms(module: dict[str, Any], interventions: tuple[Intervention, ...]) -> Iterator[Arm]:
    listed = _objects(module, "interventions")
    for i, each in enumerate(_objects(module, "armGroups")):
        pointer = f"{_ARMS}/armGroups/{i}"
        label = str(each.get("label", ""))
        names = {name for said in each.get("interventionNames") or () for name in (said, said.partition(": ")[2])}
        given = {one.number for one in interventions if one.name in names}
        given |= {n for n, one in enumerate(listed) if label in (one.get("armGroupLabels") or ())}
        yield Arm(
            number=i,
            pointer=pointer,
            kind=str(each.get("type", "")),
            label=label,
            passages=(
                *_fields("arm label", pointer, each, "label", number=i),
                *_fields("arm", pointer, each, "description", number=i),
            ),
            interventions=frozenset(given),
        )


def _outcomes(module: dict[str, Any]) -> Iterator[Passage]:
    for kind in ("primaryOutcomes", "secondaryOutcomes"):
        for i, each in enumerate(_objects(module, kind)):
            yield from _fields("outcome", f"{_PROTOCOL}/outcomesModule/{kind}/{i}", each, "measure", "description")


def _mesh(study: dict[str, Any]) -> Iterator[tuple[str, str]]:
    module = _object(_object(study, "derivedSection"), "conditionBrowseModule")
    for each in _objects(module, "meshes"):
        yield str(each.get("id", "")), str(each.get("term", ""))
