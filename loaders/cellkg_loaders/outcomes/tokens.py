"""Words of a text with their places, in a form that lets hyphens, case and the plural differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PLURAL = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as it is compared, as it stands without a plural s, and where it stands."""

    folded: str
    written: str
    start: int
    end: int


def tokens(text: str, end: int | None = None) -> list[Token]:
    """Return the words of a text, or of its first ``end`` characters.

    >>> [token.folded for token in tokens("6-Minute Walk Tests (SF-36)")]
    ['6', 'minute', 'walk', 'test', 'sf', '36']
    """
    found = _WORD.finditer(text, 0, len(text) if end is None else end)
    return [Token(_singular(match[0]), _bare(match[0]), match.start(), match.end()) for match in found]


def folded(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as they are compared."""
    return tuple(token.folded for token in tokens(phrase))


def written(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as they stand, without a plural s after capitals (AEs)."""
    return tuple(token.written for token in tokens(phrase))


def _singular(word: str) -> str:
    plural = word[-1] == "s" and (word[:-1].isupper() or (len(word) >= _SHORTEST_PLURAL and word[-2] not in "siu"))
    return (word[:-1] if plural and not word.isupper() else word).casefold()


def _bare(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1].isupper() else word
