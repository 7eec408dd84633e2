"""Which instruments and endpoints an outcome measure names: in its title first, else in its description.

An abbreviation counts in its own case only, and, where it has several meanings, only beside a word of its condition.
What is one letter or two off a full name is told as ambiguous, never as found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from rdflib import URIRef

from .tokens import Token, tokens
from .words import Name, Words

_READ_OF_DESCRIPTION = 400
_ALIKE = 0.8
_SHORTEST_NAME, _LONGEST_NAME = 3, 12
_CUE = re.compile(
    r"\b(?:measur|assess|evaluat|determin|us(?:ing|e)\b|by\b|accord|based on|score|scor|quantif|rated|defined"
    r"|questionnaire|scale|index|with the\b)[^.;]{0,70}$",
    re.IGNORECASE,
)
_STRONG_CUE = re.compile(
    r"\b(?:measur|assess|evaluat|determin)\w*\s+(?:using|by|with|via|through|as|the)\b[^,.;]{0,30}$", re.IGNORECASE
)
_SAFETY = re.compile(r"\bsafe|\btolerab", re.IGNORECASE)
_NAMED_OTHERWISE = re.compile(r"\s*(?:\w+\s+){0,2}?(?:questionnaire|scale|index|inventory|instrument)\b", re.IGNORECASE)
_NO_GENERAL = re.compile(r"\s*-?\s*(?:free|to|medic\w+|kill\w+)\b", re.IGNORECASE)
_OF_WHOM = re.compile(
    r"\b(?:in|among|for)\s+(?:\w+\s+){0,3}?(?:patients?|participants?|subjects?|people|those|children|adults)\s+"
    r"(?:(?:\w+\s+){0,2}(?:with|having|who|achieving|in)|after)\b[^,;.:]*$",
    re.IGNORECASE,
)
_STRATUM = re.compile(r"\b(?:stratified|grouped|split|broken down)\s+(?:by|according to)\b[^;.:]*$", re.IGNORECASE)
_DURING = re.compile(r"\bduring\b[^,;.:]{0,60}$", re.IGNORECASE)
_START, _AT_ONCE = 30, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An outcome that a text names, with the rule that found it and its place in the field."""

    outcomes: tuple[URIRef, ...]
    """One outcome; several where one of them is meant."""
    field: str
    """``title`` or ``description``."""
    start: int
    end: int
    rule: str
    """``name``, ``abbreviation``, ``name in description``, ``abbreviation in description`` or ``misspelt name``."""

    @property
    def ambiguous(self) -> bool:
        """Tell whether it is open which outcome is meant, or whether any is."""
        return len(self.outcomes) > 1 or self.rule == "misspelt name"

    @property
    def confidence(self) -> Decimal:
        """How sure the rule is: 0.9 in the title, 0.7 in the description, 0.5 where it is ambiguous."""
        if self.ambiguous:
            return Decimal("0.5")
        return Decimal("0.9") if self.field == "title" else Decimal("0.7")


def recognise(title: str, description: str, conditions: Iterable[str], words: Words) -> list[Reading]:
    """Return the outcomes that a measure names, by place; none where it names no known one."""
    context = _Context(f"{' '.join(conditions)} {title} {description[:_READ_OF_DESCRIPTION]}")
    found = list(_found(title, tokens(title), context, words, "title"))
    named = {outcome for reading in found for outcome in reading.outcomes}
    if not named:
        found = list(_misspelt(tokens(title), words))
    if not found or (named and named <= words.general):
        found += _in_description(description, context, words, title, bool(named))
    return _without_the_broader(found, words)


class _Context:
    """The words around a measure that decide what an abbreviation means."""

    __slots__ = ("_found", "_text")

    def __init__(self, text: str) -> None:
        self._text, self._found = text, dict[tuple[str, ...], bool]()

    def allows(self, beginnings: tuple[str, ...]) -> bool:
        if beginnings not in self._found:
            pattern = r"\b(?:" + "|".join(map(re.escape, beginnings)) + ")"
            self._found[beginnings] = re.search(pattern, self._text, re.IGNORECASE) is not None
        return self._found[beginnings]


def _found(text: str, words_of: list[Token], context: _Context, words: Words, place: str) -> Iterator[Reading]:
    i = 0
    while i < len(words_of):
        name = _name_at(words_of, i, context, words)
        if name is None:
            i += 1
            continue
        start, end = words_of[i].start, words_of[i + len(name.words) - 1].end
        i += len(name.words)
        if place == "title" and (_is_setting(text, start) or _is_part_of_another(text, name, start, end, words)):
            continue
        yield from _readings(name, place, start, end)


def _is_setting(text: str, start: int) -> bool:
    """Tell whether the words only say in whom, or during what, or by which strata, something is measured."""
    return any(pattern.search(text, 0, start) for pattern in (_OF_WHOM, _STRATUM, _DURING))


def _is_part_of_another(text: str, name: Name, start: int, end: int, words: Words) -> bool:
    """Tell whether *quality of life* or *pain* is a piece of another name (of a questionnaire, *pain free* ...)."""
    if set(name.outcomes) <= words.general and _NO_GENERAL.match(text, end):
        return True
    return start > 0 and set(name.outcomes) <= words.general and _NAMED_OTHERWISE.match(text, end) is not None


def _readings(name: Name, place: str, start: int, end: int) -> Iterator[Reading]:
    rule = ("abbreviation" if name.short else "name") + (" in description" if place == "description" else "")
    for outcomes in (name.outcomes,) if name.ambiguous else ((outcome,) for outcome in name.outcomes):
        yield Reading(outcomes=outcomes, field=place, start=start, end=end, rule=rule)


def _name_at(words_of: list[Token], i: int, context: _Context, words: Words) -> Name | None:
    for name in words.names.get(words_of[i].folded, ()):
        here = words_of[i : i + len(name.words)]
        if tuple(token.folded for token in here) != name.words:
            continue
        if name.exact and tuple(token.written for token in here) != name.exact:
            continue
        if not name.only_for or context.allows(name.only_for):
            return name
    return None


def _in_description(text: str, context: _Context, words: Words, title: str, generally: bool) -> list[Reading]:
    """Return the first outcome of a description that a word such as *measured by* leads to, or that opens it."""
    for reading in _found(text, tokens(text, _READ_OF_DESCRIPTION), context, words, "description"):
        measured = reading.outcomes[0] in words.measured
        if set(reading.outcomes) <= (words.unspecific if generally else words.general):
            continue
        if reading.start <= (_START if measured else _AT_ONCE) or _SAFETY.search(title):
            return [reading]
        if (_CUE if measured else _STRONG_CUE).search(text, 0, reading.start):
            return [reading]
    return []


def _misspelt(words_of: list[Token], words: Words) -> Iterator[Reading]:
    """Yield the first name of which all words but one stand there, and that one nearly."""
    known = [token.folded in words.spelled for token in words_of]
    for i in range(len(words_of)):
        length = _reach(known[i : i + _LONGEST_NAME])
        for shorter in range(length, _SHORTEST_NAME - 1, -1):
            reading = _nearly(words_of[i : i + shorter], words)
            if reading is not None:
                yield reading
                return


def _reach(known: list[bool]) -> int:
    """Return how many words on can be one name: up to the second that no name has."""
    strange = 0
    for length, is_known in enumerate(known):
        strange += not is_known
        if strange > 1:
            return length
    return len(known)


def _nearly(here: list[Token], words: Words) -> Reading | None:
    spelled = [token.folded for token in here]
    for j, word in enumerate(spelled):
        for name in words.misspelt.get((*spelled[:j], "?", *spelled[j + 1 :]), ()):
            if SequenceMatcher(None, word, name.words[j]).ratio() >= _ALIKE:
                start, end = here[0].start, here[-1].end
                return Reading(outcomes=name.outcomes, field="title", start=start, end=end, rule="misspelt name")
    return None


def _without_the_broader(found: list[Reading], words: Words) -> list[Reading]:
    """Drop what a narrower reading says better, and what is said twice."""
    seen = {outcome for reading in found if not reading.ambiguous for outcome in reading.outcomes}
    covered = {broad for outcome in seen for broad in words.broader.get(outcome, ())}
    if seen & words.measured:
        covered |= words.general
    kept: dict[tuple[URIRef, ...], Reading] = {}
    for reading in found:
        if not set(reading.outcomes) <= covered:
            kept.setdefault(reading.outcomes, reading)
    return list(kept.values())
