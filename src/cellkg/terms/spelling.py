"""When two wordings are one: case, accents, plural, British or American, hyphens, numerals, word order."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_SIGNS = re.compile(r"[^a-z0-9+]+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")
_GENITIVE = re.compile(r"'s?\b")
_LETTERS_AND_DIGITS = re.compile(r"[a-z]+|[0-9]+|\+")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_NUMBERED = {"type", "stage", "grade", "class", "group", "phase", "and", "to", "or"}
_ALWAYS_NUMERALS = {"ii", "iii", "iv", "vii", "viii"}
FILLERS: frozenset[str] = frozenset(("of", "the", "a", "an", "in", "on", "nos", "unspecified"))
_SAME = {
    "disorder": "disease",
    "illness": "disease",
    "neoplasia": "neoplasm",
    "tumor": "neoplasm",
    "tumoral": "neoplasm",
    "haematopoietic": "hematopoietic",
    "hepatic": "liver",
    "renal": "kidney",
    "pulmonary": "lung",
    "cardiac": "heart",
    "paediatric": "pediatric",
    "childhood": "pediatric",
}


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, each in the one spelling that stands for all of its spellings.

    >>> words("Crohn's Diseases") == words("crohn disease")
    True
    >>> words("Acute Lymphoblastic Leukaemia")
    ('acute', 'lymphoblastic', 'leukemia')
    >>> words("COVID-19") == words("Covid19"), words("Non-Hodgkin") == words("nonhodgkin"), words("Type II")
    (True, True, ('type', '2'))
    """
    text = text.casefold().translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in text if not unicodedata.combining(sign)).replace("ß", "ss")
    found: list[str] = []
    for token in _SIGNS.sub(" ", _GENITIVE.sub("", text)).split():
        for part in _parts(token):
            if found and found[-1] == "non":
                found[-1] += part
            elif part in _ALWAYS_NUMERALS or (part in _ROMAN and found and found[-1] in _NUMBERED):
                found.append(_ROMAN[part])
            else:
                found.append(part)
    return tuple(found)


@lru_cache(8192)
def bag(spelled: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without order and fillers: equal bags are one name in another order.

    >>> bag(words("Osteoarthritis of the Knee")) == bag(words("knee osteoarthritis"))
    True
    """
    if "cell" in spelled and "nonhodgkin" in spelled:
        spelled = tuple(word for word in spelled if word != "nonhodgkin")  # lymphoma of B or T cells says it already
    return tuple(sorted({_SAME.get(word, word) for word in spelled if word not in FILLERS}))


def turned(text: str) -> str:
    """Return a heading in the order of speech: parts at commas, the last one first.

    >>> turned("Leukemia, Myeloid, Acute")
    'Acute Myeloid Leukemia'
    """
    return " ".join(reversed([part.strip() for part in text.split(",") if part.strip()]))


@cache
def _parts(token: str) -> tuple[str, ...]:
    if token.isalpha():
        return (_singular(_american(token)),)
    return tuple(_singular(_american(part)) for part in _LETTERS_AND_DIGITS.findall(token))


def _american(word: str) -> str:
    if word == "vs":
        return "versus"
    word = word.replace("ae", "e").replace("oe", "e").replace("our", "or").replace("isation", "ization")
    if word.endswith("ical") and len(word) > 6:
        return word[:-2]
    return word


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith(("s", "omata")):
        return word
    for ending, replacement in _ENDINGS:
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + replacement
    return word


_ENDINGS = (
    ("omata", "oma"),
    ("itides", "itis"),
    ("eases", "ease"),
    ("oses", "osis"),
    ("tases", "tasis"),
    ("sses", "ss"),
    ("ruses", "rus"),
    ("xes", "x"),
    ("ches", "ch"),
    ("ies", "y"),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
    ("s", ""),
)
