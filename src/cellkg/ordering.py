"""Rows in the order that a query asks for, from a store that sorts otherwise.

Virtuoso 7.2.5 sorts texts of more than 20 characters by their beginning only, and numbers among texts in its own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

Binding = dict[str, dict[str, str]]
"""A row as the SPARQL 1.1 results in JSON have it: the terms that are bound, by variable."""

Key = tuple[int, Decimal, str, str, str]

_KEY = r"(?:\?\w+|(?:ASC|DESC)\s*\(\s*\?\w+\s*\))"
_ORDER = re.compile(rf"\bORDER\s+BY\s+(?P<keys>{_KEY}(?:\s+{_KEY})*)\s*$", re.IGNORECASE)
_ONE = re.compile(r"(?P<down>DESC\s*\(\s*)?\?(?P<variable>\w+)", re.IGNORECASE)
_ZERO = Decimal(0)
_NUMBERS = re.compile(r"#(?:decimal|double|float|(?:\w*[iI]nteger)|(?:unsigned)?(?:int|Int|long|Long|short|Short))$")


def ordered(body: bytes, sparql: str) -> bytes:
    """Return results in JSON with the rows sorted by the ORDER BY of the query, as SPARQL 1.1 has it.

    Gaps come first, then blank nodes, IRIs, literals: numbers by value, texts by code point. A query that sorts by
    anything else than variables, or takes a part of the rows, keeps the rows as they came.

    Raises:
        ValueError: the body is no JSON.
    """
    keys = _order(sparql)
    if not keys:
        return body
    answer: Any = json.loads(body)
    selected = set(answer.get("head", {}).get("vars", ()))
    if "results" not in answer or not selected.issuperset(variable for variable, _ in keys):
        return body
    rows: list[Binding] = answer["results"]["bindings"]
    for variable, down in reversed(keys):
        rows.sort(key=_key_of(variable, rows), reverse=down)
    return json.dumps(answer).encode()


def _order(sparql: str) -> list[tuple[str, bool]]:
    tail = "\n".join(line.partition("#")[0] for line in sparql[sparql.rfind("}") + 1 :].splitlines())
    found = _ORDER.search(tail)
    return [(one["variable"], bool(one["down"])) for one in _ONE.finditer(found["keys"])] if found else []


def _key_of(variable: str, rows: list[Binding]) -> Callable[[Binding], Key]:
    terms = [row[variable] for row in rows if variable in row]
    by_value = all(_number(term) is not None for term in terms if term["type"] not in ("uri", "bnode"))

    def key(row: Binding) -> Key:
        term = row.get(variable)
        if term is None:
            return (0, _ZERO, "", "", "")
        if term["type"] in ("uri", "bnode"):
            return (2 if term["type"] == "uri" else 1, _ZERO, term["value"], "", "")
        value = _number(term) if by_value else None
        return (3, value or _ZERO, term["value"], term.get("datatype", ""), term.get("xml:lang", ""))

    return key


def _number(term: dict[str, str]) -> Decimal | None:
    if not _NUMBERS.search(term.get("datatype", "")):
        return None
    try:
        return Decimal(term["value"])
    except InvalidOperation:
        return None
