"""From rows to a file of statements: only what was asked, only of the kinds that are expected, with its provenance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, PROV, RDF, RDFS, VOID, XSD

from cellkg.identifiers import FEDERATED, VOCABULARY
from cellkg.resources import shipped
from cellkg.swapping import swap_in

from .plan import ASKED, Column, Ready

Term = ox.NamedNode | ox.Literal
Row = dict[str, Term]

_LONGEST_TEXT = 2000
_CHECK = "checks/personal-data-violation.rq"


@dataclass(slots=True, kw_only=True)
class Sifted:
    """Rows that may be kept, how many came, and why others were dropped."""

    rows: list[Row] = field(default_factory=list)
    received: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


def sift(ready: Ready, batch: Iterable[Term], solutions: Iterable[ox.QuerySolution], into: Sifted) -> None:
    """Add to ``into`` the rows that answer what the batch asked, in the forms that the columns allow."""
    asked = set(batch)
    for solution in solutions:
        into.received += 1
        row, fault = _row(ready, solution, asked)
        if fault:
            into.dropped[fault] += 1
        else:
            into.rows.append(row)


def without_people(ready: Ready, sifted: Sifted) -> None:
    """Drop the rows in which the rule on personal data finds some, which would stop a build."""
    quads = list(_quads(ready, sifted.rows, {}))
    store = ox.Store()
    store.extend(quads)
    answer = store.query((shipped("queries") / _CHECK).read_text(encoding="utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    personal = {row["value"] for row in answer}
    kept = [row for row in sifted.rows if personal.isdisjoint(row.values())]
    if len(kept) < len(sifted.rows):
        sifted.dropped["looks like personal data"] += len(sifted.rows) - len(kept)
        sifted.rows = kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How the rows of a file came to be."""

    endpoint: str
    retrieved: datetime
    query: str
    """Checksum of the queries."""
    asked: int


def write_kept(file: Path, ready: Ready, sifted: Sifted, subjects: Mapping[Term, set[Term]], account: Account) -> bool:
    """Write the rows as N-Quads with their provenance; return whether that was needed.

    The same rows for the same query leave the file as it is, with the time at which they first came.
    """
    facts = _lines(_quads(ready, sifted.rows, subjects))
    told = _lines(_told(ready, sifted, account, len(facts)))
    text = "".join([*facts, *told])
    if file.is_file() and _timeless(file.read_text(encoding="utf-8")) == _timeless(text):
        return False
    return swap_in(file, text.encode())


def _row(ready: Ready, solution: ox.QuerySolution, asked: set[Term]) -> tuple[Row, str]:
    about = _plain(_value(solution, ASKED))
    if about is None or about not in asked:
        return {}, "answers what was not asked"
    row: Row = {ASKED: about}
    for column in ready.header.columns:
        value = _plain(_value(solution, column.name))
        if value is None:
            if not column.optional:
                return {}, f"has no {column.name}"
            continue
        if not _fits(value, column):
            return {}, f"has a {column.name} of another form"
        row[column.name] = value
    return row, ""


def _value(solution: ox.QuerySolution, name: str) -> object:
    try:
        return solution[name]
    except KeyError:
        return None


def _plain(value: object) -> Term | None:
    """Return an IRI as it is and a literal as plain text: the language of a title says nothing of the thing."""
    if isinstance(value, ox.NamedNode):
        return value
    return ox.Literal(value.value) if isinstance(value, ox.Literal) else None


def _fits(value: Term, column: Column) -> bool:
    if column.kind == "iri":
        return isinstance(value, ox.NamedNode) and value.value.startswith(column.within)
    if not isinstance(value, ox.Literal) or not value.value.strip() or len(value.value) > _LONGEST_TEXT:
        return False
    return not column.pattern or re.fullmatch(column.pattern, value.value) is not None


def _quads(ready: Ready, rows: Iterable[Row], subjects: Mapping[Term, set[Term]]) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(f"{FEDERATED}{ready.name}")
    for row in rows:
        ours = subjects.get(row[ASKED], {row[ASKED]})
        for keep in ready.header.keeps:
            for subject in ours if keep.subject == ASKED else [row.get(keep.subject)]:
                for value in ours if keep.value == ASKED else [row.get(keep.value)]:
                    if isinstance(subject, ox.NamedNode) and value is not None:
                        yield ox.Quad(subject, keep.predicate(), value, graph)


def _told(ready: Ready, sifted: Sifted, account: Account, facts: int) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(f"{FEDERATED}{ready.name}")
    run = ox.NamedNode(f"{graph.value}/retrieval")
    time = ox.Literal(account.retrieved.isoformat(), datatype=ox.NamedNode(str(XSD.dateTime)))
    said: list[tuple[ox.NamedNode, str, Term]] = [
        (graph, str(RDF.type), ox.NamedNode(str(PROV.Entity))),
        (graph, str(RDFS.label), ox.Literal(f"{ready.endpoint.title}: {ready.header.summary}")),
        (graph, str(PROV.wasDerivedFrom), ox.NamedNode(account.endpoint)),
        (graph, str(PROV.wasGeneratedBy), run),
        (graph, str(DCTERMS.rights), ox.Literal(ready.endpoint.terms)),
        (graph, str(VOID.triples), ox.Literal(facts)),
        (run, str(RDF.type), ox.NamedNode(str(PROV.Activity))),
        (run, str(PROV.used), ox.NamedNode(account.endpoint)),
        (run, str(PROV.endedAtTime), time),
        (run, f"{VOCABULARY}queryHash", ox.Literal(account.query)),
        (run, f"{VOCABULARY}termsAsked", ox.Literal(account.asked)),
        (run, f"{VOCABULARY}rowsReceived", ox.Literal(sifted.received)),
        (run, f"{VOCABULARY}rowsDropped", ox.Literal(sum(sifted.dropped.values()))),
    ]
    return (ox.Quad(subject, ox.NamedNode(prop), value, graph) for subject, prop, value in said)


def _lines(quads: Iterable[ox.Quad]) -> list[str]:
    return sorted({f"{quad} .\n" for quad in quads})


def _timeless(text: str) -> list[str]:
    return [line for line in text.splitlines() if str(PROV.endedAtTime) not in line]
