"""Which numbers are derived from posted results, and which are not: every reason has its case."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from cellkg.build import build
from cellkg.effects import Change, Comparison, Derived, Effect, NotComputed, Proportion, Reference, WhyNot, derive
from cellkg.effects.derived import BEFORE_AFTER, NOT_RANDOMISED
from cellkg.effects.kinds import Scale
from cellkg.effects.statistics import ADDED, NOT_NEEDED, NOTHING_ADDED
from cellkg.errors import NotFoundError
from cellkg.loading import Inputs
from cellkg.store import Store, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

from .effect_records import Record, denominator, measure, number, record

TWO_MEANS: dict[str, list[Record | None]] = {"": [number("3.0", "1.5"), number("4.2", "2.0")]}
COUNTS: Record = {"kind": "COUNT_OF_PARTICIPANTS", "dispersion": None, "unit": "Participants"}
#: For each reason a record in which it is met, and the number that it concerns.
REASONS: dict[WhyNot, tuple[Record, str]] = {
    WhyNot.ONE_ARM: (
        {"m": measure({"": [number("3", "1")]}, groups=("Cells",), n=("10",)), "design": "NA SINGLE_GROUP"},
        "effect",
    ),
    WhyNot.NOT_CONCURRENT: ({"m": measure(TWO_MEANS), "design": "NON_RANDOMIZED SEQUENTIAL"}, "effect"),
    WhyNot.CROSSOVER: ({"m": measure(TWO_MEANS), "design": "RANDOMIZED CROSSOVER"}, "effect"),
    WhyNot.CONTRAST: (
        {
            "m": measure(
                {"": [number("3", "1"), number("4", "1"), number("5", "1")]},
                groups=("Low dose", "Middle dose", "High dose"),
                n=("10", "10", "11"),
            )
        },
        "effect",
    ),
    WhyNot.OVERLAP: ({"m": measure(TWO_MEANS, groups=("Cells", "All participants"))}, "effect"),
    WhyNot.BASELINE: ({"m": measure({"Baseline": TWO_MEANS[""], "Week 12": TWO_MEANS[""]})}, "effect"),
    WhyNot.MEDIAN: (
        {"m": measure(TWO_MEANS, kind="MEDIAN", dispersion="Inter-Quartile Range")},
        "MD, SMD",
    ),
    WhyNot.GEOMETRIC_MEAN: (
        {"m": measure(TWO_MEANS, kind="GEOMETRIC_MEAN", dispersion="Geometric Coefficient of Variation")},
        "MD, SMD",
    ),
    WhyNot.ADJUSTED: ({"m": measure(TWO_MEANS, kind="LEAST_SQUARES_MEAN", dispersion="Standard Error")}, "SMD"),
    WhyNot.STATISTIC: ({"m": measure(TWO_MEANS, kind="NUMBER", unit="days")}, "MD, SMD"),
    WhyNot.PERCENTAGE: (
        {"m": measure({"": [number("30"), number("25")]}, kind="NUMBER", unit="percentage of participants")},
        "MD, SMD",
    ),
    WhyNot.NO_MEAN: ({"m": measure(TWO_MEANS, title="Bayesian estimate of success", unit="rate")}, "MD, SMD"),
    WhyNot.NOT_PARTICIPANTS: (
        {"m": measure(TWO_MEANS, counted="Knees", typeUnitsAnalyzed="Knees")},
        "MD, SMD",
    ),
    WhyNot.NO_VALUE: ({"m": measure({"": [number("NA"), number("4", "1")]})}, "MD, SMD"),
    WhyNot.NO_N: ({"m": measure(TWO_MEANS, n=None)}, "SMD"),
    WhyNot.TOO_FEW: ({"m": measure(TWO_MEANS, n=("1", "12"))}, "SMD"),
    WhyNot.COUNT: ({"m": measure({"": [number("11"), number("3")]}, **COUNTS)}, "RR, OR, RD"),
    WhyNot.NO_DISPERSION: ({"m": measure({"": [number("3"), number("4")]}, dispersion=None)}, "SMD"),
    WhyNot.OTHER_DISPERSION: (
        {"m": measure({"": [number("3", limits=("1", "9")), number("4", limits=("1", "9"))]}, dispersion="Full Range")},
        "SMD",
    ),
    WhyNot.ASYMMETRIC: (
        {
            "m": measure(
                {"": [number("3.0", limits=("1.0", "9.0")), number("4.0", limits=("3.0", "5.0"))]},
                dispersion="95% Confidence Interval",
            )
        },
        "SMD",
    ),
    WhyNot.NO_SPREAD: ({"m": measure({"": [number("3", "0"), number("4", "0")]})}, "SMD"),
    WhyNot.OTHER_SCALE: (
        {"m": measure({"Baseline": TWO_MEANS[""], "Fold change at week 12": TWO_MEANS[""]})},
        "change",
    ),
    WhyNot.SCALE: (
        {"m": measure({"Visit 1": TWO_MEANS[""], "Visit 2": TWO_MEANS[""]}, title="Change in pain")},
        "change",
    ),
    WhyNot.OTHER_TIME: ({"m": measure({"Baseline": TWO_MEANS[""], "Left hand": TWO_MEANS[""]})}, "change"),
    WhyNot.OTHER_POPULATION: (
        {"m": measure({"Baseline": TWO_MEANS[""], "Week 12": TWO_MEANS[""]}), "later_n": ("9", "12")},
        "change",
    ),
    WhyNot.NO_EVENTS: ({"m": measure({"": [number("0"), number("0")]}, **COUNTS)}, "RR"),
    WhyNot.ALL_EVENTS: ({"m": measure({"": [number("10"), number("12")]}, **COUNTS)}, "OR"),
}
#: The reason that leaves a number without its interval, and does not refuse the number.
INTERVAL_ONLY = {WhyNot.CHANGE_DISPERSION}
MORE: dict[str, Record] = {
    "means": {"m": measure(TWO_MEANS)},
    "standard errors": {"m": measure(TWO_MEANS, dispersion="Standard Error")},
    "interval": {
        "m": measure(
            {"": [number("3.0", limits=("2.0", "4.0")), number("4.0", limits=("3.0", "5.0"))]},
            dispersion="95% Confidence Interval",
        )
    },
    "not randomised": {"m": measure(TWO_MEANS), "design": "NON_RANDOMIZED PARALLEL"},
    "roles": {
        "m": measure(TWO_MEANS, groups=("Saline B", "Stem A")),
        "arms": {"Saline B": "EXPERIMENTAL", "Stem A": "ACTIVE_COMPARATOR"},
    },
    "sham": {
        "m": measure(TWO_MEANS, groups=("Plain graft", "Enriched graft")),
        "arms": {"Plain graft": "SHAM_COMPARATOR", "Enriched graft": "ACTIVE_COMPARATOR"},
    },
    "same type": {
        "m": measure(TWO_MEANS, groups=("Cells + placebo", "Cells + drug")),
        "arms": {"Cells + placebo": "EXPERIMENTAL", "Cells + drug": "EXPERIMENTAL"},
    },
    "before a later dose": {"m": measure({"Week 12, predose": [number("3.0", "1.5"), number("4.2", "2.0")]})},
    "at baseline": {"m": measure(TWO_MEANS, timeFrame="At baseline")},
    "no reference": {"m": measure(TWO_MEANS, groups=("Marrow", "Fat"))},
    "adjusted": {"m": measure(TWO_MEANS, kind="LEAST_SQUARES_MEAN", dispersion="Standard Error")},
    "before and after": {"m": measure({"Baseline: left": TWO_MEANS[""], "Week 12: left": [number("1.0", "9"), None]})},
    "zero day": {
        "m": measure({"HbA1c zero": TWO_MEANS[""], "HbA1c 90 days": TWO_MEANS[""]}, title="Change of HbA1c", unit="%")
    },
    "n in two ways": {"m": measure({"Week 12 (N=7, 12)": TWO_MEANS[""]})},
    "posted change": {"m": measure(TWO_MEANS, title="Change in pain from baseline to week 12")},
    "posted change, interval": {
        "m": measure(
            {"": [number("-3.0", limits=("-5.5", "-1.0")), number("0.1", limits=("-1.0", "1.2"))]},
            title="Change from baseline in pain",
            dispersion="90% Confidence Interval",
        )
    },
    "zero cell": {"m": measure({"": [number("0"), number("3")]}, **COUNTS)},
    "counts": {"m": measure({"": [number("4"), number("3")]}, **COUNTS)},
    "participants by number": {
        "m": measure({"": [number("4"), number("3")]}, kind="NUMBER", dispersion=None, unit="patients")
    },
    "two units": {
        "m": measure(
            {"": [number("4"), number("3")]},
            **COUNTS,
            n=None,
            typeUnitsAnalyzed="Knees",
            denoms=[denominator(("18", "20"), "Knees"), denominator(("10", "12"))],
        )
    },
    "events": {"m": measure({"": [number("4"), number("3")]}, kind="NUMBER", dispersion=None, unit="events")},
    "shared control": {
        "m": measure(
            {"": [number("3", "1"), number("4", "1"), number("5", "1")]},
            groups=("Low", "High", "Placebo"),
            n=("10", "10", "11"),
        )
    },
    "steps": {"m": measure(TWO_MEANS, groups=("Cohort 1", "Cohort 2")), "design": "NON_RANDOMIZED PARALLEL"},
    "stated": {
        "m": measure(
            TWO_MEANS,
            analyses=[
                {
                    "groupIds": ["OG000", "OG001"],
                    "paramType": "Mean Difference (Net)",
                    "paramValue": "7.7",
                    "estimateComment": "The difference is Placebo minus Cells.",
                }
            ],
        )
    },
    "inferred": {
        "m": measure(
            TWO_MEANS,
            analyses=[
                {"groupIds": ["OG000", "OG001"], "paramType": "Mean Difference (Final Values)", "paramValue": "1.2"}
            ],
        )
    },
    "unknown": {
        "m": measure(
            TWO_MEANS,
            analyses=[
                {"groupIds": ["OG000", "OG001"], "paramType": "Mean Difference (Final Values)", "paramValue": "5"},
                {"groupIds": ["OG000", "OG001"], "paramType": "Hazard Ratio (HR)", "paramValue": "0.7"},
                {"groupIds": ["OG000"], "pValue": "<0.01"},
                {"groupIds": ["OG000", "OG001"], "paramType": "Risk Difference", "paramValue": "0.0", "pValue": "1"},
            ],
        )
    },
    "ratio": {
        "m": measure(
            {"": [number("4"), number("3")]},
            **COUNTS,
            analyses=[
                {"groupIds": ["OG000", "OG001"], "paramType": "Odds Ratio (OR)", "paramValue": "0.50"},
                {"groupIds": ["OG000", "OG001"], "paramType": "Risk Ratio (RR)", "paramValue": "1.6"},
                {"groupIds": ["OG000", "OG001"], "paramType": "Risk Difference (RD)", "paramValue": "-15.0"},
            ],
        )
    },
    "several classes": {
        "m": measure(
            {"Week 4": TWO_MEANS[""], "Week 12": [number("9", "1"), number("1", "1")]},
            analyses=[
                {"groupIds": ["OG000", "OG001"], "paramType": "Mean Difference", "paramValue": "8"},
                {
                    "groupIds": ["OG000", "OG001"],
                    "groupDescription": "Week 12",
                    "paramType": "Mean Difference",
                    "paramValue": "8",
                },
            ],
        )
    },
}
CASES = {**{why.name: case for why, (case, _) in REASONS.items()}, **MORE}
IDS = {name: f"NCT{i:08d}" for i, name in enumerate(CASES, 1)}


def as_record(name: str, case: Record) -> Record:
    made = record(
        int(IDS[name].removeprefix("NCT")),
        case["m"],
        design=case.get("design", "RANDOMIZED PARALLEL"),
        arms=case.get("arms"),
    )
    if "later_n" in case:
        made["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]["classes"][1]["denoms"] = [
            denominator(case["later_n"])
        ]
    return made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("effects")
    file = folder / "records.ndjson"
    file.write_text("".join(f"{json.dumps(as_record(*case))}\n" for case in CASES.items()), encoding="utf-8")
    built = build(Inputs(registry=(file,)), folder / "home", [ClinicalTrialsGovLoader()])
    assert built.findings.set_aside == []
    return open_store(folder / "home")


def derived(store: Store, name: str) -> list[Derived]:
    return list(derive(store, IDS[name]))


def effects(store: Store, name: str) -> dict[str, Effect]:
    return {each.kind: each for each in derived(store, name) if isinstance(each, Effect)}


def comparisons(store: Store, name: str) -> list[Comparison]:
    return [each for each in derived(store, name) if isinstance(each, Comparison)]


# ---- why not


def test_every_reason_has_its_case() -> None:
    assert set(REASONS) | INTERVAL_ONLY == set(WhyNot)


@pytest.mark.parametrize("why", REASONS, ids=lambda why: why.name)
def test_a_number_is_refused_for_its_reason(store: Store, why: WhyNot) -> None:
    refused = [each for each in derived(store, why.name) if isinstance(each, NotComputed) and each.why is why]
    kind = REASONS[why][1]
    assert kind in {each.kind for each in refused}
    wanted = {"effect"} if kind == "effect" else set(kind.split(", "))
    given = {each.kind for each in derived(store, why.name) if isinstance(each, Effect)}
    assert kind in ("effect", "change") or not wanted & given
    assert all(each.inputs for each in refused)


def test_a_refused_design_gives_no_effect_at_all(store: Store) -> None:
    for why in (WhyNot.ONE_ARM, WhyNot.NOT_CONCURRENT, WhyNot.CROSSOVER, WhyNot.CONTRAST, WhyNot.OVERLAP):
        assert effects(store, why.name) == {}


def test_steps_of_a_trial_are_not_side_by_side(store: Store) -> None:
    assert effects(store, "steps") == {}


# ---- effects


def test_means_with_standard_deviations_give_a_difference_and_hedges_g(store: Store) -> None:
    found = effects(store, "means")
    assert set(found) == {"MD", "SMD"}
    assert found["MD"].estimate.value == pytest.approx(-1.2)
    assert found["MD"].samples == ((3.0, 1.5, 10), (4.2, 2.0, 12))
    assert found["SMD"].standardised_by == "pooled SD of value at a time"
    assert found["MD"].randomised


def test_every_number_leads_to_its_values_and_denominators(store: Store) -> None:
    start = "/resultsSection/outcomeMeasuresModule/outcomeMeasures/0"
    at = {(spot.what, spot.as_written, spot.place.removeprefix(start)) for spot in effects(store, "means")["MD"].inputs}
    assert at == {
        ("value", "3.0", "/classes/0/categories/0/measurements/0"),
        ("value", "4.2", "/classes/0/categories/0/measurements/1"),
        ("number analysed", "10", "/denoms/0/counts/0"),
        ("number analysed", "12", "/denoms/0/counts/1"),
    }


def test_a_standard_error_is_not_taken_for_a_standard_deviation(store: Store) -> None:
    found = effects(store, "standard errors")["SMD"]
    assert found.samples is not None
    assert [sample.sd for sample in found.samples] == pytest.approx([1.5 * 10**0.5, 2 * 12**0.5])
    assert found.standardised_by == "pooled SD of value at a time (SD = posted standard error × √n)"


def test_an_interval_of_a_mean_gives_its_standard_deviation(store: Store) -> None:
    found = effects(store, "interval")["MD"]
    assert found.samples is not None
    # t(0.975; 9) = 2.262157 and t(0.975; 11) = 2.200985, from a printed table.
    assert [s.sd for s in found.samples] == pytest.approx([10**0.5 / 2.262157, 12**0.5 / 2.200985], rel=1e-6)


def test_what_was_not_randomised_says_so(store: Store) -> None:
    found = effects(store, "not randomised")["MD"]
    assert not found.randomised
    assert NOT_RANDOMISED in found.notes


def test_the_reference_is_the_comparator_arm_whatever_its_name(store: Store) -> None:
    found = effects(store, "roles")["MD"]
    assert (found.group.name, found.reference.name) == ("Saline B", "Stem A")
    assert found.reference_known is Reference.ARM_TYPE


def test_a_sham_arm_is_the_reference_of_an_active_comparator(store: Store) -> None:
    found = effects(store, "sham")["MD"]
    assert (found.group.name, found.reference.name) == ("Enriched graft", "Plain graft")


def test_two_arms_of_one_type_have_no_reference_whatever_their_names(store: Store) -> None:
    assert effects(store, "same type")["MD"].reference_known is Reference.UNKNOWN


def test_a_measure_at_baseline_alone_gives_no_effect(store: Store) -> None:
    assert effects(store, "at baseline") == {}


def test_a_time_before_a_later_dose_is_after_treatment(store: Store) -> None:
    assert set(effects(store, "before a later dose")) == {"MD", "SMD"}


def test_a_group_called_placebo_is_an_inferred_reference(store: Store) -> None:
    assert effects(store, "means")["MD"].reference_known is Reference.GROUP_NAME


def test_without_a_known_reference_the_order_is_that_of_the_record(store: Store) -> None:
    found = effects(store, "no reference")["MD"]
    assert found.reference_known is Reference.UNKNOWN
    assert any("reference not stated" in note for note in found.notes)


def test_least_squares_means_keep_their_adjustment(store: Store) -> None:
    found = effects(store, "adjusted")
    assert set(found) == {"MD"}
    assert found["MD"].statistic == "least squares mean"
    assert found["MD"].estimate.lower is None
    assert found["MD"].interval_why_not is WhyNot.ADJUSTED


def test_effects_that_share_a_control_say_so(store: Store) -> None:
    found = [each for each in derived(store, "shared control") if isinstance(each, Effect)]
    assert {each.reference.name for each in found} == {"Placebo"}
    assert all(any("shares its reference group" in note for note in each.notes) for each in found)


# ---- risks


def test_a_zero_cell_prints_its_rule(store: Store) -> None:
    found = effects(store, "zero cell")
    assert found["RR"].estimate.zero_rule == found["OR"].estimate.zero_rule == ADDED
    assert found["RD"].estimate.zero_rule == NOT_NEEDED
    assert effects(store, "counts")["RR"].estimate.zero_rule == NOTHING_ADDED


def test_risks_come_only_from_participants(store: Store) -> None:
    assert set(effects(store, "participants by number")) == {"RR", "OR", "RD"}
    assert effects(store, "events") == {}
    assert not any(isinstance(each, Proportion) for each in derived(store, "events"))


def test_participants_are_of_participants_where_knees_are_counted_too(store: Store) -> None:
    shares = [each for each in derived(store, "two units") if isinstance(each, Proportion)]
    assert [(each.events, each.n) for each in shares] == [(4, 10), (3, 12)]


def test_a_proportion_has_an_exact_interval(store: Store) -> None:
    shares = [each for each in derived(store, "zero cell") if isinstance(each, Proportion)]
    assert [(each.events, each.n) for each in shares] == [(0, 10), (3, 12)]
    # 1 - (0.05 / 2) ** (1 / 10) is the limit for no event.
    assert shares[0].estimate.lower == 0
    assert shares[0].estimate.upper == pytest.approx(1 - 0.025**0.1)


# ---- changes


def changes(store: Store, name: str) -> list[Change]:
    return [each for each in derived(store, name) if isinstance(each, Change)]


def test_baseline_and_final_give_a_change_without_an_interval(store: Store) -> None:
    (found,) = changes(store, "before and after")
    assert found.estimate.value == pytest.approx(-2.0)
    assert found.estimate.lower is None
    assert found.interval_why_not is WhyNot.CHANGE_DISPERSION
    assert BEFORE_AFTER in found.notes


def test_values_of_a_measure_called_change_are_values_where_one_is_of_day_zero(store: Store) -> None:
    found = changes(store, "zero day")
    assert [(each.estimate.value, each.posted) for each in found] == [(0.0, False), (0.0, False)]
    assert {each.scale for each in derived(store, "zero day") if isinstance(each, Effect)} == {Scale.AT_TIME}


def test_a_number_that_is_stated_in_two_ways_is_not_used(store: Store) -> None:
    found = effects(store, "n in two ways")
    assert set(found) == {"MD"}
    assert found["MD"].interval_why_not is WhyNot.NO_N


def test_a_change_is_never_an_effect() -> None:
    assert not issubclass(Change, Effect)
    assert "reference" not in {field.name for field in fields(Change)}


def test_a_posted_change_has_the_interval_of_its_own_dispersion(store: Store) -> None:
    found = changes(store, "posted change")
    assert [each.estimate.value for each in found] == [3.0, 4.2]
    half = 2.262157 * 1.5 / 10**0.5
    assert (found[0].estimate.lower, found[0].estimate.upper) == pytest.approx((3 - half, 3 + half), rel=1e-6)
    assert all(each.scale is Scale.CHANGE and each.posted and BEFORE_AFTER in each.notes for each in found)


def test_a_posted_interval_of_a_change_stays_as_posted(store: Store) -> None:
    found = changes(store, "posted change, interval")[0].estimate
    assert (found.value, found.lower, found.upper, found.level) == (-3.0, -5.5, -1.0, 0.9)


def test_an_effect_on_changes_is_marked_as_that(store: Store) -> None:
    assert effects(store, "posted change")["MD"].scale is Scale.CHANGE
    assert effects(store, "posted change")["SMD"].standardised_by == "pooled SD of change from baseline"


# ---- posted comparisons


def test_a_reference_is_stated_where_words_name_both_groups_with_a_direction(store: Store) -> None:
    (found,) = comparisons(store, "stated")
    assert found.reference is not None
    assert (found.reference.name, found.reference_known) == ("Cells", Reference.STATED)
    assert found.derivation == "Placebo minus Cells"


def test_a_reference_is_inferred_where_the_values_give_the_estimate_one_way(store: Store) -> None:
    (found,) = comparisons(store, "inferred")
    assert found.reference is not None
    assert (found.reference.name, found.reference_known) == ("Cells", Reference.INFERRED)
    assert len(found.inputs) == 5


def test_ratios_and_risks_are_inferred_from_counts(store: Store) -> None:
    found = comparisons(store, "ratio")
    # 4/10 against 3/12: OR 2 or 0.5, RR 1.6, RD 15 %.
    assert [each.reference.name if each.reference else None for each in found] == ["Cells", "Placebo", "Cells"]


def test_an_unknown_reference_is_listed_and_nothing_more(store: Store) -> None:
    found = comparisons(store, "unknown")
    assert [each.reference for each in found] == [None, None, None, None]
    assert {each.reference_known for each in found} == {Reference.UNKNOWN}


def test_a_p_value_of_one_group_has_no_stated_contrast(store: Store) -> None:
    found = comparisons(store, "unknown")[2]
    assert found.contrast == "contrast not stated (one group)"
    assert found.analysis.p.written == "<0.01"


def test_among_several_classes_only_a_named_one_is_inferred_from(store: Store) -> None:
    found = comparisons(store, "several classes")
    assert [each.reference.name if each.reference else None for each in found] == [None, "Placebo"]


# ---- asking


def test_a_study_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no study NCT99999999"):
        list(derive(store, "NCT99999999"))


def test_documents_give_a_change_only_from_two_means(flagship: Path) -> None:
    found = list(derive(open_store(flagship)))
    changes = [each for each in found if isinstance(each, Change)]
    assert [(each.place.study, each.place.measure, str(round(each.estimate.value, 9))) for each in changes] == [
        ("NCT00962923", "mRSS, area not stated", "-6.3")
    ]
    assert changes[0].interval_why_not is WhyNot.CHANGE_DISPERSION
    assert [spot.as_written for spot in changes[0].inputs] == ["20.1 ± 3.1", "13.8 ± 10.2"]
    assert all(spot.place.startswith("line ") for spot in changes[0].inputs)
    refused = [each for each in found if isinstance(each, NotComputed)]
    assert {each.why for each in refused} == {WhyNot.STATISTIC}
    assert {each.place.study for each in refused} == {"NCT03060551", "Wehbe 2016"}
