"""Pages about things of the graph, with the addresses that their templates lead to."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from cellkg.identifiers import SOURCES
from cellkg.serving.responses import page
from cellkg.views.parts import Source, Spot

from .addresses import address_of, explore_address, study_address
from .warming import warm


def show(request: Request, template: str, **context: Any) -> Response:
    """Return a page of our own, whose template can make addresses of IRIs, studies, terms and spots."""
    warm()
    return page(
        request,
        template,
        address_of=address_of,
        explore_address=explore_address,
        study_address=study_address,
        term_address=term_address,
        spot_address=spot_address,
        **context,
    )


def numbered(sources: tuple[Source, ...]) -> dict[str, int]:
    """Return the number of each source by its IRI, as a page shows it."""
    return {source.iri: number for number, source in enumerate(sources, 1)}


def term_address(kind: str, key: str) -> str:
    """Return the address of a product, condition or endpoint by its key."""
    return f"/{kind}/{quote(key, safe='%:')}"


def spot_address(spot: Spot) -> str:
    """Return the address of the page that shows a spot, or the empty text for a spot without a place."""
    if not spot.pointer and spot.start is None:
        return ""
    source = spot.source.removeprefix(SOURCES)
    fields = {"source": source, "pointer": spot.pointer, "start": spot.start, "end": spot.end}
    return f"/passage?{urlencode({name: value for name, value in fields.items() if value not in ('', None)})}"
