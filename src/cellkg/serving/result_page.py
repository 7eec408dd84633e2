"""The plain form of ``/sparql``, and the page of an answer: a table, or Turtle."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from cellkg.catalogue import catalogue, find_question
from cellkg.identifiers import compress

from .responses import page
from .site import site_of
from .tasks import Outcome

_FIRST = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/>\nSELECT * WHERE {\n  ?s ?p ?o\n}\nLIMIT 20\n"
_TURTLE_SIGNS = 200_000


def form(request: Request) -> Response:
    """Return the form, with the query of the question that ``example`` names."""
    example = request.query_params.get("example")
    query = find_question(example).query() if example else _FIRST
    return page(request, "sparql.html.j2", query=query, examples=_examples(), answer=None)


def result(request: Request, query: str, outcome: Outcome, path: Path) -> Response:
    """Return the form with the answer that lies in a file: rows as SPARQL JSON, triples as Turtle."""
    answer = _turtle(path) if outcome.kind == "triples" else _table(path, site_of(request).limits.rows_on_a_page)
    return page(request, "sparql.html.j2", query=query, examples=_examples(), answer=answer)


def _examples() -> dict[str, str]:
    return {name: question.header.summary for name, question in catalogue().items()}


def _turtle(path: Path) -> dict[str, object]:
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_TURTLE_SIGNS)
        return {"turtle": text, "whole": not file.read(1)}


def _table(path: Path, most: int) -> dict[str, object]:
    answer = ox.parse_query_results(path=str(path), format=ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return {"columns": ["answer"], "rows": [[_cell(ox.Literal(bool(answer)))]], "number": 1}
    rows = [[_cell(term) for term in solution] for solution in islice(answer, most)]
    number = len(rows) + sum(1 for _ in answer)
    return {"columns": [variable.value for variable in answer.variables], "rows": rows, "number": number}


def _cell(term: object) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        link = term.value if term.value.startswith(("http://", "https://")) else ""
        return {"text": compress(term.value), "link": link, "mark": ""}
    if isinstance(term, ox.Literal):
        return {"text": term.value, "link": "", "mark": term.language or ""}
    return {"text": "" if term is None else str(term), "link": "", "mark": ""}
