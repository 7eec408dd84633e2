"""Instruments, times, units, forms, ranges and responders, read out of the words of outcome measures."""

from __future__ import annotations

from decimal import Decimal

import pytest
import ucumvert
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from cellkg.resources import shipped
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.outcomes.forms import read_form
from cellkg_loaders.outcomes.ranges import read_direction, read_range
from cellkg_loaders.outcomes.recognising import Reading, recognise
from cellkg_loaders.outcomes.responders import read_responder
from cellkg_loaders.outcomes.times import read_times
from cellkg_loaders.outcomes.units import read_unit
from cellkg_loaders.outcomes.words import load_words


def readings(title: str, description: str = "", *conditions: str) -> list[Reading]:
    return recognise(title, description, conditions, load_words())


def named(title: str, description: str = "", *conditions: str) -> list[str]:
    """The names of the outcomes that are found for sure."""
    return [_name(each.outcomes[0]) for each in readings(title, description, *conditions) if not each.ambiguous]


def _name(outcome: URIRef) -> str:
    return outcome.rpartition("/")[2]


def times(text: str) -> list[str]:
    return [f"{time.kind} {time.begin} {time.duration}".strip() for time in read_times(text).times]


@pytest.mark.parametrize(
    ("title", "condition", "outcome"),
    [
        ("mRS at day 90", "Ischemic Stroke", "MRSStroke"),
        ("mRSS at month 12", "Systemic Sclerosis", "MRSSAreaNotStated"),
        ("Change in CDAI", "Crohn Disease", "CDAI"),
        ("Change in CDAI", "Rheumatoid Arthritis", "ClinicalDiseaseActivityIndex"),
        ("Change of AIS grade", "Spinal Cord Injuries", "ASIAImpairment"),
        ("PGA", "Lupus Nephritis", "PhysicianGlobalAssessment"),
        ("CR rate", "Acute Myeloid Leukemia", "CompleteResponse"),
        ("OS", "Multiple Myeloma", "OverallSurvival"),
        ("VAS", "Knee Pain", "VASPain"),
        ("MAS", "Cerebral Palsy", "Ashworth"),
    ],
)
def test_an_abbreviation_means_what_its_condition_says(title: str, condition: str, outcome: str) -> None:
    assert named(title, "", condition) == [outcome]


@pytest.mark.parametrize(
    ("title", "condition"),
    [
        ("mRS", "Systemic Sclerosis"),
        ("Change in CDAI", "Psoriasis"),
        ("Recurrence of AIS", "Ischemic Stroke"),
        ("Survival of PGA scaffold", "Cartilage Defect"),
        ("Relapses in MS", "Healthy"),
        ("Time in MS clinic", "Multiple Sclerosis"),
        ("CR implant position", "Knee Osteoarthritis"),
        ("Visual acuity OS", "Healthy"),
        ("MRI and MRS of the brain", "Stroke"),
        ("Outcome in Asia", "Spinal Cord Injuries"),
        ("RT-PCR", "Breast Cancer"),
        ("Patients who had been treated", "Depression"),
    ],
)
def test_an_abbreviation_beside_another_condition_means_nothing(title: str, condition: str) -> None:
    unwanted = {
        "MRSStroke", "CDAI", "ClinicalDiseaseActivityIndex", "ASIAImpairment", "PhysicianGlobalAssessment", "EDSS",
        "CompleteResponse", "OverallSurvival", "PathologicCompleteResponse", "HADS",
    }  # fmt: skip
    assert set(named(title, "", condition)) & unwanted == set()


def test_a_misspelt_name_is_ambiguous_even_where_the_description_has_the_abbreviation() -> None:
    found = readings("Colchin Hand Function Scale", "The scale (CHFS) ranges from 0 to 90", "Systemic Sclerosis")
    assert [(each.rule, each.confidence, _name(each.outcomes[0])) for each in found] == [
        ("misspelt name", Decimal("0.5"), "CHFS")
    ]


def test_a_reading_points_at_its_words() -> None:
    title = "Change from baseline in 6-Minute Walk Test"
    (found,) = readings(title)
    assert title[found.start : found.end] == "6-Minute Walk Test"
    assert (found.field, found.rule, found.confidence) == ("title", "name", Decimal("0.9"))


def test_a_description_is_asked_only_where_the_title_names_nothing() -> None:
    description = "Measured by the Expanded Disability Status Scale (EDSS)"
    assert named("Change in disability", description) == ["EDSS"]
    assert named("Change in LVEF", description) == ["LVEF"]


def test_the_instrument_says_more_than_pain_or_quality_of_life() -> None:
    assert named("Quality of life (SF-36)") == ["SF36"]
    assert named("Quality of life") == ["QualityOfLife"]
    assert named("WOMAC pain") == ["WOMACPain"]
    assert named("Food Allergy Dependent Quality of Life Index") == []


def test_whom_a_measure_is_about_is_no_outcome() -> None:
    assert named("Hospital days in patients with acute GVHD") == []
    assert named("Incidence of acute GVHD") == ["AcuteGVHD"]


def test_two_endpoints_of_one_title_are_both_found() -> None:
    assert named("Acute and chronic GVHD") == ["AcuteGVHD", "ChronicGVHD"]
    assert named("Adverse events and serious adverse events") == ["AdverseEvents", "SeriousAdverseEvents"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12 weeks", ["P12W"]),
        ("Week 12", ["at  P12W"]),
        ("Day +100", ["at  P100D"]),
        ("up to 2 years", ["up to  P2Y"]),
        ("within 30 days", ["within  P30D"]),
        ("at least 2 years", ["at least  P2Y"]),
        ("during the first 24 hours", ["during  PT24H"]),
        ("through study completion, an average of 1 year", ["on average  P1Y"]),
        ("every 3 months up to 2 years", ["every  P3M", "up to  P2Y"]),
        ("Baseline, Week 12 and Month 6", ["at", "at  P12W", "at  P6M"]),
        ("Baseline, 6 weeks, 6, 12, 24 months", ["at", "at  P6W", "at  P6M", "at  P12M", "at  P24M"]),
        ("Change from baseline to week 4, week 8", ["at", "at  P4W", "at  P8W"]),
        ("Baseline to Week 24", ["window baseline P24W"]),
        ("between 18 and 24 months", ["window P18M P24M"]),
        ("Month 1 through Month 24", ["window P1M P24M"]),
        ("0-7days", ["window P0D P7D"]),
        ("At baseline (Day 0) and 18 months", ["at", "at  P0D", "at  P18M"]),
        ("Up to 7 Years 3 Months", ["up to  P87M"]),
        ("12 weeks (plus or minus 3 days) after treatment", ["at  P12W"]),
        ("4±2 months", ["P4M"]),
        ("five years", ["P5Y"]),
        ("24 weeks (6 months)", ["P24W"]),
        ("Day 1 of each cycle (each cycle is 21 days)", []),
        ("the 4 week screening period", []),
        ("Before day 200", []),
        ("end of treatment", []),
        ("", []),
    ],
)
def test_a_time_frame_gives_its_times_and_no_more(text: str, wanted: list[str]) -> None:
    assert times(text) == wanted


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("12 months after the last infusion", "administration"),
        ("100 days post transplant", "transplantation"),
        ("From randomization to death, up to 5 years", "randomisation"),
        ("6 weeks after surgery", "procedure"),
        ("24 months of age", "birth"),
        ("12 months", ""),
        ("Week 12", ""),
    ],
)
def test_an_anchor_is_given_only_where_it_is_named(text: str, anchor: str) -> None:
    assert read_times(text).anchor == anchor


def test_a_time_points_at_its_words() -> None:
    text = "Baseline, 3 and 6 months"
    found = [text[time.start : time.end] for time in read_times(text).times]
    assert found == ["Baseline", "3 and 6 months", "3 and 6 months"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("micrograms per milliliter", "ug/mL"),
        ("mcg*hr/mL", "ug.h/mL"),
        ("mm^2", "mm2"),
        ("International units / millilitre", "[IU]/mL"),
        ("months", "mo"),
        ("Percentage of participants", "%"),
        ("Participants", "{participants}"),
        ("score on a scale", "{score}"),
        ("nanograms per millilitre (ng/mL)", "ng/mL"),
        ("liters per day", "L/d"),
        ("mm/hr", "mm/h"),
    ],
)
def test_a_unit_with_one_meaning_has_a_code_that_ucum_knows(written: str, code: str) -> None:
    assert read_unit(written) == code
    ucumvert.get_ucum_parser().parse(code)


@pytest.mark.parametrize(
    "written",
    ["kU/L", "kUA/L", "M", "C", "Ratio", "micrograms (μg)/milliliter (mL)", "cells/mm^2", "z-score", "", "ppb"],
)
def test_a_unit_that_may_mean_several_things_has_no_code(written: str) -> None:
    assert read_unit(written) is None


def test_a_form_is_read_only_where_the_title_says_it() -> None:
    titles = ("Percent change in LVEF", "Change from baseline in LVEF", "Time to relapse", "LVEF")
    forms = [(read_form(title) or ("",))[0] for title in titles]
    assert forms == ["percentage of change", "change from baseline", "time to event", ""]


def test_a_range_is_that_of_the_whole_scale_or_none() -> None:
    found = read_range("Each item is scored 0 to 4; the total score ranges from 0 to 96.")
    assert found is not None
    assert (found.low, found.high) == (Decimal(0), Decimal(96))
    assert read_range("Scores range from 0 to 10 or scores range from 0 to 100") is None
    assert read_range("assessed from 6 to 12 months") is None


def test_a_direction_that_is_said_both_ways_is_not_said() -> None:
    assert (read_direction("lower scores indicate better health") or ("",))[0] == "worse"
    assert read_direction("higher is better for function; higher is worse for pain") is None


def test_a_responder_needs_an_amount_with_its_unit() -> None:
    found = read_responder("a decrease of at least 70 points in the index")
    assert found is not None
    assert (found.kind, found.threshold, found.at_least, found.unit) == ("reduction", Decimal(70), True, "points")
    assert read_responder("improvement at least 3 months after injection") is None
    assert read_responder("≥ 20% improvement, or ≥ 50% improvement") is None


def test_a_range_or_direction_in_the_ontology_names_its_text() -> None:
    graph = Graph()
    graph.parse(shipped("ontology") / "endpoints.ttl")
    given = {*graph.subjects(C.rangeMinimum), *graph.subjects(C.higherMeans)}
    assert len(given) > 40
    assert [subject for subject in given if (subject, DCTERMS.source, None) not in graph] == []


def test_far_more_than_forty_outcomes_have_an_instrument() -> None:
    assert len(load_words().measured) > 100
