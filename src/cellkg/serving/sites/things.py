"""``/thing/…``: any node of the graph, with what each source says of it."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.errors import NotFoundError
from cellkg.identifiers import PREFIXES, is_curie
from cellkg.serving.page_store import PageStore
from cellkg.views.asking import checked
from cellkg.views.things import thing_view

from .addresses import OWN
from .rendering import show
from .turtle import turtle_below
from .viewing import FORMS, csv_answer, json_answer, known_parameters, turtle_answer, view_of, written_path

_OWN_PATHS = ("id/", "vocab/", "source/")
_HEAD = ("property", "value", "iri", "sources")


async def thing_page(request: Request) -> Response:
    """Show a node, or send it as a file where the address ends with a form."""
    known_parameters(request)
    path = path_of(request, "/thing/")
    name, _, form = path.rpartition(".")
    if name and form in FORMS:
        return await _file(request, iri_of(name), form)
    iri = iri_of(path)
    view = await view_of(request, lambda store, build: thing_view(store, iri))
    return show(
        request,
        "thing.html.j2",
        view=view,
        numbers={s.iri: n for n, s in enumerate(view.sources, 1)},
        files=f"/thing/{path}",
    )


async def _file(request: Request, iri: str, form: str) -> Response:
    view = await view_of(request, lambda store, build: thing_view(store, iri))
    if form == "json":
        return json_answer(view)
    if form == "ttl":
        return turtle_answer(await view_of(request, lambda store, build: _turtle(store, iri)))
    rows = ((each.property, each.value, each.iri, " ".join(each.sources)) for each in view.statements)
    return csv_answer("thing", _HEAD, rows)


def _turtle(store: PageStore, iri: str) -> bytes:
    return turtle_below(store, iri)


def path_of(request: Request, start: str) -> str:
    """Return what a path has after its start: of our own IRIs as it is written, of a CURIE without percent signs."""
    path = written_path(request).removeprefix(start)
    return path if path.startswith(_OWN_PATHS) else unquote(path)


def iri_of(path: str) -> str:
    """Return the IRI that a path of this page stands for: one of our own, or a term by its CURIE.

    Raises:
        NotFoundError: neither of them.
    """
    if path.startswith(_OWN_PATHS):
        return checked(OWN + path, path)
    if is_curie(path):
        prefix, _, local = path.partition(":")
        return PREFIXES[prefix] + local
    raise NotFoundError(f"nothing here is called {path[:100]!r}; search for it")


routes = [Route("/thing/{path:path}", thing_page, name="thing")]
