"""Tables of mappings in the form of SSSOM (https://w3id.org/sssom/): read row by row, written with their header."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cellkg.errors import InputError

NOT = "Not"
NO_TERM = "sssom:NoTermFound"
LITERAL = "rdfs literal"
COLUMNS = (
    "subject_id", "subject_label", "subject_type", "predicate_modifier", "predicate_id", "object_id", "object_label",
    "mapping_justification", "confidence", "reviewer_id", "comment",
)  # fmt: skip
_NEEDED = {"subject_id", "predicate_id", "object_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A mapping; ids are empty where the table says that no term was found, or where the subject is a wording."""

    line: int
    subject_id: str
    subject_label: str
    modifier: str
    predicate: str
    object_id: str
    object_label: str
    justification: str
    confidence: float | None
    reviewers: str
    comment: str


def read_rows(file: Path) -> Iterator[Row]:
    """Yield each row of a table.

    Raises:
        InputError: a column is missing, or a confidence is no number from 0 to 1.
    """
    lines = file.read_text(encoding="utf-8").split("\n")
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)
    rows = csv.DictReader(lines[first:], delimiter="\t", quoting=csv.QUOTE_NONE)
    absent = sorted(_NEEDED - set(rows.fieldnames or ()))
    if absent:
        raise InputError(file, str(first + 1), f"no column {' or '.join(absent)}", "write the header of SSSOM")
    for row in rows:
        yield _row(file, first + rows.line_num, {column: value or "" for column, value in row.items() if column})


def write_rows(file: Path, header: Mapping[str, object], rows: Iterable[Mapping[str, object]]) -> int:
    """Write a table with its metadata, beside and then in place; return the number of rows.

    ``rows`` are dicts by the names of ``COLUMNS``; what is absent stays empty. The rows are streamed.
    """
    return _write(file, header, rows, ())


def add_rows(file: Path, header: Mapping[str, object], rows: Iterable[Mapping[str, object]]) -> int:
    """Write a table anew with more rows after those that it has, if it is there; return the number of all."""
    if not file.is_file():
        return write_rows(file, header, rows)
    with file.open(encoding="utf-8", newline="") as lines:
        held = itertools.dropwhile(lambda line: line.startswith("#"), lines)
        next(held, None)  # the names of the columns
        return _write(file, header, rows, held)


def _write(file: Path, header: Mapping[str, object], rows: Iterable[Mapping[str, object]], held: Iterable[str]) -> int:
    beside = file.with_name(f"{file.name}.part")
    count = 0
    with beside.open("w", encoding="utf-8", newline="") as out:
        for line in yaml.safe_dump(dict(header), sort_keys=False, allow_unicode=True, width=10_000).splitlines():
            out.write(f"#{line}\n")
        writer = csv.DictWriter(
            out, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None, restval=""
        )
        writer.writeheader()
        for line in held:
            out.write(line)
            count += 1
        for row in rows:
            writer.writerow({name: _plain(value) for name, value in row.items()})
            count += 1
    beside.replace(file)
    return count


def held_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table that ``write_rows`` wrote, as they were given; none where there is no file."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(
            (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        return list(rows)


def _plain(value: object) -> str:
    return " ".join(str(value).split())


def _row(file: Path, line: int, row: dict[str, str]) -> Row:
    ids = {column: "" if row[column] == NO_TERM else row[column] for column in ("subject_id", "object_id")}
    return Row(
        line=line,
        subject_id=ids["subject_id"],
        subject_label=row.get("subject_label", ""),
        modifier=row.get("predicate_modifier", ""),
        predicate=row["predicate_id"],
        object_id=ids["object_id"],
        object_label=row.get("object_label", ""),
        justification=row.get("mapping_justification", ""),
        confidence=_confidence(file, line, row.get("confidence", "")),
        reviewers=row.get("reviewer_id", ""),
        comment=row.get("comment", ""),
    )


def _confidence(file: Path, line: int, written: str) -> float | None:
    if not written:
        return None
    try:
        value = float(written)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError(file, str(line), f"found the confidence {written!r}", "write a number from 0 to 1")
    return value
