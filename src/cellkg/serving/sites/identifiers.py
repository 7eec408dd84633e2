"""``/id/…``, ``/vocab/…``, ``/source/…``: the graph's own IRIs lead to their page, or to the same as data (303)."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cellkg.errors import NotFoundError
from cellkg.search import Index, open_index
from cellkg.serving.builds import ServedBuild
from cellkg.serving.negotiation import HTML, preferences
from cellkg.serving.page_store import PageStore
from cellkg.serving.refusals import Refusal
from cellkg.views.things import thing_view

from .addresses import OWN, is_study, study_address
from .things import iri_of, path_of
from .viewing import view_of

_OFFERS = {HTML: "", "text/turtle": ".ttl", "application/json": ".json", "text/csv": ".csv"}
_STUDY = "ASK { <%s> a <https://w3id.org/cellkg/vocab/Study> }"


async def dereference(request: Request) -> Response:
    """Lead from an IRI to what tells of it, in the form that the client takes."""
    iri = iri_of(path_of(request, "/"))
    ranked = preferences(request.headers.get("accept"), list(_OFFERS))
    if not ranked:
        raise Refusal(406, f"what is told of an IRI comes as {', '.join(_OFFERS)}")
    target = await view_of(request, lambda store, build: _target(store, build, iri))
    return RedirectResponse(target + _OFFERS[ranked[0]], 303)


def _target(store: PageStore, build: ServedBuild, iri: str) -> str:
    if is_study(iri) and bool(store.query(_STUDY % iri)):
        return study_address(iri.rpartition("/")[2])
    if iri.startswith(f"{OWN}vocab/") and (term := _term(build, iri.removeprefix(f"{OWN}vocab/"))):
        return term
    thing_view(store, iri)
    return f"/thing/{quote(iri.removeprefix(OWN), safe='/%:')}"


def _term(build: ServedBuild, key: str) -> str:
    try:
        index: Index = open_index(build.folder)
    except NotFoundError:
        return ""
    kinds = (kind for kind in ("product", "condition", "endpoint") if (kind, key) in index.by_key)
    return next((f"/{kind}/{key}" for kind in kinds if index.by_key[kind, key].studies), "")


routes = [Route(f"/{kind}/{{path:path}}", dereference, name=kind) for kind in ("id", "vocab", "source")]
