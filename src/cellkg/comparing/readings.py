"""Which outcome a posted value is of: that of its measure, or the one of several that its class or category names."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from cellkg.effects.records import Posted
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

    def __init__(self, readings: list[Reading], known: dict[str, Outcome]) -> None:
        self.readings = readings
        own = {each.outcome.curie: each for each in readings}
        self._candidates = dict(own)
        for outcome in known.values():
            for broader in outcome.broader & own.keys():
                self._candidates.setdefault(outcome.curie, Reading(outcome, own[broader].how))

    def may_hold(self, wanted: dict[str, Outcome]) -> bool:
        """Tell whether a value of the measure may be of a wanted outcome."""
        return not self._candidates.keys().isdisjoint(wanted)

    def of(self, posted: Posted, wanted: dict[str, Outcome]) -> tuple[Reading, bool] | None:
        """Return the reading of a value, and whether it is clear; ``None`` when it is of an outcome not asked for."""
        named = self._named(f"{posted.class_title or ''} | {posted.category or ''}")
        if named is None and len(self.readings) > 1:
            mine = [each for each in self.readings if each.outcome.curie in wanted]
            return (mine[0], False) if mine else None
        reading = named or self.readings[0]
        return (reading, True) if reading.outcome.curie in wanted else None

    def _named(self, title: str) -> Reading | None:
        found = [
            (len(name), each)
            for each in self._candidates.values()
            for name in each.outcome.names
            if re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W\d_])", title, re.IGNORECASE)
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None


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
    for (name, node), readings in found.items():
        read = MeasureReadings(readings, known)
        if read.may_hold(wanted):
            measures[name][node] = read
    return measures
