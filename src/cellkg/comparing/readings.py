"""Which outcome a posted value is of: that of its measure, or the one of several that its class or category names."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

from cellkg.effects.records import Measure, Posted
from cellkg.identifiers import THINGS
from cellkg.store import Store

from .instruments import Within, rows
from .records import Outcome

NOT_CLEAR = "one of several outcomes of its measure, not clear which"


class Reading(NamedTuple):
    """An outcome that a measure is read as, and how: kind, words and rule."""

    outcome: Outcome
    how: str


class MeasureReadings:
    """The outcomes that the words of one measure name, and those that are narrower than one of them."""

    def __init__(self, readings: list[Reading], known: dict[str, Outcome], instruments: InstrumentNames) -> None:
        self.readings, self._instruments, self._mixed = readings, instruments, dict[str, bool]()
        self._wider = {curie for each in readings for curie in each.outcome.broader}
        own = {each.outcome.curie: each for each in readings}
        self._candidates = dict(own)
        for outcome in known.values():
            for broader in outcome.broader & own.keys():
                self._candidates.setdefault(outcome.curie, Reading(outcome, own[broader].how))

    def may_hold(self, wanted: dict[str, Outcome]) -> bool:
        """Tell whether a value of the measure may be of a wanted outcome."""
        return not self._candidates.keys().isdisjoint(wanted)

    def part_of(self, measure: Measure, wanted: dict[str, Outcome]) -> Measure:
        """Return a measure with those of its values that are, or may be, of a wanted outcome."""
        return replace(measure, results=tuple(each for each in measure.results if self.of(each, measure, wanted)))

    def of(self, posted: Posted, measure: Measure, wanted: dict[str, Outcome]) -> tuple[Reading, bool] | None:
        """Return the reading of a value, and whether it is clear; ``None`` when it is of an outcome not asked for.

        A class that names another instrument holds no value of this one. Beside such a class, one that names none is
        clear only if the title of the measure names what it is of.
        """
        title = _title_of(posted)
        named = self._named(title)
        if named is None and self._names_another(title):
            return None
        if named is None and (len(self.readings) > 1 or self._is_one_of_many(measure)):
            mine = [each for each in self.readings if each.outcome.curie in wanted]
            return (mine[0], False) if mine else None
        reading = named or self.readings[0]
        return (reading, True) if reading.outcome.curie in wanted else None

    def _names_another(self, title: str) -> bool:
        return not self._instruments.in_words(title) <= self._candidates.keys() | self._wider

    def _is_one_of_many(self, measure: Measure) -> bool:
        if all("in description" not in each.how for each in self.readings):
            return False
        node = measure.spot.node
        if node not in self._mixed:
            self._mixed[node] = any(self._names_another(_title_of(posted)) for posted in measure.results)
        return self._mixed[node]

    def _named(self, title: str) -> Reading | None:
        found = [
            (len(name), each)
            for each in self._candidates.values()
            for name in each.outcome.names
            if re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W\d_])", title, re.IGNORECASE)
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None


class InstrumentNames:
    """The names of all instruments, to be found in words; one in capitals only as it is written."""

    def __init__(self, known: dict[str, Outcome]) -> None:
        self._outcomes: dict[str, set[str]] = defaultdict(set)
        for outcome in known.values():
            for name in outcome.names if outcome.instrument else ():
                self._outcomes[_folded(name)].add(outcome.curie)
        longest_first = sorted(self._outcomes, key=len, reverse=True)
        self._pattern = re.compile(
            rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?![^\W\d_])", re.IGNORECASE
        )

    def in_words(self, words: str) -> set[str]:
        """Return the CURIEs of the outcomes that words name."""
        found = (self._outcomes.get(_folded(match[0]), ()) for match in self._pattern.finditer(words))
        return {curie for curies in found for curie in curies}


def _folded(name: str) -> str:
    return name if name.isupper() else name.lower()


def _title_of(posted: Posted) -> str:
    return f"{posted.class_title or ''} | {posted.category or ''}"


def read_measures(
    store: Store, known: dict[str, Outcome], wanted: dict[str, Outcome], within: Within
) -> dict[str, dict[str, MeasureReadings]]:
    """Return the readings of posted measures that may hold a wanted outcome, by study and node of the measure."""
    found: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for row in rows(store, "posted", within):
        if row["outcome"] in known:
            how = f"{row['kind']}: {row['words']} ({row['rule']})"
            found[row["study"], row["measure"].replace("kg:", THINGS, 1)].append(Reading(known[row["outcome"]], how))
    measures: dict[str, dict[str, MeasureReadings]] = defaultdict(dict)
    instruments = InstrumentNames(known)
    for (name, node), readings in found.items():
        read = MeasureReadings(readings, known, instruments)
        if read.may_hold(wanted):
            measures[name][node] = read
    return measures
