"""Which form of an answer a client gets, by its Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

HTML = "text/html"
ROWS = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
"""Media types of rows and booleans that clients ask for, and the format that is written."""
TRIPLES = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "text/n3": "text/n3",
    "application/n-quads": "application/n-quads",
    "application/trig": "application/trig",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
}
"""Media types of triples that clients ask for, and the format that is written."""

_CHARSET = re.compile(r'\s*;\s*charset\s*=\s*"?utf-?8"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """The media type of the answer, and the format of its content."""

    media_type: str
    format: str

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def choose(accept: str | None, offers: dict[str, str]) -> Choice | None:
    """Return the best of what is on offer, or ``None`` when the client takes none of it.

    >>> choose("text/csv;q=0.5, application/xml", ROWS)
    Choice(media_type='application/xml', format='application/sparql-results+xml')
    >>> choose("image/png", ROWS)
    """
    ranked = preferences(accept, list(offers))
    return Choice(ranked[0], offers[ranked[0]]) if ranked else None


def preferences(accept: str | None, offers: list[str]) -> list[str]:
    """Return the offers that a client takes, best first; of equal ones the first offered comes first."""
    header = parse_accept_header(_CHARSET.sub("", accept) if accept else "*/*", MIMEAccept)
    # The quality of an offer is that of the most specific range that it falls into.
    qualities = {offer: header.quality(offer) for offer in offers}
    return sorted((offer for offer in offers if qualities[offer] > 0), key=lambda offer: -qualities[offer])


def wants_page(accept: str | None, others: list[str]) -> bool:
    """Tell whether a client rather reads HTML, as a browser does; one that takes anything does not."""
    ranked = preferences(accept, [*others, HTML])
    return bool(ranked) and ranked[0] == HTML
