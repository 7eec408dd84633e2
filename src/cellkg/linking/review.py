"""From predicted to curated: a table that two curators fill in, a third where they differ, and only then the set.

A decision is the word for the match that holds (``exact``, ``close``, ``broad``, ``narrow``, ``related``) or ``not``.
Two curators decide each for themselves. Where they differ, a third settles. What is settled replaces what the curated
set had for the same words and term; nothing else of it is touched.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cellkg.errors import InputError, InputErrors, NotFoundError
from cellkg.lexicon import UnknownWordError
from cellkg.terms.links import CURATED, Match
from cellkg.terms.names import load_names
from cellkg.terms.spelling import words
from cellkg.terms.sssom import LITERAL, NOT, Row, read_rows, write_rows

COLUMNS = (
    "subject_id", "subject_label", "object_id", "object_label", "predicted", "rule", "confidence",
    "curator_1", "decision_1", "curator_2", "decision_2", "curator_3", "decision_3", "reason",
)  # fmt: skip
DECISIONS = ("exact", "close", "broad", "narrow", "related", "not")
_SET = "https://w3id.org/cellkg/mapping/reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A row of a review with what came of it: ``open``, ``disputed`` or ``settled``."""

    line: int
    row: dict[str, str]
    state: str
    decision: str = ""

    @property
    def curators(self) -> list[str]:
        """Who decided."""
        return [self.row[f"curator_{i}"] for i in (1, 2, 3) if self.row[f"curator_{i}"]]


def write_review(predicted: Path, review: Path, rule: str = "", limit: int | None = None) -> int:
    """Write a table for review from a predicted set, least sure links first; return its number of rows.

    Raises:
        NotFoundError: there is no predicted set: no registry record was built.
    """
    if not predicted.is_file():
        raise NotFoundError(f"no predicted links in {predicted.parent}; build with --registry")
    rows = sorted((row for row in read_rows(predicted) if rule in row.comment), key=_least_sure)[:limit]
    beside = review.with_name(f".{review.name}.part")
    with beside.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(map(_asked, rows))
    beside.replace(review)
    return len(rows)


def read_review(review: Path) -> list[Decided]:
    """Return the rows of a review with their state.

    Raises:
        InputErrors: rows whose decisions are no words of the list, whose curators are not three different people, or
            whose term is unknown or obsolete; all of them, each with its line.
    """
    with review.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        absent = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if absent:
            raise InputError(review, "1", f"no column {' or '.join(absent)}", "write the table with `link review new`")
        listed = [(rows.line_num, {column: (row[column] or "").strip() for column in COLUMNS}) for row in rows]
    errors = [error for line, row in listed if (error := _error(review, line, row))]
    if errors:
        raise InputErrors(errors)
    return [_decided(line, row) for line, row in listed]


def apply_review(decided: Iterable[Decided], curated: Path) -> Counter[str]:
    """Write what is settled into a curated set and return how many rows of each state there were."""
    states: Counter[str] = Counter()
    kept = {_key(row): _as_written(row) for row in read_rows(curated)} if curated.is_file() else {}
    for each in decided:
        states[each.state] += 1
        if each.state == "settled":
            key = (each.row["subject_id"], words(each.row["subject_label"]), each.row["object_id"])
            kept[key] = _mapping(each)
    if states["settled"]:
        ordered = sorted(kept.values(), key=lambda row: (row["subject_id"], row["subject_label"], row["object_id"]))
        write_rows(curated, _header(), ordered)
    return states


def _least_sure(row: Row) -> tuple[float, str, str]:
    return row.confidence or 0.0, row.subject_label, row.object_id


def _asked(row: Row) -> dict[str, object]:
    return {
        "subject_id": row.subject_id,
        "subject_label": row.subject_label,
        "object_id": row.object_id,
        "object_label": row.object_label,
        "predicted": row.predicate.removeprefix("skos:").removesuffix("Match"),
        "rule": row.comment,
        "confidence": row.confidence,
    }


def _error(review: Path, line: int, row: dict[str, str]) -> InputError | None:
    for i in (1, 2, 3):
        curator, decision = row[f"curator_{i}"], row[f"decision_{i}"]
        if bool(curator) != bool(decision):
            return InputError(review, str(line), f"curator {i} without decision, or the other way", "give both")
        if decision and decision not in DECISIONS:
            return InputError(review, str(line), f"found the decision {decision!r}", f"write {', '.join(DECISIONS)}")
        if curator and ":" not in curator:
            example = "orcid:0000-0000-0000-0000"
            return InputError(review, str(line), f"found the curator {curator!r}", f"write a CURIE such as {example}")
    curators = [row[f"curator_{i}"] for i in (1, 2, 3) if row[f"curator_{i}"]]
    if len(set(curators)) < len(curators):
        return InputError(review, str(line), "one curator decides twice", "ask another person")
    if row["decision_3"] and not (row["decision_1"] and row["decision_2"] and row["decision_1"] != row["decision_2"]):
        return InputError(review, str(line), "a third decision without two that differ", "leave it empty")
    try:
        load_names().current(row["object_id"])
    except UnknownWordError as error:
        return InputError(review, str(line), str(error), "mend the row")
    return None


def _decided(line: int, row: dict[str, str]) -> Decided:
    one, other, third = (row[f"decision_{i}"] for i in (1, 2, 3))
    if not (one and other):
        return Decided(line=line, row=row, state="open")
    if one == other:
        return Decided(line=line, row=row, state="settled", decision=one)
    return Decided(line=line, row=row, state="settled" if third else "disputed", decision=third)


def _mapping(each: Decided) -> dict[str, object]:
    row, denied = each.row, each.decision == "not"
    match = row["predicted"] if denied else each.decision
    return {
        "subject_id": row["subject_id"],
        "subject_label": row["subject_label"],
        "subject_type": "" if row["subject_id"] else LITERAL,
        "predicate_modifier": NOT if denied else "",
        "predicate_id": Match(f"skos:{match}Match").value,
        "object_id": row["object_id"],
        "object_label": load_names().current(row["object_id"]).label,
        "mapping_justification": CURATED,
        "reviewer_id": "|".join(each.curators),
        "comment": row["reason"],
    }


def _key(row: Row) -> tuple[str, tuple[str, ...], str]:
    return row.subject_id, words(row.subject_label), row.object_id


def _as_written(row: Row) -> dict[str, object]:
    return {
        "subject_id": row.subject_id,
        "subject_label": row.subject_label,
        "subject_type": "" if row.subject_id else LITERAL,
        "predicate_modifier": row.modifier,
        "predicate_id": row.predicate,
        "object_id": row.object_id,
        "object_label": row.object_label,
        "mapping_justification": row.justification,
        "reviewer_id": row.reviewers,
        "comment": row.comment,
    }


def _header() -> dict[str, object]:
    return {
        "mapping_set_id": _SET,
        "mapping_set_title": "Links that curators reviewed",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "comment": "Two curators decided on each row, a third where they differed.",
        "curie_map": {"orcid": "https://orcid.org/"},
    }


def summary(decided: Iterable[Decided]) -> Iterator[str]:
    """Yield a line for each row that is not settled."""
    for each in decided:
        if each.state != "settled":
            said = " / ".join(each.row[f"decision_{i}"] or "–" for i in (1, 2))
            yield f"{each.line}: {each.row['subject_label']} → {each.row['object_id']}: {each.state} ({said})"
