"""Proposals for text documents: valid curated files, that say most of what a person curated from the same texts."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from cellkg.lexicon import load_lexicon
from cellkg.resources import shipped
from cellkg_loaders.products.proposing import propose

Command = Callable[..., "subprocess.CompletedProcess[str]"]

CURATED = sorted(shipped("curated").glob("*.yaml"))
MOST = {"product": 0.9, "donor": 0.85, "route": 0.8, "tissue": 0.9, "dose": 0.65}


class Claim(NamedTuple):
    """One statement about a product: of which kind, what, and where."""

    kind: str
    value: str
    start: int
    end: int


def claims(node: Any, *, of_product: bool = False) -> Iterator[Claim]:
    """Yield what a curated file says of products, doses, routes, donors and tissues, with every place that says it."""
    if isinstance(node, list):
        for item in node:
            yield from claims(item, of_product=of_product)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in ("donor", "tissue", "route") or (key == "type" and of_product):
            yield from _places("product" if key == "type" else key, value, value.get("is", value["as"]))
        elif key == "doses":
            for dose in value:
                yield from _places("dose", dose, f"{float(dose.get('is', dose.get('low')))} {dose['unit']}")
        else:
            yield from claims(value, of_product=key in ("products", "makes"))


def _places(kind: str, claim: dict[str, Any], value: object) -> Iterator[Claim]:
    for place in (claim, *claim.get("also", ())):
        start, end = place["at"].partition(":")[2].split("-")
        yield Claim(kind, str(value).lower(), int(start), int(end))


def is_proposed(wanted: Claim, proposed: list[Claim]) -> bool:
    return any(
        (one.kind, one.value) == (wanted.kind, wanted.value) and one.start < wanted.end and wanted.start < one.end
        for one in proposed
    )


def test_most_of_what_the_curated_files_say_of_products_is_proposed(documents: Path) -> None:
    found, all_of_it = Counter[str](), Counter[str]()
    for file in CURATED:
        curated = yaml.safe_load(file.read_text(encoding="utf-8"))
        text = documents / curated["source"]["file"]
        proposed = list(claims(yaml.safe_load(propose(text, text.read_text(encoding="utf-8"), load_lexicon()))))
        for wanted in claims(curated["studies"]):
            all_of_it[wanted.kind] += 1
            found[wanted.kind] += is_proposed(wanted, proposed)
    assert {kind: found[kind] / all_of_it[kind] >= share for kind, share in MOST.items()} == dict.fromkeys(MOST, True)


def test_a_proposal_is_a_curated_file_whose_spots_are_right(documents: Path, cellkg: Command, tmp_path: Path) -> None:
    for text in sorted(documents.glob("*.txt")):
        proposal = tmp_path / f"{text.stem}.yaml"
        assert cellkg("extract", text, "-o", proposal).returncode == 0
        checked = cellkg("curate", "check", proposal, "--documents", documents)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_a_text_without_products_proposes_nothing(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A note about the weather.\n", encoding="utf-8")
    text = tmp_path / "note.txt"
    assert yaml.safe_load(propose(text, text.read_text(encoding="utf-8"), load_lexicon()))["studies"] == []


def test_route_and_dose_go_to_the_product_named_before_them(tmp_path: Path) -> None:
    text = tmp_path / "two.txt"
    line = "Group 1: BM-MSC intravenously, 1 x 10^6 cells/kg. Group 2: SVF subcutaneously, 5 million cells."
    text.write_text(line, encoding="utf-8")
    (study,) = yaml.safe_load(propose(text, line, load_lexicon()))["studies"]
    given = study["arms"][0]["given"]
    assert [(one["route"]["is"], one["doses"][0]["is"]) for one in given] == [
        ("intravenous", 1000000),
        ("subcutaneous", 5000000),
    ]


@pytest.mark.parametrize("arguments", [(), ("a.txt", "--registry", ".")])
def test_extract_takes_a_document_or_records(cellkg: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = cellkg("extract", *arguments, cwd=tmp_path)
    assert (done.returncode, "either a text document or records" in done.stderr) == (2, True)


def test_a_document_that_is_not_there_is_exit_code_three(cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("extract", tmp_path / "none.txt")
    assert (done.returncode, "no text at" in done.stderr) == (3, True)


def test_records_give_rows_and_decisions_and_what_is_broken_is_told(cellkg: Command, tmp_path: Path) -> None:
    (tmp_path / "records.ndjson").write_text(
        '{"protocolSection": {"identificationModule": {"nctId": "NCT00000000"}, "armsInterventionsModule":'
        ' {"interventions": [{"type": "BIOLOGICAL", "name": "Autologous UC-MSC"}]}}}\nbroken\n',
        encoding="utf-8",
    )
    done = cellkg("extract", "--registry", tmp_path / "records.ndjson", "--decisions", tmp_path / "decisions.tsv")
    assert (done.returncode, "records.ndjson:2" in done.stderr) == (4, True)
    (row,) = done.stdout.splitlines()[1:]
    assert row.split("\t")[:7] == [
        "NCT00000000",
        "1",
        "experimental",
        "MSC",
        "CL:0002569",
        "UBERON:0002331",
        "autologous",
    ]
    decisions = (tmp_path / "decisions.tsv").read_text(encoding="utf-8").splitlines()
    assert decisions[1].split("\t")[2:] == ["Autologous UC-MSC", "yes", "name says cells", "UC-MSC"]
