"""The shape of a wording: forms that say the same, parts named together, what is context and what qualifies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .index import Key, is_acronym
from .spelling import turned, words

_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SEVERAL = re.compile(r"\s+(?:and/or|and|or|versus|vs\.?)\s+|\s*[/;&]\s*", re.IGNORECASE)
_LIST = re.compile(r",.*[\s,](?:and|or)\s", re.IGNORECASE)
_BEFORE_CONTEXT = re.compile(
    r"\s+(?:with|without|due to|caused by|induced by|secondary to|related to|associated with|following|after|during"
    r"|from|for|at|in|of|by|undergoing|requiring|post|expressing|harbou?ring|on)\s+|\s*[;:,–]\s*|\s+-\s+",
    re.IGNORECASE,
)
_LOOSE = ("in", "of", "the", "and", "or", "to", "with", "a")


def forms(wording: str) -> list[Key]:
    """Return a wording as it is, in the order of speech, and without what only abbreviates it.

    >>> forms("Ulcerative Colitis (UC)")[-1]
    ('ulcerative', 'colitis')
    """
    inside, bare = _PARENTHESES.findall(wording), without_parentheses(wording)
    texts = [wording, turned(wording)]
    if inside and bare and all(_abbreviates(short, bare) for short in inside):
        texts += [bare, turned(bare)]
    if inside and bare and _abbreviates(bare, inside[0]):
        texts.append(inside[0])
    return [key for key in dict.fromkeys(map(words, texts)) if key]


def without_parentheses(wording: str) -> str:
    """Return a wording without what stands in parentheses or brackets."""
    return " ".join(_PARENTHESES.sub(" ", wording).split())


def before_context(wording: str) -> str:
    """Return what stands before the first word or sign that leads to context.

    >>> before_context("Migraine With Hypertension"), before_context("Ulcer of the Leg")
    ('Migraine', 'Ulcer')
    """
    return _BEFORE_CONTEXT.split(f"{without_parentheses(wording)} ")[0]


def is_list(wording: str) -> bool:
    """Tell whether commas separate conditions; in a heading such as "Leukemia, Acute" they do not."""
    return bool(_LIST.search(wording))


def parts(wording: str) -> list[str]:
    """Return what is named together.

    >>> parts("Eczema, Acne, and Hives"), parts("Leukemia, Acute")
    (['Eczema', 'Acne', 'Hives'], ['Leukemia, Acute'])
    """
    if is_list(wording):
        wording = wording.replace(", and ", ", ").replace(", or ", ", ").replace(",", ";")
    return [part for part in _SEVERAL.split(wording) if part]


def capitals(wording: str) -> frozenset[Key]:
    """Return the words of a wording that are acronyms, as the index spells them."""
    return frozenset(words(token) for token in re.findall(r"[\w-]+", wording) if is_acronym(token))


def without(key: Key, phrases: Iterable[Key]) -> Key:
    """Return the words without the phrases, longest first, and without connectives left at an end.

    >>> without(("asthma", "in", "relapse"), [("relapse",)])
    ('asthma',)
    """
    left = list(key)
    for phrase in sorted(phrases, key=len, reverse=True):
        size, at = len(phrase), 0
        while at + size <= len(left):
            if tuple(left[at : at + size]) == phrase:
                del left[at : at + size]
            else:
                at += 1
    while left and left[0] in _LOOSE:
        del left[0]
    while left and left[-1] in _LOOSE:
        del left[-1]
    return tuple(left)


def endings(key: Key) -> Iterator[Key]:
    """Yield the words and every shorter end of them, longest first."""
    return (key[start:] for start in range(len(key)))


def runs(key: Key) -> Iterator[Key]:
    """Yield every shorter run of words, longest first and from the left."""
    return (key[start : start + size] for size in range(len(key) - 1, 0, -1) for start in range(len(key) - size + 1))


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether a text is one word of capitals whose letters stand in the words of another, in order."""
    letters = [sign for sign in short.casefold().removesuffix("s") if sign.isalpha()]
    if " " in short.strip() or not letters or short.islower() or len(letters) > 8:
        return False
    signs = iter(long.casefold())
    return letters[0] == long.strip()[:1].casefold() and all(letter in signs for letter in letters)
