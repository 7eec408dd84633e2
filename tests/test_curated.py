from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from cellkg.identifiers import expand
from cellkg.lexicon import UnknownWordError, load_lexicon
from cellkg.loading import Findings, Inputs
from cellkg.resources import shipped
from cellkg.store import open_store
from cellkg_loaders.curated import CuratedLoader, curated_files, read_document
from cellkg_loaders.curated.checking import document_problems

Command = Callable[..., subprocess.CompletedProcess[str]]

TEXT = """\
Twelve patients with systemic sclerosis got SVF by subcutaneous injection, 3.10 x 10^6 cells each.
Follow-up was 12 weeks; the trial was completed in February 2025.
"""

# One field a line, so that a test can break one line and name it.
DOCUMENT = """\
source:
  key: own
  kind: report
  title: Own report
  file: own.txt
  sha256: SHA
studies:
  - key: own-study
    label: own study
    status: {is: COMPLETED, as: completed, at: 2:137-146}
    completion: {is: 2025-02, as: February 2025, at: 2:150-163}
    participants:
      - {is: 12, as: Twelve, at: 1:0-6}
    arms:
      - role: experimental
        given:
          - products:
              - type: {is: stromal vascular fraction, as: SVF, at: 1:44-47}
            route: {is: subcutaneous, as: subcutaneous injection, at: 1:51-73}
            doses:
              - {is: 3100000, as: 3.10 x 10^6 cells, at: 1:75-92, unit: cells}
    follow_up:
      - {is: P12W, as: 12 weeks, at: 2:113-121, printed: fixed}
"""


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder: Path, content: str | bytes, name: str = "own") -> Path:
    """Write a curated file and its text side by side."""
    folder.mkdir(exist_ok=True)
    (folder / "own.txt").write_text(TEXT, encoding="utf-8")
    file = folder / f"{name}.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.replace("SHA", sha(TEXT)).encode())
    return file


def line_of(words: str) -> int:
    return next(i for i, line in enumerate(DOCUMENT.splitlines(), 1) if words in line)


def query(home: Path, sparql: str) -> list[tuple[str, ...]]:
    answer = open_store(home).query(f"PREFIX cellkg: <https://w3id.org/cellkg/vocab/> {sparql}")
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in answer]


# ---- the shipped files


def test_the_shipped_files_read_without_a_problem() -> None:
    assert [read_document(file, load_lexicon()).file.name for file in curated_files((shipped("curated"),))] == [
        "medpath-NCT02975960.yaml",
        "news.yaml",
        "review-table.yaml",
        "trial-page-NCT04356755.yaml",
        "trial-page-NCT07360808.yaml",
    ]


@pytest.mark.parametrize("file", curated_files((shipped("curated"),)), ids=lambda file: file.stem)
def test_every_spot_of_a_shipped_file_holds_its_words(file: Path, documents: Path) -> None:
    document = read_document(file, load_lexicon()).document
    assert list(document_problems(document, documents / document.source.file)) == []


def test_every_evidence_in_the_graph_quotes_its_document(flagship: Path, documents: Path) -> None:
    rows = query(
        flagship,
        """SELECT ?file ?written ?line ?start ?end WHERE {
          GRAPH ?source {
            ?source cellkg:fileName ?file .
            ?evidence cellkg:asWritten ?written ; cellkg:line ?line ; cellkg:charStart ?start ; cellkg:charEnd ?end .
          } }""",
    )
    assert len(rows) > 700
    texts = {file: (documents / file).read_bytes().decode() for file, *_ in rows}
    for file, written, line, start, end in rows:
        assert texts[file][int(start) : int(end)] == written
        assert texts[file].count("\n", 0, int(start)) + 1 == int(line)


@pytest.mark.parametrize("thing", ["Dose", "OutcomeResult", "ReportedChange", "AdverseEventResult", "SafetyStatement"])
def test_every_value_of_a_dose_or_result_has_evidence(flagship: Path, thing: str) -> None:
    values = """cellkg:value cellkg:plusMinus cellkg:low cellkg:high cellkg:percentChange cellkg:affected
      cellkg:statedDirection cellkg:significance cellkg:durability cellkg:safetyState cellkg:adverseEvent"""
    said = f"GRAPH ?source {{ ?node a cellkg:{thing} . ?node ?property ?value . VALUES ?property {{ {values} }} }}"
    evidence = """GRAPH ?source { ?evidence cellkg:aboutSubject ?node ; cellkg:aboutProperty ?property ;
      cellkg:aboutValue ?value ; cellkg:asWritten ?written }"""
    assert query(flagship, f"SELECT ?node ?property ?value WHERE {{ {said} }}")
    without = f"SELECT ?node ?property ?value WHERE {{ {said} FILTER NOT EXISTS {{ {evidence} }} }}"
    assert query(flagship, without) == []


def test_every_evidence_is_about_one_value_with_one_form(flagship: Path) -> None:
    for several in ("aboutSubject", "aboutProperty", "aboutValue", "asWritten", "statementKind", "charEnd"):
        twice = f"SELECT ?e WHERE {{ ?e cellkg:{several} ?one , ?other . FILTER (STR(?one) < STR(?other)) }}"
        assert query(flagship, twice) == []


# ---- a document of one's own


def test_the_own_document_of_these_tests_is_sound(tmp_path: Path, cellkg: Command) -> None:
    done = cellkg("curate", "check", write(tmp_path, DOCUMENT))
    assert (done.returncode, done.stderr) == (0, "")
    assert "every spot compared with own.txt" in done.stdout


BROKEN = {
    "malformed YAML": ("    label: own study", "    label: [own study", "10", "not YAML", "mend the syntax"),
    "duplicate key": ("    label: own study", "    label: one\n    label: two", "10", "'label' twice", "keep one"),
    "unknown field": ("    label: own study", "    lable: own study", "9", "'lable' is not known", "mean label?"),
    "missing field": (", printed: fixed}", "}", "23", "'printed' is missing", "add it"),
    "wrong type": ("{is: 12, as", "{is: a dozen, as", "13", "expected a whole number", "'a dozen'"),
    "wrong shape": ("      - {is: 12, as: Twelve, at: 1:0-6}", "      none", "13", "expected a list", "'none'"),
    "empty field": ("key: own-study", "key:", "8", "found nothing", "leave the field out"),
    "negative count": ("{is: 12, as", "{is: -12, as", "13", ">= 0", "'-12'"),
    "negative dose": ("{is: 3100000,", "{is: -3100000,", "21", "-3100000 is negative", "check the spot"),
    "no finite number": ("{is: 3100000,", "{is: NaN,", "21", "expected a plain number", "'NaN'"),
    "number beyond all stores": ("{is: 3100000,", f"{{is: {10**18},", "21", "expected a plain number", "schema"),
    "null as a number": ("{is: 3100000,", "{is: null,", "21", "expected a plain number", "'null'"),
    "impossible date": ("is: 2025-02,", "is: 2025-02-30,", "11", "not a date: '2025-02-30'", "ISO 8601"),
    "bad duration": ("is: P12W,", "is: 12 weeks,", "23", "one unit: '12 weeks'", "ISO 8601"),
    "duration of two units": ("is: P12W,", "is: P1Y2M,", "23", "one unit: 'P1Y2M'", "ISO 8601"),
    "empty duration": ("is: P12W,", 'is: P12W, low: "",', "23", "one unit: ''", "ISO 8601"),
    "bad date of the source": ("  kind: report", "  kind: report\n  published: soon", "4", "'soon'", "ISO 8601"),
    "unknown unit": ("unit: cells}", "unit: cellz}", "21", "'cellz' is not in the list 'amount_unit'", "'cells'"),
    "unknown word": ("is: subcutaneous,", "is: subcutanous,", "19", "'subcutanous'", "did you mean 'subcutaneous'"),
    "CURIE of another kind": ("is: subcutaneous,", "is: MONDO:0005100,", "19", "no value of the list", "words route"),
    "unknown CURIE": ("is: subcutaneous,", "is: NCIT:C99999999,", "19", "NCIT:C99999999", "terms.tsv"),
    "wrong length": ("at: 1:0-6", "at: 1:0-7", "13", "'Twelve' has 6 characters, 1:0-7 has 7", "curate locate"),
    "wrong spot": ("at: 1:0-6", "at: 1:1-7", "13", "the document has 'welve ' at 1:1-7", "curate locate"),
    "wrong line": ("at: 1:0-6", "at: 2:0-6", "13", "the spot is on line 1, not 2", "mend the line"),
    "hint not located": ("at: 1:0-6", "at: L1", "13", "'L1'", "run `cellkg curate locate`"),
    "changed document": ("sha256: SHA", f"sha256: {'0' * 64}", "6", "own.txt has SHA-256", "the document changed"),
    "malformed checksum": ("sha256: SHA", "sha256: abc", "6", "'abc'", "schema"),
    "no identity": ("  - key: own-study\n", "  -\n", "9", "neither id nor key", "give it a key"),
    "registry id malformed": ("key: own-study", "id: {as: NCT123, at: 1:0-6}", "8", "'NCT123'", "NCT and eight digits"),
    "registry id as key": ("key: own-study", "key: NCT00000000", "8", "NCT00000000", "as `id`"),
    "address with spaces": ("  kind: report", "  kind: report\n  url: http://a b", "4", "'http://a b'", "address"),
    "script as address": ("  kind: report", "  kind: report\n  url: javascript:x", "4", "javascript", "address"),
    "control character": ("own study", "own \x07 study", "9", "control character U+0007", "take it out"),
    "e-mail address": ("own study", "own study of a@example.org", "9", "a@example.org", "identifies a person"),
    "end before start": (
        "    status:", "    start: {is: 2025-03, as: Twelve, at: 1:0-6}\n    status:", "8", "after its", "both spots",
    ),
}  # fmt: skip


def stem(name: str) -> str:
    return name.replace(" ", "-")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file for each of the broken ones, and a good one."""
    folder = tmp_path_factory.mktemp("files")
    write(folder, DOCUMENT, "good")
    for name, (old, new, *_) in BROKEN.items():
        assert DOCUMENT.count(old) == 1
        content = DOCUMENT.replace(old, new).replace("key: own\n", f"key: {stem(name)}\n")
        write(folder, content.replace("own-study", stem(name)), stem(name))
    return folder


@pytest.fixture(scope="module")
def told(broken: Path, cellkg: Command) -> str:
    done = cellkg("curate", "check", broken)
    assert done.returncode == 4
    assert done.stdout.splitlines() == ["ok       good.yaml: 1 studies, every spot compared with own.txt"]
    return done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_with_line_finding_and_next_step(name: str, broken: Path, told: str) -> None:
    _, _, line, *expected = BROKEN[name]
    (error,) = [each for each in told.splitlines() if f"/{stem(name)}.yaml:" in each]
    assert error.startswith(f"{broken}/{stem(name)}.yaml:{line}")
    assert [words for words in expected if words not in error] == []


def test_an_obsolete_term_is_told_with_its_replacement(tmp_path: Path, cellkg: Command) -> None:
    condition = "    conditions: [{is: EFO:0000717, as: systemic sclerosis, at: 1:21-39}]\n    status:"
    done = cellkg("curate", "check", write(tmp_path, DOCUMENT.replace("    status:", condition)))
    assert done.returncode == 4
    assert "EFO:0000717 is obsolete; use MONDO:0005100" in done.stderr
    done = cellkg(
        "curate",
        "check",
        write(tmp_path, DOCUMENT.replace("    status:", condition.replace("EFO:0000717", "MONDO:0005100"))),
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("content", "place", "found"),
    [
        (DOCUMENT.replace("own study", "étude").encode("latin-1"), ":byte ", "not UTF-8"),
        (b"", ":1", "an empty file"),
        (b"# only a comment\n", ":1", "an empty file"),
        (b"- a list\n", ":1", "expected fields (source), found a list"),
        (b"a\n---\nb\n", ":2", "another document"),
        (b"? [a, b]\n: c\n", ":1", "as the name of a field"),
        (b"a: " + b"[" * 5000, ":1", "nesting"),
        (b"a: " + b"[" * 60 + b"]" * 60, ":1", "nesting or aliases without end"),
        (b"- " * 5000 + b"x", ":1", "nesting"),
        (b"studies: &a [*a]\n", ":1", "nesting or aliases without end"),
    ],
    ids=["latin-1", "empty", "comment", "list", "two documents", "odd key", "deep", "rather deep", "dashes", "itself"],
)  # fmt: skip
def test_a_file_that_is_no_document_is_told(
    content: bytes, place: str, found: str, tmp_path: Path, cellkg: Command
) -> None:
    file = write(tmp_path, content)
    done = cellkg("curate", "check", file)
    assert done.returncode == 4
    assert f"{file}{place}" in done.stderr
    assert found in done.stderr
    assert "Traceback" not in done.stderr


def test_aliases_that_unfold_to_billions_are_refused(tmp_path: Path, cellkg: Command) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    file = write(tmp_path, "\n".join(levels))
    for command in ("check", "locate"):
        done = cellkg("curate", command, file)
        assert done.returncode == 4
        assert f"{file}:6: nesting or aliases without end" in done.stderr


def test_several_errors_of_a_file_are_told_together(tmp_path: Path, cellkg: Command) -> None:
    shape = DOCUMENT.replace("label:", "lable:").replace("is: 12,", "is: dozen,").replace(", printed: fixed", "")
    done = cellkg("curate", "check", write(tmp_path, shape))
    assert [line.split(":")[1].split(" ")[0] for line in done.stderr.splitlines()] == ["9", "13", "23"]
    words = (
        DOCUMENT.replace("is: 2025-02", "is: 2025-13")
        .replace("is: subcutaneous", "is: magic")
        .replace("1:0-6", "1:0-9")
    )
    done = cellkg("curate", "check", write(tmp_path, words))
    assert [line.split(":")[1].split(" ")[0] for line in done.stderr.splitlines()] == ["11", "13", "19"]


def test_a_study_that_a_file_says_twice_is_told(tmp_path: Path, cellkg: Command) -> None:
    file = write(tmp_path, f"{DOCUMENT}  - {{key: own-study, label: again}}\n")
    done = cellkg("curate", "check", file)
    assert done.returncode == 4
    assert f"{file}:24 (studies[1]): the study own-study is said twice (first as studies[0])" in done.stderr


def test_a_key_of_two_files_is_told(tmp_path: Path, cellkg: Command) -> None:
    one, two = (write(tmp_path, DOCUMENT, name) for name in ("one", "two"))
    done = cellkg("curate", "check", tmp_path)
    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        f"{two}:2 (source.key): the source key 'own' is that of {one} too; give it a key of its own",
        f"{two}:8 (studies[0].key): the study key 'own-study' is that of {one} too; give it a key of its own",
    ]
    assert "ok       one.yaml" in done.stdout


def test_what_is_not_there_has_the_exit_code_of_not_found(tmp_path: Path, cellkg: Command) -> None:
    file = write(tmp_path / "here", DOCUMENT)
    (tmp_path / "empty").mkdir()
    for arguments in (
        ("curate", "check", tmp_path / "absent.yaml"),
        ("curate", "check", tmp_path / "empty"),
        ("curate", "check", file, "--documents", tmp_path / "empty"),
        ("curate", "locate", tmp_path / "absent.yaml"),
        ("curate", "locate", file, "--documents", tmp_path / "empty"),
        ("curate", "new", tmp_path / "absent.txt"),
        ("build", "--store", tmp_path / "home", "--curated", tmp_path / "absent.yaml"),
        ("query", "cell-doses", "--store", tmp_path / "empty"),
    ):
        done = cellkg(*arguments)
        assert done.returncode == 3, arguments
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_wrong_call_has_the_exit_code_of_usage(cellkg: Command) -> None:
    for arguments in (
        ("curate", "words", "rout"),
        ("curate", "check", "--nothing"),
        ("curate", "wish"),
        ("build", "x"),
    ):
        assert cellkg(*arguments).returncode == 2


def test_a_text_that_is_not_at_hand_is_said(tmp_path: Path, cellkg: Command) -> None:
    file = write(tmp_path, DOCUMENT)
    (tmp_path / "own.txt").unlink()
    done = cellkg("curate", "check", file)
    assert done.returncode == 0
    assert "its spots were not compared" in done.stdout


# ---- a build with bad files among good ones


@pytest.fixture(scope="module")
def mixed(broken: Path, tmp_path_factory: pytest.TempPathFactory, cellkg: Command) -> tuple[Path, str]:
    """The store of a build of bad files among good ones, and what it told."""
    folder, home = tmp_path_factory.mktemp("more"), tmp_path_factory.mktemp("home")
    write(folder, DOCUMENT.replace("own study", "étude").encode("latin-1"), "latin")
    write(folder, DOCUMENT, "same-key")
    (folder / "gone.yaml").symlink_to(folder / "nowhere")
    done = cellkg("build", "--store", home, "--curated", broken, "--curated", folder)
    assert done.returncode == 4
    return home, done.stderr


ONLY_WITH_TEXT = {"wrong spot", "wrong line", "changed document"}


def test_a_build_sets_bad_files_aside_whole_and_builds_the_rest(mixed: tuple[Path, str]) -> None:
    home, _ = mixed
    keys = {key for (key,) in query(home, "SELECT ?key WHERE { ?source cellkg:sourceKey ?key }")}
    assert {"own", "news", "review-table"} <= keys
    assert keys & set(map(stem, BROKEN)) == set(map(stem, ONLY_WITH_TEXT))
    assert query(
        home, "SELECT ?study WHERE { GRAPH <https://w3id.org/cellkg/source/own> { ?study a cellkg:Study } }"
    ) == [("https://w3id.org/cellkg/id/own-study",)]


def test_what_was_set_aside_is_told_and_stands_in_the_report(mixed: tuple[Path, str]) -> None:
    home, told = mixed
    assert "Traceback" not in told
    report = json.loads((home / (home / "current.txt").read_text().strip() / "report.json").read_text())
    for name in [*(set(BROKEN) - ONLY_WITH_TEXT), "latin", "same-key", "gone"]:
        assert [line for line in told.splitlines() if line.startswith("set aside: ") and f"/{stem(name)}.yaml:" in line]
        assert [error for error in report["set_aside"] if f"/{stem(name)}.yaml:" in error]
    assert len(report["set_aside"]) == len(BROKEN) - len(ONLY_WITH_TEXT) + 3


# ---- words and numbers as they are written


def test_words_stay_text_and_numbers_stay_exact(tmp_path: Path) -> None:
    studies = [
        '{key: a, label: NO, titles: [{as: "null", at: 1:0-4}, {as: ~, at: 1:0-1}, {is: 3.10, as: 0x1F, at: 1:0-4}]}',
        "{key: b, label: yes, age: {is: 3.10, low: 1.50, as: 2025-01-01, at: 1:0-10}}",
    ]
    file = write(tmp_path, DOCUMENT.split("studies:")[0] + f"studies: [{', '.join(studies)}]\n")
    document = read_document(file, load_lexicon()).document
    one, other = document.studies
    assert (one.label, other.label) == ("NO", "yes")
    assert [(title.word, title.as_written) for title in one.titles] == [("null", "null"), ("~", "~"), ("3.10", "0x1F")]
    assert other.age is not None
    assert (str(other.age.value), str(other.age.low), other.age.as_written) == ("3.10", "1.50", "2025-01-01")


def test_is_is_the_value_and_as_the_words_of_the_source(flagship: Path) -> None:
    kinds = query(
        flagship,
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT DISTINCT ?written ?value ?kind WHERE {
          ?e cellkg:aboutProperty cellkg:status ; cellkg:asWritten ?written ; cellkg:aboutValue/skos:prefLabel ?value ;
            cellkg:statementKind/skos:prefLabel ?kind } ORDER BY ?written""",
    )
    assert ("Completed", "COMPLETED", "normalised") in kinds or ("Completed", "COMPLETED", "stated") in kinds
    assert ("not yet recruiting", "NOT_YET_RECRUITING", "normalised") in kinds
    assert ("COMPLETED", "COMPLETED", "stated") in kinds


# ---- hostile words


HOSTILE = [
    'say "no"',
    "two\nlines\r\nand a tab\t",
    "</script><script>alert(1)</script>",
    "back\\slash \\u0041 \\",
    "nul \x00 bell \x07 delete \x7f next line \x85 separators \u2028\u2029 end \uffff",
    "> <http://evil> <http://evil> .",
    "'; DROP ALL; #",
    "𝔘𝔫𝔦 combining e\u0301 right-to-left \u202e",
    "?x } DELETE { ?s ?p ?o",
]


def test_hostile_words_survive_as_literals(tmp_path: Path, cellkg: Command) -> None:
    titles = [{"as": words, "at": f"1:{1000 * i}-{1000 * i + len(words)}"} for i, words in enumerate(HOSTILE)] + [
        {"as": "pointed at", "at": '/a b/> <x> "\\'}
    ]
    # JSON is YAML, and writes every character as an escape; only surrogate pairs are JSON's own.
    written = json.dumps(titles).replace(r"\ud835\udd18\ud835\udd2b\ud835\udd26", r"\U0001d518\U0001d52b\U0001d526")
    content = DOCUMENT.replace("    status:", f"    titles: {written}\n    status:").replace(
        "key: own-study", 'key: "a/../<b> \\" \\n"'
    )
    file = write(tmp_path / "files", content)
    (tmp_path / "files" / "own.txt").unlink()
    home = tmp_path / "home"
    done = cellkg("build", "--store", home, "--curated", file)
    assert (done.returncode, "set aside" in done.stderr) == (0, False), done.stderr
    found = query(
        home,
        """SELECT ?title ?written WHERE { GRAPH <https://w3id.org/cellkg/source/own> {
          ?study <http://purl.org/dc/terms/title> ?title .
          ?evidence cellkg:aboutValue ?title ; cellkg:asWritten ?written } }""",
    )
    assert sorted(found) == sorted((words, words) for words in [*HOSTILE, "pointed at"])
    assert query(home, 'SELECT ?p WHERE { ?e cellkg:pointer ?p FILTER CONTAINS(?p, "<x>") }') == [('/a b/> <x> "\\',)]


def test_two_values_at_one_spot_have_evidence_of_their_own(tmp_path: Path) -> None:
    sites = "            sites: [{is: finger, as: Twelve, at: 1:0-6}, {is: hand, as: Twelve, at: 1:0-6}]\n"
    file = write(tmp_path, DOCUMENT.replace("            doses:\n", f"{sites}            doses:\n"))
    findings = Findings()
    quads = list(CuratedLoader().quads(Inputs(curated=(file,)), findings))
    assert findings.set_aside == []
    about = [quad.subject for quad in quads if quad.predicate.endswith("/aboutValue") and "/site-0-6" in quad.subject]
    assert len(about) == len(set(about)) == 2


def test_a_list_takes_further_terms_of_its_ontology_and_no_others() -> None:
    lexicon = load_lexicon()
    assert lexicon.iri("indication", "MONDO:0019562") == expand("MONDO:0019562")
    assert lexicon.iri("cells", "CL:0002570") == expand("CL:0002570")
    assert lexicon.iri("route", "cellkg:RouteInfusionRouteNotStated") == lexicon.iri(
        "route", "infusion, route not stated"
    )
    for name, word in (("indication", "CL:0000134"), ("cells", "MONDO:0005100"), ("study_type", "cellkg:Arm")):
        with pytest.raises(UnknownWordError, match="is no value of the list"):
            lexicon.iri(name, word)
