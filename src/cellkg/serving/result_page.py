"""The plain form of ``/sparql``, and the page of an answer: a table, or Turtle."""

from __future__ import annotations

from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cellkg.catalogue import COST_IN_WORDS, Header, catalogue, find_question
from cellkg.identifiers import compress
from cellkg.store import Store

from .bars import charts
from .cells import PageCell, PageRows
from .construct import construct_network
from .explorer_page import looks
from .responses import page
from .sites.addresses import address_of
from .tasks import Outcome

_FIRST = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/>\nSELECT * WHERE {\n  ?s ?p ?o\n}\nLIMIT 20\n"
_TURTLE_SIGNS = 200_000


def form(request: Request) -> Response:
    """Return the form, with the query of the question that ``example`` names."""
    example = request.query_params.get("example")
    query = find_question(example).query() if example else _FIRST
    return _page(request, query, None)


def result(request: Request, query: str, outcome: Outcome, path: Path, store: Store) -> Response:
    """Return the form with the answer that lies in a file: ``PageRows``, or Turtle."""
    answer = _turtle(path, store) if outcome.kind == "triples" else _table(path)
    return _page(request, query, answer)


def _page(request: Request, query: str, answer: dict[str, object] | None) -> Response:
    kinds = msgspec.json.encode(looks()).decode()
    return page(
        request, "sparql.html.j2", query=query, examples=_examples(), costs=COST_IN_WORDS, answer=answer, kinds=kinds
    )


def _examples() -> dict[str, Header]:
    return {name: question.header for name, question in catalogue().items()}


def _turtle(path: Path, store: Store) -> dict[str, object]:
    network = construct_network(path, store)
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_TURTLE_SIGNS)
        drawn = msgspec.json.encode(network).decode() if network else ""
        return {"turtle": text, "whole": not file.read(1), "network": drawn, "part": network and not network["whole"]}


def _table(path: Path) -> dict[str, object]:
    page = msgspec.json.decode(path.read_bytes(), type=PageRows)
    rows = [list(map(_cell, row)) for row in page.rows]
    texts = [[cell["text"] for cell in row] for row in rows]
    drawn = charts(page.columns, page.rows, texts) if page.number == len(page.rows) else {}
    return {"columns": page.columns, "rows": rows, "number": page.number, "charts": drawn}


def _cell(cell: PageCell) -> dict[str, str]:
    is_page = cell.iri and cell.text.startswith(("http://", "https://"))
    link = (address_of(cell.text) or cell.text) if is_page else ""
    return {"text": compress(cell.text) if cell.iri else cell.text, "link": link, "mark": cell.language}
