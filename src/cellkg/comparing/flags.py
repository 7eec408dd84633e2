"""What makes a number less sure (risks), apart from what its source leaves out (gaps in reporting)."""

from __future__ import annotations

import re

from cellkg.effects.records import Group, Measure, Number, Posted, Trial

from .arms import Design
from .records import ArmGets, Outcome, When

MANY = 3
"""From so many primary outcomes on they are flagged."""

SELF_REPORT = "open-label self-report"
SINGLE = "single arm"
COMPLETERS = "completers only"
WITH_DATA = "only those with data"
_POPULATIONS = (
    (
        COMPLETERS,
        re.compile(r"\bcomplet(?:ed|ers?|ing)\b|\bper[- ]protocol\b|\bwho (?:remained|returned)\b", re.IGNORECASE),
    ),
    (
        WITH_DATA,
        re.compile(
            r"\bevaluable\b|\bavailable (?:data|for)\b|\bdata (?:\w+ )?available\b"
            r"|\bwith (?:a |both )?(?:baseline and|data)\b",
            re.IGNORECASE,
        ),
    ),
)
_NOT_CELLS = re.compile(r"\b(placebo|sham|saline|vehicle|control)\b", re.IGNORECASE)


def arm_risks(design: Design, outcome: Outcome, arm: ArmGets, primary: int, groups: int) -> list[str]:
    """Return the risks that the design gives to a number of an arm."""
    found = []
    others = [name for name in arm.others if not _NOT_CELLS.search(name)]
    if arm.products and others:
        found.append(f"co-intervention: {', '.join(others)}")
    if design.assignment == "SINGLE_GROUP" or (design.assignment is None and groups == 1):
        found.append(SINGLE if design.assignment else "one group has a value, design not stated")
    if design.masking == "NONE" and outcome.reporter == "patient":
        found.append(SELF_REPORT)
    if primary >= MANY:
        found.append(f"{primary} primary outcomes")
    return found


def analysed_risks(trial: Trial, measure: Measure, posted: Posted) -> list[str]:
    """Return the risks of the population analysed: only those who completed, or fewer than at another time."""
    found = population_risks(measure.population)
    most = max((n for n in _analysed(trial, posted.group) if n is not None), default=None)
    if posted.n is not None and most is not None and posted.n < most:
        found.append(f"{posted.n} analysed, up to {most} of this group elsewhere in the record")
    return found


def population_risks(words: str | None) -> list[str]:
    """Return what the words on the population analysed say of who was left out."""
    found = ((name, pattern.search(words or "")) for name, pattern in _POPULATIONS)
    return [f"{name} ({match[0]})" for name, match in found if match]


def reporting_gaps(
    when: When,
    n: int | None,
    spread: tuple[Number, Number, Number],
    statistic: str,
    *,
    count: bool,
) -> list[str]:
    """Return what a source leaves out of a number; a count of participants needs no dispersion."""
    found = []
    if not count and not any(spread):
        found.append("no dispersion")
    if n is None:
        found.append("no n")
    if when.duration is None and not when.is_baseline:
        found.append("time not stated" if not when.written else "time not clear")
    if statistic == "not stated":
        found.append("statistic not stated")
    return found


def _analysed(trial: Trial, group: Group) -> list[int | None]:
    name = group.name.casefold()
    return [
        posted.n
        for measure in trial.measures
        if measure.unit_of_analysis is None
        for posted in measure.results
        if posted.group.name.casefold() == name
    ]
