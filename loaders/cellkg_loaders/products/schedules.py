"""How often a product is given: counts, lists of days, intervals with a length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .passages import Sentence
from .schedule_words import (
    ANY_ORDINAL,
    BOOSTER,
    CONSECUTIVE,
    COUNT,
    DIVIDED,
    EVERY,
    INJECTIONS,
    MAY_TELL,
    N_TIME,
    NO_GIVING,
    NOT_GIVEN,
    OCCASIONS,
    OF_PEOPLE,
    ON_DAYS,
    ONCE,
    ONE_DAY,
    OPTIONAL,
    ORDINAL_DAYS,
    ORDINALS,
    PER_INTERVAL,
    SPACED,
    TH,
    TIMES,
    TOTAL,
    TWICE,
    UNIT_AFTER,
    UNTIL,
    WORDS,
)

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_MOST = 60
ONE_BY_ONE = "told one by one"


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """A number of administrations at its place in a passage."""

    least: int
    most: int
    start: int
    end: int
    rule: str
    weight: int
    """How directly it is said: a schedule that adds up before a count, a count before "single"."""
    sites: bool = False
    """Whether it may count the sites of one occasion: ten injections into one muscle."""


def read_times(sentence: Sentence) -> tuple[ReadTimes, ...]:
    """Return the numbers of administrations that a sentence gives; what was read once is kept."""
    kept = sentence.passage.found
    key = f"times {sentence.start}"
    if key not in kept:
        kept[key] = tuple(_read_times(sentence)) if MAY_TELL.search(sentence.text) else ()
    read: tuple[ReadTimes, ...] = kept[key]
    return read


def _read_times(sentence: Sentence) -> Iterator[ReadTimes]:
    text, at = sentence.text, sentence.start
    found = [*_intervals(text), *_lists(text), *_in_order(text), *_counts(text)]
    for least, most, start, end, rule, weight in found:
        if 1 <= most <= _MOST:
            sites = least > 3 and bool(INJECTIONS.search(text[start:end]))
            yield ReadTimes(least, most, at + start, at + end, rule, weight, sites)


def may_be_repeated(sentence: Sentence) -> tuple[int, int] | None:
    """Return the place of words by which one more administration is possible, or ``None``."""
    match = OPTIONAL.search(sentence.text)
    return (sentence.start + match.start(), sentence.start + match.end()) if match else None


def _intervals(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for match in EVERY.finditer(text):
        length, n = match["length"].lower().rstrip("s"), _number(match["n"])
        per = (match["per"] or "").lower()
        unit = {
            "daily": "day",
            "weekly": "week",
            "monthly": "month",
            "biweekly": "week",
            "fortnightly": "week",
            "qw": "week",
            "qd": "day",
        }.get(per, (match["unit"] or "").lower().rstrip("s"))
        step = 2 if per in ("biweekly", "fortnightly") or match["step"] == "other" else _number(match["step"] or "1")
        if length == "year" and unit == "month":
            length, n = "month", 12 * n
        if length not in _DAYS:
            times = n
        elif length == unit:
            times = n // max(step, 1)
        else:
            times = n * _DAYS[length] // (_DAYS[unit] * max(step, 1))
        if length in _DAYS and (often := match["often"] or match["twice"]):
            times *= _number(often.partition(" ")[0])
        if times:
            booster = BOOSTER.search(text, match.end())
            after = 1 if booster else 0
            yield (
                times + after,
                times + after,
                match.start(),
                booster.end() if booster else match.end(),
                "interval and length",
                3,
            )
    for match in PER_INTERVAL.finditer(text):
        unit, span = match["unit"].lower(), match["span"].lower().rstrip("s")
        times = _number(match["n"]) * (_number(match["length"]) * _DAYS[span] // _DAYS[unit])
        yield times, times, match.start(), match.end(), "number per interval and length", 4
    for match in CONSECUTIVE.finditer(text):
        if UNTIL.search(text[max(0, match.start() - 80) : match.start()]):
            continue
        yield _number(match["n"]), _number(match["n"]), match.start(), match.end(), "consecutive days", 3


def _lists(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for pattern in (ON_DAYS, UNIT_AFTER):
        for match in pattern.finditer(text):
            days = re.sub(r"\(?[±]\s*\d+\s*\w*\)?|\+/-\s*\d+", "", match["list"])
            number = len(re.findall(r"\d+", days))
            if number > 1 and not NOT_GIVEN.search(
                text[max(0, match.start() - 60) : match.start()] + " | " + text[match.end() : match.end() + 24]
            ):
                yield number, number, match.start(), match.end(), "list of days", 3


def _in_order(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    """Yield what is told one by one: "the first and third week", or "the second infusion" for at least two."""
    for match in ORDINAL_DAYS.finditer(text):
        number = len(re.findall(ANY_ORDINAL, match["list"], re.IGNORECASE))
        if not NOT_GIVEN.search(text[max(0, match.start() - 60) : match.start()] + " | " + text[match.end() :][:24]):
            yield number, number, match.start(), match.end(), "list of days", 3
    for match in ORDINALS.finditer(text):
        number = TH[match["n"].lower()]
        if number > 1 and not NOT_GIVEN.search(match[0]) and not OPTIONAL.search(text):
            yield number, number, match.start(), match.end(), ONE_BY_ONE, 1


def _counts(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for match in TOTAL.finditer(text):
        n = _number(match["n"] or match["m"] or match["k"])
        yield n, n, match.start(), match.end(), "number in total", 4
    for match in TIMES.finditer(text):
        if NO_GIVING.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        yield *_between(match), match.start(), match.end(), "number of times", 2
    for match in N_TIME.finditer(text):
        least = _number(match["low"] or match["n"])
        yield least, max(least, _number(match["n"])), match.start(), match.end(), "number of times", 2
    for match in COUNT.finditer(text):
        words = match[0].lower()
        if NOT_GIVEN.search(words + text[match.end() : match.end() + 12]) or re.search(
            r"\b(?:arm|group|cohort|year|month|week|day|dose level|patients?|x|million|mg|ml|phase|ml|"
            r"hours?|minutes?|of the)s?\b",
            words,
        ):
            continue
        if OF_PEOPLE.match(text[match.end() :]) or re.search(r"divided (?:in|into)\W*$", text[: match.start()]):
            continue
        if re.search(
            r"\bdose (?:levels?|groups?|cohorts?|escalation)", text[match.start() : match.end() + 12], re.IGNORECASE
        ):
            continue
        least, most = _between(match)
        # "50 cell infusion" is a dose of fifty; "three injection" is written by authors whose nouns have no plural.
        if (match["n"].isdigit() or most > 3) and most > 1 and not match[0].lower().endswith("s"):
            continue
        yield least, most, match.start(), match.end(), "number of doses", 2
    for pattern in (OCCASIONS, DIVIDED, SPACED):
        for match in pattern.finditer(text):
            if not NOT_GIVEN.search(match[0] + text[match.end() : match.end() + 12]):
                yield _number(match["n"]), _number(match["n"]), match.start(), match.end(), "number of doses", 2
    for match in TWICE.finditer(text):
        yield _number(match["n"]), _number(match["n"]), match.start(), match.end(), "number of times", 2
    for match in ONCE.finditer(text):
        yield 1, 1, match.start(), match.end(), "once", 1
    for match in ONE_DAY.finditer(text):
        around = text[max(0, match.start() - 60) : match.start()] + " | " + text[match.end() : match.end() + 24]
        if not NOT_GIVEN.search(around):
            yield 1, 1, match.start(), match.end(), "one day", 0


def _between(match: re.Match[str]) -> tuple[int, int]:
    most = _number(match["n"])
    least = 1 if match["upto"] else _number(match["low"]) if match["low"] else most
    return min(least, most), most


def _number(word: str) -> int:
    return WORDS[word.lower()] if word.lower() in WORDS else int(word)
