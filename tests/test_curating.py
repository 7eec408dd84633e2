from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cellkg.lexicon import load_lexicon
from cellkg.resources import shipped
from cellkg_loaders.curated import read_document
from cellkg_loaders.curated.template import template

Command = Callable[..., subprocess.CompletedProcess[str]]

TEXT = """\
A trial, now completed, of cells for hands.
12 patients; 24 weeks of follow-up. SVF, autologous, by subcutaneous injection: 2 x 10^6 cells/kg.
Élan 𝔊: cells, cells and cells.
"""


def write(folder: Path, body: str, text: str = TEXT) -> Path:
    """Write a text and a curated file about it; ``body`` is what stands below ``studies``."""
    (folder / "own.txt").write_bytes(text.encode())
    file = folder / "own.yaml"
    checksum = hashlib.sha256(text.encode()).hexdigest()
    head = f"source: {{key: own, kind: report, title: Own, file: own.txt, sha256: {checksum}}}\n"
    file.write_bytes(f"{head}studies:\n{body}".encode())
    return file


def titled(*places: str) -> str:
    return "".join(["  - key: a\n", "    titles:\n", *(f"      - {place}\n" for place in places)])


# ---- from a text to an answer


def test_a_curator_goes_from_a_text_to_an_answer(tmp_path: Path, cellkg: Command) -> None:
    text, file, home = tmp_path / "Report 1.txt", tmp_path / "Report 1.yaml", tmp_path / "home"
    text.write_text(TEXT, encoding="utf-8")

    assert cellkg("curate", "new", text).returncode == 0
    begun = file.read_text(encoding="utf-8")
    assert cellkg("curate", "check", file).returncode == 0

    # The curator takes the template at its word: every line that is offered, and the right line numbers.
    filled = begun.replace("    # ", "    ").replace("L1", "L2")
    filled = filled.replace('label: "Report 1"', "label: own report")
    file.write_text(filled, encoding="utf-8")
    refused = cellkg("curate", "check", file)
    assert refused.returncode == 4
    assert "run `cellkg curate locate`" in refused.stderr

    located = cellkg("curate", "locate", file)
    assert (located.returncode, located.stdout) == (0, f"{file}: 7 spots located\n")
    checked = cellkg("curate", "check", file)
    assert checked.stdout == "ok       Report 1.yaml: 1 studies, every spot compared with Report 1.txt\n"

    assert cellkg("build", "--store", home, "--curated", file).returncode == 0
    asked = cellkg("query", "cell-doses", "--store", home, "-f", "json", "--evidence")
    (dose,) = [row for row in json.loads(asked.stdout) if "own report" in row.values()]
    assert "2000000" in map(str, dose.values())
    assert "2 x 10^6" in asked.stdout


def test_a_file_that_is_there_is_not_begun_again(tmp_path: Path, cellkg: Command) -> None:
    text = tmp_path / "a.txt"
    text.write_text("words")
    (tmp_path / "a.yaml").write_text("mine")
    done = cellkg("curate", "new", text)
    assert done.returncode == 1
    assert "is there already; name another with -o" in done.stderr
    assert (tmp_path / "a.yaml").read_text() == "mine"
    assert cellkg("curate", "new", text, "-o", tmp_path / "b.yaml").returncode == 0


def test_a_text_that_is_not_utf_8_is_not_begun(tmp_path: Path, cellkg: Command) -> None:
    (tmp_path / "a.txt").write_bytes("é".encode("latin-1"))
    done = cellkg("curate", "new", tmp_path / "a.txt")
    assert done.returncode == 4
    assert "a.txt:byte 0: not UTF-8" in done.stderr
    assert not (tmp_path / "a.yaml").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, cellkg: Command) -> None:
    (tmp_path / "a.txt").write_text("words")
    done = cellkg("curate", "new", tmp_path / "a.txt", "-o", tmp_path / "no" / "folder.yaml")
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["a.txt", "_.txt", "-x y.txt", "é.txt", 'say "no": {x}.txt', "日本.txt", "a\\b #1.md"])
def test_a_template_reads_whatever_its_text_is_called(name: str, tmp_path: Path) -> None:
    text = tmp_path / name
    text.write_text("words")
    file = tmp_path / "begun.yaml"
    file.write_text(template(text), encoding="utf-8")
    assert read_document(file, load_lexicon()).document.source.file == name


# ---- from hints to offsets


@pytest.mark.parametrize(
    ("words", "hint", "spot"),
    [
        ("cells", "L1", "1:27-32"),
        ("cells", "L3#2", "3:158-163"),
        ("SVF", '"?"', "2:80-83"),
        ("SVF", "'?'", "2:80-83"),
        ("e", "L2#3", "2:62-63"),
        ("now completed", "&here L1", "1:9-22"),
    ],
)
def test_a_hint_becomes_the_spot_of_its_words(
    words: str, hint: str, spot: str, tmp_path: Path, cellkg: Command
) -> None:
    file = write(tmp_path, titled(f"{{as: {words}, at: {hint}}} # mine"))
    before = file.read_text(encoding="utf-8")
    assert cellkg("curate", "locate", file).returncode == 0
    kept = hint.removesuffix("L1") if "&" in hint else ""
    assert file.read_text(encoding="utf-8") == before.replace(f"at: {hint}", f"at: {kept}{spot}")
    assert cellkg("curate", "check", file).returncode == 0


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_locating_changes_nothing_but_the_hints(newline: str, mark: str, tmp_path: Path, cellkg: Command) -> None:
    body = """\
  # Élan 𝔊 – a comment of mine,   oddly spaced
  - key:   "a"
    label:  >-
      folded

    titles:   # three of them
      - { as: SVF,  at: L2 }   # 𝔊 once
      - {at: '?', as: "now completed"}
      - as: subcutaneous injection

        at:    L2
    follow_up: [{is: P24W, as: 24 weeks, at: 2:57-65, printed: fixed}]
"""
    file = write(tmp_path, body)
    before = (mark + file.read_text(encoding="utf-8")).replace("\n", newline)
    file.write_bytes(before.encode())
    assert cellkg("curate", "locate", file).returncode == 0
    expected = (
        before.replace("at: L2 }", "at: 2:80-83 }").replace("'?'", "1:9-22").replace("at:    L2", "at:    2:100-122")
    )
    assert file.read_bytes().decode() == expected
    done = cellkg("curate", "check", file)
    assert done.returncode == 0, done.stderr


def test_offsets_count_characters_of_a_text_with_windows_line_ends(tmp_path: Path, cellkg: Command) -> None:
    text = "𝔊 one\r\ntwo SVF\r\n"
    file = write(tmp_path, titled("{as: SVF, at: L2}"), text)
    assert cellkg("curate", "locate", file).returncode == 0
    assert "at: 2:11-14" in file.read_text(encoding="utf-8")
    assert cellkg("curate", "check", file).returncode == 0


def test_what_cannot_be_located_is_told_and_nothing_is_written(tmp_path: Path, cellkg: Command) -> None:
    places = {
        "{as: cells, at: L3}": "'cells' stands 3 times there; write L3#1 or L3#2 or L3#3",
        '{as: cells, at: "?"}': "'cells' stands 5 times there; write L1 or L2 or L3",
        "{as: absent, at: L1}": "'absent' is not there (L1: found 0 times)",
        "{as: cells, at: L1#2}": "'cells' is not there (L1#2: found 1 times)",
        "{as: cells, at: L99}": "the document has 4 lines, not 99",
        "{as: SVF, at: L1}": "'SVF' is not there (L1: found 0 times)",
    }
    file = write(tmp_path, titled(*places, "{as: SVF, at: L2}"))
    before = file.read_bytes()
    done = cellkg("curate", "locate", file)
    assert done.returncode == 4
    told = done.stderr.removeprefix("cellkg: ").splitlines()
    assert told == [f"{file}:{line}: {found}; mend `as` or `at`" for line, found in enumerate(places.values(), 5)]
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_hints_that_count_from_nought_are_no_hints(tmp_path: Path, cellkg: Command) -> None:
    file = write(tmp_path, titled("{as: cells, at: L0}", "{as: cells, at: L1#0}"))
    assert cellkg("curate", "locate", file).stdout == f"{file}: 0 spots located\n"
    assert cellkg("curate", "check", file).returncode == 4


@pytest.mark.parametrize("source", ["own", "[own]", "{key: own}", "{file: [a]}"])
def test_a_file_without_the_name_of_its_text_is_told(source: str, tmp_path: Path, cellkg: Command) -> None:
    (tmp_path / "own.yaml").write_text(f"source: {source}\n")
    done = cellkg("curate", "locate", tmp_path / "own.yaml")
    assert done.returncode == 4
    assert "no name of the text; write it as `file` under `source`" in done.stderr


def test_the_shipped_spots_are_those_that_locating_finds(documents: Path, tmp_path: Path, cellkg: Command) -> None:
    news = (shipped("curated") / "news.yaml").read_text(encoding="utf-8")
    hinted = news.replace("at: 11:1752-1773", "at: L11").replace("at: 3:345-359", 'at: "?"')
    assert hinted.count("L11") == 1
    (tmp_path / "news.yaml").write_text(hinted, encoding="utf-8")
    done = cellkg("curate", "locate", tmp_path / "news.yaml", "--documents", documents)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "news.yaml").read_text(encoding="utf-8") == news


# ---- words and schema


def test_the_words_of_a_list_are_shown(cellkg: Command) -> None:
    lists = cellkg("curate", "words").stdout.splitlines()
    assert {"route", "outcome", "donor_relation"} <= set(lists)
    assert "subcutaneous" in cellkg("curate", "words", "route").stdout.splitlines()
    unknown = cellkg("curate", "words", "rout")
    assert unknown.returncode == 2
    assert "`cellkg curate words` shows all" in unknown.stderr


def test_the_schema_names_every_field(cellkg: Command) -> None:
    schema = json.loads(cellkg("curate", "schema").stdout)
    assert schema["$ref"] == "#/$defs/Document"
    assert set(schema["$defs"]["Claim" if "Claim" in schema["$defs"] else "Text"]["properties"]) >= {"as", "at", "is"}
    assert {"id", "key", "label", "arms", "results"} <= set(schema["$defs"]["Study"]["properties"])
    assert schema["$defs"]["Dose"]["required"] == ["as", "at", "unit"]


def test_the_schema_lets_a_number_be_a_number(cellkg: Command) -> None:
    schema = json.loads(cellkg("curate", "schema").stdout)
    assert schema["$defs"]["Number"]["properties"]["is"] == {"type": ["number", "string"]}
