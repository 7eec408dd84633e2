"""The questions: one ``.rq`` file each, with a grlc header that says what it answers, in which columns.

Places in a query are marked. A line ``#@parameters`` is where the values of parameters go, as one ``VALUES`` row of
serialised RDF terms; without values it stays a comment, and a query that needs them in two patterns has it in both.
``#@evidence ?node …`` at the end of the ``SELECT`` line names the nodes behind a row, which are selected too when
evidence is asked for. ``#@whole`` at the end of a sub-select is for stores that would take it apart (``addresses.py``).
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import pyoxigraph as ox
import yaml

from cellkg.errors import InputError, NotFoundError, UsageError
from cellkg.resources import shipped

Cost = Literal["lookup", "answer", "scan"]
"""What a question costs on a large build, as measured on two sizes of it.

``lookup``: the same whatever its size; ``answer``: as its rows; ``scan``: it goes through more than it answers.
"""
COST_IN_WORDS: dict[Cost, str] = {
    "lookup": "quick whatever the size of the graph",
    "answer": "as long as its answer",
    "scan": "a scan: longer the larger the graph, however short its answer",
}

ColumnType = Literal["string", "int", "decimal", "bool", "date", "duration", "curie"]

_PARAMETERS = re.compile(r"^[ \t]*#@parameters[ \t]*$", re.MULTILINE)
_EVIDENCE = re.compile(r"#@evidence[ \t]+(?P<variables>[^\n]*)")


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of an answer; ``values`` names the list that its cells come from."""

    name: str
    type: ColumnType
    values: str | None = None
    unit: str | None = None
    derived: bool = False


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parameter; ``filters_column`` names the column that it keeps the equal rows of."""

    name: str
    default: str | None = None
    filters_column: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the evidence of a row is found: a node variable, and the properties that count (all, if none is named)."""

    node: str
    properties: tuple[str, ...] = ()


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The header of a question; one that was not measured counts as a scan."""

    summary: str
    description: str
    columns: tuple[Column, ...]
    id: str | None = None
    tags: tuple[str, ...] = ()
    cost: Cost = "scan"
    parameters: tuple[Parameter, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the catalogue: its name, header and query."""

    name: str
    header: Header
    text: str

    def query(self, parameters: dict[str, str] | None = None, *, evidence: bool = False) -> str:
        """Return the SPARQL text with the values of parameters, and the nodes of evidence, put in.

        Raises:
            UsageError: a parameter that the question does not have, or a value that is none of its kind.
        """
        values = self._values(parameters or {})
        text = self.text
        if evidence:
            text = _EVIDENCE.sub(lambda match: match["variables"], text)
        return _PARAMETERS.sub(lambda _: values, text)

    def _values(self, given: dict[str, str]) -> str:
        known = {parameter.name: parameter for parameter in self.header.parameters}
        for name in given:
            if name not in known:
                has = ", ".join(known) or "none"
                raise UsageError(f"{self.name} has no parameter {name!r}; it has {has}")
        values = {
            (parameter.filters_column or name): given.get(name, parameter.default) for name, parameter in known.items()
        }
        set_values = {variable: value for variable, value in values.items() if value is not None}
        if not set_values:
            return "#@parameters"
        variables = " ".join(f"?{variable}" for variable in set_values)
        terms = " ".join(str(self._term(variable, value)) for variable, value in set_values.items())
        return f"VALUES ({variables}) {{ ({terms}) }}"

    def _term(self, variable: str, value: str) -> ox.Literal:
        kind = {column.name: column.type for column in self.header.columns}.get(variable, "string")
        try:
            if kind == "bool":
                return ox.Literal({"true": True, "false": False}[value])
            if kind == "int":
                return ox.Literal(int(value))
            return ox.Literal(value)
        except (KeyError, ValueError):
            wanted = {"bool": "true or false", "int": "a whole number"}.get(kind, "text")
            raise UsageError(f"{self.name}: {variable} takes {wanted}, found {value!r}") from None


def catalogue() -> dict[str, Question]:
    """Return every question by name."""
    return {file.stem: read_question(file) for file in sorted(shipped("queries").glob("*.rq"))}


def find_question(name: str) -> Question:
    """Return the question of that name.

    Raises:
        NotFoundError: there is none; near names are told.
    """
    file = shipped("queries") / f"{name}.rq"
    if file.parent != shipped("queries") or not file.is_file():
        names = [path.stem for path in shipped("queries").glob("*.rq")]
        near = difflib.get_close_matches(name, names, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "`cellkg query --list` shows all"
        raise NotFoundError(f"no question {name!r}; {hint}")
    return read_question(file)


@cache
def read_question(file: Path) -> Question:
    """Read a question with its header; ``InputError`` when the header is missing or wrong."""
    return parse_question(file, file.read_text(encoding="utf-8"))


def has_header(text: str) -> bool:
    """Tell whether a query has the header of a question."""
    return any(line.startswith("#+ columns:") for line in text.splitlines())


def parse_question(file: Path, text: str) -> Question:
    """Return the question that a text holds; ``InputError`` when the header is missing or wrong."""
    header = "\n".join(line[3:] for line in text.splitlines() if line.startswith("#+ "))
    if not header:
        raise InputError(file, "1", "no header", "start with lines `#+ summary: …`")
    try:
        read = msgspec.convert(yaml.load(header, Loader=yaml.BaseLoader), Header, strict=False)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise InputError(file, "header", str(error), "see CONTRIBUTING.md") from None
    return Question(name=file.stem, header=read, text=text)
