"""Values as records write them, and their normal forms."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = r"(?:\d+(?:\.\d*)?|\.\d+)"
_NUMBER = re.compile(f"[-+]?{_PLAIN}", re.ASCII)
_P_VALUE = re.compile(rf"\s*([<>=≤≥]{{0,2}})\s*([-+]?{_PLAIN}(?:[eE][-+]?\d{{1,2}})?)\s*", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_AGE = re.compile(r"(\d{1,9}) (Year|Month|Week|Day|Hour|Minute)s?", re.ASCII)
_PER_YEAR = {"Year": 1, "Month": 12, "Week": 52, "Day": 365, "Hour": 8760, "Minute": 525600}
# What a store computes with exactly: 128 bits, 18 digits of them after the point.
_DIGITS, _LARGEST = 18, Decimal(10) ** 20


def read_number(written: str) -> Decimal | None:
    """Return a number, or ``None`` where the text is none; a point may stand alone before its digits.

    >>> read_number("-.90"), read_number("1,234"), read_number("NA"), read_number("1,23")
    (Decimal('-0.90'), Decimal('1234'), None, None)
    """
    plain = written.strip()
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def is_computable(number: Decimal) -> bool:
    """Tell whether every store can compute with a number exactly.

    >>> is_computable(Decimal("0.05")), is_computable(Decimal("1e-19")), is_computable(Decimal("1e20"))
    (True, False, False)
    """
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= _DIGITS and abs(number) < _LARGEST


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
