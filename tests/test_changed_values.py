"""A changed value in a curated document changes the answers that depend on it, and no other answer."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import catalogue
from cellkg.formats import write
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped
from cellkg.store import open_store


class Change(NamedTuple):
    """A value of a curated document, what it becomes, and the questions whose answers follow."""

    document: str
    before: str
    after: str
    answers: set[str]


TITLE = "Allogeneic Adipose Tissue-derived Mesenchymal Stromal Cells for Treatment of Severe Systemic Sclerosis"
CHANGES = {
    "a dose": Change(
        "review-table",
        "{is: 50000000, as: 50 × 106",
        "{is: 60000000, as: 50 × 106",
        {"cell-doses", "dose-levels-by-counted-cells", "dose-value-provenance"},
    ),
    "a number of participants": Change(
        "review-table",
        '{is: 14, as: "14"',
        '{is: 15, as: "14"',
        {"adverse-events", "donor-relation-totals", "participant-numbers"},
    ),
    "a number of completers": Change(
        "review-table",
        '{is: 18, as: "18", at: 25:',
        '{is: 17, as: "18", at: 25:',
        {"adverse-events", "donor-relation-totals", "participant-numbers", "sex-of-participants"},
    ),
    "a significance": Change(
        "review-table",
        "significance: {is: not significant",
        "significance: {is: significant",
        {"raynaud-reported-and-planned", "reported-results"},
    ),
    "a status": Change(
        "medpath-NCT02975960",
        "status: {is: COMPLETED",
        "status: {is: RECRUITING",
        {"field-differences-between-sources", "status-phase-and-dates"},
    ),
    "a route": Change(
        "review-table",
        "{is: intramuscular, as",
        "{is: intravenous, as",
        {"evidence-gap-matrix", "ontology-links", "routes-by-condition-branch", "routes-of-administration"},
    ),
    "a donor relation": Change(
        "review-table",
        "donor: {is: autologous, as: Autologous, at: 21",
        "donor: {is: allogeneic, as: Autologous, at: 21",
        {"donor-relation-per-study", "donor-relation-totals", "same-source-in-related-conditions"},
    ),
    "a baseline": Change(
        "review-table",
        "baseline: {is: 5, as",
        "baseline: {is: 7, as",
        {"direction-contradictions", "raynaud-reported-and-planned", "reported-results"},
    ),
    "a broader product beside a narrower one, which is dropped": Change(
        "trial-page-NCT04356755",
        '- type: {is: "adipose-derived MSC, cultured", as',
        '- type: {is: "adipose-derived MSC, culture not stated", as: AdMSC, at: 10:2502-2507, in: description}\n'
        '              - type: {is: "adipose-derived MSC, cultured", as',
        set(),
    ),
    "the case of a title, which ties all the same": Change(
        "trial-page-NCT04356755",
        'titles: [{as: "Manufacturing of',
        f'titles: [{{is: "MANUFACTURING of {TITLE}", as: "Manufacturing of',
        {"news-trial-identity"},
    ),
    "a word of a title, which then ties no more": Change(
        "trial-page-NCT04356755",
        'titles: [{as: "Manufacturing of',
        f'titles: [{{is: "Making of {TITLE}", as: "Manufacturing of',
        {
            "adverse-event-reporting-state",
            "autoimmune-conditions-treated-with-cells",
            "bmi-limits",
            "claims-beyond-design",
            "donor-relation-per-study",
            "indications-per-study",
            "msc-containing-products",
            "msc-products",
            "msc-products-by-tissue",
            "news-trial-identity",
            "participant-numbers",
            "planned-outcomes",
            "products-per-study",
            "routes-of-administration",
            "sponsors-and-sites",
            "status-phase-and-dates",
            "studies-without-efficacy-result",
            "tissue-sources",
        },
    ),
}


def answers(home: Path) -> dict[str, str]:
    store, written = open_store(home), {}
    for name, question in catalogue().items():
        out = io.StringIO()
        write(ask(store, question), "csv", out)
        written[name] = out.getvalue()
    return written


@pytest.fixture(scope="module")
def before(flagship: Path) -> dict[str, str]:
    return answers(flagship)


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_changed_value_changes_what_depends_on_it(before: dict[str, str], change: Change, tmp_path: Path) -> None:
    curated = tmp_path / "curated"
    shutil.copytree(shipped("curated"), curated)
    document = curated / f"{change.document}.yaml"
    text = document.read_text(encoding="utf-8")
    assert text.count(change.before) == 1
    document.write_text(text.replace(change.before, change.after), encoding="utf-8")

    done = build(Inputs(curated=(curated,)), tmp_path / "built", installed_loaders())

    assert done.findings.set_aside == []
    after = answers(tmp_path / "built")
    assert {name for name in before if before[name] != after[name]} == change.answers
