"""Reading cell products out of records: each test is a small record, and what may be said of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellkg_loaders.products import Administration, Fact, Reading, read_products


def record(
    *interventions: dict[str, Any], arms: tuple[dict[str, Any], ...] = (), title: str = "A trial", **texts: Any
) -> dict[str, Any]:
    """A record with these interventions, arms and texts."""
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": "NCT00000000",
                "briefTitle": title,
                "officialTitle": texts.get("official", title),
            },
            "descriptionModule": {
                "briefSummary": texts.get("summary", ""),
                "detailedDescription": texts.get("description", ""),
            },
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "designInfo": {"allocation": texts.get("allocation", "NA")},
            },
            "armsInterventionsModule": {"interventions": list(interventions), "armGroups": list(arms)},
            "eligibilityModule": {"eligibilityCriteria": texts.get("eligibility", "")},
        }
    }


def cells(name: str, description: str = "", kind: str = "BIOLOGICAL", *others: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": description, "otherNames": list(others)}


def arm(label: str, description: str = "", kind: str = "EXPERIMENTAL", *names: str) -> dict[str, Any]:
    return {
        "label": label,
        "type": kind,
        "description": description,
        "interventionNames": [f"Biological: {n}" for n in names],
    }


def only(reading: Reading) -> Administration:
    assert len(reading.administrations) == 1
    return reading.administrations[0]


def values(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.value for fact in facts]


def test_a_name_says_cells_tissue_and_donor() -> None:
    given = only(read_products(record(cells("Autologous bone marrow-derived mesenchymal stem cells"))))
    assert (given.product.value, given.cell) == ("MSC", "CL:0002540")
    assert values(given.tissues) == ["UBERON:0002371"]
    assert values(given.donors) == ["autologous"]


def test_what_is_not_said_is_not_filled() -> None:
    given = only(read_products(record(cells("Mesenchymal stem cells"))))
    assert given.cell == "CL:0000134"
    nothing = (given.tissues, given.donors, given.manipulations, given.targets, given.routes, given.doses, given.times)
    assert nothing == ((),) * 7


@pytest.mark.parametrize(
    ("name", "description", "kind", "is_cells", "rule"),
    [
        ("UC-MSC", "", "BIOLOGICAL", True, "name says cells"),
        ("MSC-derived exosomes", "", "BIOLOGICAL", False, "acellular"),
        ("Exosomes from mesenchymal stem cells", "", "BIOLOGICAL", False, "acellular"),
        ("Conditioned medium of mesenchymal stem cells", "", "BIOLOGICAL", False, "acellular"),
        ("Platelet rich plasma", "", "BIOLOGICAL", False, "acellular"),
        ("Stem cell factor", "", "DRUG", False, "acellular"),
        ("Flow cytometry of T cells", "", "DIAGNOSTIC_TEST", False, "test"),
        ("Saline without MSC", "", "OTHER", False, "comparator"),
        ("Placebo", "", "DRUG", False, "comparator"),
        ("Bone marrow aspiration", "", "PROCEDURE", False, "test"),
        (
            "Product X-101",
            "Allogeneic mesenchymal stromal cells in saline",
            "BIOLOGICAL",
            True,
            "description says cells",
        ),
        ("Drug Y-202", "An antibody that depletes regulatory T cells", "BIOLOGICAL", False, "no cells"),
        ("cyclophosphamide", "Given before infusion of mesenchymal stem cells", "DRUG", False, "no cells"),
        ("Tacrolimus", "", "DRUG", False, "no cells"),
        ("Donor lymphocyte infusion", "", "BIOLOGICAL", True, "name says cells"),
        ("Bone marrow aspirate concentrate", "", "PROCEDURE", True, "name says cells"),
        ("Granulocyte transfusion", "", "BIOLOGICAL", True, "name says cells"),
        ("Umbilical cord blood transplantation", "", "PROCEDURE", True, "name says cells"),
        ("Microfragmented adipose tissue", "", "PROCEDURE", True, "name says cells"),
    ],
)
def test_each_intervention_has_a_decision_with_its_rule(
    name: str, description: str, kind: str, is_cells: bool, rule: str
) -> None:
    (decision,) = read_products(record(cells(name, description, kind))).decisions
    assert (decision.is_cells, decision.rule) == (is_cells, rule)
    assert (decision.spot is not None) == is_cells


def test_a_general_name_takes_the_product_of_its_arm() -> None:
    study = record(
        cells("Intravenous infusion"), arms=(arm("Wharton's jelly MSC", "", "EXPERIMENTAL", "Intravenous infusion"),)
    )
    given = only(read_products(study))
    assert (given.product.value, given.cell) == ("MSC", "CL:0002568")
    assert values(given.routes) == ["intravenous"]


def test_arms_with_other_routes_are_other_regimens_with_their_own_number() -> None:
    study = record(
        cells("UC-MSC"),
        arms=(
            arm("Knee", "one intra-articular injection of UC-MSC", "EXPERIMENTAL", "UC-MSC"),
            arm("Vein", "IV UC-MSC once per day for 3 days", "EXPERIMENTAL", "UC-MSC"),
        ),
    )
    found = [(values(a.routes), a.times[0].least, a.arms) for a in read_products(study).administrations]
    module = "/protocolSection/armsInterventionsModule/armGroups"
    assert found == [(["intra-articular"], 1, (f"{module}/0",)), (["intravenous"], 3, (f"{module}/1",))]


def test_arms_with_other_doses_are_one_regimen() -> None:
    study = record(
        cells("MSC"),
        arms=(
            arm("Low", "1 x 10^6 MSC/kg intravenously", "EXPERIMENTAL", "MSC"),
            arm("High", "4 x 10^6 MSC/kg intravenously", "EXPERIMENTAL", "MSC"),
        ),
    )
    given = only(read_products(study))
    assert sorted(int(dose.most) for dose in given.doses) == [1_000_000, 4_000_000]


def test_what_earlier_studies_did_is_not_what_this_one_does() -> None:
    summary = "Previous studies have shown that allogeneic bone marrow MSC given intravenously at 2 x 10^6/kg are safe."
    given = only(read_products(record(cells("MSC"), summary=summary)))
    assert (given.tissues, given.donors, given.routes, given.doses) == ((), (), (), ())


def test_a_transplant_that_patients_had_is_no_product() -> None:
    study = record(
        cells("Tacrolimus", kind="DRUG"), title="Tacrolimus after allogeneic hematopoietic stem cell transplantation"
    )
    assert read_products(study).administrations == ()


def test_the_donor_of_another_graft_is_not_the_donor_of_the_product() -> None:
    study = record(
        cells("MSC"), title="MSC for poor graft function after allogeneic hematopoietic stem cell transplantation"
    )
    assert only(read_products(study)).donors == ()


def test_the_route_of_another_drug_is_not_the_route_of_the_cells() -> None:
    study = record(
        cells("Autologous T cells"),
        cells("filgrastim", kind="BIOLOGICAL"),
        description="Patients receive filgrastim subcutaneously. Patients receive autologous T cells IV on day 0.",
    )
    assert values(only(read_products(study)).routes) == ["intravenous"]


def test_stage_iv_is_no_route() -> None:
    assert (
        only(
            read_products(record(cells("TIL"), title="Tumor infiltrating lymphocytes (TIL) in stage IV melanoma"))
        ).routes
        == ()
    )


def test_engineered_cells_have_a_target_and_are_modified() -> None:
    given = only(read_products(record(cells("Anti-CD19 CAR-T cells"))))
    assert (given.product.value, given.cell) == ("CAR-T", "CL:0000084")
    assert values(given.targets) == ["CD19"]
    assert values(given.manipulations) == ["genetically modified"]


def test_expanded_access_and_blood_cultures_are_no_expansion_and_no_culture() -> None:
    study = record(cells("MSC"), title="Expanded access to MSC", eligibility="negative blood culture")
    assert only(read_products(study)).manipulations == ()


def test_marrow_or_blood_is_one_graft_with_two_tissues() -> None:
    study = record(
        cells("autologous bone marrow transplantation", kind="PROCEDURE"),
        cells("peripheral blood stem cell transplantation", kind="PROCEDURE"),
    )
    given = only(read_products(study))
    assert (given.product.value, given.cell) == ("HSC graft", "CL:0000037")
    assert values(given.tissues) == ["UBERON:0002371", "UBERON:0000178"]


def test_a_graft_in_one_of_two_arms_is_tested_and_in_both_is_background() -> None:
    name = "peripheral blood stem cell transplantation"
    drug, graft = cells("melphalan", kind="DRUG"), cells(name, kind="PROCEDURE")
    arms = (arm("A", "", "EXPERIMENTAL", name), arm("B", "", "ACTIVE_COMPARATOR", "melphalan"))
    assert only(read_products(record(graft, drug, arms=arms, allocation="RANDOMIZED"))).role == "experimental"
    both = (arm("A", "", "EXPERIMENTAL", name), arm("B", "", "ACTIVE_COMPARATOR", name))
    assert only(read_products(record(graft, drug, arms=both, allocation="RANDOMIZED"))).role == "background"


OUTLINE = """Patients are randomized to one of two treatment arms.

  -  Arm I: Patients receive chemotherapy{first}.

  -  Arm II: Patients receive intensive chemotherapy, and autologous bone marrow transplantation on day 0.

Patients are followed after transplantation every 3 months.{rest}"""


@pytest.mark.parametrize(
    ("first", "rest", "role"),
    [
        ("", "", "experimental"),
        (" before bone marrow transplantation", "", "background"),
        ("", "\n\nBone marrow transplantation: Patients undergo bone marrow transplantation.", "background"),
    ],
)
def test_a_graft_is_tested_where_one_arm_of_the_text_gets_it(first: str, rest: str, role: str) -> None:
    study = record(
        cells("bone marrow transplantation", "", "PROCEDURE"),
        title="Chemotherapy in lymphoma",
        description=OUTLINE.format(first=first, rest=rest),
        allocation="RANDOMIZED",
    )
    assert only(read_products(study)).role == role


def test_a_donor_lymphocyte_infusion_of_the_outline_is_a_product() -> None:
    outline = "Patients receive donor lymphocyte infusions (DLI) if disease persists."
    given = only(read_products(record(cells("imatinib", kind="DRUG"), description=outline)))
    assert (given.product.value, values(given.donors)) == ("T cells (other)", ["allogeneic"])


def test_products_that_only_comparator_arms_get_are_comparators() -> None:
    study = record(
        cells("New drug", kind="DRUG"),
        cells("Autologous chondrocyte implantation"),
        arms=(
            arm("A", "", "EXPERIMENTAL", "New drug"),
            arm("B", "", "ACTIVE_COMPARATOR", "Autologous chondrocyte implantation"),
        ),
    )
    assert only(read_products(study)).role == "comparator"


def test_a_possible_repeat_makes_a_range() -> None:
    study = record(cells("MSC", "A single infusion of MSC. If there is no response, a second infusion will be given."))
    (times,) = only(read_products(study)).times
    assert (times.least, times.most) == (1, 2)


def test_the_same_record_gives_the_same_reading() -> None:
    study = record(cells("Allogeneic UC-MSC", "2 x 10^6 cells/kg intravenously"), title="UC-MSC")
    assert read_products(study) == read_products(study)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "type", "label", "description"]), inside, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["interventions", "armGroups"]), JSON), JSON, JSON)
def test_a_record_of_any_shape_is_read_without_an_error(arms: dict[str, Any], describing: Any, naming: Any) -> None:
    protocol = {"armsInterventionsModule": arms, "descriptionModule": describing, "identificationModule": naming}
    assert isinstance(read_products({"protocolSection": protocol}), Reading)


@pytest.mark.parametrize(
    "text",
    [
        "Clinical trials demonstrated that autologous bone marrow MSC help renal patients.",
        "The patient's own immune system damages the stem cells.",
        "Chronic renal allografts with MSC biopsies.",
        "MSC are given after allogeneic HSCT.",
        "Samples were collected from each patient at day 1.",
    ],
)
def test_donors_of_other_things_are_not_of_the_cells(text: str) -> None:
    assert only(read_products(record(cells("MSC"), summary=text))).donors == ()


def test_a_back_up_harvest_is_not_the_graft() -> None:
    study = record(
        cells("umbilical cord blood transplantation", "", "PROCEDURE"),
        description="Patients undergo autologous bone marrow harvesting before the transplant.",
    )
    assert only(read_products(study)).donors == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MSC are given after renal artery reperfusion", []),
        ("Dendritic cells are given subcutaneously with interleukin-2 IV", ["subcutaneous"]),
        ("Interferon is given subcutaneously, MSC are infused", []),
        ("MSC from 100 ml of subcutaneous adipose tissue", []),
        ("MSC implantation", []),
        ("MSC are implanted in maxillary bone cavities", ["topical/surgical"]),
    ],
)
def test_routes_of_drugs_vessels_and_harvests_are_not_of_the_cells(text: str, found: list[str]) -> None:
    name = text.split()[0] if text.startswith("Dendritic") else "MSC"
    given = only(read_products(record(cells("Dendritic cells" if name == "Dendritic" else "MSC", text))))
    assert values(given.routes) == found


def test_the_nearer_tissue_is_the_one_of_the_cells() -> None:
    given = only(read_products(record(cells("MSC", "cord blood derived Wharton's jelly mesenchymal stem cells"))))
    assert values(given.tissues) == ["UBERON:0002331"]


def test_a_secretome_named_with_its_cells_is_no_cells() -> None:
    assert read_products(record(cells("Secretome-MSC"))).administrations == ()
