"""Plots of comparisons: with one, five and forty studies, long labels, missing intervals and extreme ranges."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellkg.build import build
from cellkg.comparing import Asked, Comparison, Direction, PlotKind, compare
from cellkg.comparing.plots import plot_png, plot_svg, write_plot
from cellkg.comparing.records import NO_INTERVAL
from cellkg.errors import NotFoundError, UsageError
from cellkg.loading import Inputs
from cellkg.store import open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

from .effect_records import Record, measure, number, record

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
LONG = "Intra-articular injection of allogeneic umbilical cord derived mesenchymal stem cells in the higher dose"


def trial(i: int, values: dict[str, list[Record | None]], **more: Any) -> Record:
    """A trial of cells against placebo that posts WOMAC."""
    arms = more.pop("arms", {"Cells": "EXPERIMENTAL", "Placebo": "PLACEBO_COMPARATOR"})
    posted = measure(values, title="WOMAC total score", groups=tuple(arms), **more)
    found = record(i, posted, arms=arms)
    module = found["protocolSection"]["armsInterventionsModule"]
    first = next(iter(arms))
    module["interventions"] = [
        {"type": "BIOLOGICAL", "name": "autologous mesenchymal stem cells", "armGroupLabels": [first]}
    ]
    module["armGroups"][0]["interventionNames"] = ["Biological: autologous mesenchymal stem cells"]
    return found


def ordinary(i: int) -> Record:
    return trial(
        i,
        {
            "Baseline": [number(f"{50 + i % 7}", "9.5"), number("52", "10")],
            "Week 12": [number(f"{40 + i % 9}", "8.5"), number("50", "11")],
            "Week 24": [number(f"{30 + i % 11}", "8"), number("49", "12")],
        },
    )


def odd() -> list[Record]:
    """Trials without dispersion, with long labels, extreme values, an extreme spread, and counts."""
    week = "Week 24"
    arms = {LONG: "EXPERIMENTAL", f"{LONG}, as sham": "SHAM_COMPARATOR"}
    counts = {"kind": "COUNT_OF_PARTICIPANTS", "dispersion": None, "unit": "Participants"}
    return [
        trial(101, {week: [number("31"), number("49")]}, dispersion=None),
        trial(102, {week: [number("31", "4"), number("49", "5")]}, arms=arms),
        trial(103, {week: [number("0.5", "0.1"), number("90000", "5")]}),
        trial(104, {week: [number("31", "4"), number("49", "5")]}),
        trial(105, {week: [number("35", "4"), number("45", "4000")]}),
        *(trial(i, {week: [number(f"{i - 104}"), number("6")]}, **counts) for i in (106, 107, 108)),
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Forty ordinary trials and the odd ones, built once."""
    home = tmp_path_factory.mktemp("plots")
    (home / "records").mkdir()
    for each in (*map(ordinary, range(1, 41)), *odd()):
        name = each["protocolSection"]["identificationModule"]["nctId"]
        (home / "records" / f"{name}.json").write_text(json.dumps(each), encoding="utf-8")
    build(Inputs(registry=(home / "records",)), home / "built", [ClinicalTrialsGovLoader()])
    return compare(open_store(home / "built"), Asked(instrument="WOMAC"))


def only(comparison: Comparison, *numbers: int) -> Comparison:
    """The part of a comparison that some of its studies make."""
    studies = {f"NCT{number:08d}" for number in numbers}
    return replace(
        comparison,
        rows=tuple(row for row in comparison.rows if row.study in studies),
        effects=tuple(effect for effect in comparison.effects if effect.place.study in studies),
    )


@pytest.fixture
def five(whole: Comparison) -> Comparison:
    return only(whole, *range(1, 6))


def texts(svg: str) -> str:
    return " ".join("".join(each.itertext()) for each in ElementTree.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("number_of_studies", [1, 5, 40])
@pytest.mark.parametrize("kind", ["forest", "slope", "effects"])
def test_each_plot_holds_every_study_at_any_number(whole: Comparison, number_of_studies: int, kind: PlotKind) -> None:
    comparison = only(whole, *range(1, number_of_studies + 1))
    said = texts(plot_svg(comparison, kind))
    assert len(comparison.studies) == number_of_studies
    assert all(study in said for study in comparison.studies)
    assert "not medical advice; not a pooled estimate" in said
    assert plot_png(comparison, kind).startswith(b"\x89PNG")


def test_marks_have_the_node_of_their_number_and_lead_to_it(five: Comparison) -> None:
    root = ElementTree.fromstring(plot_svg(five))
    nodes = {row.spot.node for row in five.rows if str(row.when) == "P24W"}
    assert len(nodes) == 10
    assert nodes <= {each.get("id") for each in root.iter(f"{SVG}g")}
    assert nodes <= {each.get(LINK) for each in root.iter(f"{SVG}a")}
    mine = plot_svg(five, link=lambda row: f"/study/{row.study}")
    assert {each.get(LINK) for each in ElementTree.fromstring(mine).iter(f"{SVG}a")} >= {
        f"/study/{study}" for study in five.studies
    }


def test_the_same_comparison_gives_the_same_bytes_without_a_date(five: Comparison) -> None:
    for kind in ("forest", "slope", "effects"):
        assert plot_svg(five, kind) == plot_svg(five, kind)
        assert "dc:date" not in plot_svg(five, kind)
    assert plot_png(five) == plot_png(five)


def test_a_control_stands_with_its_own_trial(five: Comparison) -> None:
    said = texts(plot_svg(five))
    starts = [said.index(study) for study in five.studies]
    for start, end in zip(starts, [*starts[1:], len(said)], strict=True):
        assert "Placebo" in said[start:end]


def test_a_missing_interval_is_told_and_not_drawn(whole: Comparison) -> None:
    bare = only(whole, 101)
    assert all("no dispersion" in row.gaps for row in bare.rows)
    assert texts(plot_svg(bare)).count(NO_INTERVAL) == 2


def test_long_labels_are_cut_with_an_ellipsis(whole: Comparison) -> None:
    said = texts(plot_svg(only(whole, 102)))
    assert said.count("…") == 2
    assert "in the higher dose, as sham" in said
    assert LONG not in said


def test_extreme_ranges_get_logarithms_or_a_cut_that_the_text_makes_good(whole: Comparison) -> None:
    assert "axis of logarithms" in texts(plot_svg(only(whole, 103)))
    said = texts(plot_svg(only(whole, 104, 105)))
    assert "45 (Standard Deviation: 4000)" in said
    assert "cut by the axis" in said


def test_ratios_stand_on_an_axis_of_logarithms_and_counts_at_their_share(whole: Comparison) -> None:
    counts = only(whole, 106, 107, 108)
    said = texts(plot_svg(counts, "effects"))
    assert "risk ratio" in said
    assert "axis of logarithms" in said
    assert "2 of 10: 0.2 (exact, derived: 0.0252 to 0.556)" in texts(plot_svg(counts))


def test_a_count_of_participants_has_not_the_direction_of_its_scale(whole: Comparison) -> None:
    """More participants who improve on a scale where higher is worse is not worse."""
    assert {row.direction for row in only(whole, 106, 107, 108).rows} == {Direction.NOT_STATED}
    assert "lower is better" not in texts(plot_svg(only(whole, 106, 107, 108)))


def test_the_direction_is_written_at_the_axis(five: Comparison) -> None:
    assert "← lower is better" in texts(plot_svg(five))
    assert "← better for the first group" in texts(plot_svg(five, "effects"))


def test_nothing_to_draw_and_another_ending_are_told(whole: Comparison, five: Comparison, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing to draw as slope"):
        plot_svg(only(whole, 104), "slope")
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        write_plot(five, tmp_path / "plot.jpg")
    write_plot(five, tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8") == plot_svg(five)
