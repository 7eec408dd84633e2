"""Tools for assistants, asked by the client of the protocol's own SDK over standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the SDK of the protocol is not installed (cellkg[mcp])")

from mcp import Client, StdioServerParameters

from .conftest import settled

Asked = Callable[[Client], Awaitable[Any]]


def asked(home: Path, what: Asked) -> Any:
    command = StdioServerParameters(command=sys.executable, args=["-m", "cellkg", "mcp", "--store", str(home)])

    async def run() -> Any:
        async with Client(command) as client:
            return await what(client)

    return settled(run())


async def told(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return dict(answer.structured_content)


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content)


def test_every_tool_answers_with_its_sources(flagship: Path) -> None:
    async def ask(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        named = {"search", "study", "term", "compare", "gaps", "conflicts", "questions", "question", "sparql"}
        assert set(tools) == named
        assert all(tool.description for tool in tools.values())
        found = await told(client, "search", text="sclerodrma")
        assert found["corrected"]["sclerodrma"] == ["scleroderma"]
        assert any("review-table" in source for source in found["searched"])
        study = await told(client, "study", key="virzi-2017")
        sources = {source["iri"] for source in study["sources"]}
        assert study["facts"]
        assert all(fact["source"] in sources and fact["spots"] for fact in study["facts"])
        assert study["note"] == "not medical advice; not a pooled estimate"
        term = await told(client, "term", kind="product", key="SVF")
        assert term["number"] > 0
        compared = await told(client, "compare", endpoint="CHFS")
        assert compared["rows"]
        assert all(row["spot"]["as_written"] and row["iri"] and row["direction"] for row in compared["rows"])
        assert compared["note"] == "not medical advice; not a pooled estimate"
        assert compared["product_view"]
        assert compared["searched"]
        gaps = await told(client, "gaps", condition="MONDO:0005100")
        assert any(cell.get("reading") == "none in this graph" for cell in gaps["cells"])
        assert gaps["searched"]
        answer = await told(client, "question", name="cell-doses", limit=2)
        assert len(answer["rows"]) == 2 < answer["number"]
        assert all(row["sources"] for row in answer["rows"])
        rows = await told(client, "sparql", query="SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        assert int(rows["answer"]["results"]["bindings"][0]["n"]["value"]) > 1000
        turtle = await told(client, "sparql", query="CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3")
        assert turtle["turtle"]

    asked(flagship, ask)


def test_conflicts_say_who_says_what(flagship: Path) -> None:
    async def ask(client: Client) -> None:
        disputed, found = 0, []
        for hit in (await told(client, "search"))["hits"]:
            study = await told(client, "conflicts", study=hit["iri"].rpartition("/")[2])
            disputed += bool(study["disputed"])
            assert all(fact["source"] and fact["spots"] for fact in study["disputed"])
            found += study["conflicts"]
        assert disputed > 0
        assert found
        assert all(len(each["sides"]) > 1 and all(side["source"] for side in each["sides"]) for each in found)

    asked(flagship, ask)


def test_what_is_refused_is_said_in_a_sentence(flagship: Path) -> None:
    async def ask(client: Client) -> None:
        assert "no study 'NCT00000000'" in await refused(client, "study", key="NCT00000000")
        assert "SERVICE is refused" in await refused(
            client, "sparql", query="SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
        )
        assert "not SPARQL" in await refused(client, "sparql", query="DELETE WHERE { ?s ?p ?o }")
        assert "more than an assistant reads" in await refused(client, "sparql", query="SELECT * { ?s ?p ?o }")
        assert "no facet" in await refused(client, "search", facets={"colour": ["red"]})

    asked(flagship, ask)


def test_without_a_build_it_says_what_to_do(cellkg: Any, tmp_path: Path) -> None:
    done = cellkg("mcp", "--store", tmp_path)
    assert done.returncode == 3
    assert "run `cellkg build`" in done.stderr
