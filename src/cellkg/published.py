"""What a remote store says of itself: the build that ``cellkg push`` declared published in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import DCTERMS, OWL, VOID

from cellkg.errors import CellkgError, DataError, NotFoundError
from cellkg.identifiers import MERGE, PUBLISHED, VOCABULARY
from cellkg.protocol import Answer
from cellkg.vocabulary import CELLKG

BUILD = str(OWL.versionInfo)
ISSUED = str(DCTERMS.issued)
COUNT = str(VOID.triples)
REPORT = str(DCTERMS.description)
"""The report of the build, as JSON."""
BEGUN = str(DCTERMS.dateSubmitted)
"""When the push began; alone while the build that it sends is not yet published."""

Ask = Callable[[str], Answer]

_SAID = "SELECT ?name ?value WHERE {{ GRAPH <{graph}> {{ VALUES ?name {{ {names} }} <{about}> ?name ?value }} }}"
_WORDS = "SELECT ?word WHERE { GRAPH <https://w3id.org/cellkg/ontology/cellkg> { ?word a ?kind } }"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Published:
    """A build that was declared published, and when: no other declaration in this store says both."""

    build: str
    issued: str


class ReplacedError(CellkgError):
    """A store in which one build takes the place of another just now."""


def read_published(ask: Ask, where: str) -> Published:
    """Return the build that is published in a store.

    Raises:
        NotFoundError: none is.
        ReplacedError: a push goes on, or was cut off.
    """
    notes = _said(ask, PUBLISHED, BUILD, ISSUED, BEGUN)
    if BUILD in notes:
        return Published(notes[BUILD], notes.get(ISSUED, ""))
    if BEGUN in notes:
        raise ReplacedError(
            f"{where} holds a part of a build: a push began at {notes[BEGUN]} and did not end; wait for it, "
            "or run `cellkg push` again"
        )
    raise NotFoundError(f"{where} has no published build; run `cellkg push` with the address of the store")


def read_description(ask: Ask) -> tuple[str, int]:
    """Return the report of the published build, the empty text where none was sent, and the number of its facts."""
    said = _said(ask, PUBLISHED, REPORT) | _said(ask, MERGE, COUNT)
    return said.get(REPORT, ""), int(said.get(COUNT, "0"))


def check_words(ask: Ask, where: str) -> None:
    """Refuse a store whose ontology lacks words that this cellkg asks for: they would find nothing, and say nothing.

    Raises:
        DataError: an earlier cellkg built what is published there.
    """
    there = {row[0] for row in _rows(ask(_WORDS))}
    names = (name for name in CELLKG.__annotations__ if not name.startswith("_"))
    lacking = sorted(name for name in names if f"{VOCABULARY}{name}" not in there)
    if lacking:
        shown = ", ".join(lacking[:_SHOWN])
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        raise DataError(
            f"{where} holds a build of an earlier cellkg, which does not know {shown}{more}; run `cellkg build` and "
            "`cellkg push`, or ask with the cellkg that built it"
        )


def _said(ask: Ask, about: str, *names: str) -> dict[str, str]:
    listed = " ".join(f"<{name}>" for name in names)
    return {row[0]: row[1] for row in _rows(ask(_SAID.format(graph=PUBLISHED, about=about, names=listed)))}


def _rows(answer: Answer) -> list[list[str]]:
    assert isinstance(answer, ox.QuerySolutions)
    return [["" if term is None else term.value for term in row] for row in answer]
