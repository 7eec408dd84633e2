"""A text of a record, with the mentions in it and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .composing import composed, explained_in
from .readings import Spot
from .wording import Entry, Mention, mentions

_SENTENCE_END = re.compile(
    r"(?<=;)\s+|"
    r"(?<=[.!?])(?<!\bi\.v\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bNo\.)\s+(?=[A-Z(0-9*•\-\[])|"
    r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*•]|\d+[.)])[ \t])|。"
)


@dataclass(frozen=True, eq=False)
class Sentence:
    """A part of a passage, with the mentions inside it."""

    passage: Passage
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """The characters of the sentence."""
        return self.passage.text[self.start : self.end]

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that begin inside it."""
        return tuple(m for m in self.passage.mentions if self.start <= m.start < self.end)

    def of(self, *kinds: str) -> Iterator[Mention]:
        """Yield the mentions of some kinds."""
        return (m for m in self.mentions if m.kind in kinds)


class Whole:
    """All texts of a record, in lower case when they are first asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.known: set[str] = set()
        """The classes of products that the record gives: their words mean the product, wherever they stand."""

    @cached_property
    def explained(self) -> dict[str, Entry]:
        """The products that the record itself gives an abbreviation."""
        return explained_in(self.texts)

    @cached_property
    def lower(self) -> str:
        """The texts as one."""
        return "\n".join(self.texts).lower()

    def has(self, needed: str) -> bool:
        """Tell whether the record has one of several words."""
        return not needed or any(word in self.lower for word in needed.split("|"))


@dataclass(eq=False)
class Passage:
    """The text of one field of a record."""

    pointer: str
    section: str
    text: str
    number: int = -1
    """Which arm or intervention it belongs to."""
    whole: Whole = field(default_factory=lambda: Whole(), compare=False, repr=False)
    """All texts of the record, for words whose meaning hangs on another word."""
    found: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was found in the text before, kept for those who ask again."""

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every phrase of the wording that stands in the text, and every product that it names in its own way."""
        found = tuple(m for m in mentions(self.text) if m.kind != "routes" or self.whole.has(m.entry["needs"]))
        return composed(self.text, found, self.whole.explained)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the text, each with its offsets."""
        starts = [0, *(match.end() for match in _SENTENCE_END.finditer(self.text))]
        ends = [*starts[1:], len(self.text)]
        return tuple(Sentence(self, start, end) for start, end in zip(starts, ends, strict=True))

    def forget(self) -> None:
        """Drop what was found in the text, after the record got to know more names."""
        self.found.clear()
        for name in ("mentions", "sentences"):
            self.__dict__.pop(name, None)

    def spot(self, start: int, end: int) -> Spot:
        """Return the evidence for what stands between two offsets."""
        return Spot(self.pointer, start, end, self.text[start:end])
