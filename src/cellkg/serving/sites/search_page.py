"""``/``: search over studies, products, conditions, endpoints and sponsors, with facets as plain links."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec
import pyoxigraph as ox
from rdflib import RDFS
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.identifiers import THINGS
from cellkg.search import FACETS, INDEX, Asked, Choice, Found, Hit, Index, StudyHit, open_index, search
from cellkg.search.asking import KINDS, Kind
from cellkg.serving.refusals import Refusal
from cellkg.serving.site import site_of

from .rendering import show
from .viewing import csv_answer, form_of, json_answer, page_number, turtle_answer, view_of

_LISTED = 8
_MOST_LISTED = 60
_MOST_WORDS = 500
_NAMES = {"study": "Studies", "product": "Products", "condition": "Conditions", "endpoint": "Endpoints",
          "sponsor": "Sponsors"}  # fmt: skip
_FILE_SIZE = 1000


Chosen = tuple[str, str]
"""A facet and the key of a value."""


class Address:
    """The address of a search, and those that lead on from it."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def with_choice(self, facet: str, choice: Choice) -> str:
        """Return the address of this search with one more value; a narrower one takes the place of a wider one."""
        by_hierarchy = {each.key for each in FACETS if each.by_hierarchy}
        kept = [each for each in self._asked.chosen if not (each[0] == facet and facet in by_hierarchy)]
        return self._at([*kept, (facet, choice.key)])

    def without(self, facet: str, choice: Choice) -> str:
        """Return the address of this search without a value."""
        return self._at([each for each in self._asked.chosen if each != (facet, choice.key)])

    def of_kind(self, kind: str) -> str:
        """Return the address of this search for another kind of thing."""
        return self._at(self._asked.chosen, kind=kind)

    def at_page(self, number: int) -> str:
        """Return the address of another page of this search."""
        return self._at(self._asked.chosen, page=number)

    def file(self, form: str) -> str:
        """Return the address of this search as a file."""
        return self._at(self._asked.chosen, path=f"/search.{form}")

    def of_sponsor(self, key: str) -> str:
        """Return the address of the studies of a sponsor within this search."""
        return self._at([*self._asked.chosen, ("sponsor", key)], kind="study", text="")

    def _at(
        self,
        chosen: Iterable[tuple[str, str]],
        kind: str | None = None,
        page: int = 1,
        path: str = "/",
        text: str | None = None,
    ) -> str:
        words = self._asked.text if text is None else text
        kind = kind or self._asked.kind
        fields = [("q", words)] if words else []
        fields += chosen
        fields += [("kind", kind)] if kind != "study" else []
        fields += [("page", str(page))] if page > 1 else []
        return f"{path}?{urlencode(fields)}" if fields else path


async def search_page(request: Request) -> Response:
    """Show what a search finds."""
    asked = asked_of(request)
    folder = site_of(request).builds.current.folder
    if not (folder / INDEX).is_file():
        return show(request, "search.html.j2", asked=asked, found=None)
    found, day = await view_of(request, lambda store, build: _found(open_index(build.folder), asked))
    return show(
        request,
        "search.html.j2",
        asked=asked,
        found=found,
        address=Address(asked),
        facets=FACETS,
        names=_NAMES,
        listed=_LISTED,
        most=_MOST_LISTED,
        things=THINGS,
        day=day,
        is_start=not asked.text and not asked.chosen and asked.kind == "study" and asked.page == 1,
    )


def _found(index: Index, asked: Asked) -> tuple[Found, str]:
    return search(index, asked), index.day


async def search_file(request: Request) -> Response:
    """Send what a search finds, up to 1,000 hits, as a file."""
    form, asked = form_of(request), asked_of(request, _FILE_SIZE)
    found = await view_of(request, lambda store, build: search(open_index(build.folder), asked))
    if form == "json":
        return json_answer(answer_of(found))
    if form == "csv":
        return csv_answer("search", ("iri", "name", "title", "studies"), _rows(found))
    lines = [f"<{hit.iri}> <{RDFS.label}> {_literal(_label(hit))} .\n" for hit in found.hits]
    return turtle_answer("".join(lines).encode("utf-8", "replace"))


def asked_of(request: Request, page_size: int | None = None) -> Asked:
    """Return the search that a request asks for; ``Refusal`` for a field or value that no search has."""
    facets = {facet.key for facet in FACETS}
    chosen: list[tuple[str, str]] = []
    text, kind = "", "study"
    for name, value in request.query_params.multi_items():
        if name in facets:
            chosen.append((name, value))
        elif name == "q":
            text = value.strip()
        elif name == "kind":
            kind = value
        elif name != "page":
            raise Refusal(400, f"no parameter {name[:40]!r} here; there are q, kind, page, {', '.join(sorted(facets))}")
    if kind not in KINDS:
        raise Refusal(400, f"a search is for one of {', '.join(KINDS)}, found {kind[:40]!r}")
    if len(text) > _MOST_WORDS:
        raise Refusal(400, f"a search has at most {_MOST_WORDS} characters")
    wanted: Kind = kind
    asked = Asked(text=text, chosen=tuple(dict.fromkeys(chosen)), kind=wanted, page=page_number(request))
    if page_size is None:
        return asked
    return Asked(text=asked.text, chosen=asked.chosen, kind=asked.kind, page=asked.page, page_size=page_size)


class FoundChoice(msgspec.Struct, frozen=True):
    """A value that narrows a search to so many studies."""

    key: str
    label: str
    studies: int


class FoundHit(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that a search found; a study has its values, the others the number of their studies."""

    iri: str
    label: str
    title: str = ""
    updated: str = ""
    values: dict[str, list[str]] = {}
    studies: int | None = None


class SearchAnswer(msgspec.Struct, frozen=True):
    """What a search found: one page of hits, the number of all, of each kind, and what narrows it further."""

    number: int
    page: int
    pages: int
    of_kind: dict[str, int]
    hits: list[FoundHit]
    choices: dict[str, list[FoundChoice]]
    corrected: dict[str, list[str]]


def answer_of(found: Found) -> SearchAnswer:
    """Return what a search found as the record that JSON has."""
    return SearchAnswer(
        number=found.number,
        page=found.asked.page,
        pages=found.pages,
        of_kind={str(kind): number for kind, number in found.of_kind.items()},
        hits=[
            FoundHit(hit.iri, hit.name, hit.title, hit.updated, hit.values)
            if isinstance(hit, StudyHit)
            else FoundHit(hit.iri, hit.label, studies=hit.studies)
            for hit in found.hits
        ],
        choices={
            facet: [FoundChoice(each.key, each.label, each.studies) for each in choices]
            for facet, choices in found.choices.items()
        },
        corrected=found.corrected,
    )


def _rows(found: Found) -> list[tuple[str, ...]]:
    return [
        (hit.iri, hit.name, hit.title, "") if isinstance(hit, StudyHit) else (hit.iri, hit.label, "", str(hit.studies))
        for hit in found.hits
    ]


def _label(hit: Hit) -> str:
    return hit.name if isinstance(hit, StudyHit) else hit.label


def _literal(text: str) -> str:
    return str(ox.Literal(text.encode("utf-8", "replace").decode()))


routes = [Route("/", search_page, name="search"), Route("/search.{form}", search_file)]
