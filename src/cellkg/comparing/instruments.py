"""Which outcomes a name means: an outcome with all narrower ones, or every outcome of an instrument."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection

from msgspec import structs

from cellkg.answers import ask
from cellkg.catalogue import read_question
from cellkg.errors import NotFoundError
from cellkg.identifiers import expand
from cellkg.resources import shipped
from cellkg.store import Store

from .records import Direction, Instrument, Outcome

Within = Collection[str] | None
"""IRIs to ask about, or all."""

_DIRECTIONS = {"better": Direction.BETTER, "worse": Direction.WORSE}


def rows(
    store: Store, question: str, within: Within = None, outcomes: Within = None, **parameters: str
) -> list[dict[str, str]]:
    """Return the rows of a question of ``queries/comparing/``, each cell as text, a gap as the empty text.

    ``within`` are the IRIs of the studies, ``outcomes`` those of the outcomes that are asked about; by default all.
    """
    asked = read_question(shipped("queries") / "comparing" / f"{question}.rq")
    text = asked.text
    for mark, variable, iris in (("#@studies", "s", within), ("#@outcomes", "read", outcomes)):
        if iris is not None:
            text = text.replace(mark, f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in sorted(iris))} }}")
    answer = ask(store, structs.replace(asked, text=text), parameters)
    return [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in answer.records()]


def studies_with(store: Store, wanted: dict[str, Outcome], study: str | None) -> dict[str, str]:
    """Return the studies, or the one of that label, with a result that may be of a wanted outcome: IRIs by label.

    A measure that is read as a broader outcome counts: its classes may name a narrower one.
    """
    outcomes = {curie for each in wanted.values() for curie in (each.curie, *each.broader)}
    iris = {str(expand(curie)) for curie in outcomes}
    found = rows(store, "with-outcome", outcomes=iris, **({"study": study} if study else {}))
    return {row["study"]: row["node"] for row in found}


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
    """Return what a name or CURIE means: outcomes that have it with all narrower ones, or those of the instrument.

    Raises:
        NotFoundError: nothing has the name; near names are told.
    """
    fold = name.casefold().strip()
    meant = {each.curie for each in known.values() if fold in {word.casefold() for word in each.names}}
    meant |= {each.curie for each in known.values() if (each.instrument or "").casefold() == fold}
    if not meant and name in known:
        meant = {name}
    if not meant:
        words = {word.casefold(): word for each in known.values() for word in (*each.names, each.instrument or "")}
        near = [words[each] for each in difflib.get_close_matches(fold, words, n=3)]
        hint = f"did you mean {', '.join(near)}?" if near else "`cellkg query registry-measured-outcomes` shows names"
        raise NotFoundError(f"no instrument or outcome {name!r}; {hint}")
    found = {curie: each for curie, each in known.items() if curie in meant or each.broader & meant}
    top = sorted(known[curie].label for curie in meant if not known[curie].broader & meant)
    return Instrument(name=" or ".join(top), named=tuple(top), outcomes=found)
