"""How well read rows agree with rows made by hand: per field, over all rows, and with nearness in the ontologies.

Rows of a trial are paired one to one so that as many fields as possible are equal. Empty and ``not stated`` are not
filled. A value that is filled and equal is a hit; filled and different counts against precision and recall.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import TypeAlias

from cellkg.errors import InputError

Row: TypeAlias = dict[str, str]
Value: TypeAlias = "frozenset[str] | tuple[float | None, float | None, str] | None"
#: Whether one term is above another: takes two CURIEs.
Related: TypeAlias = Callable[[str, str], bool]

FIELDS = (
    "product_class", "cell_curie", "tissue", "donor", "manipulation", "target", "route", "dose", "administrations",
    "condition_curie", "role",
)  # fmt: skip
#: Agreement of two independent annotations of such trials (F1).
MARKS = {
    "product_class": 0.96, "donor": 0.95, "tissue": 0.95, "route": 0.88, "cell_curie": 0.86, "dose": 1.00,
    "manipulation": 0.77, "administrations": 0.80, "condition_curie": 0.68,
}  # fmt: skip
_MOST_PERMUTED = 7


@dataclass
class Score:
    """Hits and misses of one field; ``near`` counts misses where one term is above the other."""

    hits: int = 0
    wrong: int = 0
    missing: int = 0
    near: int = 0

    @property
    def precision(self) -> float:
        """Share of the filled values that are right."""
        return self.hits / max(1, self.hits + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the wanted values that are found."""
        return self.hits / max(1, self.hits + self.missing)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return self._f1(self.hits, self.wrong, self.missing)

    @property
    def near_f1(self) -> float:
        """The same, where a parent or child term is half a hit."""
        half = self.near / 2
        return self._f1(self.hits + half, self.wrong - half, self.missing - half)

    @staticmethod
    def _f1(hits: float, wrong: float, missing: float) -> float:
        return 2 * hits / max(1, 2 * hits + wrong + missing)


@dataclass(frozen=True)
class Miss:
    """A value that was not hit, with the words that the reader took it from."""

    nct: str
    field: str
    found: str
    wanted: str
    quote: str


@dataclass
class Scores:
    """The scores of all fields and every miss."""

    fields: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in FIELDS})
    misses: list[Miss] = field(default_factory=list)


def read_rows(path: Path) -> dict[str, list[Row]]:
    """Return the rows of a table by trial; rows of class ``none`` are no rows, but keep their trial.

    Raises:
        InputError: a column is missing.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t")
        needed = {*FIELDS, "nct", "dose_min", "dose_max", "dose_basis"} - {"dose"}
        if missing := needed - set(reader.fieldnames or ()):
            raise InputError(path, "1", f"no column {', '.join(sorted(missing))}", "write the columns of the guideline")
        for row in reader:
            listed = rows[row["nct"]]
            if row["product_class"] != "none":
                listed.append({key: value or "" for key, value in row.items()})
    return dict(rows)


def score(answers: dict[str, list[Row]], gold: dict[str, list[Row]], related: Related) -> Scores:
    """Return the scores of the trials that ``gold`` has."""
    scores = Scores()
    for trial in sorted(gold):
        for answer, wanted in _pairs(answers.get(trial, []), gold[trial]):
            for name in FIELDS:
                _count(scores, trial, name, answer, wanted, related)
    return scores


def _count(scores: Scores, trial: str, name: str, answer: Row | None, wanted: Row | None, related: Related) -> None:
    found, right = _value(answer, name), _value(wanted, name)
    if found is None and right is None:
        return
    kept = scores.fields[name]
    if _equal(name, found, right):
        kept.hits += 1
        return
    kept.wrong += found is not None
    kept.missing += right is not None
    kept.near += _is_near(found, right, related)
    quote = (answer or {}).get("quote") or (wanted or {}).get("quote", "")
    scores.misses.append(Miss(trial, name, _shown(found), _shown(right), quote))


def _value(row: Row | None, name: str) -> Value:
    if row is None:
        return None
    if name == "dose":
        low, high = _number(row["dose_min"]), _number(row["dose_max"])
        return None if low is None and high is None else (low, high, row["dose_basis"])
    text = row[name].strip()
    return None if text in ("", "not stated") else frozenset(part.strip() for part in text.split("|"))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _equal(name: str, found: Value, right: Value) -> bool:
    if name == "dose" and isinstance(found, tuple) and isinstance(right, tuple):
        return found[0] == right[0] and found[2] == right[2] and right[1] in (None, found[1])
    return found == right


def _is_near(found: Value, right: Value, related: Related) -> bool:
    if not isinstance(found, frozenset) or not isinstance(right, frozenset):
        return False
    return any(related(one, other) or related(other, one) for one in found for other in right) or bool(found & right)


def _pairs(answers: list[Row], gold: list[Row]) -> Iterable[tuple[Row | None, Row | None]]:
    size = max(len(answers), len(gold))
    left: list[Row | None] = [*answers, *[None] * (size - len(answers))]
    right: list[Row | None] = [*gold, *[None] * (size - len(gold))]
    agree = [[_agreement(one, other) for other in right] for one in left]
    if size <= _MOST_PERMUTED:
        best = max(permutations(range(size)), key=lambda order: sum(agree[i][order[i]] for i in range(size)))
        return [(left[i], right[best[i]]) for i in range(size)]
    return list(_greedy(left, right, agree))


def _greedy(
    left: list[Row | None], right: list[Row | None], agree: list[list[int]]
) -> Iterator[tuple[Row | None, Row | None]]:
    free = set(range(len(right)))
    for i in sorted(range(len(left)), key=lambda i: -max(agree[i])):
        best = max(free, key=lambda j: agree[i][j])
        free.remove(best)
        yield left[i], right[best]


def _agreement(answer: Row | None, wanted: Row | None) -> int:
    if not answer or not wanted:
        return 0
    return sum(_equal(name, _value(answer, name), _value(wanted, name)) for name in FIELDS)


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return f"{value[0]}-{value[1]} {value[2]}"
    return "|".join(sorted(value)) if value else "nothing"
