"""To what a record attributes adverse events, in its titles, classes, terms and notes; each with rule, words and spot.

Of a description only what the title leaves open is read, and no denial: a definition says what is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from rdflib import RDF, URIRef

from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, decimal, integer, text
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.outcomes.attributing import NOT_RELATED, Attribution, names_event, read_attributions

from .masking import quoted
from .terms import REGISTRY as R
from .walk import Walk

Triple: TypeAlias = tuple[URIRef, URIRef, URIRef | Literal]
_PLANNED = "/protocolSection/outcomesModule"
_RANKS = ("primaryOutcomes", "secondaryOutcomes", "otherOutcomes")
_POSTED = "/resultsSection/outcomeMeasuresModule/outcomeMeasures"
_EVENTS = "/resultsSection/adverseEventsModule"
_READ_OF_DESCRIPTION = 1500


class _Told(NamedTuple):
    """A text of a record that says a cause: the node it is about, the field, and what was found in it."""

    node: str
    key: str
    text: str
    found: list[Attribution]
    rule: str
    confidence: Decimal


class AttributionReader:
    """Reads the attributions of records."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._kind = lexicon.iri("statement_kind", "normalised")
        self._causes = {word: lexicon.iri("attribution", word) for word in lexicon.words("attribution")}

    def readings(self, study: dict[str, Any], walk: Walk) -> Iterator[Triple]:
        """Yield every attribution of a record, and its evidence."""
        for told in _told(study, walk.clean):
            for i, found in enumerate(told.found):
                yield from self._said(walk, told, i, found)

    def _said(self, walk: Walk, told: _Told, i: int, found: Attribution) -> Iterator[Triple]:
        about = URIRef(f"{walk.base}{told.node}")
        node, value = URIRef(f"{about}/reading/attribution/{told.key}/{i}"), self._causes[found.cause]
        yield about, C.attributedTo, value
        yield node, RDF.type, C.Evidence
        yield node, C.aboutSubject, about
        yield node, C.aboutProperty, C.attributedTo
        yield node, C.aboutValue, value
        yield node, C.asWritten, quoted(told.text[found.start : found.end])
        yield node, C.statementKind, self._kind
        yield node, C.readingRule, text(told.rule)
        yield node, C.confidence, decimal(told.confidence)
        yield node, C.pointer, Literal(f'"{told.node}/{told.key}"')
        yield node, R.textStart, integer(found.start)
        yield node, R.textEnd, integer(found.end)


def _told(study: dict[str, Any], clean: Callable[[str], str]) -> Iterator[_Told]:
    planned = study["protocolSection"].get("outcomesModule") or {}
    for rank in _RANKS:
        for i, measure in enumerate(planned.get(rank) or ()):
            yield from _of_measure(f"{_PLANNED}/{rank}/{i}", "measure", measure, clean)
    results = study.get("resultsSection") or {}
    for i, measure in enumerate((results.get("outcomeMeasuresModule") or {}).get("outcomeMeasures") or ()):
        yield from _of_measure(f"{_POSTED}/{i}", "title", measure, clean)
        if names_event(measure.get("title") or ""):
            yield from _of_rows(f"{_POSTED}/{i}", measure, clean)
    module = results.get("adverseEventsModule") or {}
    for i, group in enumerate(module.get("eventGroups") or ()):
        yield from _of(f"{_EVENTS}/eventGroups/{i}", "title", group, clean)
    for kind in ("seriousEvents", "otherEvents"):
        for i, event in enumerate(module.get(kind) or ()):
            for key in ("term", "notes"):
                yield from _of(f"{_EVENTS}/{kind}/{i}", key, event, clean, is_event=True)


def _of_measure(node: str, key: str, measure: dict[str, Any], clean: Callable[[str], str]) -> Iterator[_Told]:
    title = clean(measure.get(key) or "")
    told = list(_of(node, key, measure, clean))
    yield from told
    if told or not names_event(title):
        return
    written = clean(measure.get("description") or "")[:_READ_OF_DESCRIPTION]
    found = [each for each in read_attributions(written) if each.cause != NOT_RELATED]
    if found:
        yield _Told(node, "description", written, found, "attribution/description", Decimal("0.8"))


def _of_rows(node: str, measure: dict[str, Any], clean: Callable[[str], str]) -> Iterator[_Told]:
    for i, row in enumerate(measure.get("classes") or ()):
        yield from _of(f"{node}/classes/{i}", "title", row, clean, is_event=True)
        for j, category in enumerate(row.get("categories") or ()):
            yield from _of(f"{node}/classes/{i}/categories/{j}", "title", category, clean, is_event=True)


def _of(
    node: str, key: str, part: dict[str, Any], clean: Callable[[str], str], *, is_event: bool = False
) -> Iterator[_Told]:
    written = clean(part.get(key) or "")
    found = read_attributions(written, is_event=is_event)
    if found:
        yield _Told(node, key, written, found, f"attribution/{key}", Decimal("0.95"))
