"""To what the words of a source attribute adverse events: the product, the infusion, the harvest, the disease ...

Only what is said counts: a cause is read where an event is called "...-related" or "related to ...", never from what a
study gives. "Whether or not related" attributes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rdflib import Graph
from rdflib.namespace import SKOS

from cellkg.resources import shipped
from cellkg.vocabulary import CELLKG as C

from .tokens import folded, tokens

NOT_RELATED = "not related"
_SAYS = re.compile(r"related|attribut|secondary|due", re.IGNORECASE)
_EVENT = re.compile(
    r"\b(?:adverse|untoward|side[- ]effects?|events?|[a-z]*AEs?|toxicit(?:y|ies)|DLTs?|mortality|deaths?|complications?"
    r"|reactions?|infections?|sepsis|malignanc(?:y|ies)|hypersensitivity|thrombosis|morbidity|safety)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?P<cause>(?:[\w/]+[ -]+){1,4})related\b(?! ?to\b)", re.IGNORECASE)
_AFTER = re.compile(
    r"\b(?P<un>un)?(?:related|attributable|attributed|secondary|due)\s+(?:to|with)\s+"
    r"(?P<cause>(?:[\w-]+[ /]+){0,9}[\w-]+)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\W*(?:unrelated|not related)\W*", re.IGNORECASE)
#: What ends the words of a cause.
_ENDS = re.compile(
    r"\b(?:as|will|would|by|during|occurr\w*|in|at|on|within|from|that|which|who|measured|assessed|according|includ\w*|after"
    r"|of|post\w*|grad\w*|per|with|for|is|are|was|were|has|have|under|through|until|up|over|between|leading|resulting"
    r"|causing|than|when|using|reported|following|based|since|throughout|related)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s+(?:and/or|and|or)\s+|\s*/\s*", re.IGNORECASE)
_OR = re.compile(r"\s+(?:and/or|or)\s+|\s*/\s*", re.IGNORECASE)
#: Before a cause: it is left open whether the events are related, or the related ones are left out.
_OPEN = re.compile(
    r"\b(?:whether|regardless|irrespective|without regard|unless|if|relationship|relatedness)\b"
    r"|\b(?:exclud\w*|except|other than)\b|\brelated or\s+$",
    re.IGNORECASE,
)
_OR_NOT = re.compile(r"\b(?:or|and) (?:not|unrelated|non-related|otherwise)\b", re.IGNORECASE)
#: Between other events and a cause: these are counted beside those of the cause.
_BESIDE = re.compile(r"(?:,|&|/|\band\b)\s*(?:(?:and|other|serious|severe|all|any|of)\s+)*$", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|non|no)[ -]+(?:(?:considered|deemed|thought|judged|directly|primarily|clearly|likely|to|be|as)\s+)*$",
    re.IGNORECASE,
)
#: Elsewhere before a cause: what is denied is not told by the words alone.
_NOT_ELSEWHERE = re.compile(r"\bnot\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.;](?:\s|$)")
_FAR = 6


class Attribution(NamedTuple):
    """A word of the list ``attribution`` and the place of the words that say it."""

    cause: str
    start: int
    end: int


def read_attributions(text: str, *, is_event: bool = False) -> list[Attribution]:
    """Return to what a text attributes adverse events, in the order of the text; each cause once.

    ``is_event`` says that the text stands for an event, so that it need not name one.

    >>> [each.cause for each in read_attributions("Adverse events related to the harvest or cell infusion")]
    ['harvest', 'administration']
    >>> read_attributions("Disease-related quality of life"), read_attributions("Number of adverse events")
    ([], [])
    >>> read_attributions("Anaphylaxis not related to study intervention", is_event=True)[0].cause
    'not related'
    """
    if not _SAYS.search(text):
        return []
    if is_event and _ALONE.fullmatch(text):
        return [Attribution(NOT_RELATED, 0, len(text))]
    found: dict[str, Attribution] = {}
    for start, end in _sentences(text):
        for each in sorted(_in_sentence(text, start, end, is_event), key=lambda each: each.start):
            found.setdefault(each.cause, each)
    return list(found.values())


def names_event(text: str) -> bool:
    """Tell whether a text names adverse events or safety."""
    return bool(_EVENT.search(text))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _in_sentence(text: str, start: int, end: int, is_event: bool) -> Iterator[Attribution]:
    for match in _BEFORE.finditer(text, start, end):
        after = " ".join(text[match.end() : end].split()[:_FAR])
        if is_event or _EVENT.search(after):
            causes = list(_leading(match["cause"], match.start()))
            yield from _told(text, start, end, causes, match.end())
    for match in _AFTER.finditer(text, start, end):
        if is_event or _EVENT.search(text, start, match.start()):
            causes = list(_following(match["cause"], match.start("cause")))
            last = max((cause.end for cause in causes), default=0)
            causes = [cause._replace(start=match.start()) for cause in causes]
            yield from _told(text, start, end, causes, last, denied=bool(match["un"]))


def _told(
    text: str, start: int, end: int, causes: list[Attribution], last: int, *, denied: bool = False
) -> Iterator[Attribution]:
    """Yield causes of one statement, unless it leaves open whether events are related or counts others too."""
    if not causes:
        return
    first = min(cause.start for cause in causes)
    before, after = text[start:first], text[first:end]
    if _OPEN.search(before) or _OR_NOT.search(after) or (_BESIDE.search(before) and _EVENT.search(before)):
        return
    negation = _NOT.search(before)
    if not negation and _NOT_ELSEWHERE.search(before):
        return
    if denied or negation:
        yield Attribution(NOT_RELATED, start + negation.start() if negation else first, last)
        return
    for cause in causes:
        yield cause._replace(start=first, end=last)


def _leading(words: str, at: int) -> Iterator[Attribution]:
    """Yield the cause before "related", and those that an "or" joins to it."""
    end = len(words)
    for joint in [*reversed(list(_OR.finditer(words))), None]:
        begin = joint.end() if joint else 0
        cause = _kind(words[begin:end], at + begin)
        if cause is None:
            return
        yield cause
        end = joint.start() if joint else 0


def _following(words: str, at: int) -> Iterator[Attribution]:
    """Yield the causes after "related to", each without what follows it."""
    begin = 0
    for joint in [*_SEVERAL.finditer(words), None]:
        part = words[begin : joint.start() if joint else len(words)]
        cut = _ENDS.search(part)
        cause = _kind(part[: cut.start()] if cut else part, at + begin)
        if cause:
            yield cause
        if cut or joint is None:
            return
        begin = joint.end()


def _kind(words: str, at: int) -> Attribution | None:
    """Return the cause whose word ends the words, the longest, with its place."""
    said, known = tokens(words), _causes()
    for i in range(len(said)):
        cause = known.get(tuple(token.folded for token in said[i:]))
        if cause:
            return Attribution(cause, at + said[i].start, at + said[-1].end)
    return None


@cache
def _causes() -> dict[tuple[str, ...], str]:
    graph = Graph()
    graph.parse(shipped("ontology") / "safety.ttl")
    return {
        folded(str(word)): str(graph.value(value, SKOS.prefLabel))
        for value, word in graph.subject_objects(C.wordOfCause)
    }
