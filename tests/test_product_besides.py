"""What arms are given that is no cells: comparators, co-interventions and devices, apart from the products."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest

from cellkg.build import build
from cellkg.checks import shacl_violations, violations
from cellkg.loading import Inputs, installed_loaders
from cellkg.store import Store, open_store
from cellkg_loaders.products import read_products

from .test_product_reading import cells, record

PREFIXES = "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


def arm(label: str, kind: str, *names: str, description: str = "") -> dict[str, Any]:
    return {"label": label, "type": kind, "description": description, "interventionNames": list(names)}


def besides(study: dict[str, Any]) -> list[tuple[str, str, str, list[str]]]:
    """Return kind, type, name and the numbers of the arms."""
    return [
        (one.kind, one.type.value, one.name.value if one.name else "", [a.rpartition("/")[2] for a in one.arms])
        for one in read_products(study).besides
    ]


MSC, DRUG = cells("MSC"), cells("Cyclosporine", "", "DRUG")
WITH_CELLS = arm("Cells", "EXPERIMENTAL", "Biological: MSC", "Drug: Cyclosporine")


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("Placebo", "PLACEBO_COMPARATOR", "placebo"),
        ("Normal saline", "PLACEBO_COMPARATOR", "saline"),
        ("Vehicle of the product", "PLACEBO_COMPARATOR", "vehicle"),
        ("Sham bone marrow aspiration", "SHAM_COMPARATOR", "sham"),
        ("Standard of care", "ACTIVE_COMPARATOR", "standard care"),
        ("Hyaluronic acid", "ACTIVE_COMPARATOR", "other treatment"),
    ],
)
def test_an_arm_without_cells_gets_a_comparator(name: str, kind: str, said: str) -> None:
    study = record(
        MSC, DRUG, cells(name, "", "DRUG"), arms=(WITH_CELLS, arm("Other", kind, f"Drug: {name}", "Drug: Cyclosporine"))
    )
    assert besides(study) == [
        ("co-intervention", "drug", "Cyclosporine", ["0", "1"]),
        ("comparator", said, name, ["1"]),
    ]


def test_the_type_of_an_arm_says_what_no_intervention_says() -> None:
    study = record(MSC, DRUG, arms=(WITH_CELLS, arm("Group 2", "NO_INTERVENTION")))
    assert besides(study)[-1] == ("comparator", "no treatment", "", ["1"])


def test_an_arm_that_names_standard_care_is_more_than_no_intervention() -> None:
    other = arm("Group 2", "NO_INTERVENTION", description="Patients get the standard of care.")
    assert besides(record(MSC, DRUG, arms=(WITH_CELLS, other)))[-1] == ("comparator", "standard care", "", ["1"])


def test_an_experimental_arm_without_cells_is_not_called_a_comparator() -> None:
    study = record(MSC, cells("Rituximab", "", "DRUG"), arms=(WITH_CELLS, arm("B", "EXPERIMENTAL", "Drug: Rituximab")))
    assert besides(study) == []


def test_the_word_control_is_no_treatment() -> None:
    study = record(
        MSC,
        cells("Control group", "", "OTHER"),
        arms=(WITH_CELLS, arm("B", "ACTIVE_COMPARATOR", "Other: Control group")),
    )
    assert besides(study) == []


def test_a_test_is_neither_and_a_device_is_a_device() -> None:
    study = record(
        MSC,
        cells("Flow cytometry", "", "OTHER"),
        cells("Infusion catheter", "", "DEVICE"),
        arms=(arm("A", "EXPERIMENTAL", "Biological: MSC", "Other: Flow cytometry", "Device: Infusion catheter"),),
    )
    assert besides(study) == [("device", "Infusion catheter", "Infusion catheter", ["0"])]


def test_without_a_tie_of_cells_to_arms_nothing_is_said() -> None:
    assert besides(record(MSC, DRUG, cells("Placebo", "", "DRUG"))) == []


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("besides")
    study = record(
        MSC,
        cells("Placebo", "", "DRUG"),
        cells("Infusion catheter", "", "DEVICE"),
        DRUG,
        arms=(
            arm("Cells", "EXPERIMENTAL", "Biological: MSC", "Drug: Cyclosporine", "Device: Infusion catheter"),
            arm("Placebo", "PLACEBO_COMPARATOR", "Drug: Placebo", "Drug: Cyclosporine"),
            arm("None", "NO_INTERVENTION"),
        ),
    )
    study["protocolSection"]["statusModule"] = {"lastUpdatePostDateStruct": {"date": "2024-01-01"}}
    (folder / "NCT00000000.json").write_text(json.dumps(study), encoding="utf-8")
    done = build(Inputs(registry=(folder / "NCT00000000.json",)), folder / "store", installed_loaders())
    assert done.findings.set_aside == []
    return open_store(folder / "store")


def test_each_arm_has_what_it_is_given_as_nodes_of_their_own_classes(store: Store) -> None:
    found = store.query(
        PREFIXES
        + """SELECT ?arm ?class ?type ?written WHERE {
          ?group cellkg:hasAdministration/cellkg:ofProduct ?product ; cellkg:name ?arm . ?product a ?c .
          FILTER (?c != cellkg:Product)
          BIND (STRAFTER(STR(?c), "vocab/") AS ?class)
          OPTIONAL { ?product cellkg:productType|cellkg:comparatorType|cellkg:coInterventionType ?t .
            ?t skos:prefLabel ?type }
          OPTIONAL { ?e cellkg:aboutSubject ?product ; cellkg:aboutValue ?t ; cellkg:asWritten ?written } }"""
    )
    assert isinstance(found, ox.QuerySolutions)
    assert {tuple(term.value if term else "" for term in row) for row in found} == {
        ("Cells", "CellProduct", "MSC, tissue not stated", "MSC"),
        ("Cells", "CoIntervention", "drug", "DRUG"),
        ("Cells", "Device", "", "Infusion catheter"),
        ("Placebo", "Comparator", "placebo", "Placebo"),
        ("Placebo", "CoIntervention", "drug", "DRUG"),
        ("None", "Comparator", "no treatment", "NO_INTERVENTION"),
    }


def test_no_rule_and_no_shape_is_broken(store: Store) -> None:
    assert [*map(str, violations(store)), *map(str, shacl_violations(store))] == []
