"""The name tables of ``ontology/names``: every term of MONDO, HP and MeSH with its names, parents and state."""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cellkg.errors import InputError
from cellkg.lexicon import UnknownWordError
from cellkg.resources import shipped

ONTOLOGIES = ("mondo", "hp", "mesh")
_COLUMNS = ["curie", "label", "state", "use", "parents", "mesh", "branches", "synonyms"]


@dataclass(frozen=True, slots=True)
class Term:
    """A current term; ``mesh`` are the MeSH cross references of a MONDO term, ``branches`` those of a MeSH heading."""

    curie: str
    label: str
    parents: tuple[str, ...]
    mesh: tuple[str, ...]
    branches: tuple[str, ...]
    synonyms: tuple[str, ...]


class Names:
    """All current terms by CURIE, and what replaces the obsolete ones."""

    def __init__(self, terms: dict[str, Term], obsolete: dict[str, str]) -> None:
        self.terms = terms
        self._obsolete = obsolete
        self._ancestors: dict[str, frozenset[str]] = {}

    def current(self, curie: str) -> Term:
        """Return a term.

        Raises:
            UnknownWordError: the tables do not have it, or it is obsolete; the message names its replacement.
        """
        if curie in self.terms:
            return self.terms[curie]
        if curie not in self._obsolete:
            raise UnknownWordError(f"{curie} is in none of the name tables of {', '.join(ONTOLOGIES)}; check it")
        use = self.replacement(curie)
        raise UnknownWordError(f"{curie} is obsolete; " + (f"use {use}" if use else "choose a current term"))

    def obsolete(self) -> Iterator[str]:
        """Yield the CURIE of every obsolete term."""
        yield from self._obsolete

    def replacement(self, curie: str) -> str | None:
        """Return the current term that replaces an obsolete one, over several steps if need be."""
        seen: set[str] = set()
        while curie in self._obsolete and curie not in seen:
            seen.add(curie)
            curie = self._obsolete[curie]
        return curie if curie in self.terms else None

    def ancestors(self, curie: str) -> frozenset[str]:
        """Return all terms above a term, without itself."""
        if curie not in self._ancestors:
            self._ancestors[curie] = frozenset()  # ends a circle, should a release have one
            parents = [parent for parent in self.terms[curie].parents if parent in self.terms]
            self._ancestors[curie] = frozenset(parents).union(*map(self.ancestors, parents))
        return self._ancestors[curie]

    def heading(self, number: str, label: str = "") -> Term | None:
        """Return the MeSH heading that a record means by an id and a label, or None when no descriptor has both.

        A record without ids gives labels alone; for padded ids see ``descriptor``.
        """
        if not number:
            return self._by_heading().get(label.casefold())
        found = self.terms.get(f"MESH:{self.descriptor(number)}")
        return found if found and (not label or found.label.casefold() == label.casefold()) else None

    def descriptor(self, number: str) -> str:
        """Return the id of the MeSH descriptor that a number means, or the number itself when there is none.

        Some exports pad ids of six digits to nine: ``D000001249`` is D001249, while ``D000086382`` is itself.
        """
        if f"MESH:{number}" not in self.terms and re.fullmatch(r"D000\d{6}", number):
            shorter = f"D{number[4:]}"
            return shorter if f"MESH:{shorter}" in self.terms else number
        return number

    def _by_heading(self) -> dict[str, Term]:
        if not hasattr(self, "_headings"):
            self._headings = {t.label.casefold(): t for t in self.terms.values() if t.curie.startswith("MESH:")}
        return self._headings


@cache
def load_names() -> Names:
    """Read the shipped tables once: about 70,000 terms, half a second."""
    terms: dict[str, Term] = {}
    obsolete: dict[str, str] = {}
    for ontology in ONTOLOGIES:
        for row in _rows(shipped("ontology") / "names" / f"{ontology}.tsv.gz"):
            curie, label, state, use, *several = row
            if state:
                obsolete[curie] = use
            else:
                terms[curie] = Term(curie, label, *(_split(values) for values in several))
    return Names(terms, obsolete)


def _rows(file: Path) -> Iterator[list[str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
        if (header := next(rows, [])) != _COLUMNS:
            raise InputError(file, "1", f"found the columns {header}", "run ontology/build_names.py")
        yield from rows


def _split(values: str) -> tuple[str, ...]:
    return tuple(map(sys.intern, values.split("|"))) if values else ()
