"""Values as records write them, and their normal forms."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")
_P_VALUE = re.compile(r"\s*([<>=≤≥]{0,2})\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s*")
_AGE = re.compile(r"(\d+) (Year|Month|Week|Day|Hour|Minute)s?")
_PER_YEAR = {"Year": 1, "Month": 12, "Week": 52, "Day": 365, "Hour": 8760, "Minute": 525600}
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_TELEPHONE = re.compile(
    r"(?<![0-9A-Za-z])\+[1-9](?:[ ()/.-]{0,2}[0-9]){7,14}"
    r"|(?i:(?<=tel|fax)|(?<=phone)|(?<=mobile))[^A-Za-z0-9]{1,4}[0-9][0-9 ()./-]{5,}"
    r"|(?<![0-9])0[1-9](?:[ .-][0-9]{2}){4}(?![0-9])"
    r"|(?<![0-9])\(?[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[.-][0-9]{4}(?![0-9])"
)


def read_number(written: str) -> Decimal | None:
    """Return a number, or ``None`` where the text is none; a point may stand alone before its digits.

    >>> read_number("-.90"), read_number("1,234"), read_number("NA")
    (Decimal('-0.90'), Decimal('1234'), None)
    """
    plain = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", written.strip())
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def read_p_value(written: str) -> tuple[str | None, Decimal] | None:
    """Return the sign before a p value and its number, or ``None`` where the text is neither.

    >>> read_p_value("<0.001"), read_p_value("=0.0017"), read_p_value(".003"), read_p_value("NS")
    (('<', Decimal('0.001')), ('=', Decimal('0.0017')), (None, Decimal('0.003')), None)
    """
    match = _P_VALUE.fullmatch(written)
    return (match[1] or None, Decimal(match[2])) if match else None


def read_age_years(written: str) -> Decimal | None:
    """Return an age limit in years, or ``None`` where the text is none.

    >>> read_age_years("18 Years"), read_age_years("6 Months"), read_age_years("N/A")
    (Decimal('18'), Decimal('0.5'), None)
    """
    match = _AGE.fullmatch(written)
    return round(Decimal(match[1]) / _PER_YEAR[match[2]], 10).normalize() if match else None


def masked(text: str) -> str:
    """Return a text with e-mail addresses and telephone numbers masked by as many signs.

    >>> masked("Write to a.b@example.org now")
    'Write to ••••••••••••••• now'
    """
    if "@" in text:
        text = _EMAIL.sub(lambda match: "•" * len(match[0]), text)
    return _TELEPHONE.sub(lambda match: "•" * len(match[0]), text)
