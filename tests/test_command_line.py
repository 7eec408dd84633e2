"""The command line: every command run for real, every form of an answer, and errors of one sentence."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import click
import pytest
from rdflib import Graph

from cellkg.answers import Spot, Table
from cellkg.catalogue import Column, catalogue
from cellkg.cli import cellkg as command_line
from cellkg.formats import FORMATS, write
from cellkg.places import current_build
from cellkg.resources import shipped

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DOSES = """PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
SELECT ?dose ?n WHERE { VALUES (?dose ?n) { (2.50 1) (3000000 2) (0.0000001 3) } } ORDER BY ?n
"""


def commands(group: click.Group = command_line, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


COMMANDS = list(commands())


# ---- help


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_and_option_has_help(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    assert command.help.splitlines()[0].endswith((".", ":"))
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{' '.join(path)} {option.opts[0]}"


def test_help_tells_the_exit_codes(cellkg: Command) -> None:
    done = cellkg("--help")
    assert done.returncode == 0
    assert "Exit codes: 0 ok" in done.stdout


def test_the_version_is_told(cellkg: Command) -> None:
    assert cellkg("--version").stdout.startswith("cellkg, version ")


# ---- forms

HOSTILE = Table(
    (Column(name="a|b", type="string"), Column(name="number", type="decimal"), Column(name="yes", type="bool")),
    [
        ("\x1b[31mred\x07 [bold]b[/bold] [link=http://x]y[/link]", Decimal("2.50"), True),
        ('a "quote", a\nline and \\| a|pipe', Decimal("1E-7"), False),
        ("<script>alert(1)</script> ![x](http://x) `c` \u202edesrever", Decimal("3.76E+6"), None),
        (None, None, None),
    ],
)


def form(table: Table, name: str) -> str:
    out = io.StringIO()
    write(table, name, out)
    return out.getvalue()


def test_csv_quotes_where_needed_and_ends_lines_with_lf() -> None:
    written = form(HOSTILE, "csv")
    assert written.splitlines()[0] == "a|b,number,yes"
    assert '"a ""quote"", a\nline and \\| a|pipe",0.0000001,false\n' in written
    assert "\r" not in written
    assert written.endswith("\n,,\n")
    assert (
        list(csv.reader(io.StringIO(written)))[1:]
        == list(csv.reader(io.StringIO(form(HOSTILE, "tsv")), delimiter="\t"))[1:]
    )


def test_json_holds_numbers_as_numbers_and_gaps_as_null() -> None:
    written = form(HOSTILE, "json")
    assert '"number": 2.5,' in written
    assert '"number": 0.0000001,' in written
    assert '"number": 3760000,' in written
    objects = json.loads(written)
    assert [list(each) for each in objects] == [["a|b", "number", "yes"]] * 4
    assert [each["yes"] for each in objects] == [True, False, None, None]
    assert [json.loads(line) for line in form(HOSTILE, "jsonl").splitlines()] == objects
    assert objects[0]["a|b"].startswith("\x1b[31m")
    assert "\x1b" not in written


def test_a_table_and_markdown_show_labels_as_they_are_and_do_nothing_else() -> None:
    table, markdown = form(HOSTILE, "table"), form(HOSTILE, "md")
    for written in (table, markdown):
        assert not any(sign in written for sign in "\x1b\x07\r\u202e")
    assert "[bold]b[/bold] [link=http://x]y[/link]" in table
    assert "<script>" in table
    lines = markdown.splitlines()
    assert lines[1] == "| --- | --- | --- |"
    assert len(lines) == 6
    assert r'a "quote", a line and \\\| a\|pipe' in lines[3]
    assert r"&lt;script>alert(1)&lt;/script> !\[x\](http://x) \`c\`" in lines[4]


def test_evidence_is_as_harmless() -> None:
    spots = [[Spot("news", "line 1, characters 0–1", "\x1b[31m|<b>", "cellkg:n")] for _ in HOSTILE]
    with_evidence = Table(HOSTILE.columns, HOSTILE.rows, spots)
    for name in ("table", "md"):
        assert "\x1b" not in form(with_evidence, name)
    assert json.loads(form(with_evidence, "json"))[0]["evidence"][0]["as_written"] == "\x1b[31m|<b>"


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "ttl"])
def test_every_form_writes_every_row(flagship: Path, cellkg: Command, name: str) -> None:
    done = cellkg("query", "co-interventions", "-f", name, "--store", flagship)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("plasmapheresis") == 3
    assert done.stdout.count("Virzì 2017") == 1


def test_triples_are_turtle(flagship: Path, cellkg: Command) -> None:
    construct = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER (?c = <https://w3id.org/cellkg/vocab/Source>) }"
    for form_ in ("ttl", "table"):
        done = cellkg("query", "-", "-f", form_, "--store", flagship, stdin=construct)
        assert len(Graph().parse(data=done.stdout, format="turtle")) == 5
    assert cellkg("query", "-", "-f", "csv", "--store", flagship, stdin=construct).returncode == 2
    assert cellkg("query", "cell-doses", "-f", "ttl", "--store", flagship).returncode == 2


def test_free_queries_are_typed_by_their_literals(flagship: Path, cellkg: Command) -> None:
    done = cellkg("query", "-", "-f", "json", "--store", flagship, stdin=DOSES)
    assert json.loads(done.stdout) == [{"dose": 2.5, "n": 1}, {"dose": 3000000, "n": 2}, {"dose": 1e-7, "n": 3}]
    yes = cellkg("query", "-", "-f", "json", "--store", flagship, stdin="ASK { ?s ?p ?o }")
    assert json.loads(yes.stdout) == [{"answer": True}]
    curie = "SELECT ?c { ?c <http://www.w3.org/2000/01/rdf-schema#label> 'hepatic mesenchymal stem cell' }"
    assert cellkg("query", "-", "-f", "csv", "--store", flagship, stdin=curie).stdout == "c\nCL:0002571\n"


def test_output_is_utf8_whatever_the_locale(flagship: Path) -> None:
    command = [sys.executable, "-m", "cellkg", "query", "co-interventions", "-f", "csv", "--store", str(flagship)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "Virzì 2017".encode() in done.stdout


def test_on_a_terminal_a_table_fits_and_talk_goes_to_stderr(flagship: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cellkg", "query", "co-interventions", "--store", str(flagship)]
    environment = {**os.environ, "COLUMNS": "60", "TERM": "xterm"}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=environment) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert process.returncode == 0
    assert "plasmapheresis" in shown.decode()


# ---- files


def test_a_file_is_written_beside_and_swapped_in(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    out = tmp_path / "answer.csv"
    assert cellkg("query", "cell-doses", "-f", "csv", "-o", out, "--store", flagship).returncode == 0
    before = out.read_bytes()
    assert before == (Path(__file__).parent / "data" / "answers" / "cell-doses.csv").read_bytes()
    failed = cellkg("query", "cell-doses", "-f", "ttl", "-o", out, "--store", flagship)
    assert failed.returncode == 2
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_a_place_that_cannot_be_written_is_told_in_one_sentence(
    flagship: Path, cellkg: Command, tmp_path: Path
) -> None:
    for out in (tmp_path / "no" / "folder.csv", tmp_path):
        done = cellkg("query", "cell-doses", "-o", out, "--store", flagship)
        assert done.returncode == 1
        assert done.stderr.startswith("cellkg: ")
        assert done.stderr.count("\n") == 1


def test_all_writes_one_file_for_each_question(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("query", "--all", "-o", tmp_path / "new" / "answers", "--store", flagship)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    golden = Path(__file__).parent / "data" / "answers"
    written = {file.name: file.read_bytes() for file in (tmp_path / "new" / "answers").iterdir()}
    assert written == {file.name: file.read_bytes() for file in golden.iterdir()}


@pytest.mark.parametrize(
    "arguments",
    [
        ("query",),
        ("query", "--all"),
        ("query", "--all", "-o", "folder", "-f", "ttl"),
        ("query", "--all", "-o", "folder", "cell-doses"),
        ("query", "--all", "-o", "folder", "--param", "study=x"),
        ("query", "cell-doses", "--param", "study"),
        ("query", "cell-doses", "--param", "study=x"),
        ("query", "cumulative-dose-per-kg", "--param", "study=x"),
        ("query", "msc-products", "--param", "disputed=perhaps"),
        ("query", "cell-doses", "-f", "xml"),
        ("query", "--nonsense"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_what_is_put_wrongly_is_exit_code_two(
    flagship: Path, cellkg: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    store = ("--store", flagship) if arguments[0] == "query" else ()
    done = cellkg(*arguments, *store, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr
    assert list(tmp_path.iterdir()) == []


# ---- queries from elsewhere


def test_a_query_comes_from_a_file(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(DOSES, encoding="utf-8")
    done = cellkg("query", "mine.rq", "-f", "csv", "--store", flagship, cwd=tmp_path)
    assert done.stdout == "dose,n\n2.5,1\n3000000,2\n0.0000001,3\n"
    refused = cellkg("query", "mine.rq", "--param", "n=1", "--store", flagship, cwd=tmp_path)
    assert refused.returncode == 2


def test_a_file_with_a_header_has_parameters_and_evidence(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    shutil.copy(shipped("queries") / "cell-doses.rq", file)
    named = ("query", "cell-doses", "--param", "unit=cells/kg", "--evidence", "-f", "json", "--store", flagship)
    assert cellkg(named[0], file, *named[2:]).stdout == cellkg(*named).stdout != ""
    asked = cellkg("query", "-", "-f", "csv", "--store", flagship, stdin=file.read_text(encoding="utf-8"))
    assert asked.stdout == cellkg("query", "cell-doses", "-f", "csv", "--store", flagship).stdout


def test_a_header_that_is_wrong_names_its_file(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(f"#+ summary: mine\n#+ columns:\n#+   - {{name: n}}\n{DOSES}", encoding="utf-8")
    done = cellkg("query", "mine.rq", "--store", flagship, cwd=tmp_path)
    assert done.returncode == 4
    assert done.stderr.startswith("cellkg: mine.rq:header: ")


def test_a_header_of_others_is_a_comment(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(f"#+ summary: a grlc query\n{DOSES}", encoding="utf-8")
    assert cellkg("query", "mine.rq", "--store", flagship, cwd=tmp_path).returncode == 0


def test_a_query_file_that_is_not_there_is_told(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("query", "mine.rq", "--store", flagship, cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == "cellkg: no query file mine.rq\n"


def test_a_question_that_is_not_there_is_exit_code_three(flagship: Path, cellkg: Command) -> None:
    done = cellkg("query", "cell-dose", "--store", flagship)
    assert (done.returncode, done.stdout) == (3, "")
    assert "did you mean cell-doses" in done.stderr


def test_the_list_needs_no_store(cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("query", "--list", "-f", "csv", "--store", tmp_path)
    assert [row["name"] for row in csv.DictReader(io.StringIO(done.stdout))] == list(catalogue())


# ---- stores


@pytest.mark.parametrize("arguments", [("query", "cell-doses"), ("draw",), ("check",)], ids=" ".join)
def test_no_store_yet_says_build_first(cellkg: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = cellkg(*arguments, "--store", tmp_path / "nothing", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"cellkg: no store in {tmp_path / 'nothing'}; run `cellkg build`\n"


@pytest.mark.parametrize("hurt", ["CURRENT", "MANIFEST", ".sst"])
def test_a_corrupted_store_is_told_without_a_traceback(
    flagship: Path, cellkg: Command, tmp_path: Path, hurt: str
) -> None:
    build = current_build(flagship)
    assert build is not None
    shutil.copytree(build / "store", tmp_path / "store")
    for file in (tmp_path / "store").iterdir():
        if hurt in file.name:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] + b"nonsense")
    done = cellkg("query", "cell-doses", "--store", tmp_path / "store")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"cellkg: cannot open the store in {tmp_path / 'store'}: ")
    assert done.stderr.endswith("; build it anew\n")


def test_damage_that_shows_only_while_reading_is_told(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    build = current_build(flagship)
    assert build is not None
    shutil.copytree(build / "store", tmp_path / "store")
    for file in (tmp_path / "store").glob("*.sst"):
        content = bytearray(file.read_bytes())
        content[: len(content) // 2] = bytes(len(content) // 2)
        file.write_bytes(content)
    done = cellkg("query", "--all", "-o", tmp_path / "answers", "--store", tmp_path / "store")
    assert done.returncode in (1, 4)
    assert done.stderr.startswith("cellkg: ")
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("--debug", "query", "cell-doses", "--store", tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("form_", ["table", "csv", "json"])
def test_a_reader_that_leaves_early_is_no_error(flagship: Path, form_: str) -> None:
    big = "SELECT * WHERE { ?s ?p ?o }"
    for query in ("cell-doses", "-"):
        ask = subprocess.Popen(
            [sys.executable, "-m", "cellkg", "query", query, "-f", form_, "--store", str(flagship)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert ask.stdout is not None
        ask.stdout.close()
        _, said = ask.communicate(big.encode() if query == "-" else b"")
        assert (ask.returncode, said) == (0, b"")


# ---- the other commands


def test_draw_writes_one_page(flagship: Path, cellkg: Command, tmp_path: Path) -> None:
    near = cellkg("draw", "Song 2017", "--hops", "1", "-o", "near.html", "--store", flagship, cwd=tmp_path)
    assert (near.returncode, near.stdout) == (0, "near.html\n")
    everything = cellkg("draw", "--all", "--store", flagship, cwd=tmp_path)
    assert (everything.returncode, everything.stdout) == (0, "network.html\n")
    sizes = [(tmp_path / name).stat().st_size for name in ("near.html", "network.html")]
    assert sizes[0] < sizes[1]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["near.html", "network.html"]
    nobody = cellkg("draw", "nobody", "--store", flagship, cwd=tmp_path)
    assert nobody.returncode == 3


def test_check_finds_the_shipped_data_in_order(flagship: Path, cellkg: Command) -> None:
    done = cellkg("check", "--store", flagship)
    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()][:2] == ["ok", "ok"]


def test_demo_builds_answers_and_draws(cellkg: Command, tmp_path: Path) -> None:
    done = cellkg("demo", "--store", tmp_path / "built")
    assert done.returncode == 0, done.stderr
    assert catalogue()["cell-doses"].header.summary in done.stdout
    assert "intramuscular" in done.stdout
    assert (tmp_path / "built" / "network.html").is_file()
    again = cellkg("query", "cell-doses", "-f", "csv", "--store", tmp_path / "built")
    assert again.stdout.encode() == (Path(__file__).parent / "data" / "answers" / "cell-doses.csv").read_bytes()
