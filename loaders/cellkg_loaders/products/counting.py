"""What a dose counts: the words at an amount that say which cells are in its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from .passages import Sentence
from .wording import Mention, rows

_STOP = re.compile(r"[.;,、]\s|[.;,、]?$|[()\n]|(?<![A-Za-z])\d")
_NEXT = re.compile(r"\b(?:and|or|plus|with|of|in|to)\b|[,;&/(]", re.IGNORECASE)
_VIABLE = "viable cells"
_ANY_KIND = ("T cells", "lymphocytes", "leukocytes")
_AFTER = 30
_BEFORE = 36
_DOSE_OF = re.compile(
    r"[\s(]*(?:\(?dose\)?|dosages?|count|number|dose levels?|at|of|is|are|was|will be|with|a|the|total|:|-|≥|>=|=|"
    r"cells?|infusion|\s)*\(?\s*$",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(r"[\s-]*(?:deplet|negativ|purged|free\b|removed|derived|antibod|therap|trial)", re.IGNORECASE)

#: A value of the list ``counted_cells`` with the offsets of its words in the passage.
Counted = tuple[str, int, int]


def read_counted(sentence: Sentence, start: int, end: int) -> tuple[Counted, ...]:
    """Return what the amount between two offsets of a sentence counts: by its own noun, or one at its side.

    Words behind the unit count up to the next mark or number ("2 x 10^6/kg CD34+ cells"); words before it only where
    nothing but "dose of" and the like stands between.
    """
    text = sentence.text
    stop = _STOP.search(text, end)
    own = list(_named(sentence, start, min(stop.start() if stop else len(text), end + _AFTER)))
    if not own:
        own = [
            one
            for one in _named(sentence, max(0, start - _BEFORE), start)
            if _DOSE_OF.fullmatch(text[one[2] - sentence.start : start])
        ]
    return tuple({value: (value, at, until) for value, at, until in reversed(own)}.values())[::-1]


def _named(sentence: Sentence, start: int, end: int) -> Iterator[Counted]:
    """Yield the words of one noun phrase that say what is counted: "viable CD34+ cells", up to an "and"."""
    at, until = sentence.start + start, sentence.start + end
    last = 0
    for value, mention in sorted(_values(sentence), key=lambda pair: pair[1].start):
        if not at <= mention.start < until or _is_denied(sentence, mention):
            continue
        if last and _NEXT.search(sentence.passage.text[last : mention.start]):
            return
        yield value, mention.start, mention.end
        last = mention.end


def _values(sentence: Sentence) -> Iterator[tuple[str, Mention]]:
    """Yield what words may count: a marker before the name of the product around it, that name before "T cells"."""
    products = [m for m in sentence.of("products") if m.entry["class"] in _by_class() and not m.entry["weak"]]
    counted = list(sentence.of("counted"))
    markers = [m for m in counted if m.entry["counted"] not in (*_ANY_KIND, _VIABLE)]
    yield from ((_by_class()[m.entry["class"]], m) for m in products if not _overlaps(m, markers))
    yield from ((m.entry["counted"], m) for m in counted if m.entry["counted"] == _VIABLE or m in markers)
    yield from (
        (m.entry["counted"], m) for m in counted if m.entry["counted"] in _ANY_KIND and not _overlaps(m, products)
    )


def _overlaps(mention: Mention, others: list[Mention]) -> bool:
    return any(one.start < mention.end and mention.start < one.end for one in others)


def _is_denied(sentence: Sentence, mention: Mention) -> bool:
    return bool(_NOT_COUNTED.match(sentence.passage.text[mention.end : mention.end + 12]))


def counts_other(counted: tuple[Counted, ...], product_class: str, known: set[str]) -> bool:
    """Tell whether a number counts the cells of another product that the record gives, and none of this one."""
    classes = {one for one, value in _by_class().items() if any(value == said for said, _, _ in counted)}
    return bool(classes & known) and product_class not in classes


@cache
def _by_class() -> dict[str, str]:
    return {row["class"]: row["counted"] for row in rows("counted_classes")}
