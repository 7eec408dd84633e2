"""Whether titles as records write them speak of a change or a value, and of a time before treatment."""

from __future__ import annotations

import pytest

from cellkg.effects.kinds import Scale, counts_participants, is_rate_of_group, read_dispersion
from cellkg.effects.scales import is_baseline, is_only_baseline, numbers_said, read_scale, without_time

CHANGE, PERCENT, VALUE, UNCLEAR = Scale.CHANGE, Scale.PERCENT_CHANGE, Scale.AT_TIME, Scale.UNCLEAR


@pytest.mark.parametrize(
    "title",
    [
        "Baseline", "baseline", "Base line", "Baseline: left hand", "Screening", "Pre-treatment", "Predose", "Day 0",
        "HbA1c zero", "Nerve latency zero day", "Knee pain. 0 months", "FEV1 before therapy", "Visit 0",
    ],
)  # fmt: skip
def test_a_time_before_treatment_is_recognised(title: str) -> None:
    assert is_baseline(title)


@pytest.mark.parametrize(
    "title",
    [
        "Week 12", "Change from baseline to week 12", "Difference from baseline", "10 days", "Day 0.5", "Zero events",
        "Day 100", "20 months", "Week 24 minus Baseline (N=27,21)", None, "",
    ],
)  # fmt: skip
def test_what_is_not_before_treatment_is_not_taken_for_it(title: str | None) -> None:
    assert not is_baseline(title)


def test_a_time_frame_is_baseline_only_when_it_names_nothing_else() -> None:
    assert is_only_baseline("At baseline")
    assert not is_only_baseline("Baseline and 6 months")
    assert not is_only_baseline("Change from baseline")
    assert not is_only_baseline(None)


@pytest.mark.parametrize(
    ("measure", "title", "unit", "more", "scale"),
    [
        ("Change From Baseline in WOMAC at Month 6", None, "score", {}, CHANGE),
        ("Change in body percentage involved", None, "percentage of body", {}, CHANGE),
        ("Percent Change From Baseline in IgE", None, "percent", {}, PERCENT),
        ("Change (%) From Baseline in Expression", None, "units", {}, PERCENT),
        ("Bone density", None, "% Change", {}, PERCENT),
        ("Pain", "VAS_Changes from Basal - 3 months", "mm", {}, CHANGE),
        ("Changes in Ejection Fraction", "5 years", "%", {"timed": True}, VALUE),
        ("Change in titre", "Visit 2", "units", {"times": 3}, UNCLEAR),
        ("Change in titre from screening", "Visit 2", "units", {"times": 3}, CHANGE),
        ("Expression", "Fold change at week 12", "ratio", {"timed": True}, Scale.RATIO),
        ("Global improvement", None, "score", {}, UNCLEAR),
        ("Pain at Week 12", None, "score", {}, VALUE),
    ],
)
def test_a_scale_is_read_from_titles_and_unit(
    measure: str, title: str | None, unit: str, more: dict[str, int], scale: Scale
) -> None:
    timed, times = bool(more.get("timed")), more.get("times", 0)
    assert read_scale(measure, title, unit, None, timed=timed, times=times) is scale


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Baseline", "Week 12"),
        ("baseline", "24 weeks"),
        ("Baseline", "13-Month"),
        ("HbA1c zero", "HbA1c 90 days"),
        ("Baseline: Left hand", "Left hand (6 months)"),
        ("WOMAC - Pain. 0 months", "WOMAC - Pain. 12 months"),
        ("Baseline", "Fold change at 6 months"),
    ],
)
def test_two_times_of_a_subscale_pair(before: str, after: str) -> None:
    assert without_time(before) == without_time(after) is not None


@pytest.mark.parametrize(("before", "after"), [("Baseline: Pain", "Week 12: Stiffness"), ("Baseline", "Left hand")])
def test_two_subscales_do_not_pair(before: str, after: str) -> None:
    assert without_time(before) != without_time(after)


def test_numbers_in_a_title_are_those_called_n() -> None:
    assert numbers_said("Week 24 (n=27, n=21)") == {27, 21}
    assert numbers_said("Month 6, N = 9") == {9}
    assert numbers_said("Week 24: 12 items") == set()


@pytest.mark.parametrize(
    ("unit", "title", "rate"),
    [
        ("percentage of participants", "Remission", True),
        ("rate", "Success", True),
        ("Score", "Posterior Rhinorrhea Score", False),
        ("score", "Posterior mean of the score", True),
        ("percentage of ejection", "LVEF", False),
        ("days", "Overall survival rate at 2 years", True),
    ],
)
def test_a_rate_of_a_group_is_no_mean_over_participants(unit: str, title: str, rate: bool) -> None:
    assert is_rate_of_group(unit, title) is rate


@pytest.mark.parametrize("unit", ["Participants", "patients", "number of subjects", "participants with a response"])
def test_participants_are_participants(unit: str) -> None:
    assert counts_participants(unit)


@pytest.mark.parametrize("unit", ["events", "knees", "eyes", "% of participants", "participant-days", "Ulcers", None])
def test_nothing_else_is(unit: str | None) -> None:
    assert not counts_participants(unit)


def test_an_interval_has_its_level() -> None:
    assert read_dispersion("80% Confidence Interval")[1] == 80
    assert read_dispersion("Inter-Quartile Range")[1] is None
