"""Tools for assistants: the Model Context Protocol over standard input and output, with the limits of the server."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

import anyio.to_thread
import msgspec

from cellkg.answers import ask
from cellkg.catalogue import catalogue, find_question
from cellkg.errors import CellkgError, DataError
from cellkg.gaps.reading import Facet, Level, searched_of
from cellkg.search import Asked, open_index, search
from cellkg.search.asking import Kind
from cellkg.views.compared import compared_view, comparison_of
from cellkg.views.evidence_map import map_view
from cellkg.views.parts import NOTE
from cellkg.views.study import study_conflicts, study_view
from cellkg.views.terms import Kind as TermKind
from cellkg.views.terms import term_view

from .builds import Builds, ServedBuild
from .confinement import network_can_be_cut
from .federation import asks_service, has_the_word
from .homes import Home
from .limits import Limits
from .outcomes import raise_failure
from .page_store import PageStore
from .refusals import no_service
from .site import Site
from .sites.search_page import answer_of
from .spool import Spool
from .tasks import Task

_ROWS, _TRIPLES = "application/sparql-results+json", "text/turtle"
_CORE = ("facts", "dates", "people", "arms", "planned", "changes_reported", "disputed", "differences")
_ALWAYS = ("iri", "key", "name", "title", "data_date", "sources", "note")
_MOST_SIGNS = 200_000
_INSTRUCTIONS = (
    "cellkg is a graph of what sources say about cell therapies and their outcomes, not of what is true. Cite the "
    f"sources of what you use. {NOTE[0].upper()}{NOTE[1:]}. What is not here was not found in its sources, no more. "
    "An adverse event that is not listed is not zero."
)
_P = ParamSpec("_P")
_R = TypeVar("_R")
_Json = dict[str, Any]


def serve_tools(home: Home, limits: Limits) -> None:
    """Offer the tools over standard input and output until the client leaves.

    Raises:
        DataError: the SDK is not installed.
        NotFoundError: nothing was built, or published, there yet.
        NetworkError: the remote store does not answer.
    """
    try:
        from mcp.server import MCPServer
    except ImportError:
        raise DataError("tools for assistants need the SDK of the protocol; install cellkg[mcp]") from None
    home.look()
    tools = Tools(limits)

    @asynccontextmanager
    async def opened(_: object) -> AsyncIterator[None]:
        builds, spool = Builds(home, limits), Spool(limits.spool_bytes)
        try:
            async with builds.followed():
                tools.site = Site(builds=builds, spool=spool, limits=limits)
                yield
        finally:
            spool.close()

    server = MCPServer("cellkg", title="cellkg", instructions=_INSTRUCTIONS, lifespan=opened, log_level="ERROR")
    for tool in (
        tools.search, tools.study, tools.term, tools.compare, tools.gaps, tools.conflicts, tools.questions,
        tools.question, tools.sparql,
    ):  # fmt: skip
        server.tool()(_told(tool))
    server.run("stdio")


class Tools:
    """The tools; each answers with its sources and the day of its data."""

    site: Site

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    async def search(
        self, text: str = "", kind: Kind = "study", facets: dict[str, list[str]] | None = None, page: int = 1
    ) -> _Json:
        """Search studies, products, conditions, endpoints or sponsors by words; slips of the pen are understood.

        Facets narrow it: condition, product, cell_type, tissue, donor, manipulation, route, endpoint, phase, status,
        results, year, sponsor. Their keys are those that an answer lists under "choices".
        """
        chosen = tuple((name, key) for name, keys in (facets or {}).items() for key in keys)
        asked = Asked(text=text, chosen=chosen, kind=kind, page=max(1, page))
        found = await self._ask(lambda store, build: answer_of(search(open_index(build.folder), asked)))
        return {**found, "searched": await self._searched()}

    async def study(self, key: str, parts: list[str] | None = None) -> _Json:
        """Tell a study by its registry id or key: every fact with source, place and words.

        Parts beyond the core are asked for by name: posted (values as posted), safety, flow, versions,
        version_changes, publications, links.
        """
        wanted = (*_ALWAYS, *(parts or _CORE))
        told = await self._ask(lambda store, build: study_view(store, key))
        return {name: value for name, value in told.items() if name in wanted}

    async def term(self, kind: TermKind, key: str, page: int = 1) -> _Json:
        """Tell a product type, condition or endpoint by the key that a search lists, with one page of its studies."""
        told = await self._ask(lambda store, build: term_view(store, open_index(build.folder), kind, key, page))
        return {**told, "searched": await self._searched()}

    async def compare(self, endpoint: str) -> _Json:
        """Put what is reported of an endpoint side by side: a row for each arm and time, with its node and its spot.

        The endpoint is named by its key or one of its names, such as WOMAC; narrower ones are taken in. Values are in
        the signs of their sources. A derived change is before–after and no effect; nothing is pooled.
        """

        def read(store: PageStore, build: ServedBuild) -> object:
            return compared_view(store, comparison_of(store, open_index(build.folder), endpoint))

        return {**await self._ask(read), "searched": await self._searched()}

    async def gaps(self, condition: str, by: Facet = "product", level: Level = "endpoint") -> _Json:
        """Show which product, tissue, donor or route was studied by which endpoint in a condition, and the gaps."""
        return await self._ask(lambda store, build: map_view(store, open_index(build.folder), condition, by, level))

    async def conflicts(self, study: str) -> _Json:
        """Show what does not fit together in a study: who says what, at which spot, and what a curator decided.

        The kinds are contradiction, change over time, reporting gap and design concern. Nothing is resolved.
        """
        told = await self._ask(lambda store, build: study_conflicts(store, study))
        return {**told, **{name: told.get(name, []) for name in ("disputed", "differences", "conflicts")}}

    async def questions(self) -> _Json:
        """List the questions of the catalogue with their parameters."""
        listed = [
            {
                "name": name,
                "summary": each.header.summary,
                "parameters": [one.name for one in each.header.parameters],
                "cost": each.header.cost,
            }
            for name, each in catalogue().items()
        ]
        return {"questions": listed}

    async def question(self, name: str, parameters: dict[str, str] | None = None, limit: int = 100) -> _Json:
        """Answer a question of the catalogue: the first rows, each with its places, and the number of all."""
        question = find_question(name)
        table = await self._in_thread(
            lambda store, build: ask(store, question, parameters or {}, evidence=bool(question.header.evidence))
        )
        behind = table.evidence or [[] for _ in table.rows]
        rows = [{"row": row, "sources": spots} for row, spots in zip(table.records(), behind, strict=True)]
        shown = msgspec.to_builtins(rows[: max(0, limit)])
        return {"number": len(rows), "rows": shown, "searched": await self._searched()}

    async def sparql(self, query: str) -> _Json:
        """Ask a read-only SPARQL 1.1 query: a plain pattern asks the merge of all sources, GRAPH ?g who says it."""
        if asks_service(query) or (not network_can_be_cut() and has_the_word(query)):
            raise no_service()
        answer = await self._run(query)
        key = "turtle" if isinstance(answer, str) else "answer"
        return {key: answer, "searched": await self._searched()}

    async def _run(self, query: str) -> Any:
        site = self.site
        with site.spool.file() as path:
            task = Task(
                query=query, base="https://w3id.org/cellkg/", spool=str(path), rows_as=_ROWS, triples_as=_TRIPLES
            )
            async with site.builds.current.used() as build:
                outcome = await build.endpoint.run(task)
            raise_failure(outcome, self._limits)
            text = path.read_text(encoding="utf-8", errors="replace")
        if len(text) > _MOST_SIGNS:
            raise DataError(f"the answer has {len(text):,} characters, more than an assistant reads; add a LIMIT")
        return text if outcome.kind == "triples" else msgspec.json.decode(text)

    async def _searched(self) -> list[str]:
        return await self._in_thread(lambda store, build: list(map(str, searched_of(open_index(build.folder).sources))))

    async def _ask(self, make: Callable[[PageStore, ServedBuild], object]) -> _Json:
        told: _Json = msgspec.to_builtins(await self._in_thread(make))
        return told

    async def _in_thread(self, make: Callable[[PageStore, ServedBuild], _R]) -> _R:
        async with self.site.builds.current.used() as build:
            return await anyio.to_thread.run_sync(lambda: make(PageStore(self.site, build), build))


def _told(tool: Callable[_P, Awaitable[_Json]]) -> Callable[_P, Awaitable[_Json]]:
    """A tool whose errors are told to the assistant in a sentence."""
    from mcp.server.mcpserver.exceptions import ToolError

    @functools.wraps(tool)
    async def asked(*arguments: _P.args, **named: _P.kwargs) -> _Json:
        try:
            return await tool(*arguments, **named)
        except CellkgError as error:
            raise ToolError(str(error)) from None

    return asked
