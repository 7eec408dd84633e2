"""Eligibility: the text of a record, split into its inclusion and exclusion criteria where it prints them as such.

Records write ``Inclusion Criteria:`` and a list below it, in many ways. A text without such headings is not split. A
criterion keeps its words and where they stand: ``text[start:end]`` of the text in the graph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from rdflib import RDF, URIRef

from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, decimal, integer, text
from cellkg.vocabulary import CELLKG as C

from .limits import Limit, read_limits
from .masking import quoted
from .scores import ScoreLimit, read_score_limits
from .terms import REGISTRY as R

Triple: TypeAlias = tuple[URIRef, URIRef, URIRef | Literal]
_TYPE, _POINTER, _CRITERION = RDF.type, C.pointer, C.EligibilityCriterion
_HAS_CRITERION, _CRITERION_KIND, _CRITERION_NUMBER = C.hasCriterion, C.criterionKind, C.criterionNumber
_MENTIONS, _TEXT_START, _TEXT_END = C.mentions, R.textStart, R.textEnd
_KINDS = ("inclusion", "exclusion")
_HEADING = re.compile(
    r"[\s*#•·–—-]*(?:\d{1,2}[.)]\s*)?(?:(?:key|main|major|general|primary|principal|specific|additional|other|abbreviated|patients?|subjects?"
    r"|participants?|donors?|recipients?|part|cohort|group|arm|[a-z0-9]\b|and|the)\s+)*"
    r"(?P<kind>inclusion|exclusion)s?(?P<word>\s+crit\w+)?(?P<whom>\s*[-–(]\s*[^:\n]{0,60}|\s+(?:for|of)\s[^:\n]{0,60})?"
    r"\s*(?P<colon>[:：])?\**[ \t]*(?P<rest>.*)",
    re.IGNORECASE,
)
_BULLET = re.compile(
    r"(?P<indent>[ \t]*)(?:[*•·▪◦‣–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])[ \t]+(?=\S)", re.IGNORECASE
)
_WRAPPED = range(60, 101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A criterion: its kind, its place among those of its kind from 1, and where its words stand."""

    kind: str
    number: int
    start: int
    end: int


@dataclass(slots=True)
class _Item:
    start: int
    end: int
    indent: int | None


def split_criteria(written: str) -> list[Criterion]:
    r"""Return the criteria of an eligibility text; none where it has no headings.

    >>> found = split_criteria("Inclusion Criteria:\n\n* Adult\n* BMI > 17\n\nExclusion Criteria:\n\n* None")
    >>> [(item.kind, item.number, item.start, item.end) for item in found]
    [('inclusion', 1, 23, 28), ('inclusion', 2, 31, 39), ('exclusion', 1, 64, 68)]
    """
    items: dict[str, list[_Item]] = {kind: [] for kind in _KINDS}
    for kind, lines in _sections(written):
        items[kind] += _items(written, lines)
    return [
        Criterion(kind=kind, number=number, start=item.start, end=item.end)
        for kind in _KINDS
        for number, item in enumerate(items[kind], start=1)
    ]


def criteria_statements(lexicon: Lexicon) -> Callable[[URIRef, str, str, str], Iterator[Triple]]:
    """Return what yields the statements of each criterion of a text, and of each plain number that it sets.

    It takes the study, the IRI and the JSON Pointer of the text, and the text.
    """
    kinds = {kind: lexicon.iri("criterion", kind) for kind in _KINDS}

    def statements(study: URIRef, place: str, pointer: str, written: str) -> Iterator[Triple]:
        spot = Literal(f'"{pointer}"')
        for criterion in split_criteria(written):
            node = URIRef(f"{place}/{criterion.kind}/{criterion.number}")
            words = written[criterion.start : criterion.end]
            yield study, _HAS_CRITERION, node
            yield node, _TYPE, _CRITERION
            yield node, _CRITERION_KIND, kinds[criterion.kind]
            yield node, _CRITERION_NUMBER, _integer(criterion.number)
            yield node, _MENTIONS, quoted(words)
            yield node, _POINTER, spot
            yield node, _TEXT_START, _integer(criterion.start)
            yield node, _TEXT_END, _integer(criterion.end)
            for i, limit in enumerate(read_limits(words), start=1):
                yield node, C.hasLimit, URIRef(f"{node}/limit/{i}")
                yield from _limit_statements(URIRef(f"{node}/limit/{i}"), spot, limit, criterion.start, lexicon)
            for i, score in enumerate(read_score_limits(words), start=1):
                yield node, C.hasLimit, URIRef(f"{node}/score/{i}")
                yield from _score_statements(URIRef(f"{node}/score/{i}"), spot, score, criterion.start, lexicon)

    return statements


def _limit_statements(node: URIRef, spot: Literal, limit: Limit, offset: int, lexicon: Lexicon) -> Iterator[Triple]:
    yield node, _TYPE, C.NumericLimit
    yield node, C.comparison, lexicon.iri("comparison", limit.comparison)
    yield node, C.limitValue, decimal(limit.value)
    if limit.measure:
        yield node, C.limitOf, lexicon.iri("limit_measure", limit.measure)
    else:
        yield node, C.analyte, text(limit.printed)
    if limit.unit:
        yield node, C.limitUnit, text(limit.unit)
    yield node, _POINTER, spot
    yield node, _TEXT_START, _integer(offset + limit.start)
    yield node, _TEXT_END, _integer(offset + limit.end)


def _score_statements(
    node: URIRef, spot: Literal, limit: ScoreLimit, offset: int, lexicon: Lexicon
) -> Iterator[Triple]:
    yield node, _TYPE, C.NumericLimit
    yield node, C.limitOf, limit.outcome
    yield node, C.comparison, lexicon.iri("comparison", limit.comparison)
    yield node, C.limitValue, decimal(limit.value)
    if limit.most is not None:
        yield node, C.scaleMaximum, decimal(limit.most)
    if limit.unit:
        yield node, C.limitUnit, text(limit.unit)
    yield node, _POINTER, spot
    yield node, _TEXT_START, _integer(offset + limit.start)
    yield node, _TEXT_END, _integer(offset + limit.end)


@cache
def _small(value: int) -> Literal:
    return integer(value)


def _integer(value: int) -> Literal:
    return _small(value) if value < 10**4 else integer(value)


def _sections(written: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield each heading's kind with the lines below it, each with its offset."""
    kind, lines, offset = "", list[tuple[int, str]](), 0
    for line in written.splitlines(keepends=True):
        heading = _heading(line)
        if heading:
            if kind:
                yield kind, lines
            kind, lines = heading["kind"].lower(), []
            if heading["rest"].strip():
                lines.append((offset + heading.start("rest"), line[heading.start("rest") :]))
        else:
            lines.append((offset, line))
        offset += len(line)
    if kind:
        yield kind, lines


def _heading(line: str) -> re.Match[str] | None:
    if "clusion" not in line and "CLUSION" not in line:
        return None
    match = _HEADING.match(line)
    if match is None or match["colon"]:
        return match
    return match if match["word"] and not match["rest"].strip(" .;\t\r\n") else None


def _items(written: str, lines: list[tuple[int, str]]) -> list[_Item]:
    """Return the items of a section: its list with the lines that belong to each, or else its paragraphs."""
    bullets = [match for _, line in lines if (match := _BULLET.match(line))]
    outermost = min((len(match["indent"]) for match in bullets), default=0)
    items: list[_Item] = []
    after_blank = True
    for offset, line in lines:
        bare = line.strip()
        if bare:
            _add(items, offset, line, outermost, after_blank)
        after_blank = not bare
    for item in items:
        item.end = item.start + len(written[item.start : item.end].rstrip())
    # A line that only leads to a list says nothing by itself.
    return [item for item in items if item.indent is not None or written[item.end - 1] != ":"]


def _add(items: list[_Item], offset: int, line: str, outermost: int, after_blank: bool) -> None:
    bullet = _BULLET.match(line)
    indent = len(line) - len(line.lstrip())
    end = offset + len(line)
    if bullet and len(bullet["indent"]) <= outermost:
        items.append(_Item(offset + bullet.end(), end, len(bullet["indent"])))
    elif items and (indent > outermost or _goes_on(items[-1], line, after_blank)):
        items[-1].end = end
    else:
        items.append(_Item(offset + indent, end, None))


def _goes_on(item: _Item, line: str, after_blank: bool) -> bool:
    """Tell whether a line that is no bullet of its own still belongs to the item before it."""
    if after_blank:
        return False
    return item.indent is not None or ((item.end - item.start) in _WRAPPED and line[0].islower())
