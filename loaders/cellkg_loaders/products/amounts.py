"""Large numbers as records write them: powers of ten in every style, lost exponents, words, ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80,
}  # fmt: skip
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:[ \u00a0\u2009\u202f']000){1,3}(?!\d)|"
    r"\d+(?:[.,]\d+)?|(?<![^\s(:])\.\d+)"
)
_TIMES = r"(?:\s*(?:\\?[xX×✕✖*·∙•⋅╳Хх]|times)\s*|(?<=\d[.,]\d)\s(?=10\s*[\^eE⁰¹²³⁴⁵⁶⁷⁸⁹]))"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWER = (
    r"10\s*(?:"
    rf"(?P<raised>[{_RAISED}]{{1,2}})"
    r"|(?:\\?[\^ˆ]|\*\*|(?P<letter>[eE])|['’´`′]|~|\*|exp\.?|"
    r"to the(?: power of)?)\s*[({\[]?\s*\+?(?P<marked>\d{1,2})(?:st|nd|rd|th)?(?![\d.])\s*[)}\]]?"
    r"|[({\[]\s*(?P<bracketed>\d{1,2})\s*[)}\]]"
    r"|<sup>\s*(?P<tagged>\d{1,2})\s*</sup>"
    r"|(?P<lost>1[0-2]|[4-9])(?!\d|\.\d|,\d(?!\d*\.\d))"
    r"|\s(?P<spaced>1[0-2]|[4-9])(?![\d.,]\d|\d|\s*(?:-|–|to\b|days?|weeks?|months?|years?|ml\b))"
    r")"
)
_ROUND = r"(?P<round>1(?:,?000){1,4}(?!\d))"
_WORD = r"(?P<word>(?i:hundred\s+(?:thousand|millions?)|thousand|millions?|mio\b|mill\b|mln\b\.?|billions?|bn\b)|M\b)"
_EXPONENT = r"[eE]\+?(?P<exponent>\d{1,2})(?![\d.])"
_TO = r"\s*(?:-|–|—|−|~|to|and|or|/|up to)\s*"
_LIST = rf"(?:{_TO}|\s*,(?:\s+|(?=\d+\.\d))(?:(?:and|or)\s+)?)"
_AMOUNT = re.compile(
    rf"(?<![\w^])(?<!\d\.)(?<!\.\.)(?:"
    rf"(?P<spelled>(?i:{'|'.join(_WORDS)}))(?:\s*\(\s*\d+\s*\))?\s+(?P<spelled_word>(?i:hundred\s+million|"
    rf"million|thousand|billion))s?\b"
    rf"|(?P<mean>{_NUMBER})\s*\(?\s*(?:±|\+/-|"
    rf"\+-)\s*(?P<spread>{_NUMBER})\s*\)?(?:\s*\(\s*(?P<from>{_NUMBER})\s*[-–—]\s*(?P<until>{_NUMBER})\s*\))?"
    rf"(?:{_TIMES}{_POWER.replace('?P<', '?P<m_')}|\s*{_WORD.replace('?P<word>', '?P<m_word>')})"
    rf"|(?:(?P<low>{_NUMBER}){_TO}|(?P<first>{_NUMBER})(?:{_LIST}{_NUMBER})*{_LIST}(?:(?<=\W)(?:and|"
    rf"or)\s+)?)?(?P<coefficient>{_NUMBER})(?:{_TIMES}(?:{_POWER}|10/(?P<slashed>\d)(?!\d)|{_ROUND})|"
    rf"\s*-?{_WORD}|{_EXPONENT})"
    rf"|(?P<alone>{_POWER.replace('?P<', '?P<a_')})"
    rf"|(?:(?P<few>\d{{1,3}}){_TO})?(?P<plain>\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:\.\d{{3}}){{2,}}|"
    rf"\d{{1,3}}(?:[ \u00a0\u2009\u202f]000){{1,3}}|\d{{4,12}})(?![\d.,]*\d)"
    rf")(?!\w*@)"
)
_COUNTS_TIME = re.compile(
    r"\b(?:days?|weeks?|months?|levels?|groups?|cohorts?|phases?|arms?|hours?|cycles?|steps?)\W*$", re.IGNORECASE
)
_RUN_TOGETHER = re.compile(r"(\d[.,]\d)10")
"""A coefficient that has swallowed the ten: ``3,010E6``."""
_COEFFICIENT = re.compile(rf"[\d)]{_TIMES}$")
_SCALES = {"thousand": 3, "million": 6, "mio": 6, "mill": 6, "mln": 6, "m": 6, "billion": 9, "bn": 9}
_MOST_DIGITS = 14


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or range in base units; ``literal`` is what its digits say where it is read otherwise."""

    least: Decimal
    most: Decimal
    start: int
    end: int
    form: str
    """``power``, ``lost exponent``, ``bare power`` (a lost exponent and nothing else), ``word`` or ``plain``."""
    literal: Decimal | None = None
    spread: Decimal | None = None
    """What stands after a plus-minus sign."""
    low: Decimal | None = None
    high: Decimal | None = None


def read_amounts(text: str) -> Iterator[Amount]:
    """Yield the large numbers of a text, from left to right.

    >>> [str(a.most.normalize()) for a in read_amounts("2 x 10^6/kg; 1×10E6; 10(6); 106 cells/kg; 50 million")]
    ['2E+6', '1E+6', '1E+6', '1E+6', '5E+7']
    """
    for match in _AMOUNT.finditer(text):
        amount = _amount(match)
        if amount and amount.most < Decimal(10) ** _MOST_DIGITS:
            yield amount


def _amount(match: re.Match[str]) -> Amount | None:
    start, end = match.span()
    if match["plain"]:
        return _plain(match) if re.search(r"[05]\D?00$", match["plain"]) else None
    if match["spelled"]:
        number = _WORDS[match["spelled"].lower()] * _scale(match["spelled_word"])
        return Amount(number, number, start, end, "word")
    if match["mean"]:
        return _mean(match)
    if match["alone"] and _COEFFICIENT.search(match.string[max(0, start - 12) : start]):
        return None
    if match["alone"]:
        power, form, literal = _power(match, "a_")
        return Amount(power, power, start, end, "bare power" if form == "lost exponent" else form, literal)
    coefficient = _number(match["coefficient"])
    if match["round"]:
        scale, form, literal = _number(match["round"]), "power", None
    elif match["slashed"]:
        scale, form, literal = Decimal(10) ** int(match["slashed"]), "power", None
    elif match["word"]:
        scale, form, literal = _scale(match["word"]), "word", None
    elif match["exponent"]:
        if coefficient == 10:
            return Amount(*(Decimal(10) ** int(match["exponent"]),) * 2, start, end, "power", _e_power(match))
        scale, form, literal = Decimal(10) ** int(match["exponent"]), "power", None
        if written := _RUN_TOGETHER.fullmatch(match["coefficient"]):
            coefficient, literal = _number(written[1]), scale * coefficient / _number(written[1])
    else:
        scale, form, literal = _power(match, "")
    first = match["low"] or match["first"]
    low = _number(first) if first else coefficient
    if first and _COUNTS_TIME.search(match.string[max(0, start - 16) : start]):
        low, start = coefficient, match.start("coefficient")
    if low > coefficient:
        low, start = coefficient, match.start("coefficient")
    return Amount(low * scale, coefficient * scale, start, end, form, literal and coefficient * literal)


def _mean(match: re.Match[str]) -> Amount:
    """Read a mean with what stands after its plus-minus sign and the range that it comes from."""
    scale, form, _ = (_scale(match["m_word"]), "word", None) if match["m_word"] else _power(match, "m_")
    mean, *others = (_number(match[key]) * scale if match[key] else None for key in ("mean", "spread", "from", "until"))
    assert mean is not None
    spread, low, high = others
    return Amount(mean, mean, *match.span(), form, spread=spread, low=low, high=high)


def _e_power(match: re.Match[str]) -> Decimal:
    return 10 * Decimal(10) ** int(match["exponent"])


def _plain(match: re.Match[str]) -> Amount:
    written = re.sub(r"\D", "", match["plain"])
    number = Decimal(written)
    low = number
    if match["few"]:
        # "2-8,000,000" shares the zeros of its upper end.
        low = Decimal(match["few"]) * Decimal(10) ** (len(written) - len(written.rstrip("0")))
    start = match.start() if low <= number else match.start("plain")
    return Amount(min(low, number), number, start, match.end(), "plain")


def _power(match: re.Match[str], prefix: str) -> tuple[Decimal, str, Decimal | None]:
    """Return the power of ten, how it is written, and what its digits say literally."""
    raised, lost = match[f"{prefix}raised"], match[f"{prefix}lost"]
    if raised:
        exponent = int("".join(str(_RAISED.index(sign)) for sign in raised))
        return Decimal(10) ** exponent, "power", None
    if lost:
        return Decimal(10) ** int(lost), "lost exponent", Decimal(f"10{lost}")
    digits = next(d for key in ("marked", "bracketed", "tagged", "spaced") if (d := match[prefix + key]))
    literal = Decimal(10) ** (int(digits) + 1) if match[f"{prefix}letter"] else None
    return Decimal(10) ** int(digits), "power", literal


def _number(written: str) -> Decimal:
    """Return a number; a comma before three digits groups thousands, any other is a decimal comma."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", written):
        return Decimal(written.replace(".", ""))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        written = written.replace(",", "")
    return Decimal(re.sub(r"[\s']", "", written).replace(",", "."))


def _scale(word: str) -> Decimal:
    parts = word.lower().split()
    hundred = 2 if parts[0] == "hundred" else 0
    return Decimal(10) ** (_SCALES[parts[-1].rstrip(".").removesuffix("s")] + hundred)
