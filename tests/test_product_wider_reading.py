"""Reading products that are named or given in less usual ways: each test is a small record of our own words."""

from __future__ import annotations

from typing import Any

import pytest

from cellkg.terms.target import target_conditions
from cellkg_loaders.products import Administration, Fact, read_products


def record(
    *interventions: dict[str, Any], arms: tuple[dict[str, Any], ...] = (), title: str = "A trial", **texts: Any
) -> dict[str, Any]:
    """A record with these interventions, arms and texts."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000000", "briefTitle": title, "officialTitle": title},
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


def cells(name: str, description: str = "", kind: str = "BIOLOGICAL") -> dict[str, Any]:
    return {"type": kind, "name": name, "description": description}


def arm(label: str, description: str = "", *names: str) -> dict[str, Any]:
    given = [f"Biological: {name}" for name in names]
    return {"label": label, "type": "EXPERIMENTAL", "description": description, "interventionNames": given}


def read(*args: Any, **texts: Any) -> tuple[Administration, ...]:
    return read_products(record(*args, **texts)).administrations


def values(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.value for fact in facts]


# ---- which product


@pytest.mark.parametrize(
    ("name", "product", "tissue"),
    [
        ("Autologous adipose tissue and expanded stem cells", "MSC", "UBERON:0001013"),
        ("Buccal fat pad derived stem cells", "MSC", "UBERON:0001013"),
        ("Stem cells isolated from umbilical cord", "MSC", "UBERON:0002331"),
        ("Bone marrow derived and cultured stem cells on collagen", "MSC", "UBERON:0002371"),
        ("Purified bone marrow stem cells", "bone marrow mononuclear cells", "UBERON:0002371"),
        ("Umbilical cord blood stem cell implantation", "HSC graft", "UBERON:0012168"),
    ],
)
def test_stem_cells_are_read_by_the_tissue_beside_them(name: str, product: str, tissue: str) -> None:
    (given,) = read(cells(name))
    assert (given.product.value, values(given.tissues)) == (product, [tissue])


def test_an_abbreviation_that_the_record_explains_is_a_product() -> None:
    (given,) = read(
        cells("QDSC with gel"), summary="Patients receive dental pulp stem cells (QDSCs) in the test group."
    )
    assert (given.product.value, given.product.spots[0].text) == ("MSC", "QDSC")


def test_a_title_explains_a_coded_name() -> None:
    (given,) = read(
        cells("XYZ445", "Suspension, by intravenous injection", "DRUG"),
        title="Off-the-shelf Natural Killer (NK) Cells (XYZ445) in Leukemia",
    )
    assert (given.product.value, values(given.routes)) == ("NK", ["intravenous"])


def test_engineered_lymphocytes_are_of_the_class_of_their_receptor() -> None:
    (given,) = read(cells("GD2 CAR modified virus specific cytotoxic T cells"))
    assert (given.product.value, values(given.manipulations)) == ("CAR-T", ["genetically modified"])


def test_cells_made_from_stromal_cells_are_of_the_class_of_their_source() -> None:
    (given,) = read(cells("Hepatocyte progenitors derived from mesenchymal stem cells"))
    assert given.product.value == "MSC"


def test_a_record_of_vesicles_gives_no_cells() -> None:
    given = read(
        cells("AB-102", "Vesicles derived from marrow MSCs. We had success with bone marrow stem cells.", "DRUG"),
        title="Mesenchymal Stem Cell Extracellular Vesicles in Burns",
    )
    assert given == ()


def test_a_plain_fat_graft_beside_an_enriched_one_is_tissue() -> None:
    (given,) = read(cells("Fat graft"), cells("Fat graft enriched with adipose derived stem cells"))
    assert given.product.value == "MSC"


def test_a_drug_after_a_transplant_gives_no_cells() -> None:
    title = "Drug Z Maintenance After Autologous Stem Cell Transplantation (ASCT) in Multiple Myeloma"
    assert read(cells("drug z", "Tablets", "DRUG"), title=title) == ()


# ---- regimens


def test_arms_of_two_donors_are_two_regimens() -> None:
    one, other = read(
        cells("Mesenchymal stem cells"),
        arms=(
            arm("Own", "Autologous mesenchymal stem cells", "Mesenchymal stem cells"),
            arm("Other", "Allogeneic mesenchymal stem cells", "Mesenchymal stem cells"),
        ),
    )
    assert (values(one.donors), values(other.donors)) == (["autologous"], ["allogeneic"])
    assert (len(one.arms), len(other.arms)) == (1, 1)


def test_arms_of_two_tissues_are_two_regimens() -> None:
    one, other = read(
        cells("Autologous mesenchymal stem cells"),
        arms=(
            arm("Recipient of AT-MSC", "", "Autologous mesenchymal stem cells"),
            arm("Recipient of BM-MSC", "", "Autologous mesenchymal stem cells"),
        ),
    )
    assert (one.cell, other.cell) == ("CL:0002570", "CL:0002540")


def test_labels_with_other_routes_are_other_regimens() -> None:
    given = read(
        cells("Allogeneic MSC"),
        arms=(
            arm("Intra-arterial infusion", "", "Allogeneic MSC"),
            arm("Intraperitoneal injection", "", "Allogeneic MSC"),
            arm("Intraperitoneal and intra-arterial", "", "Allogeneic MSC"),
        ),
    )
    assert [len(one.routes) for one in given] == [1, 1, 2]


def test_a_graft_given_with_and_without_treatment_is_two() -> None:
    one, other = read(
        cells("in vitro-treated peripheral blood stem cell transplantation", "", "PROCEDURE"),
        cells("peripheral blood stem cell transplantation", "", "PROCEDURE"),
        description=(
            "On day 0, autologous stem cells transduced with a gene are infused. "
            "Unmodified autologous peripheral blood stem cells are reinfused on day 1."
        ),
    )
    assert values(other.manipulations) == ["minimally manipulated"]
    assert one.manipulations != other.manipulations


def test_the_texts_say_the_donor_of_a_graft_without_one_in_its_name() -> None:
    given = read(
        cells("allogeneic bone marrow transplantation", "", "PROCEDURE"),
        cells("peripheral blood stem cell transplantation", "", "PROCEDURE"),
        description="Patients without a donor undergo autologous peripheral blood stem cell transplantation on day 0.",
    )
    assert [values(one.donors) for one in given] == [["allogeneic"], ["autologous"]]


# ---- route


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("MSC are injected into the degenerated lumbar disc", "intradiscal"),
        ("MSC are implanted in the diseased human tendon", "other:intratendinous"),
        ("Injection of MSC in and around the fistula tract", "other:intralesional"),
        ("MSC will be injected in the renal parenchyma", "other:intraparenchymal"),
        ("Endocardial implantation of MSC", "intramyocardial"),
        ("Subconjunctival injection of MSC", "other:subconjunctival"),
        ("MSC are injected into the subcutaneous tissue", "subcutaneous"),
    ],
)
def test_the_place_of_injection_is_a_route(text: str, route: str) -> None:
    (given,) = read(cells("Mesenchymal stem cells (MSC)", text))
    assert values(given.routes) == [route]


@pytest.mark.parametrize(
    "text",
    [
        "MSC are cultured from subcutaneous abdominal fat",
        "MSC for patients with an arteriovenous fistula",
        "MSC are harvested by aspiration into the iliac crest bone",
    ],
)
def test_where_cells_are_taken_from_is_no_route(text: str) -> None:
    (given,) = read(cells("Mesenchymal stem cells (MSC)", text))
    assert given.routes == ()


# ---- donor


def test_an_allograft_of_bone_is_not_the_donor_of_the_cells() -> None:
    (given,) = read(cells("Bone allograft with mesenchymal stem cells", "MSC are mixed with the allograft."))
    assert given.donors == ()


def test_a_stock_brand_comes_from_others() -> None:
    (given,) = read(cells("Remestemcel-L", "2 million cells/kg"))
    assert (values(given.donors), given.donors[0].kind) == (["allogeneic"], "derived")


def test_a_graft_that_is_collected_from_patients_is_their_own() -> None:
    (given,) = read(
        cells("peripheral blood stem cell transplantation", "", "PROCEDURE"),
        description="Patients undergo mobilization and harvest of peripheral blood stem cells (PBSC). "
        "PBSC are infused on day 0.",
    )
    assert values(given.donors) == ["autologous"]


# ---- number of administrations


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("2 infusions of MSC per week for 4 weeks", 8, 8),
        ("MSC are given twice weekly over 4 consecutive weeks", 8, 8),
        ("MSC treatment at day 1", 1, 1),
        ("A unique infusion of MSC", 1, 1),
        ("MSC injection with a possible repeat injection at 3 months", 1, 2),
        ("A total of 9 intravenous administrations of MSC", 9, 9),
        ("MSC are infused on days 1 and 8. Treatment repeats every 28 days for 3 courses.", 6, 6),
    ],
)
def test_schedules_add_up(text: str, least: int, most: int) -> None:
    (given,) = read(cells("MSC, mesenchymal stem cells", text))
    assert [(one.least, one.most) for one in given.times] == [(least, most)]


def test_an_implantation_in_an_operation_is_one_step() -> None:
    (given,) = read(cells("Mesenchymal stem cells", "MSC are seeded on a scaffold and implanted during surgery"))
    assert [(one.least, one.most) for one in given.times] == [(1, 1)]


def test_what_is_applied_to_a_wound_may_be_applied_again() -> None:
    (given,) = read(cells("Mesenchymal stem cells", "MSC on a collagen membrane are applied to the wound"))
    assert given.times == ()


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("MSC are given i.v., once per 4 weeks, at a dose of 1.5x10^6 cells/kg body weight, for 12 weeks", 3, 3),
        ("MSC are infused twice per week at a dose of 2 x 106 cells/kg for each of 4 consecutive weeks", 8, 8),
        ("MSC are given intravenously on two occasions", 2, 2),
        ("MSC are given in 6 divided doses, at interval of 1 week", 6, 6),
        ("Infusion of the single-dose MSC", 1, 1),
        ("MSC are injected twice intracavernously", 2, 2),
        ("3-5 doses of MSC spaced 3 months apart", 3, 5),
        ("MSC are given at the first and fourth week", 2, 2),
        ("First infusion of MSC in week 1. The second infusion of MSC a month later", 2, 2),
        ("1 x 10^7 cells/2 mL 3 repeated intraventricular administrations", 3, 3),
    ],
)
def test_schedules_in_other_words(text: str, least: int, most: int) -> None:
    (given,) = read(cells("MSC, mesenchymal stem cells", text))
    assert [(one.least, one.most) for one in given.times] == [(least, most)]


def test_a_second_infusion_that_is_only_possible_is_a_range() -> None:
    text = "One infusion of MSC. If there is no response, a second infusion of MSC may be given."
    (given,) = read(cells("MSC, mesenchymal stem cells", text))
    assert [(one.least, one.most) for one in given.times] == [(1, 2)]


def test_the_times_of_a_drug_in_the_same_text_are_not_those_of_the_cells() -> None:
    drug = cells("Rituximab", kind="DRUG")
    text = "Rituximab, a total of 4 times; then mesenchymal stem cells, every 2 weeks, a total of 2 times"
    (given,) = read(cells("Mesenchymal stem cells"), drug, arms=(arm("A", text, "Mesenchymal stem cells"),))
    assert [(one.least, one.most) for one in given.times] == [(2, 2)]


def test_what_is_put_into_an_organ_in_its_operation_is_given_once() -> None:
    (given,) = read(
        cells("MSC, mesenchymal stem cells", "MSC are transplanted intramyocardially during bypass surgery")
    )
    assert [(one.least, one.most) for one in given.times] == [(1, 1)]


# ---- who, from where, by which way


def test_the_cells_are_taken_from_a_tissue() -> None:
    text = "The cells will be isolated from the patient's bone marrow and implanted at the fracture site."
    (given,) = read(cells("Mesenchymal stem cells"), summary=text)
    assert values(given.tissues) == ["UBERON:0002371"]
    assert values(given.donors) == ["autologous"]


@pytest.mark.parametrize(("more", "donor"), [("", ["autologous"]), (" A donor bank provides them.", [])])
def test_marrow_that_is_aspirated_in_the_protocol_is_the_patients_own(more: str, donor: list[str]) -> None:
    text = f"Bone marrow aspiration is done at the first visit.{more}"
    (given,) = read(cells("Bone marrow mesenchymal stem cells"), description=text)
    assert values(given.donors) == donor


def test_what_some_do_not_receive_is_still_said_of_the_cells() -> None:
    text = "Patients are randomised to receive or not receive allogeneic mesenchymal stromal cells."
    (given,) = read(cells("Mesenchymal stromal cells"), description=text)
    assert values(given.donors) == ["allogeneic"]


def test_a_trade_mark_of_birth_tissue_is_known_by_the_title() -> None:
    (given,) = read(cells("Cordex", "umbilical cord lining mesenchymal stem cells"), title="Cordex® for ulcers")
    assert values(given.donors) == ["allogeneic"]


def test_a_record_of_one_product_may_tell_its_route_without_its_name() -> None:
    text = "Visit 3 - Treatment (Intra-articular injection). Visit 4 - follow-up."
    (given,) = read(cells("Adipose derived mesenchymal stem cells"), description=text)
    assert values(given.routes) == ["intra-articular"]
    (given,) = read(cells("Adipose derived mesenchymal stem cells"), description=f"Previous studies: {text}")
    assert values(given.routes) == []


# ---- which arm gives what


def test_arms_that_share_a_general_intervention_each_give_their_own_product() -> None:
    name = "stem cell transplantation"
    first = arm("Allogeneic umbilical cord MSC", "Umbilical cord mesenchymal stem cells", name)
    second = arm("Autologous bone marrow-derived MNC", "Autologous bone marrow-derived MNCs", name)
    found = read(cells(name), arms=(first, second))
    assert [(one.product.value, len(one.arms)) for one in found] == [
        ("MSC", 1),
        ("bone marrow mononuclear cells", 1),
    ]


def test_letters_that_the_record_explains_win_over_a_part_of_them() -> None:
    title = "Mesenchymal Stem Cell-Derived Neural Progenitor Cells (MSC-NP)"
    (given,) = read(cells("Intrathecal MSC-NP injection"), title=title)
    assert given.product.value == "neural"


# ---- condition


@pytest.mark.parametrize(
    ("conditions", "titles", "found"),
    [
        (["Covid19"], ["MSC for Acute Respiratory Distress Syndrome Due to COVID-19"], "MONDO:0100096|MONDO:0006502"),
        (["ARDS"], ["MSC in Acute Respiratory Distress Syndrome Due to COVID-19"], "MONDO:0006502|MONDO:0100096"),
        (["Covid-19", "Pneumonia"], ["Treatment of Covid-19 Associated Pneumonia"], "MONDO:0100096"),
        (["Stem Cell Transplantation"], ["MSC in Heart Failure Secondary to Myocardial Infarction"], "MONDO:0005252"),
        (["Retinal Degeneration", "Primary Open-angle Glaucoma"], ["MSC in Advanced Glaucoma"], "MONDO:0005338"),
        (["Respiratory Distress Syndrome, Adult"], ["A trial"], "MONDO:0006502"),
    ],
)
def test_the_title_tells_which_conditions_are_meant(conditions: list[str], titles: list[str], found: str) -> None:
    assert "|".join(target_conditions(conditions, titles)) == found


# ---- what strict judges of whole records missed


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"summary": "Expanding bone marrow mesenchymal stem cells to a clinical scale."}, ["culture-expanded"]),
        ({"summary": "Infusion of ex vivo expanded, gene marked mesenchymal stem cells."}, ["genetically modified"]),
        (
            {"description": "Mesenchymal stem cells are injected without in vitro breeding, culture, or manipulation."},
            ["minimally manipulated"],
        ),
        (
            {"summary": "Hypothesis: mesenchymal stem cells expanded ex vivo are capable of repair."},
            ["culture-expanded"],
        ),
        ({"summary": "Mesenchymal stem cells expand the residual population."}, []),
        ({"title": "Cultured fibroblasts and mesenchymal stem cells for gums"}, ["culture-expanded"]),
    ],
)
def test_how_cells_are_made_in_other_words(texts: dict[str, str], found: list[str]) -> None:
    (given,) = [one for one in read(cells("Mesenchymal stem cells"), **texts) if one.product.value == "MSC"]
    assert values(given.manipulations) == found


def with_outcome(text: str, name: str) -> tuple[Administration, ...]:
    study = record(cells(name))
    study["protocolSection"]["outcomesModule"] = {"primaryOutcomes": [{"measure": "Primary", "description": text}]}
    return read_products(study).administrations


def test_an_outcome_may_count_the_cells_that_were_expanded_for_giving() -> None:
    (given,) = with_outcome("Number of expanded MSCs and of passages", "Mesenchymal stem cells (MSCs)")
    assert values(given.manipulations) == ["culture-expanded"]


def test_cells_that_expand_in_the_patient_are_not_cultured() -> None:
    (given,) = with_outcome("Expansion of NK cells in blood", "NK cells")
    assert not given.manipulations


def test_dose_levels_of_an_outcome_are_doses_where_no_other_text_gives_any() -> None:
    (given,) = with_outcome("Two dose levels of CAR T cells (3x10^5/kg and 1x10^6/kg) will be tested.", "CAR-T cells")
    assert [(int(one.most), one.basis) for one in given.doses] == [(300000, "cells/kg"), (1000000, "cells/kg")]


def test_neither_a_vial_nor_a_cap_is_the_dose() -> None:
    text = (
        "Supplied as 100 million MSCs in 20 mL. Patients receive an infusion of 2 million MSCs/kg of body weight "
        "(up to a maximum of 200 million cells)."
    )
    (given,) = read(cells("Mesenchymal stem cells", text))
    assert [(int(one.most), one.basis) for one in given.doses] == [(2000000, "cells/kg")]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("200 mln. cells per 400 mL of saline", 200000000, 200000000),
        ("10x10^6 unit of mesenchymal stem cells", 10000000, 10000000),
        ("three groups (6.29 × 107,9.43 × 107 and 14.15 × 107 cells)", 62900000, 141500000),
    ],
)
def test_doses_in_other_words(text: str, least: int, most: int) -> None:
    (given,) = read(cells("Mesenchymal stem cells", f"Infusion of {text}."))
    assert int(min(one.least for one in given.doses)) == least
    assert int(max(one.most for one in given.doses)) == most


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("The stem cells are injected to the facial nerve.", "other:perineural"),
        ("The stem cells are injected through the surgery tunnel into the femoral head.", "intraosseous"),
    ],
)
def test_routes_by_nerve_and_tunnel(text: str, route: str) -> None:
    (given,) = read(cells("Mesenchymal stem cells", text), title="Stem cells")
    assert route in values(given.routes)


def test_a_route_is_told_in_the_text_that_names_the_cells_under_a_general_name() -> None:
    text = "The product is administered into the infarct related artery. It consists of mesenchymal stem cells."
    (given,) = read(cells("Active drug", text), arms=(arm("Treated", "", "Active drug"),))
    assert values(given.routes) == ["intracoronary"]


def test_a_donor_before_a_list_holds_for_the_list_but_not_for_birth_tissue() -> None:
    own = "Autologous bone marrow mononuclear cells and "
    first = read(cells(f"{own}mesenchymal stem cells"))
    second = read(cells(f"{own}umbilical cord mesenchymal stem cells"))
    assert [values(one.donors) for one in first if one.product.value == "MSC"] == [["autologous"]]
    assert [values(one.donors) for one in second if one.product.value == "MSC"] == [[]]


@pytest.mark.parametrize("title", ["Xylife®-LD hUC-MSCs for discs", "Cord MSC (XyCell hUC-MSC) for discs"])
def test_a_company_name_before_cells_of_birth_tissue_is_a_stock_product(title: str) -> None:
    (given,) = read(cells("Umbilical cord mesenchymal stem cells"), title=title)
    assert values(given.donors) == ["allogeneic"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("CAR33 T cells", ["CD33"]), ("KRAS G12V or G12D TCR-T cells", ["KRAS G12V", "KRAS G12D"])],
)
def test_antigens_in_short(name: str, found: list[str]) -> None:
    assert [values(one.targets) for one in read(cells(name))] == [found]


def test_the_engineered_cell_is_gamma_delta_where_it_is_called_so() -> None:
    (given,) = read(cells("Chimeric antigen receptor gdT cells"))
    assert (given.product.value, given.cell) == ("CAR-T", "CL:0000798")


def test_a_graft_may_be_selected_in_the_words_after_it() -> None:
    title = "Allogeneic marrow transplants depleted of T-cells by CD34+ selection"
    (given,) = read(cells("Allogeneic bone marrow transplantation", kind="PROCEDURE"), title=title)
    assert values(given.manipulations) == ["minimally manipulated"]
