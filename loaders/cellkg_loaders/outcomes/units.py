"""Units of posted measures as codes of the Unified Code for Units of Measure (https://ucum.org/ucum).

``pint`` reads the words (``micrograms per milliliter``, ``mcg/mL``); a code comes back only where each part is
a unit of the table below. A letter that records use in another sense than pint (``U``, ``M``, ``C``) has no code.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

#: What is counted or scored, with the annotation that UCUM keeps for it.
_COUNTED = {
    **dict.fromkeys(("participant", "patient", "subject", "count of participant"), "{participants}"),
    **dict.fromkeys(("number of participant", "number of patient"), "{participants}"),
    **dict.fromkeys(("score", "score on a scale", "scores on a scale", "score on scale", "point"), "{score}"),
    **dict.fromkeys(("unit on a scale", "units on a scale", "point on a scale", "points on a scale"), "{score}"),
    **dict.fromkeys(("event", "adverse event", "number of event"), "{events}"),
}
_PERCENT = re.compile(
    r"(?:%|per ?cent(?:age)?\b|perecentage\b)(?:\s+(?:of|change|drop|prevalence)\b[^*/]*|)", re.IGNORECASE
)
_SHARE = re.compile(r"%\s*(?:of\s.*|change|predicted)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)")
_MORE = re.compile(r"[\d(*]|change|ratio|log", re.IGNORECASE)
_WORDS = {
    "iu": "international_unit",
    "international units": "international_unit",
    "international unit": "international_unit",
}
_CODES = {
    "gram": "g", "liter": "L", "meter": "m", "second": "s", "minute": "min", "hour": "h", "day": "d", "week": "wk",
    "month": "mo", "year": "a", "mole": "mol", "percent": "%", "millimeter_Hg": "mm[Hg]", "degree": "deg",
    "international_unit": "[IU]", "newton": "N", "watt": "W", "joule": "J", "pascal": "Pa", "calorie": "cal",
    "degree_Celsius": "Cel",
}  # fmt: skip
_PREFIXES = {
    "kilo": "k",
    "milli": "m",
    "micro": "u",
    "nano": "n",
    "pico": "p",
    "femto": "f",
    "centi": "c",
    "deci": "d",
    "mega": "M",
}
_PLAIN = re.compile(r"[A-Za-zµμ%°*/^ .0-9-]+")
_LETTER = re.compile(r"(?<![A-Za-z])[A-FH-KM-Z](?![A-Za-z])")


@lru_cache(maxsize=1024)
def read_unit(written: str) -> str | None:
    """Return the UCUM code of a unit, or ``None`` where its words have no single meaning.

    >>> read_unit("micrograms per milliliter"), read_unit("mm^2"), read_unit("% of participants"), read_unit("kU/L")
    ('ug/mL', 'mm2', '%', None)
    """
    plain = " ".join(written.split())
    counted = plain.casefold()
    for form in (counted, counted.removesuffix("s")):
        if form in _COUNTED:
            return _COUNTED[form]
    if _PERCENT.fullmatch(plain) or _SHARE.fullmatch(plain):
        return "%"
    bracketed = _IN_BRACKETS.fullmatch(plain)
    if bracketed:
        inside, before = _code(bracketed[2]), _code(bracketed[1])
        told_twice = inside is not None and before in (None, inside)
        return inside if told_twice and not _MORE.search(bracketed[1]) else None
    return _code(plain)


def _code(written: str) -> str | None:
    if not _PLAIN.fullmatch(written) or _LETTER.search(written):
        return None
    import pint

    words = re.sub(r"[A-Za-z]+(?: units?)?", lambda match: _WORDS.get(match[0].casefold(), match[0]), written)
    for form in (words, words.lower()):
        try:
            return _ucum(_registry().Unit(form))
        except (
            pint.UndefinedUnitError,
            pint.DefinitionSyntaxError,
            ValueError,
            AssertionError,
            AttributeError,
            TypeError,
            KeyError,
        ):
            continue
    return None


def _ucum(unit: pint.Unit) -> str | None:
    """Return the code of a product of units, ``None`` for an empty one; ``KeyError`` for a unit without code."""
    parts = [(_atom(name), int(str(power))) for name, power in unit._units.items()]
    above = ".".join(f"{code}{power if power > 1 else ''}" for code, power in parts if power > 0)
    below = "".join(f"/{code}{-power if power < -1 else ''}" for code, power in parts if power < 0)
    return f"{above}{below}" if above else None


def _atom(name: str) -> str:
    if name in _CODES:
        return _CODES[name]
    prefix, unit, _ = _registry().parse_unit_name(name)[0]
    return _PREFIXES[prefix] + _CODES[unit]


@cache
def _registry() -> pint.UnitRegistry:  # type: ignore[type-arg]
    import pint

    registry: pint.UnitRegistry = pint.UnitRegistry(cache_folder=None)  # type: ignore[type-arg]
    registry.define("international_unit = [international_unit] = IU")
    return registry
