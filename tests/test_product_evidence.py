"""Every value that is read out of a real record stands where its evidence says, and is what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cellkg_loaders.products import Administration, Beside, CellDose, Spot, read_products
from cellkg_loaders.products.amounts import read_amounts
from cellkg_loaders.products.wording import mentions, rows

DATA = Path(__file__).parents[2] / "shared" / "data"
#: The column of the wording in which a kind of fact has its value.
COLUMNS = {
    "tissues": ("tissue",),
    "donors": ("donor",),
    "manipulations": ("manipulation",),
    "targets": ("target",),
    "routes": ("route",),
    "sites": ("site",),
}


def studies() -> Iterator[dict[str, Any]]:
    if not DATA.is_dir():
        pytest.skip(f"the real records are not at hand: no folder {DATA}")
    for file in sorted(DATA.glob("ctgov_*/*.json")):
        yield msgspec.json.decode(file.read_bytes())


def cut(study: Any, spot: Spot) -> str:
    field = study
    for step in spot.pointer.split("/")[1:]:
        field = field[int(step)] if isinstance(field, list) else field[step]
    assert isinstance(field, str)
    return field[spot.start : spot.end]


def spots(given: Administration) -> Iterator[Spot]:
    yield from given.product.spots
    for name in COLUMNS:
        for fact in getattr(given, name):
            yield from fact.spots
    for dose in amounts(given):
        yield from (dose.spot, *(spot for fact in dose.counted for spot in fact.spots))
    yield from (times.spot for times in given.times)


def test_every_value_of_every_record_is_in_the_words_at_its_offsets() -> None:
    read = 0
    for study in studies():
        reading = read_products(study)
        for given in reading.administrations:
            for spot in spots(given):
                assert spot.text == cut(study, spot), (reading.study, spot)
            for problem in unclaimed(given):
                raise AssertionError((reading.study, *problem))
            read += 1
        for beside in reading.besides:
            for spot in (*beside.type.spots, *(beside.name.spots if beside.name else ())):
                assert spot.text == cut(study, spot), (reading.study, spot)
            assert is_said(beside), (reading.study, beside)
        for decision in reading.decisions:
            assert decision.spot is None or decision.spot.text == cut(study, decision.spot)
    assert read


def is_said(beside: Beside) -> bool:
    """Tell whether words of the wording give the comparator, where it is read from its name."""
    if beside.type.rule != "comparator by its name":
        return True
    return beside.type.value in {m.entry.get("comparator") for m in mentions(beside.type.spots[0].text)}


def unclaimed(given: Administration) -> Iterator[tuple[str, str, str]]:
    """Yield the values that the words of their evidence do not give."""
    for name, columns in COLUMNS.items():
        for fact in getattr(given, name):
            for spot in fact.spots:
                said = {v for m in mentions(spot.text) for c in columns for v in m.entry.get(c, "").split("|")}
                exempt = fact.kind in ("derived", "ambiguous") or fact.rule == "manipulation that makes the product"
                if fact.value not in said and not exempt:
                    yield name, fact.value, spot.text
    for dose in amounts(given):
        for fact in dose.counted:
            if fact.kind != "derived" and fact.value not in {
                value for spot in fact.spots for value in counted_in(spot.text)
            }:
                yield "counted cells", fact.value, fact.spots[0].text
        if dose.inputs:
            concentration, volume = dose.inputs
            if (dose.least, dose.most) != (concentration.least * volume.most, concentration.most * volume.most):
                yield "product of volume and concentration", f"{dose.least}", dose.spot.text
        elif dose.basis == "ml":
            if str(dose.most) not in dose.spot.text.replace(",", "."):
                yield "volume", f"{dose.most}", dose.spot.text
        elif not any(says(dose, *amount) for amount in ((a.least, a.most) for a in read_amounts(dose.spot.text))):
            yield "dose", f"{dose.least}-{dose.most}", dose.spot.text


def amounts(given: Administration) -> Iterator[CellDose]:
    for dose in (*given.doses, *given.concentrations):
        yield from (dose, *dose.inputs)


def counted_in(text: str) -> Iterator[str]:
    by_class = {row["class"]: row["counted"] for row in rows("counted_classes")}
    for mention in mentions(text):
        yield mention.entry.get("counted") or by_class.get(mention.entry.get("class", ""), "")


def says(dose: CellDose, least: Decimal, most: Decimal) -> bool:
    return (least, most) == (dose.least, dose.most)
