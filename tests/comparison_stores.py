"""What the tests of comparisons share: stores of real records beside the curated data, and golden tables."""

from __future__ import annotations

import csv
from pathlib import Path

from cellkg.answers import shown
from cellkg.build import build
from cellkg.comparing import Asked, Comparison, compare
from cellkg.comparing.tables import rows_table
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped
from cellkg.store import Store, open_store

RECORDS = Path(__file__).parents[2] / "shared" / "data" / "ctgov_rebuilt"
GOLDEN = Path(__file__).parent / "data" / "comparisons"
STUDIES = (
    "NCT00001880", "NCT00003270", "NCT00003631", "NCT00491491", "NCT00587990", "NCT00629018", "NCT01087996",
    "NCT01392625", "NCT01460901", "NCT01586312", "NCT02336230", "NCT02412735", "NCT02674399", "NCT03060551",
)  # fmt: skip
ASKED = {
    "mrss": Asked(instrument="mRSS"),
    "chfs": Asked(instrument="CHFS"),
    "rcs": Asked(instrument="Raynaud's Condition Score"),
    "womac": Asked(instrument="WOMAC"),
    "lvef": Asked(instrument="LVEF"),
    "objective-response": Asked(instrument="overall response"),
    "acute-gvhd": Asked(instrument="acute GvHD"),
    "all-of-one-study": Asked(study="NCT03060551"),
}
COLUMNS = (
    "study", "source", "arm", "arm_kind", "outcome", "measure", "rank", "class", "time", "form",
    "statistic", "value", "dispersion", "spread", "lower", "upper", "n", "scale_range", "other_range", "direction",
    "said", "posted_analyses",
    "derived_number", "derived", "derived_lower", "derived_upper", "why_not", "reads", "risks", "reporting_gaps",
    "node", "place", "analysis_places",
)  # fmt: skip


def build_records(home: Path) -> Store:
    """Build the curated data and the real records; the caller has seen that they are at hand."""
    records = tuple(RECORDS / f"{study}.json" for study in STUDIES)
    build(Inputs(curated=(shipped("curated"),), registry=records), home, installed_loaders())
    return open_store(home)


def golden_rows(comparison: Comparison) -> list[dict[str, str]]:
    """Return the golden columns of a comparison as text."""
    records = rows_table(comparison).records()
    return [{name: " ".join(shown(record[name]).split()) for name in COLUMNS} for record in records]


def read_golden(name: str) -> list[dict[str, str]]:
    """Return the rows of a golden table."""
    with (GOLDEN / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write_golden(store: Store) -> None:
    """Write every golden table anew; read each row against its record afterwards."""
    for name, asked in ASKED.items():
        with (GOLDEN / f"{name}.tsv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(golden_rows(compare(store, asked)))
