"""A study as all its sources tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cellkg.answers import ask
from cellkg.catalogue import find_question
from cellkg.errors import NotFoundError
from cellkg.history import history
from cellkg.identifiers import THINGS, compress
from cellkg.projection import facts
from cellkg.projection.statements import Said
from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from .arms import arms_of
from .asking import page_rows, thing_iri
from .conflicts import conflicts_of
from .events import safety_of
from .keys import REGISTRY, key_of, words
from .outcomes import planned_of, posted_of
from .parts import NOTE, Fact, Link, Source, Spot
from .study_records import Change, Difference, FlowRow, Publication, StudyConflicts, StudyView
from .told import Told, facts_of, told_of

_TIES = (
    "hasArm", "hasAdministration", "ofProduct", "hasDose", "hasProcessing", "hasOccasion", "hasFraction",
    "hasComponent", "hasProcedure", "lasts", "usesIntervention", "makesProduct", "hasIntendedUse", "hasOutcomeMeasure",
    "hasTime", "hasResult", "hasBaseline", "hasFinal", "timeFrom", "timeTo", "resolvedWithin", "hasPopulation",
    "hasFollowUp", "hasSponsorship", "^reports",
)  # fmt: skip
_SAID = words(
    "officialTitle", "acronym", "status", "whyStopped", "phase", "conditionAsWritten", "condition", "primaryPurpose",
    "allocation", "assignment", "masking", "eligibleSex", "minimumAge", "maximumAge",
    "briefSummary", "therapyNamed",
)  # fmt: skip
_DATES = words(
    "firstPosted", "startDate", "primaryCompletionDate", "completionDate", "unlabelledDate", "resultsFirstPosted",
    "lastUpdatePosted",
)  # fmt: skip
_ABOUT = {
    "assignment": "cellkg:assignment", "masking": "cellkg:masking", "phase": "cellkg:phase", "status": "cellkg:status",
    "indication": "cellkg:condition", "route": "cellkg:route", "product": "cellkg:productType",
    "donor relation": "cellkg:donorRelation", "participants": "cellkg:n",
}  # fmt: skip
_REGISTRY_ID = re.compile(r"NCT\d{8}")


def study_view(store: Store, key: str) -> StudyView:
    """Return a study by its registry id, or by the step of its IRI.

    Raises:
        NotFoundError: the graph knows no such study.
    """
    study = thing_iri(key)
    told = told_of(store, study, *_TIES)
    if not told.is_a(study, C.Study):
        raise NotFoundError(f"no study {key[:100]!r} in this graph; search for it by name or words")
    name = told.name(study)
    sources = _sources(told, study)
    held, earlier_not_held, changes = _versions(store, name)
    titles = [said.value for said in told.of(study, "http://purl.org/dc/terms/title")]
    return StudyView(
        iri=study,
        key=study.removeprefix(THINGS),
        name=name,
        title=titles[0] if titles else name,
        data_date=max((source.copied or source.day for source in sources), default=""),
        sources=sources,
        note=NOTE,
        facts=(*_facts(told, study), *_sites(store, study)),
        dates=tuple(_dates(told, study)),
        people=(*facts_of(facts.people(told, study)), *facts_of(facts.follow_up(told, study))),
        arms=arms_of(told, study),
        planned=planned_of(told, study),
        changes_reported=facts_of(facts.results(told, study), study),
        posted=posted_of(store, study, name),
        safety=safety_of(store, told, study),
        flow=_flow(store, study),
        versions=held,
        earlier_versions_not_held=earlier_not_held,
        version_changes=changes,
        publications=_publications(told, study),
        disputed=facts_of(facts.disputed(told, study)),
        differences=_differences(store, name) if len(sources) > 1 else (),
        conflicts=conflicts_of(store, name),
        links=_links(store, told, study),
    )


def study_conflicts(store: Store, key: str) -> StudyConflicts:
    """Return what does not fit together in a study by its registry id, or by the step of its IRI.

    Raises:
        NotFoundError: the graph knows no such study.
    """
    view = study_view(store, key)
    return StudyConflicts(**{name: getattr(view, name) for name in StudyConflicts.__struct_fields__})


def _sources(told: Told, study: str) -> tuple[Source, ...]:
    iris = dict.fromkeys(said.source for said in told.about(study) if "/source/" in said.source)
    return tuple(sorted((told.source(iri) for iri in iris), key=lambda each: (each.kind != "registry", each.iri)))


def _facts(told: Told, study: str) -> tuple[Fact, ...]:
    identity = facts_of(facts.identity(told, study))
    return (*identity, *dict.fromkeys(told.plain(study, *_SAID)), *_enrolled(told, study), *_sponsors(told, study))


def _enrolled(told: Told, study: str) -> Iterator[Fact]:
    kinds = {said.source: said.value.lower() for said in told.of(study, REGISTRY.enrolmentKind)}
    for said in told.of(study, REGISTRY.enrolment):
        kind = f" ({kinds[said.source]})" if said.source in kinds else ""
        yield told.as_fact(told.name(REGISTRY.enrolment), f"{said.value}{kind}", [said])


def _sponsors(told: Told, study: str) -> Iterator[Fact]:
    for said in told.along(study, C.hasSponsorship, C.organisation):
        yield told.as_fact("sponsor", told.word(said), [said])


def _sites(store: Store, study: str) -> tuple[Fact, ...]:
    countries: dict[str, list[str]] = {}
    for row in page_rows(store, "site-countries", study=study):
        country = row.get("country", "a country not stated")
        countries.setdefault(row["source"], []).append(f"{row['sites']} in {country}")
    return tuple(
        Fact(name="sites", value=", ".join(found), source=source, spots=(Spot(source=source),))
        for source, found in countries.items()
    )


def _dates(told: Told, study: str) -> list[Fact]:
    found = []
    for prop in _DATES:
        kinds = {said.source: said.value for said in told.of(study, f"{prop}Kind")}
        for said in told.of(study, prop):
            kind = kinds.get(said.source, "")
            value = f"{said.value} ({kind.lower()})" if kind else said.value
            found.append(told.as_fact(told.name(prop), value, [said]))
    return found


def _flow(store: Store, study: str) -> tuple[FlowRow, ...]:
    found: dict[str, FlowRow] = {}
    for row in page_rows(store, "flow", study=study):
        number = (row.get("group", ""), int(row["number"]))
        known = found.get(row["step"])
        found[row["step"]] = FlowRow(
            period=row.get("period", ""),
            what=row["what"],
            is_withdrawal=row["withdrawal"] == "true",
            numbers=(*(known.numbers if known else ()), number),
            place=row["step"],
        )
    return tuple(found.values())


def _versions(store: Store, name: str) -> tuple[tuple[str, ...], bool, tuple[Change, ...]]:
    if not _REGISTRY_ID.fullmatch(name):
        return (), False, ()
    try:
        held = history(store, name)
    except NotFoundError:
        return (), False, ()
    changed = ({name: str(cell) for name, cell in row.items() if cell is not None} for row in held.table.records())
    changes = tuple(Change(**row) for row in changed)
    return tuple(held.versions), held.earlier_not_held, changes


def _publications(told: Told, study: str) -> tuple[Publication, ...]:
    def one(node: str, *properties: str) -> str:
        return next((told.word(said) for said in told.of(node, *properties)), "")

    found = []
    for said in sorted(told.pointing_at(study, C.reports), key=lambda each: each.proofs or each.subject):
        found.append(
            Publication(
                source=said.source,
                citation=one(said.subject, C.citation),
                pmid=one(said.subject, REGISTRY.pmid),
                kind=one(said.subject, REGISTRY.referenceType),
                origin=one(said.subject, REGISTRY.linkOrigin),
            )
        )
    return tuple(found)


def _differences(store: Store, name: str) -> tuple[Difference, ...]:
    table = ask(store, find_question("field-differences-between-sources"), {"study": name}, evidence=True)
    fields: dict[str, list[Fact]] = {}
    for row, spots in zip(table.records(), table.evidence or [], strict=True):
        if row["comparison"] == "differ":
            about = _ABOUT.get(str(row["field"]), "")
            own = [spot for spot in spots if spot.about in (about, "")]
            told = tuple(Spot(source=spot.source, place=spot.place, as_written=spot.as_written) for spot in own)
            said = Fact(name=str(row["field"]), value=str(row["value"]), source=str(row["source"]), spots=told)
            fields.setdefault(str(row["field"]), []).append(said)
    return tuple(Difference(field=name, values=tuple(values)) for name, values in fields.items())


def _links(store: Store, told: Told, study: str) -> tuple[Link, ...]:
    found: dict[tuple[str, str], Link] = {}
    conditions = list(page_rows(store, "study-conditions", study=study))
    words = [row["words"] for row in conditions if "words" in row]
    linked = page_rows(store, "linked-words", words) if words else ()
    for row in (*(row for row in conditions if "term" in row), *linked):
        term = row["term"]
        label = row.get("label", compress(term))
        found["condition", term] = Link(kind="condition", key=key_of(term), label=label, iri=term)
    reached: list[tuple[str, Said]] = []
    for steps in ((C.hasArm, C.hasAdministration, C.ofProduct), (C.makesProduct,)):
        reached += [("product", said) for said in told.along(study, *steps, C.productType)]
    for step in (C.hasOutcomeMeasure, C.hasResult):
        reached += [("endpoint", said) for said in told.along(study, step, C.outcome)]
    for kind, said in reached:
        found[kind, said.value] = Link(kind=kind, key=key_of(said.value), label=told.word(said), iri=said.value)
    return tuple(found[each] for each in sorted(found, key=lambda each: (each[0], found[each].label)))
