"""The plain form of ``/sparql``, and the page of an answer: a table, or Turtle."""

from __future__ import annotations

from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cellkg.catalogue import catalogue, find_question
from cellkg.identifiers import compress

from .cells import PageCell, PageRows
from .responses import page
from .tasks import Outcome

_FIRST = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/>\nSELECT * WHERE {\n  ?s ?p ?o\n}\nLIMIT 20\n"
_TURTLE_SIGNS = 200_000


def form(request: Request) -> Response:
    """Return the form, with the query of the question that ``example`` names."""
    example = request.query_params.get("example")
    query = find_question(example).query() if example else _FIRST
    return page(request, "sparql.html.j2", query=query, examples=_examples(), answer=None)


def result(request: Request, query: str, outcome: Outcome, path: Path) -> Response:
    """Return the form with the answer that lies in a file: ``PageRows``, or Turtle."""
    answer = _turtle(path) if outcome.kind == "triples" else _table(path)
    return page(request, "sparql.html.j2", query=query, examples=_examples(), answer=answer)


def _examples() -> dict[str, str]:
    return {name: question.header.summary for name, question in catalogue().items()}


def _turtle(path: Path) -> dict[str, object]:
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_TURTLE_SIGNS)
        return {"turtle": text, "whole": not file.read(1)}


def _table(path: Path) -> dict[str, object]:
    page = msgspec.json.decode(path.read_bytes(), type=PageRows)
    return {"columns": page.columns, "rows": [list(map(_cell, row)) for row in page.rows], "number": page.number}


def _cell(cell: PageCell) -> dict[str, str]:
    link = cell.text if cell.iri and cell.text.startswith(("http://", "https://")) else ""
    return {"text": compress(cell.text) if cell.iri else cell.text, "link": link, "mark": cell.language}
