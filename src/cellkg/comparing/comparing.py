"""Putting a comparison together: which studies, the rows of their records and documents, and what is derived."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cellkg.effects import Comparison as Analysis
from cellkg.effects import Effect, NotComputed
from cellkg.effects.reading import read_trial
from cellkg.effects.records import Spot
from cellkg.errors import UsageError
from cellkg.gaps.reading import Searched, newest_day, read_sources
from cellkg.identifiers import THINGS
from cellkg.store import Store

from .arms import Designs, check_known, let_in, read_designs, read_disputed
from .asked import Asked
from .documents import Spots, derived_of_documents, document_rows, read_reported
from .instruments import find_instrument, read_outcomes, studies_with
from .posted import Derivations, posted_rows
from .readings import MeasureReadings, read_measures
from .records import Comparison, Instrument, Outcome, Row

_ALL = slice(None)


@dataclass(slots=True)
class _Found:
    """What is gathered study by study."""

    rows: list[Row] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    analyses: list[Analysis] = field(default_factory=list)
    not_computed: list[NotComputed] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)


def compare(store: Store, asked: Asked, *, part: slice = _ALL, searched: list[Searched] | None = None) -> Comparison:
    """Return what records and documents of cell studies report of an instrument, or of a study with all its outcomes.

    Rows are in order of study, source, outcome, arm and time of the record. Nothing is pooled. ``part`` takes some of
    the studies in their order; ``searched`` are the sources of the graph, where they are known already.

    Raises:
        UsageError: neither an instrument nor a study is asked for.
        NotFoundError: an instrument, study, condition, type of cells, route or donor that the graph does not know.
    """
    if asked.instrument is None and asked.study is None:
        raise UsageError("name an instrument, such as WOMAC, or a study, such as NCT00000000, or both")
    known = read_outcomes(store)
    instrument = find_instrument(known, asked.instrument) if asked.instrument else None
    wanted = instrument.outcomes if instrument else known
    nodes = studies_with(store, wanted, asked.study)
    kept = let_in(store, asked)
    measures = read_measures(store, known, wanted, nodes.values())
    reported = read_reported(store, set(wanted), nodes.values())
    all_studies = [each for each in nodes if each in measures or any(one.study == each for one in reported)]
    let_through = sorted(each for each in all_studies if kept is None or each in kept)
    studies = let_through[part]
    within = [nodes[each] for each in studies]
    disputed, designs = read_disputed(store, within), read_designs(store, within)
    found = _Found()
    for study in studies:
        is_disputed = study in disputed
        if study in measures:
            _take_posted(store, found, study, measures[study], wanted, designs, disputed=is_disputed)
        mine = [each for each in reported if each.study == study]
        if mine:
            spots, derived = Spots(store, study), derived_of_documents(store, study)
            for each in mine:
                of = known[each.outcome], designs[study, each.source], spots, derived
                found.rows += document_rows(each, *of, disputed=is_disputed)
    _check(store, asked, found)
    day = newest_day(read_sources(store) if searched is None else searched)
    return _comparison(asked, _title(asked, instrument), found, disputed, day, len(let_through))


def _take_posted(
    store: Store,
    found: _Found,
    study: str,
    measures: dict[str, MeasureReadings],
    wanted: dict[str, Outcome],
    designs: Designs,
    *,
    disputed: bool,
) -> None:
    trial = read_trial(store, _study_of(next(iter(measures))), study)
    for measure in trial.measures:
        readings = measures.get(measure.spot.node)
        if readings is None:
            continue
        mine = readings.part_of(measure, wanted)
        if not mine.results:
            continue
        derived = Derivations(trial, mine)
        found.rows += posted_rows(
            trial, measure, readings, wanted, designs[study, trial.source], derived, disputed=disputed
        )
        found.effects += derived.effects
        found.analyses += derived.analyses
        found.not_computed += derived.not_computed
        found.missing |= {derived.missing} if derived.missing else set()


def _study_of(measure: str) -> str:
    return f"{THINGS}{measure.removeprefix(THINGS).partition('/')[0]}"


def _title(asked: Asked, instrument: Instrument | None) -> str:
    """Name a comparison: an outcome by its label, and its narrower ones counted."""
    if instrument is None:
        return asked.study or ""
    more = len(instrument.outcomes) - len(instrument.named)
    return f"{instrument.name}{f' and {more} narrower' if more else ''}{f' of {asked.study}' if asked.study else ''}"


def _check(store: Store, asked: Asked, found: _Found) -> None:
    if asked.study and not found.rows:
        check_known(store, asked.study)


def _comparison(
    asked: Asked, title: str, found: _Found, disputed: set[str], day: date | None, of_studies: int
) -> Comparison:
    kept = [row for row in found.rows if asked.at is None or asked.at.holds(row.when.days)]
    studies, values = {row.study for row in kept}, {row.spot.node for row in kept}
    remarks = sorted(found.missing)
    if asked.at:
        left = len(found.rows) - len(kept)
        remarks.append(f"at {asked.at.written}: {left} values at other times, or at none that is stated, left out")
    return Comparison(
        asked=asked,
        title=title,
        rows=tuple(kept),
        effects=tuple(each for each in found.effects if _is_of(each.inputs, values)),
        analyses=tuple(each for each in found.analyses if each.place.study in studies),
        not_computed=tuple(each for each in found.not_computed if _is_of(each.inputs, values)),
        data_day=day,
        disputed=tuple(sorted(studies & disputed)),
        remarks=tuple(remarks),
        of_studies=of_studies,
    )


def _is_of(inputs: tuple[Spot, ...], values: set[str]) -> bool:
    """Tell whether a number is made of values that have a row; one of a whole measure is of its study."""
    own = [spot.node for spot in inputs if spot.what in ("value", "final")]
    return not own or any(node in values for node in own)
