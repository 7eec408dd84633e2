"""Which outcomes a name means: an outcome with all narrower ones, or every outcome of an instrument."""

from __future__ import annotations

import difflib
from collections import defaultdict

from cellkg.answers import ask
from cellkg.catalogue import read_question
from cellkg.errors import NotFoundError
from cellkg.resources import shipped
from cellkg.store import Store

from .records import Direction, Instrument, Outcome

_DIRECTIONS = {"better": Direction.BETTER, "worse": Direction.WORSE}


def rows(store: Store, question: str, **parameters: str) -> list[dict[str, str]]:
    """Return the rows of a question of ``queries/comparing/``, each cell as text, a gap as the empty text."""
    answer = ask(store, read_question(shipped("queries") / "comparing" / f"{question}.rq"), parameters)
    return [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in answer.records()]


def read_outcomes(store: Store) -> dict[str, Outcome]:
    """Return every outcome that the graph knows, by CURIE."""
    said: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(store, "outcomes"):
        said[row["outcome"], row["label"]][row["property"]].append(row["value"])
    return {curie: _outcome(curie, label, told) for (curie, label), told in said.items()}


def _outcome(curie: str, label: str, told: dict[str, list[str]]) -> Outcome:
    def one(name: str) -> str | None:
        return told[name][0] if name in told else None

    return Outcome(
        curie=curie,
        label=label,
        names=tuple(told.get("name", ())),
        instrument=one("instrument"),
        broader=frozenset(told.get("broader", ())),
        direction=_DIRECTIONS.get(one("direction") or "", Direction.NOT_STATED),
        low=one("low"),
        high=one("high"),
        reporter=one("reporter"),
        text=one("source"),
    )


def find_instrument(known: dict[str, Outcome], name: str) -> Instrument:
    """Return what a name means: the outcomes that have it with all narrower ones, or those of the instrument.

    Raises:
        NotFoundError: nothing has the name; near names are told.
    """
    fold = name.casefold().strip()
    meant = {each.curie for each in known.values() if fold in {word.casefold() for word in each.names}}
    meant |= {each.curie for each in known.values() if (each.instrument or "").casefold() == fold}
    if not meant:
        words = {word.casefold(): word for each in known.values() for word in (*each.names, each.instrument or "")}
        near = [words[each] for each in difflib.get_close_matches(fold, words, n=3)]
        hint = f"did you mean {', '.join(near)}?" if near else "`cellkg query registry-measured-outcomes` shows names"
        raise NotFoundError(f"no instrument or outcome {name!r}; {hint}")
    found = {curie: each for curie, each in known.items() if curie in meant or each.broader & meant}
    top = sorted(known[curie].label for curie in meant if not known[curie].broader & meant)
    return Instrument(name=" or ".join(top), named=tuple(top), outcomes=found)
