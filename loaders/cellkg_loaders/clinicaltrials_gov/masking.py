"""Texts as literals, with what would reach or name a person masked by as many signs, so that offsets stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from cellkg.ntriples import Literal

Clean: TypeAlias = Callable[[str], str]
MASK = "•"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_TELEPHONE = re.compile(
    r"(?<![0-9A-Za-z])\+[1-9](?:[ ()/.-]{0,2}[0-9]){7,14}"
    r"|(?i:(?<=tel|fax)|(?<=phone)|(?<=mobile))[^A-Za-z0-9]{1,4}[0-9][0-9 ()./-]{5,}"
    r"|(?<![0-9])0[1-9](?:[ .-][0-9]{2}){4}(?![0-9])"
    r"|(?<![0-9])\(?[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[.-][0-9]{4}(?![0-9])"
)
# Quick to look for, the quickest first: no telephone number is without six such signs in a row.
_SIX, _EIGHT = re.compile(r"[0-9][0-9 ()./-]{5}"), re.compile(r"[0-9][0-9 ()./-]{7}")
_NAMED = re.compile(r"(?:tel|fax|phone|mobile)[^A-Za-z0-9]{1,4}[0-9]", re.IGNORECASE)
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_SHORTEST_NAME, _SHORT, _MOST = 3, 60, 16384


def masked(text: str) -> str:
    """Return a text with e-mail addresses and telephone numbers masked by as many signs.

    >>> masked("Write to a.b@example.org now"), masked("tel. 0123 456789!")
    ('Write to ••••••••••••••• now', 'tel•••••••••••••!')
    """
    if "@" in text:
        text = _EMAIL.sub(hidden, text)
    if _SIX.search(text) and (_EIGHT.search(text) or _NAMED.search(text)):
        text = _TELEPHONE.sub(hidden, text)
    return text


def hidden(match: re.Match[str]) -> str:
    """Return the mask of what was found."""
    return MASK * len(match[0])


def literal_of(clean: Clean | None) -> Callable[[str], Literal]:
    """Return what writes a text of a record: masked, and without its people where ``clean`` hides them."""
    if clean is None:
        return _KEPT.__getitem__
    return lambda value: quoted(clean(value)) if len(value) > _SHORTEST_NAME else _KEPT[value]


class _Literals(dict[str, Literal]):
    """Literals by their text; those of short texts, which come again and again, are kept up to a number."""

    def __missing__(self, value: str) -> Literal:
        literal = quoted(masked(value))
        if len(value) < _SHORT:
            if len(self) >= _MOST:
                self.clear()
            self[value] = literal
        return literal


_KEPT = _Literals()


def quoted(value: str) -> Literal:
    """Return a plain string, as ``cellkg.ntriples.text`` does.

    On the long texts of records several replacements are far quicker than one translation.
    """
    for sign, escape in _ESCAPES:
        value = value.replace(sign, escape)
    return Literal(f'"{value}"')
