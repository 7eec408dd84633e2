"""How a number of change reads on its scale: better, worse, or not told; a rise where higher is worse is worse.

Only a number whose sign is known is read: a posted change from baseline whose title does not speak of a *reduction* or
*improvement*, or a difference of two posted means. A value at a time, a median and a percentage in words are not.
"""

from __future__ import annotations

import re

from cellkg.effects import Change
from cellkg.effects.kinds import Scale
from cellkg.effects.records import Measure

from .records import Direction, Outcome, Reads

_SIGN_UNKNOWN = re.compile(
    r"\b(improv\w+|reduc\w+|decreas\w+|increas\w+|declin\w+|gain\w*|loss|worsen\w*|responder\w*|difference)\b",
    re.IGNORECASE,
)
_STATED = {"HigherIsBetter": Direction.BETTER, "HigherIsWorse": Direction.WORSE}


def direction_of(outcome: Outcome, measure: Measure | None = None) -> Direction:
    """Return the direction of benefit, of the record where it states one, else of the ontology; or that they differ."""
    name = (measure.higher_means or "").rpartition("/")[2] if measure is not None else ""
    stated = _STATED.get(name)
    if stated is None or outcome.direction in (stated, Direction.NOT_STATED):
        return stated or outcome.direction
    return Direction.DIFFER


def reads(direction: Direction, change: Change | None, *words: str | None) -> Reads:
    """Return how a change reads on its scale.

    ``words`` are those of the source around the number: where they name a way, its sign may count that way.
    """
    if change is None or direction not in (Direction.BETTER, Direction.WORSE):
        return Reads.UNTOLD
    if change.scale not in (Scale.CHANGE, Scale.PERCENT_CHANGE):
        return Reads.UNTOLD
    if change.posted and any(_SIGN_UNKNOWN.search(text or "") for text in words):
        return Reads.UNTOLD
    value = change.estimate.value
    if value == 0:
        return Reads.SAME
    return Reads.BETTER if (value > 0) is (direction is Direction.BETTER) else Reads.WORSE
