"""Outcome measures of a record, read: which outcome, when, in what form and unit; each reading with its rule and spot.

The words stay in the graph as the record has them; what is read out of them stands beside, on the same nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias

from rdflib import RDF, URIRef

from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, decimal, integer, text
from cellkg.units import read_duration
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.outcomes.forms import read_form
from cellkg_loaders.outcomes.ranges import read_direction, read_range
from cellkg_loaders.outcomes.recognising import Reading, recognise
from cellkg_loaders.outcomes.responders import read_responder
from cellkg_loaders.outcomes.times import TimeReading, read_times
from cellkg_loaders.outcomes.units import read_unit
from cellkg_loaders.outcomes.words import load_words

from .masking import quoted
from .statistics import DISPERSIONS, STATISTICS
from .terms import REGISTRY as R
from .walk import Walk

Triple: TypeAlias = tuple[URIRef, URIRef, URIRef | Literal]
_PLANNED = "/protocolSection/outcomesModule"
_RANKS = ("primaryOutcomes", "secondaryOutcomes", "otherOutcomes")
_POSTED = "/resultsSection/outcomeMeasuresModule/outcomeMeasures"
_READ_OF_DESCRIPTION = 1500
_MISMATCH = "outcome measures whose record states another range than the ontology"
_AMBIGUOUS = "outcome measures with an ambiguous instrument"


class _Words(NamedTuple):
    """The words of the graph that readings use."""

    kinds: dict[str, URIRef]
    times: dict[str, URIRef]
    anchors: dict[str, URIRef]
    forms: dict[str, URIRef]
    directions: dict[str, URIRef]
    thresholds: dict[str, URIRef]
    statistics: dict[str, URIRef]
    dispersions: dict[str, URIRef]


def graph_words(lexicon: Lexicon) -> _Words:
    """Look up every word that readings use, once."""

    def of(name: str) -> dict[str, URIRef]:
        return {word: lexicon.iri(name, word) for word in lexicon.words(name)}

    return _Words(
        of("statement_kind"), of("time_kind"), of("time_anchor"), of("measure_form"), of("higher_means"),
        of("threshold_kind"),
        {said: lexicon.iri("statistic", word) for said, word in STATISTICS.items()},
        {said: lexicon.iri("dispersion_kind", word) for said, word in DISPERSIONS.items()},
    )  # fmt: skip


def outcome_readings(study: dict[str, Any], walk: Walk, words: _Words) -> Iterator[Triple]:
    """Yield what is read out of the planned and the posted outcome measures of a record."""
    protocol = study["protocolSection"]
    conditions = tuple(map(walk.clean, (protocol.get("conditionsModule") or {}).get("conditions") or ()))
    planned = protocol.get("outcomesModule") or {}
    for rank in _RANKS:
        for i, measure in enumerate(planned.get(rank) or ()):
            yield from _Measure(walk, words, f"{_PLANNED}/{rank}/{i}", "measure", measure).readings(conditions)
    results = (study.get("resultsSection") or {}).get("outcomeMeasuresModule") or {}
    for i, measure in enumerate(results.get("outcomeMeasures") or ()):
        posted = _Measure(walk, words, f"{_POSTED}/{i}", "title", measure)
        yield from posted.readings(conditions)
        yield from posted.numbers(measure)


class _Measure:
    """One outcome measure: its node, and its words with the pointers to them."""

    __slots__ = ("_key", "_pointer", "_walk", "_words", "description", "frame", "node", "title")

    def __init__(self, walk: Walk, words: _Words, pointer: str, key: str, measure: dict[str, Any]) -> None:
        self.node = URIRef(f"{walk.base}{pointer}")
        self.title, self.description = walk.clean(measure.get(key) or ""), walk.clean(measure.get("description") or "")
        self.frame = walk.clean(measure.get("timeFrame") or "")
        self._walk, self._words, self._pointer, self._key = walk, words, pointer, key

    def readings(self, conditions: tuple[str, ...]) -> Iterator[Triple]:
        found = _recognised(self.title, self.description, conditions)
        for i, reading in enumerate(found):
            yield from self._outcome(i, reading)
        if any(reading.ambiguous for reading in found):
            self._walk.count(_AMBIGUOUS)
        yield from self._times(self.frame, "", f"{self._pointer}/timeFrame")
        form = read_form(self.title)
        if form:
            yield from self._said("form", C.measureForm, self._words.forms[form[0]], self._key, self.title, *form[1:])
        outcomes = [outcome for reading in found for outcome in reading.outcomes]
        yield from self._scale(outcomes)
        yield from self._responder(outcomes)

    def numbers(self, measure: dict[str, Any]) -> Iterator[Triple]:
        """Yield unit, statistic, dispersion and the times of classes, where their words have one meaning."""
        code = read_unit(measure.get("unitOfMeasure") or "")
        if code:
            yield self.node, C.ucumCode, text(code)
        statistic = self._words.statistics.get(measure.get("paramType") or "")
        if statistic:
            yield self.node, C.statistic, statistic
        dispersion = self._words.dispersions.get(measure.get("dispersionType") or "")
        if dispersion:
            yield self.node, C.dispersionKind, dispersion
        for i, row in enumerate(measure.get("classes") or ()):
            title = self._walk.clean(row.get("title") or "")
            yield from self._times(title, f"/classes/{i}", f"{self._pointer}/classes/{i}/title")

    def _outcome(self, i: int, reading: Reading) -> Iterator[Triple]:
        key, where = (self._key, self.title) if reading.field == "title" else ("description", self.description)
        kind = "ambiguous" if reading.ambiguous else "normalised"
        prop = C.possibleOutcome if reading.ambiguous else C.outcome
        for j, outcome in enumerate(reading.outcomes):
            name = f"outcome/{i}/{j}"
            yield from self._said(name, prop, outcome, key, where, reading.start, reading.end, kind)
            node = URIRef(f"{self.node}/reading/{name}")
            yield node, C.readingRule, _literal(reading.rule)
            yield node, C.confidence, decimal(reading.confidence)

    def _times(self, written: str, below: str, pointer: str) -> Iterator[Triple]:
        """Yield the times that a text names, of the measure or of what stands below it."""
        frame, of = read_times(written), URIRef(f"{self.node}{below}")
        for i, time in enumerate(frame.times):
            node = URIRef(f"{of}/time/{i}")
            yield of, C.hasTime, node
            yield node, RDF.type, C.TimePoint
            yield from self._time(node, time, frame.anchor)
            yield node, C.pointer, Literal(f'"{pointer}"')
            yield node, R.textStart, _integer(time.start)
            yield node, R.textEnd, _integer(time.end)

    def _time(self, node: URIRef, time: TimeReading, anchor: str) -> Iterator[Triple]:
        if time.kind:
            yield node, C.timeKind, self._words.times[time.kind]
        if not time.duration:
            yield node, C.timeAnchor, self._words.anchors["baseline"]
            return
        yield node, C.duration, _literal(time.duration)
        yield node, C.days, _days(time.duration)
        if time.begin == "baseline":
            yield node, C.beginsAt, self._words.anchors["baseline"]
        elif time.begin:
            yield node, C.beginDuration, _literal(time.begin)
            yield node, C.beginDays, _days(time.begin)
        if anchor:
            yield node, C.timeAnchor, self._words.anchors[anchor]

    def _scale(self, outcomes: list[URIRef]) -> Iterator[Triple]:
        """Yield the range and direction that the description states for the one instrument of the measure."""
        known = load_words()
        if len(outcomes) != 1 or outcomes[0] not in known.measured:
            return
        written = self.description[:_READ_OF_DESCRIPTION]
        stated = read_range(written)
        if stated:
            spot = ("description", written, stated.start, stated.end)
            yield from self._said("range/low", C.rangeMinimum, decimal(stated.low), *spot)
            yield from self._said("range/high", C.rangeMaximum, decimal(stated.high), *spot)
            usual = known.ranges.get(outcomes[0])
            if usual and tuple(map(Decimal, usual)) != (stated.low, stated.high):
                self._walk.count(_MISMATCH)
        direction = read_direction(written)
        if direction:
            word = self._words.directions[direction[0]]
            yield from self._said("direction", C.higherMeans, word, "description", written, *direction[1:])

    def _responder(self, outcomes: list[URIRef]) -> Iterator[Triple]:
        """Yield what makes a responder; of the outcome of the measure, where that is one."""
        for key, written in ((self._key, self.title), ("description", self.description[:_READ_OF_DESCRIPTION])):
            found = read_responder(written)
            if found is None:
                continue
            node = URIRef(f"{self.node}/responder")
            yield self.node, C.hasResponderDefinition, node
            yield node, RDF.type, C.ResponderDefinition
            if len(outcomes) == 1:
                yield node, C.outcome, outcomes[0]
            yield node, C.thresholdKind, self._words.thresholds[found.kind]
            yield node, C.threshold, decimal(found.threshold)
            yield node, C.thresholdUnit, _literal(found.unit)
            yield node, C.thresholdCounts, _literal("at least" if found.at_least else "more than")
            yield node, C.asWritten, quoted(written[found.start : found.end])
            yield node, C.pointer, Literal(f'"{self._pointer}/{key}"')
            yield node, R.textStart, _integer(found.start)
            yield node, R.textEnd, _integer(found.end)
            return

    def _said(
        self,
        name: str,
        prop: URIRef,
        value: URIRef | Literal,
        key: str,
        where: str,
        start: int,
        end: int,
        kind: str = "normalised",
    ) -> Iterator[Triple]:
        """Yield a statement about the measure, and its evidence: words, kind and spot."""
        node = URIRef(f"{self.node}/reading/{name}")
        yield self.node, prop, value
        yield node, RDF.type, C.Evidence
        yield node, C.aboutSubject, self.node
        yield node, C.aboutProperty, prop
        yield node, C.aboutValue, value
        yield node, C.asWritten, quoted(where[start:end])
        yield node, C.statementKind, self._words.kinds[kind]
        yield node, C.pointer, Literal(f'"{self._pointer}/{key}"')
        yield node, R.textStart, _integer(start)
        yield node, R.textEnd, _integer(end)


@lru_cache(maxsize=2048)
def _recognised(title: str, description: str, conditions: tuple[str, ...]) -> tuple[Reading, ...]:
    return tuple(recognise(title, description, conditions, load_words()))


@lru_cache(maxsize=1024)
def _days(duration: str) -> Literal:
    return decimal(read_duration(duration))


@cache
def _literal(word: str) -> Literal:
    return text(word)


@lru_cache(maxsize=2048)
def _integer(value: int) -> Literal:
    return integer(value)
