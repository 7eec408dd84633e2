"""A statement with its evidence: what a source says, in which words, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDF, URIRef

from cellkg.identifiers import below
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, Statement, decimal, integer, text
from cellkg.units import read_duration
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import Claim, Date, Duration, DurationRange, Place, Range, Text


@dataclass(frozen=True, slots=True)
class Telling:
    """What one source tells of one study: the IRI below which its nodes live, and the words for its values."""

    base: URIRef
    lexicon: Lexicon

    def word(self, name: str, label: str) -> URIRef:
        """Return the IRI of a word of a list."""
        return self.lexicon.iri(name, label)

    def said(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal, claim: Claim) -> Iterator[Statement]:
        """Yield a statement and an evidence node for each place that makes it."""
        yield Statement(subject, predicate, value)
        for place in (claim, *claim.also):
            node = self._evidence_iri(subject, predicate, value, place)
            yield Statement(node, RDF.type, C.Evidence)
            yield Statement(node, C.aboutSubject, subject)
            yield Statement(node, C.aboutProperty, predicate)
            yield Statement(node, C.aboutValue, value)
            yield Statement(node, C.asWritten, text(place.as_written))
            yield Statement(node, C.statementKind, self.word("statement_kind", _kind(claim, place)))
            if place.section:
                yield Statement(node, C.section, self.word("stated_in", place.section))
            yield from _spot(node, place)

    def says(self, subject: URIRef, predicate: URIRef, name: str, claim: Text) -> Iterator[Statement]:
        """Yield a statement whose value is a word of a list."""
        yield from self.said(subject, predicate, self.word(name, claim.word), claim)

    def writes(self, subject: URIRef, predicate: URIRef, claim: Text) -> Iterator[Statement]:
        """Yield a statement whose value is a text."""
        yield from self.said(subject, predicate, text(claim.word), claim)

    def _evidence_iri(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal, place: Place) -> URIRef:
        # Two values may stand at one spot ("fingers and hands"), and each needs evidence of its own.
        node = subject if subject.startswith(self.base) else self.base
        said = hashlib.sha256(f"{subject} {value} {place.section}".encode()).hexdigest()[:8]
        spot = f"{place.span.start}-{place.span.end}" if place.span else place.at
        return below(node, "evidence", f"{predicate.rpartition('/')[2]}-{spot}-{said}")


def range_quads(telling: Telling, node: URIRef, claim: Range) -> Iterator[Statement]:
    """Yield a number and those printed around it."""
    for predicate, number in (
        (C.value, claim.value),
        (C.plusMinus, claim.plus_minus),
        (C.low, claim.low),
        (C.high, claim.high),
    ):
        if number is not None:
            yield from telling.said(node, predicate, decimal(number), claim)


def time_quads(telling: Telling, node: URIRef, claim: Duration) -> Iterator[Statement]:
    """Yield a time point: its duration in the unit of the source, and its days."""
    yield Statement(node, RDF.type, C.TimePoint)
    yield from telling.said(node, C.duration, text(claim.value), claim)
    yield Statement(node, C.days, decimal(read_duration(claim.value)))
    if claim.timing:
        yield Statement(node, C.timeKind, telling.word("time_kind", claim.timing))


def duration_range_quads(telling: Telling, node: URIRef, claim: DurationRange) -> Iterator[Statement]:
    """Yield a length of time and those printed around it."""
    if claim.value is not None:
        yield from telling.said(node, C.duration, text(claim.value), claim)
        yield Statement(node, C.days, decimal(read_duration(claim.value)))
    if claim.plus_minus is not None:
        yield from telling.said(node, C.plusMinusDuration, text(claim.plus_minus), claim)
    if claim.low is not None:
        yield from telling.said(node, C.shortest, text(claim.low), claim)
        yield Statement(node, C.shortestDays, decimal(read_duration(claim.low)))
    if claim.high is not None:
        yield from telling.said(node, C.longest, text(claim.high), claim)


def _spot(node: URIRef, place: Place) -> Iterator[Statement]:
    if place.span is None:
        yield Statement(node, C.pointer, text(place.at))
    else:
        yield Statement(node, C.line, integer(place.span.line))
        yield Statement(node, C.charStart, integer(place.span.start))
        yield Statement(node, C.charEnd, integer(place.span.end))


def _kind(claim: Claim, place: Place) -> str:
    if claim.kind:
        return claim.kind
    value = claim.word if isinstance(claim, Text) else getattr(claim, "value", None)
    same = isinstance(value, str) and not isinstance(claim, Date | Duration | DurationRange)
    if same and str(value).casefold() == place.as_written.casefold():
        return "stated"
    return "stated" if str(value) == place.as_written else "normalised"
