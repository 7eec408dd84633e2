"""``/passage``: the words of a source at a spot, marked in its text, and what was read there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.identifiers import SOURCES
from cellkg.serving.refusals import Refusal
from cellkg.serving.site import site_of
from cellkg.views.asking import checked
from cellkg.views.passages import passage

from .rendering import show
from .viewing import json_answer, known_parameters, view_of


async def passage_page(request: Request) -> Response:
    """Show a spot of a source; as JSON where the address ends so."""
    known_parameters(request, "source", "pointer", "start", "end")
    source = checked(SOURCES + request.query_params.get("source", ""), "this source")
    pointer, start, end = request.query_params.get("pointer", ""), _number(request, "start"), _number(request, "end")
    if not pointer and (start is None or end is None):
        raise Refusal(400, "a spot has a pointer, or a start and an end")
    texts = site_of(request).texts
    view = await view_of(
        request, lambda store, build: passage(store, source, pointer=pointer, start=start, end=end, texts=texts)
    )
    if request.url.path.endswith(".json"):
        return json_answer(view)
    return show(request, "passage.html.j2", view=view)


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Refusal(400, f"{name} counts characters, found {text[:20]!r}")
    return int(text)


routes = [Route("/passage", passage_page, name="passage"), Route("/passage.json", passage_page)]
