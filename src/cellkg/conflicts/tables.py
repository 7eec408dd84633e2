"""Findings as rows, for a terminal, a file or a page: one row for each claim, or one for each finding."""

from __future__ import annotations

import msgspec

from cellkg.answers import Cell, Table
from cellkg.catalogue import Column

from .findings import Claim, Finding

_OF_FINDING = ("kind", "rule", "study", "about")
_OF_CLAIM = ("said", "value", "source", "date", "place", "as_written")


def claims_table(findings: list[Finding]) -> Table:
    """Return a row for each claim; the rows of one finding share its number, from 1."""
    columns = (
        Column(name="finding", type="int"),
        *(Column(name=name, type="string") for name in (*_OF_FINDING, *_OF_CLAIM, "decision")),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            number,
            *(getattr(finding, name) for name in _OF_FINDING),
            *(getattr(claim, name) for name in _OF_CLAIM),
            _decided(finding),
        )
        for number, finding in enumerate(findings, start=1)
        for claim in finding.claims
    ]
    return Table(columns, rows)


def findings_table(findings: list[Finding]) -> Table:
    """Return a row for each finding, its claims in one cell."""
    columns = tuple(Column(name=name, type="string") for name in (*_OF_FINDING, "claims", "decision"))
    rows: list[tuple[Cell, ...]] = [
        (*(getattr(each, name) for name in _OF_FINDING), "; ".join(map(_told, each.claims)), _decided(each))
        for each in findings
    ]
    return Table(columns, rows)


def as_json(findings: list[Finding]) -> str:
    """Return the findings as JSON: a list of objects, each with its claims and the decision on it."""
    return msgspec.json.format(msgspec.json.encode(findings), indent=2).decode("utf-8") + "\n"


def _told(claim: Claim) -> str:
    words = f' "{claim.as_written}"' if claim.as_written and claim.as_written != claim.value else ""
    where = ", ".join(part for part in (claim.source, claim.date, claim.place) if part)
    return f"{claim.said}: {claim.value}{words} ({where})"


def _decided(finding: Finding) -> str:
    made = finding.decision
    if made is None:
        return ""
    held = "" if made.holds else " (no longer said: open again)"
    return f"{made.chosen}: {made.value}{held}; {made.reason}; {made.curator}, {made.date}"
