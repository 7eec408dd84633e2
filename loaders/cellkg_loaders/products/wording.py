"""The words of the field: every phrase of ``ontology/wording/``, found in a text in one pass.

A phrase is written with alternatives in braces, ``{adipose|fat}{ tissue|} derived``; case, hyphens and the number of
spaces do not matter, and a plural ``s`` is taken along.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from ahocorasick_rs import AhoCorasick

from cellkg.resources import shipped

Entry: TypeAlias = dict[str, str]

KINDS = (
    "products",
    "generic_products",
    "brands",
    "tissues",
    "donors",
    "manipulations",
    "routes",
    "sites",
    "targets",
    "acellular",
    "others",
    "cues",
    "counted",
)
_BRACES = re.compile(r"\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_SHORTEST = 4
_ORDINARY = {
    "iv",
    "i.v",
    "fat",
    "hip",
    "knee",
    "skin",
    "disc",
    "leg",
    "own",
    "no",
    "not",
    "non",
    "allo",
    "test",
    "face",
    "lung",
    "e.g",
    "vena",
    "rat",
    "gel",
    "drip",
    "uc",
    "islet",
    "mice",
    "scan",
    "post",
    "et al",
    "mock",
    "sham",
    "prior",
    "after",
    "amnion",
    "colon",
    "ovary",
    "bone",
    "brain",
    "liver",
    "penis",
    "drug",
    "wj",
    "exo",
    "p53",
    "patch",
    "alone",
    "bmac",
    "svf",
    "msc",
    "wound",
    "ulcer",
}
_SAME = {ord(sign): " " for sign in "-‐‑‒–—−_ \n\t\r\u00a0\u2009\u202f"} | {ord(a): "'" for a in "’‘`´"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of the wording at its place in a text."""

    kind: str
    entry: Entry
    start: int
    end: int


def plain(text: str) -> str:
    r"""Return a text in lower case, hyphens and white space as spaces, as many characters as before.

    >>> plain("Bone-Marrow\nMSCs")
    'bone marrow mscs'
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(_SAME)


def mentions(text: str) -> tuple[Mention, ...]:
    """Return the mentions in a text by their place; of two of one kind that overlap the first wins, then the longer."""
    searched, places = _squeezed(plain(text))
    machine, entries = _machine()
    found: dict[str, list[Mention]] = defaultdict(list)
    for pattern, start, end in machine.find_matches_as_indexes(searched, overlapping=True):
        end = _word_end(searched, start, end)
        if end and (end - start > _SHORTEST or _is_abbreviation(text[places[start] : places[end - 1] + 1])):
            for kind, entry in entries[pattern]:
                found[kind].append(Mention(kind, entry, places[start], places[end - 1] + 1))
    kept = [one for each in found.values() for one in _longest(each)]
    return tuple(sorted(kept, key=lambda one: (one.start, one.end)))


@cache
def rows(kind: str) -> tuple[Entry, ...]:
    """Return the rows of a list of the wording."""
    path = shipped("ontology") / "wording" / f"{kind}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def expanded(phrase: str) -> Iterator[str]:
    """Yield every form of a phrase with alternatives.

    >>> list(expanded("{bone |}marrow cell"))
    ['bone marrow cell', 'marrow cell']
    """
    match = _BRACES.search(phrase)
    if not match:
        yield phrase
        return
    for choice in _alternatives(match[1]):
        yield from expanded(phrase[: match.start()] + choice + phrase[match.end() :])


def _alternatives(inside: str) -> list[str]:
    parts, depth = [""], 0
    for sign in inside:
        depth += (sign == "{") - (sign == "}")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


@cache
def _machine() -> tuple[AhoCorasick, list[list[tuple[str, Entry]]]]:
    entries: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for kind in KINDS:
        for row in rows(kind):
            for form in expanded(row["phrase"]):
                said = " ".join(plain(form).split())
                if said and all(known != kind for known, _ in entries[said]):
                    entries[said].append((kind, row))
    return AhoCorasick(list(entries)), list(entries.values())


def _squeezed(text: str) -> tuple[str, range | list[int]]:
    """Return a text with single spaces, and the place that each of its characters had."""
    if "  " not in text:
        return text, range(len(text))
    places = [i for i, sign in enumerate(text) if sign != " " or not i or text[i - 1] != " "]
    return "".join(map(text.__getitem__, places)), places


def _word_end(text: str, start: int, end: int) -> int:
    """Return where the word ends, with its plural s, or 0 where the match is only a part of a word."""
    if start and text[start - 1].isalnum() and text[start].isalnum():
        return 0
    if end == len(text) or not text[end].isalnum() or not text[end - 1].isalnum():
        return end
    for ending in ("s", "tm"):
        after = end + len(ending)
        if text.startswith(ending, end) and (after == len(text) or not text[after].isalnum()):
            return after
    return 0


def _is_abbreviation(written: str) -> bool:
    """Tell whether a short word is written in capitals, or is an ordinary word: "til" is none, "TIL" is."""
    capitals = sum(sign.isupper() for sign in written)
    return capitals > 1 or (capitals and written.isupper()) or written.lower().rstrip("s.") in _ORDINARY


def _longest(found: list[Mention]) -> Iterator[Mention]:
    end = -1
    by_length = sorted(found, key=lambda one: (one.start, -one.end))
    groups: list[list[Mention]] = []
    for one in by_length:
        if one.start < end:
            groups[-1].append(one)
        else:
            groups.append([one])
        end = max(end, one.end)
    return itertools.chain.from_iterable(map(_without_overlap, groups))


def _without_overlap(group: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    longest = max(group, key=lambda one: one.end - one.start)
    for one in sorted(group, key=lambda one: (bool(one.entry.get("weak")) and one is not longest, one.start, -one.end)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept
