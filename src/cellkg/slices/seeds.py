"""The hand-kept lists beside the slices: the terms that cellkg speaks of, and those that are obsolete."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from cellkg.errors import InputError

TERMS, OBSOLETE = "terms.tsv", "obsolete.tsv"
_COLUMNS = ("curie", "label", "use", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A row of ``terms.tsv``."""

    curie: str
    label: str
    use: str = ""
    note: str = ""
    place: str = ""
    """File and line, for messages."""

    @property
    def prefix(self) -> str:
        """The prefix of the CURIE."""
        return self.curie.partition(":")[0]


def read_seeds(path: Path) -> list[Seed]:
    """Return the seed terms in the order of the file, which must be sorted and free of doubles.

    Raises:
        InputError: the header is another one, or a row is out of order.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            found = " ".join(reader.fieldnames or ()) or "nothing"
            raise InputError(path, "1", f"the header {found}", f"write the header {' '.join(_COLUMNS)}")
        seeds = [
            Seed(**{column: row[column] or "" for column in _COLUMNS}, place=f"{path.name}:{line}")
            for line, row in enumerate(reader, start=2)
        ]
    for line, (one, other) in enumerate(pairwise(seeds), start=3):
        if one.curie >= other.curie:
            raise InputError(path, str(line), f"expected a CURIE that sorts after {one.curie}, found {other.curie}")
    return seeds


def seeds_text(seeds: Iterable[Seed]) -> str:
    """Return the seed terms as the text of their file, sorted."""
    rows = sorted((seed.curie, seed.label, seed.use, seed.note) for seed in seeds)
    return "".join("\t".join(row) + "\n" for row in (_COLUMNS, *rows))


def read_obsolete(path: Path) -> dict[str, str]:
    """Return each obsolete term with the term to use instead, which may be empty."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["curie"]: row["use"] for row in csv.DictReader(file, delimiter="\t")}


def obsolete_text(terms: Mapping[str, str]) -> str:
    """Return obsolete terms as the text of their file, sorted."""
    return "".join("\t".join(row) + "\n" for row in (("curie", "use"), *sorted(terms.items())))
