"""How often a product is given: counts, lists of days, intervals with a length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .passages import Sentence

_WORDS = {
    "a": 1, "one": 1, "single": 1, "once": 1, "two": 2, "twice": 2, "thrice": 3, "double": 2, "both": 2, "three": 3,
    "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "1st": 1,
}  # fmt: skip
_N = r"(?:\d{1,2}|one|single|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_GIVEN = (
    r"(?:dos(?:e|es|ing|ages?)|infusions?|injections?|administrations?|treatments?|transplantations?|"
    r"transfusions?|implantations?|"
    r"vaccinations?|vaccines?|instillations?|applications?|courses?|cycles?|transplants?|inoculations?|"
    r"intravenous infusions?|lumbar punctures?|DLIs?)"
)
_QUALIFIER = (
    r"(?:(?!(?:versus|vs|after|of|and|will|were|was|is|are|at|with|patients?|by|to|for|from|in|on|or|per|when|"
    r"between|the|a|different|escalating|increasing|various|varying|ascending|following|prior|before|high|low|"
    r"medium|target|new|novel|other|divided|possible|potential|promising|alternative|such|key|"
    r"major)\b)[A-Za-z][A-Za-z0-9^+/-]*\s+){0,5}?"
)
_OPTIONAL = re.compile(
    r"\b(?:may|might|can|could)\b[^.;]{0,60}\b(?:repeat(?:ed)?|retreat(?:ed|ment)|re-treat\w*|second|"
    r"another|additional|again)\b"
    r"|\bif (?:there is )?(?:no|not|needed|necessary|required)\b[^.;]*\b(?:second|another|additional|"
    r"repeat)\b|\b(?:second|additional|another) (?:course|dose|infusion|injection)s?\b[^.;]{0,60}\b(?:if|"
    r"may|optional|in case)\b|\bretreated once\b"
    r"|\bor repeated (?:after|once|at)\b"
    r"|\brepeat(?:ed)?\b[^.;]{0,60}\b(?:if|in case|where necessary|as needed)\b"
    r"|\b(?:possible|optional) (?:repeat(?:ed)?|second|additional|re-?treatment)\b"
    r"|\beligible (?:for|to receive) (?:a |an )?(?:second|additional|another|repeat|re-?treatment)\b"
    r"|\bif\b[^.;]{0,100}\b(?:a second|second|another|additional)\b[^.;]{0,40}\b(?:course|dose|infusion|"
    r"injection|treatment|will be given)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?P<upto>up to |maximum of |at most )?(?<![\w.,^-])(?<!\bweek )(?<!\bday )(?<!\bphase )(?<!\bmonth )"
    r"(?<!\bgrade )(?<!\bweeks )(?<!\btype )(?<!\bdays )(?<!\bmonths )"
    r"(?<!\bgroup )(?<!\barm )(?<!\bcohort )(?<!\blevel )(?<!\bpart )(?<!\bstage )"
    rf"(?:\b(?P<low>{_N})\s*(?:-|–|to|or)\s*)?\b(?P<n>{_N})(?:\s*\(\s*\w+\s*\))?\s+(?:x\s+)?"
    rf"{_QUALIFIER}{_GIVEN}\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"(?P<upto>up to |a maximum of )?(?:\b(?P<low>{_N})\s*(?:-|–|to|"
    rf"or)\s*)?\b(?P<n>{_N})\s*(?:\(\s*\w+\s*\)\s*)?times?\b(?!\s*(?:a|per|each|every|the|more|higher|"
    rf"greater|upper|daily|weekly|normal|as)\b|\s*/)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    rf"\b(?:(?P<n>{_N})\s*times in total|(?:a )?total of (?P<m>{_N})\s+(?:\(\d+\)\s*)?(?:(?!mg|ml|"
    rf"million)[a-z-]+\s+){{0,2}}?"
    rf"(?:times|{_GIVEN})|(?P<k>{_N}) total (?:times|{_GIVEN}))\b"
    r"(?!\s*(?:a|per|each|every)\s+day|\s+daily)",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:(?:an?|one) unique (?:[\w-]+\s+){0,3}(?:injection|infusion|dose|administration|implantation|"
    r"transplantation)s?|"
    r"(?:administered|given|injected|infused|instilled|transplanted|received?|performed|delivered|"
    r"injection|infusion|transplantation|joint|knee|retreated|implanted|applied)\s+(?:only\s+)?once|"
    r"once only|only once|one time|one-time|single[- ]dose|a single|single time|once)\b"
    r"(?![\s-]*(?:a|per|every|each|daily|weekly|monthly|the|they|all|it|patients?|in|there|on|cells|informed|"
    r"enrolled|consent\w*|this|these|you|we|MSCs?|center|centre|arm|group|blind|site|institution|cell)\b)"
    r"|\bsingle[- ]dose\b(?! (?:level|group|cohort|arm)s?\b)",
    re.IGNORECASE,
)
_OCCASIONS = re.compile(
    rf"\b(?:on|at)\s+(?P<n>{_N})\s+(?:(?:separate|different|consecutive|subsequent)\s+)?(?:occasions|time points)\b",
    re.IGNORECASE,
)
_DIVIDED = re.compile(
    rf"\b(?P<n>{_N})\s+divided\s+doses\b(?=[\s,]*(?:at|with|given|every)\b[^.;]{{0,30}}\b(?:interval|week|month|day)s?\b)",
    re.IGNORECASE,
)
_SPACED = re.compile(
    rf"\b(?P<n>{_N})\s+(?:[A-Za-z-]+\s+){{0,2}}?{_GIVEN}\s*,?\s*(?:with|at|in)\s+(?:an?\s+)?(?:intervals? of\s+)?{_N}[\s-]*"
    r"(?:days?|weeks?|months?)[\s-]*(?:interval|apart)?",
    re.IGNORECASE,
)
_TH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
       "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6}  # fmt: skip
_ORDINAL = rf"(?:{'|'.join(_TH)})"
_ANY_ORDINAL = rf"(?:{'|'.join(_TH)}|\d{{1,2}}(?:st|nd|rd|th))"
_ORDINAL_DAYS = re.compile(
    rf"\b(?:at|on|in|of)\s+(?:the\s+)?(?P<list>{_ANY_ORDINAL}(?:\s*(?:,\s*and|,|and|&)\s*(?:the\s+)?{_ANY_ORDINAL})+)\s+"
    r"(?:days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_ORDINALS = re.compile(
    rf"\b(?P<n>{_ORDINAL})\s+(?:(?!dose (?:level|group|cohort)|group|cohort|arm|part|patient|participant|degree|line|"
    r"month|week|day|year|phase|stage|course of|round of)[A-Za-z-]+\s+){0,3}?"
    r"(?:dose|infusion|injection|administration|transplantation|transfusion|vaccination|implantation)\b"
    r"(?!\s+(?:levels?|groups?|cohorts?|arms?|toxic))",
    re.IGNORECASE,
)
_N_TIME = re.compile(
    rf"(?:\b(?P<low>{_N})[\s-]time\s+(?:or|to|and)\s+)?\b(?P<n>{_N})[\s-]time\s+(?:{_GIVEN})\b", re.IGNORECASE
)
_ON_DAYS = re.compile(
    r"\b(?:(?:on|at|in|of|and|for)\s+)?(?:study\s+)?(?P<unit>days?|weeks?|months?|"
    r"hours?)\s*:?\s*(?P<list>-?\d{1,3}(?:\s*\(?[±+/-]+\s*\d+\s*\w*\)?)?(?:\s*(?:,|;|and|&|\+|/|,\s*and|"
    r",\s*(?:week|day|month)s?)\s*(?:(?:on|at)\s+)?(?:day|week|month|D|d)?s?\s*-?\d{1,3}(?!\s*(?:mg|ml|%|"
    r"years))(?:\s*\(\s*[±+/-]+\s*\d+\s*\w*\s*\))?)+)",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"\b(?:at|on|after)\s+(?P<list>\d{1,3}(?:\s*(?:,|and|&|,\s*and)\s*\d{1,3})+)\s+(?P<unit>days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    rf"\b(?:(?:(?P<twice>twice|two times|2 times|thrice|three times|3 times)\s+)?(?P<per>daily|weekly|monthly|"
    rf"biweekly|fortnightly|qw|qd)|(?:(?P<often>twice|two times|2 times|"
    rf"three times|3 times)|once|one (?:time|dose|injection|infusion))?,?\s*(?:every|each|per|a|in|"
    rf"in every)\s+(?:(?P<step>{_N}|other)[\s-]*)?(?P<unit>days?|weeks?|months?))\b"
    rf"(?:[^.;]{{0,40}}?|,?\s*(?:at|with) (?:an?|the) dos(?:e|age) of\b(?:[^.;]|\.\d){{0,90}}?)\b(?:for|over|during|continuing for|x|×|within|by the)\s+(?:a (?:total|period|maximum) of\s+|"
    rf"the first\s+|up to\s+|each of\s+|another\s+|an additional\s+|a\s+(?!(?:day|week|month|year))|"
    rf"an\s+)?(?P<n>{_N}|a)[\s-]*(?:consecutive\s+)?(?P<length>days?|weeks?|months?|years?|doses|times|"
    rf"infusions|injections|administrations|vaccinations|courses|treatments|sessions|applications)",
    re.IGNORECASE,
)
_PER_INTERVAL = re.compile(
    rf"\b(?P<n>{_N})\s+(?:[A-Za-z-]+\s+){{0,2}}?{_GIVEN}\b[^.;]{{0,50}}?\b(?:per|a|each|every)\s+(?P<unit>day|"
    rf"week|month)\b"
    rf"[^.;]{{0,20}}?\b(?:for|over|during)\s+(?:each of\s+)?(?P<length>{_N})\s*(?:consecutive\s+"
    rf")?(?P<span>days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_CONSECUTIVE = re.compile(rf"\bfor\s+(?P<n>{_N})\s+consecutive\s+(?P<unit>days|weeks|months)", re.IGNORECASE)
_TWICE = re.compile(
    r"\b(?:infus|inject|administ|giv|receiv|transplant)\w*\b[^.;]{0,120}?\b(?P<n>twice|thrice)\b"
    r"\s*(?:,|\(|$|(?:at|with|within|in)\s+(?:an?\s+)?(?:interval|\w+[\s-](?:day|week|month))|over\b|intra\w+|into\b|via\b)",
    re.IGNORECASE,
)
_MAY_TELL = re.compile(
    r"dos|infus|inject|administ|treat|transplant|transfus|implant|vaccin|instill|applic|cours|cycle|inocul|punctur|time|once|"
    r"twice|thrice|single|occasion|daily|weekly|monthly|fortnight|\bday|\bweek|\bmonth|\bhour|\bq[wd]\b|retreat|one time",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(
    r"\b(?:(?:inject|infus|transplant|implant|administ|graft)\w*|treatment|receiv\w*|given|undergo\w*)\b[^.;]{0,60}?"
    r"\b(?:on|at)\s+(?:study\s+)?day\s+[+-]?\d{1,3}\b(?!\s*(?:,|;\s*\d|and\b|&|to\b|-|–|through|until|or\b|"
    r"\(?\s*[±+/-]|of each|of every|"
    r"per\b|every))",
    re.IGNORECASE,
)
_INJECTIONS = re.compile(r"injections", re.IGNORECASE)
_BOOSTER = re.compile(r"\bboosters?\b[^.;]*", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|ANC|neutrophil|platelet|maintain|count|transfusion[- ]free)", re.IGNORECASE)
_OF_PEOPLE = re.compile(
    r"\s*(?:groups?|arms?|cohorts?|regimens?|sites?|levels?|phases?|periods?|modalit)", re.IGNORECASE
)
_NOT_GIVEN = re.compile(
    r"\b(?:follow(?:ed)?(?:\s|-)?up|visits?|assess\w*|evaluat\w*|measured|scans?|mri|blood samples?|"
    r"monitored|outcomes?|questionnaires?|examin\w*|assays?|to complete|safety|radiograph\w*|x-rays?|ct scan\w*)\b",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_MOST = 60
ONE_BY_ONE = "told one by one"


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """A number of administrations at its place in a passage."""

    least: int
    most: int
    start: int
    end: int
    rule: str
    weight: int
    """How directly it is said: a schedule that adds up before a count, a count before "single"."""
    sites: bool = False
    """Whether it may count the sites of one occasion: ten injections into one muscle."""


def read_times(sentence: Sentence) -> tuple[ReadTimes, ...]:
    """Return the numbers of administrations that a sentence gives; what was read once is kept."""
    kept = sentence.passage.found
    key = f"times {sentence.start}"
    if key not in kept:
        kept[key] = tuple(_read_times(sentence)) if _MAY_TELL.search(sentence.text) else ()
    read: tuple[ReadTimes, ...] = kept[key]
    return read


def _read_times(sentence: Sentence) -> Iterator[ReadTimes]:
    text, at = sentence.text, sentence.start
    found = [*_intervals(text), *_lists(text), *_in_order(text), *_counts(text)]
    for least, most, start, end, rule, weight in found:
        if 1 <= most <= _MOST:
            sites = least > 3 and bool(_INJECTIONS.search(text[start:end]))
            yield ReadTimes(least, most, at + start, at + end, rule, weight, sites)


def may_be_repeated(sentence: Sentence) -> tuple[int, int] | None:
    """Return the place of words by which one more administration is possible, or ``None``."""
    match = _OPTIONAL.search(sentence.text)
    return (sentence.start + match.start(), sentence.start + match.end()) if match else None


def _intervals(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for match in _EVERY.finditer(text):
        length, n = match["length"].lower().rstrip("s"), _number(match["n"])
        per = (match["per"] or "").lower()
        unit = {
            "daily": "day",
            "weekly": "week",
            "monthly": "month",
            "biweekly": "week",
            "fortnightly": "week",
            "qw": "week",
            "qd": "day",
        }.get(per, (match["unit"] or "").lower().rstrip("s"))
        step = 2 if per in ("biweekly", "fortnightly") or match["step"] == "other" else _number(match["step"] or "1")
        if length == "year" and unit == "month":
            length, n = "month", 12 * n
        if length not in _DAYS:
            times = n
        elif length == unit:
            times = n // max(step, 1)
        else:
            times = n * _DAYS[length] // (_DAYS[unit] * max(step, 1))
        if length in _DAYS and (often := match["often"] or match["twice"]):
            times *= _number(often.partition(" ")[0])
        if times:
            booster = _BOOSTER.search(text, match.end())
            after = 1 if booster else 0
            yield (
                times + after,
                times + after,
                match.start(),
                booster.end() if booster else match.end(),
                "interval and length",
                3,
            )
    for match in _PER_INTERVAL.finditer(text):
        unit, span = match["unit"].lower(), match["span"].lower().rstrip("s")
        times = _number(match["n"]) * (_number(match["length"]) * _DAYS[span] // _DAYS[unit])
        yield times, times, match.start(), match.end(), "number per interval and length", 4
    for match in _CONSECUTIVE.finditer(text):
        if _UNTIL.search(text[max(0, match.start() - 80) : match.start()]):
            continue
        yield _number(match["n"]), _number(match["n"]), match.start(), match.end(), "consecutive days", 3


def _lists(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for pattern in (_ON_DAYS, _UNIT_AFTER):
        for match in pattern.finditer(text):
            days = re.sub(r"\(?[±]\s*\d+\s*\w*\)?|\+/-\s*\d+", "", match["list"])
            number = len(re.findall(r"\d+", days))
            if number > 1 and not _NOT_GIVEN.search(
                text[max(0, match.start() - 60) : match.start()] + " | " + text[match.end() : match.end() + 24]
            ):
                yield number, number, match.start(), match.end(), "list of days", 3


def _in_order(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    """Yield what is told one by one: "the first and third week", or "the second infusion" for at least two."""
    for match in _ORDINAL_DAYS.finditer(text):
        number = len(re.findall(_ANY_ORDINAL, match["list"], re.IGNORECASE))
        if not _NOT_GIVEN.search(text[max(0, match.start() - 60) : match.start()] + " | " + text[match.end() :][:24]):
            yield number, number, match.start(), match.end(), "list of days", 3
    for match in _ORDINALS.finditer(text):
        number = _TH[match["n"].lower()]
        if number > 1 and not _NOT_GIVEN.search(match[0]) and not _OPTIONAL.search(text):
            yield number, number, match.start(), match.end(), ONE_BY_ONE, 1


def _counts(text: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for match in _TOTAL.finditer(text):
        n = _number(match["n"] or match["m"] or match["k"])
        yield n, n, match.start(), match.end(), "number in total", 4
    for match in _TIMES.finditer(text):
        yield *_between(match), match.start(), match.end(), "number of times", 2
    for match in _N_TIME.finditer(text):
        least = _number(match["low"] or match["n"])
        yield least, max(least, _number(match["n"])), match.start(), match.end(), "number of times", 2
    for match in _COUNT.finditer(text):
        words = match[0].lower()
        if _NOT_GIVEN.search(words + text[match.end() : match.end() + 12]) or re.search(
            r"\b(?:arm|group|cohort|year|month|week|day|dose level|patients?|x|million|mg|ml|phase|ml|"
            r"hours?|minutes?|of the)s?\b",
            words,
        ):
            continue
        if _OF_PEOPLE.match(text[match.end() :]) or re.search(r"divided (?:in|into)\W*$", text[: match.start()]):
            continue
        if re.search(
            r"\bdose (?:levels?|groups?|cohorts?|escalation)", text[match.start() : match.end() + 12], re.IGNORECASE
        ):
            continue
        least, most = _between(match)
        # "50 cell infusion" is a dose of fifty; "three injection" is written by authors whose nouns have no plural.
        if (match["n"].isdigit() or most > 3) and most > 1 and not match[0].lower().endswith("s"):
            continue
        yield least, most, match.start(), match.end(), "number of doses", 2
    for pattern in (_OCCASIONS, _DIVIDED, _SPACED):
        for match in pattern.finditer(text):
            if not _NOT_GIVEN.search(match[0] + text[match.end() : match.end() + 12]):
                yield _number(match["n"]), _number(match["n"]), match.start(), match.end(), "number of doses", 2
    for match in _TWICE.finditer(text):
        yield _number(match["n"]), _number(match["n"]), match.start(), match.end(), "number of times", 2
    for match in _ONCE.finditer(text):
        yield 1, 1, match.start(), match.end(), "once", 1
    for match in _ONE_DAY.finditer(text):
        around = text[max(0, match.start() - 60) : match.start()] + " | " + text[match.end() : match.end() + 24]
        if not _NOT_GIVEN.search(around):
            yield 1, 1, match.start(), match.end(), "one day", 0


def _between(match: re.Match[str]) -> tuple[int, int]:
    most = _number(match["n"])
    least = 1 if match["upto"] else _number(match["low"]) if match["low"] else most
    return min(least, most), most


def _number(word: str) -> int:
    return _WORDS[word.lower()] if word.lower() in _WORDS else int(word)
