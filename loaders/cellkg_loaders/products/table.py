"""Readings as rows of the guideline's columns."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cellkg.terms.target import target_conditions

from .reader import read_products
from .readings import Administration, Fact, Reading
from .study import read_study

COLUMNS = (
    "nct", "row", "role", "product_class", "cell_curie", "tissue", "donor", "manipulation", "target", "route", "site",
    "dose_min", "dose_max", "dose_basis", "administrations", "condition", "condition_curie", "quote", "note",
)  # fmt: skip
DECISION_COLUMNS = ("nct", "pointer", "name", "is_cells", "rule", "evidence")
_NOT_STATED = "not stated"
_LONGEST_QUOTE = 200


def table_rows(study: dict[str, Any], reading: Reading | None = None) -> Iterator[dict[str, str]]:
    """Yield a row for each administration of a record, or one row of class ``none``."""
    reading = reading or read_products(study)
    record = read_study(study)
    conditions, titles, keywords = (
        [passage.text for passage in passages] for passages in (record.conditions, record.titles, record.keywords)
    )
    curies = "|".join(target_conditions(conditions, titles, record.mesh, keywords))
    shared = {"nct": reading.study, "condition": "".join(conditions[:1]), "condition_curie": curies}
    if not reading.administrations:
        yield _filled({**shared, "row": "1", "product_class": "none", "note": _reasons(reading)})
    for number, given in enumerate(reading.administrations, 1):
        treated = _treated(given, titles, keywords) if given.conditions else {}
        yield _filled({**shared, **treated, "row": str(number), **_row(given)})


def decision_rows(reading: Reading) -> Iterator[dict[str, str]]:
    """Yield a row for each intervention: whether it is cells, and the rule that decided."""
    for one in reading.decisions:
        yield {
            "nct": reading.study,
            "pointer": one.pointer,
            "name": " ".join(one.name.split()),
            "is_cells": "yes" if one.is_cells else "no",
            "rule": one.rule,
            "evidence": " ".join(one.spot.text.split()) if one.spot else "",
        }


def _row(given: Administration) -> dict[str, str]:
    return {
        "role": given.role,
        "product_class": given.product.value,
        "cell_curie": given.cell,
        "tissue": _values(given.tissues) or _NOT_STATED,
        "donor": _values(given.donors) or _NOT_STATED,
        "manipulation": _values(given.manipulations) or _NOT_STATED,
        "target": _values(given.targets),
        "route": _values(given.routes) or _NOT_STATED,
        "site": _values(given.sites),
        "dose_min": _plain(min((d.least for d in given.doses), default=None)),
        "dose_max": _plain(max((d.most for d in given.doses if not any(d.open for d in given.doses)), default=None)),
        "dose_basis": given.doses[0].basis if given.doses else _NOT_STATED,
        "administrations": "|".join(f"{t.least}" if t.least == t.most else f"{t.least}-{t.most}" for t in given.times),
        "quote": _quote(given),
        "note": "; ".join(dict.fromkeys(_notes(given))),
    }


def _treated(given: Administration, titles: list[str], keywords: list[str]) -> dict[str, str]:
    """Return the columns of the condition of a row whose dose is for it; a title may say which form of it is meant."""
    known = [one for one in given.conditions if target_conditions([one])]
    curies = dict.fromkeys(curie for one in known for curie in target_conditions([one], titles, (), keywords))
    return {"condition": "; ".join(given.conditions), "condition_curie": "|".join(curies)}


def _values(facts: tuple[Fact, ...]) -> str:
    return "|".join(fact.value for fact in facts)


def _plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    digits = f"{number.normalize():e}".replace("e+", "e")
    return digits if number >= 1000 else f"{number.normalize():f}"


def _quote(given: Administration) -> str:
    spots = [*given.product.spots[:1], *(f.spots[0] for f in given.routes[:1]), *(d.spot for d in given.doses[:1])]
    return " ... ".join(dict.fromkeys(" ".join(spot.text.split()) for spot in spots))[:_LONGEST_QUOTE]


def _notes(given: Administration) -> Iterator[str]:
    for dose in given.doses:
        if dose.literal is not None:
            yield f"'{dose.spot.text}' read as {_plain(dose.most)}, literally {_plain(dose.literal)}"
    yield from (f"{fact.rule}: {fact.value}" for fact in (*given.donors, *given.tissues) if fact.kind == "ambiguous")


def _reasons(reading: Reading) -> str:
    return "; ".join(dict.fromkeys(f"{one.name[:40]}: {one.rule}" for one in reading.decisions))[:300]


def _filled(row: dict[str, str]) -> dict[str, str]:
    return {column: " ".join(row.get(column, "").split()) for column in COLUMNS}
