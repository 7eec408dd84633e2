"""Rows of results that documents report: values before and after, a change in per cent, or words alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from cellkg.effects import Change, NotComputed, document_changes
from cellkg.effects.records import Number, Spot
from cellkg.identifiers import THINGS
from cellkg.store import Store

from .arms import Design
from .directions import direction_of, reads
from .flags import arm_risks, reporting_gaps
from .instruments import Within, rows
from .records import NOT_STATED, ArmGets, Direction, Outcome, Row, When

AT_TIME = "value at a time"
PERCENT = "change in per cent, its way in words"
WORDS = "words alone, no number"
_NOTHING = Number()


class _Part(NamedTuple):
    """One number of a reported result, or its words alone: the key in its questions, its form, its time."""

    key: str
    form: str
    when: When


class Reported(NamedTuple):
    """A reported result of one document: what is said of it by property, and the node of each."""

    study: str
    source: str
    outcome: str
    change: str
    said: dict[str, str]
    nodes: dict[str, str]


def read_reported(store: Store, outcomes: set[str], within: Within = None) -> list[Reported]:
    """Return the results of some outcomes that documents report, in order of study and source."""
    found: dict[tuple[str, str, str, str], Reported] = {}
    for row in rows(store, "document-results", within):
        if row["outcome"] not in outcomes:
            continue
        key = (row["study"], row["source"], row["outcome"], row["change"])
        one = found.setdefault(key, Reported(*key, {}, {}))
        one.said[row["property"]], one.nodes[row["property"]] = row["value"], row["node"]
    return list(found.values())


class Spots:
    """The places of the parts of reported results of a study, by node and property."""

    def __init__(self, store: Store, study: str) -> None:
        self._found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for row in rows(store, "document-spots", study=study):
            place = f"line {row['line']}, characters {row['start']}–{row['end']}"
            self._found[row["node"], row["property"]].append((place, row["words"]))

    def of(self, node: str, prop: str, what: str) -> Spot:
        """Return a node with the first place of one of its properties."""
        place, words = next(iter(self._found[node, f"cellkg:{prop}"]), ("", ""))
        return Spot(node=node.replace("kg:", THINGS, 1), place=place, what=what, as_written=words)


def derived_of_documents(store: Store, study: str) -> dict[str, Change | NotComputed]:
    """Return the changes that the documents of a study give, or why not, by the node of the final value."""
    return {each.inputs[-1].node: each for each in document_changes(store, study)}


def document_rows(
    reported: Reported,
    outcome: Outcome,
    design: Design,
    spots: Spots,
    derived: dict[str, Change | NotComputed],
    *,
    disputed: bool,
) -> Iterator[Row]:
    """Yield a row for each number of a reported result, or one for its words."""
    said, direction = reported.said, direction_of(outcome)
    arm = design.arms[0] if len(design.arms) == 1 else ArmGets(name="", of_study=_products(design))
    words = "; ".join(said[name] for name in ("direction", "significance", "durability") if name in said)
    for part in _parts(said):
        number = _NOTHING if part.form == WORDS else _number(said.get(part.key))
        spread = _number(said.get(f"{part.key} dispersion"))
        low, high = _number(said.get(f"{part.key} low")), _number(said.get(f"{part.key} high"))
        statistic = said.get(f"{part.key} statistic", NOT_STATED)
        node = reported.nodes.get(part.key, reported.change)
        prop = {"percent": "percentChange", "direction": "statedDirection"}.get(part.key, "value")
        spot = spots.of(node, prop, "value" if number else "words")
        change = derived.get(spot.node) if part.key == "final" else None
        own = arm_risks(design, outcome, arm, design.primary_outcomes, len(design.arms))
        own += words_against_values(said, direction) if part.key == "final" else []
        yield Row(
            study=reported.study,
            source=reported.source,
            record=design.record or reported.source,
            version=None,
            outcome=outcome,
            reading="stated",
            measure=outcome.label,
            rank=None,
            arm=arm,
            row="",
            when=part.when,
            form=part.form,
            statistic=statistic,
            value=number,
            dispersion=said.get(f"{part.key} dispersion kind", ""),
            spread=spread,
            lower=low,
            upper=high,
            unit="%" if part.key == "percent" else None,
            n=None,
            n_unit=None,
            population=None,
            scale_range=None,
            direction=direction,
            reads=reads(direction, change if isinstance(change, Change) else None),
            said="" if part.key == "baseline" else words,
            analyses=(),
            derived=change,
            disputed=disputed,
            risks=tuple(own),
            gaps=tuple(reporting_gaps(part.when, None, (spread, low, high), statistic, count=not number)),
            spots=(spot, *(() if change is None else change.inputs)),
        )


def _products(design: Design) -> tuple[str, ...]:
    return tuple(dict.fromkeys(product for arm in design.arms for product in arm.products))


def words_against_values(said: dict[str, str], direction: Direction) -> list[str]:
    """Return that the words of a source go one way and its two values the other; no number is made of the values."""
    if "baseline" not in said or said.get("direction") not in ("improved", "worsened"):
        return []
    before, after = Decimal(said["baseline"]), Decimal(said["final"])
    if before == after or direction not in (Direction.BETTER, Direction.WORSE):
        return []
    is_better = (after > before) is (direction is Direction.BETTER)
    if is_better is (said["direction"] == "improved"):
        return []
    return [f"words against values: {said['direction']}, {said['baseline']} to {said['final']}, {direction}"]


def _parts(said: dict[str, str]) -> list[_Part]:
    after = _when(said)
    before = When(written="baseline", is_baseline=True)
    parts = [
        _Part(*each)
        for each in (("baseline", AT_TIME, before), ("final", AT_TIME, after), ("percent", PERCENT, after))
        if each[0] in said
    ]
    return parts or [_Part("direction", WORDS, after)]


def _when(said: dict[str, str]) -> When:
    if "to" not in said:
        return When(written="")
    written = f"{said['from']} to {said['to']}" if "from" in said else said["to"]
    days = Decimal(said["to days"]) if "to days" in said else None
    return When(written=written, duration=said["to"], days=days, kind=said.get("to kind"))


def _number(written: str | None) -> Number:
    return _NOTHING if written is None else Number(value=Decimal(written), written=written)
