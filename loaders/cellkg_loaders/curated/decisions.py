"""Decisions of curators on what sources say against each other, as a source of their own.

They stand in ``decisions/*.yaml`` of a curated folder. Nothing of what the sources say is changed by them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta
from rdflib import DCAT, PROV, RDF, RDFS, URIRef

from cellkg.errors import InputError, InputErrors
from cellkg.identifiers import below, mint, source_iri
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Quad, Statement, date, text
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import Record, Words

from .nodes import parse_yaml
from .shape import Problem, read_record

FOLDER = "decisions"

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class Decision(Record, frozen=True, kw_only=True):
    """A decision on one finding, named as ``cellkg conflicts`` shows it: study, rule and what it is about."""

    study: Words
    rule: Words
    about: Words
    follow: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """The key of the source that is followed."""
    value: Words
    """The value of that source, as the finding shows it; when the source says another, the decision lapses."""
    reason: Words
    curator: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")]
    """A short key, never a name of a person."""
    date: Annotated[str, Meta(pattern=_DAY)]


class DecisionFile(Record, frozen=True, kw_only=True):
    """A file of decisions."""

    decisions: tuple[Decision, ...]


def decision_files(places: tuple[Path, ...]) -> list[Path]:
    """Return the files of decisions in curated folders, and those that are named themselves, each once."""
    found: dict[Path, Path] = {}
    for place in places:
        files = sorted((place / FOLDER).glob("*.yaml")) if place.is_dir() else [place] if is_decisions(place) else []
        found.update({file.resolve(): file for file in files})
    return list(found.values())


def is_decisions(file: Path) -> bool:
    """Tell a file of decisions from that of a document: it lies in a folder ``decisions``."""
    return file.resolve().parent.name == FOLDER


def read_decisions(file: Path) -> DecisionFile:
    """Read a file of decisions; ``InputErrors`` names each field that is unknown, missing or of another form."""
    plain, lines = parse_yaml(file)
    found: list[Problem] = []
    read = read_record(plain, DecisionFile, found)
    if not found:
        found += [
            Problem(f"$.decisions[{i}].date", f"no day of a calendar: {each.date!r}", "write it as 2026-01-31")
            for i, each in enumerate(read.decisions)
            if not _is_day(each.date)
        ]
    if found:
        raise InputErrors([InputError(file, str(lines.get(path, 1)), what, step) for path, what, step in found])
    return read


def decision_quads(file: Path, read: DecisionFile, lexicon: Lexicon) -> Iterator[Quad]:
    """Yield a file of decisions as a source, and each decision in its graph."""
    key = "curation" if file.stem == FOLDER else f"curation-{file.stem}"
    graph = source_iri(key)
    for subject, predicate, value in _statements(file, read, key, graph, lexicon):
        yield Quad(subject, predicate, value, graph)


def _statements(file: Path, read: DecisionFile, key: str, graph: URIRef, lexicon: Lexicon) -> Iterator[Statement]:
    yield Statement(graph, RDF.type, C.Source)
    yield Statement(graph, RDF.type, PROV.Entity)
    yield Statement(graph, RDF.type, DCAT.Dataset)
    yield Statement(graph, RDFS.label, text(f"Decisions of curators: {file.name}"))
    yield Statement(graph, C.sourceKey, text(key))
    yield Statement(graph, C.sourceKind, lexicon.iri("source_kind", "curation"))
    yield Statement(graph, C.fileName, text(file.name))
    yield Statement(graph, C.sha256, text(hashlib.sha256(file.read_bytes()).hexdigest()))
    yield Statement(graph, C.loader, text("curated"))
    for i, decision in enumerate(read.decisions, 1):
        yield from _decision(below(graph, "decision", i), decision)


def _decision(node: URIRef, decision: Decision) -> Iterator[Statement]:
    yield Statement(node, RDF.type, C.CuratorDecision)
    yield Statement(node, C.decidesOn, mint(decision.study))
    yield Statement(node, C.decidedRule, text(decision.rule))
    yield Statement(node, C.decidedAbout, text(decision.about))
    yield Statement(node, C.chosenSource, text(decision.follow))
    yield Statement(node, C.chosenValue, text(decision.value))
    yield Statement(node, C.decisionReason, text(decision.reason))
    yield Statement(node, C.decisionCurator, text(decision.curator))
    yield Statement(node, C.decidedOn, date(decision.date))


def _is_day(written: str) -> bool:
    try:
        date(written)
    except ValueError:
        return False
    return True
