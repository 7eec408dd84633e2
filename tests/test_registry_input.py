"""What registry records may come as, and what happens to input that is broken: set aside, told, and the rest loads."""

from __future__ import annotations

import copy
import gzip
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Literal, Quad, lines
from cellkg.store import EmbeddedStore, open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
#: ``CELLKG_MUTATIONS=5000`` asks for as many mutated records; the default keeps the test short.
MUTATIONS = int(os.environ.get("CELLKG_MUTATIONS", "150"))
Study = dict[str, Any]
Command = Callable[..., Any]


def study(number: int = 102, **modules: Any) -> Study:
    return {"protocolSection": {"identificationModule": {"nctId": f"NCT{number:08}"}, **modules}}


def loaded(*places: Path) -> tuple[list[Quad], Findings]:
    findings = Findings()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=places), findings)
    return [Quad(*parts) for parts in quads], findings


def ids(quads: list[Quad]) -> list[str]:
    return sorted({quad.graph.split("/")[-3] for quad in quads})


def as_bytes(*studies: Study) -> list[bytes]:
    return [json.dumps(each).encode() for each in studies]


# ---- what a record may come as


def test_a_study_file_a_page_lines_gzip_and_zip_are_read(tmp_path: Path) -> None:
    one, two, three, four, five, six, seven = as_bytes(*map(study, range(1, 8)))
    (tmp_path / "one.json").write_bytes(one)
    (tmp_path / "page.json").write_bytes(b'{"totalCount":1,"studies":[' + two + b'],"nextPageToken":"x"}')
    (tmp_path / "lines.ndjson").write_bytes(three + b"\n\n" + four + b"\n")
    (tmp_path / "five.JSON.gz").write_bytes(gzip.compress(five))
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("deep/six.json", six)
        archive.writestr("seven.jsonl", seven)
        archive.writestr("readme.txt", "no record")
    quads, findings = loaded(tmp_path)
    assert ids(quads) == [f"NCT{number:08}" for number in range(1, 8)]
    assert findings.set_aside == []
    assert findings.counts["files skipped in registry folders"] == 1


def test_a_folder_is_read_through_and_other_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "one.json").write_bytes(as_bytes(study(1))[0])
    (tmp_path / "b" / "notes.txt").write_text("none", encoding="utf-8")
    (tmp_path / "table.csv").write_text("none", encoding="utf-8")
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000001"]
    assert findings.counts["files skipped in registry folders"] == 2


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(b"\xef\xbb\xbf" + as_bytes(study(1))[0])
    (tmp_path / "two.ndjson").write_bytes(b"\xef\xbb\xbf" + as_bytes(study(2))[0])
    quads, findings = loaded(tmp_path)
    assert (ids(quads), findings.set_aside) == (["NCT00000001", "NCT00000002"], [])


@pytest.mark.parametrize("indent", [None, 2], ids=["lines", "a document over several lines"])
def test_standard_input_is_read(indent: int | None, tmp_path: Path, cellkg: Command) -> None:
    given_in = json.dumps(study(1), indent=indent)
    done = cellkg("build", "--store", tmp_path, "--registry", "-", stdin=given_in)
    assert done.returncode == 0, done.stderr
    assert re.search(r"1 +registry records\n", done.stderr)


# ---- what is broken

NESTED = b'{"protocolSection":' + b'{"x":' * 20_000 + b"1" + b"}" * 20_001
DEEP = b'{"protocolSection":{"identificationModule":{"nctId":"NCT00000666"},"x":' + b"[" * 700 + b"]" * 700 + b"}}"
BROKEN = {
    "empty.json": (b"", "not JSON"),
    "truncated.json": (as_bytes(study(9))[0][:-7], "not JSON"),
    "page of the web.json": (b"<!DOCTYPE html><html><body>Too many requests</body></html>", "a web page was saved"),
    "latin.json": (as_bytes(study(9))[0].replace(b"NCT00000009", b"NCT\xe9"), "not JSON"),
    "utf16.json": (as_bytes(study(9))[0].decode().encode("utf-16"), "not JSON"),
    "nested.json": (NESTED, "not JSON"),
    "number.json": (b"7", "no study"),
    "list.json": (b"[]", "no study"),
    "page.json": (b'{"studies":[{}, 3]}', "no study"),
    "no-id.json": (b'{"protocolSection":{}}', "no registry id"),
    "odd-id.json": (as_bytes(study(9))[0].replace(b"00000009", "²²²²²²²²".encode()), "no registry id"),
    "odd-day.json": (
        json.dumps(study(9, statusModule={"lastUpdatePostDateStruct": {"date": "May> <x:y"}})).encode(),
        "expected a date",
    ),
    "types.json": (json.dumps(study(9, armsInterventionsModule={"armGroups": {"0": "A"}})).encode(), "expected a list"),
    "half.json.gz": (gzip.compress(as_bytes(study(9))[0])[:-9], "cannot be read"),
    "half.zip": (b"PK\x03\x04 and nothing more", "cannot be read"),
    "surrogate.json": (as_bytes(study(9))[0].replace(b"NCT00000009", b"\\ud800"), "not JSON"),
    "huge number.json": (
        json.dumps(study(9, designModule={"enrollmentInfo": {"count": 10**40}})).encode(),
        "expected a whole number",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_set_aside_with_file_and_reason_and_the_rest_loads(name: str, tmp_path: Path) -> None:
    content, reason = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "zz.json").write_bytes(as_bytes(study(1))[0])
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000001"]
    assert findings.set_aside
    assert all(str(error).startswith(str(tmp_path / name)) for error in findings.set_aside)
    assert reason in str(findings.set_aside[0])


def test_a_record_that_ends_before_it_starts_is_kept_and_counted(tmp_path: Path) -> None:
    dates = {"startDateStruct": {"date": "2021"}, "completionDateStruct": {"date": "2020-05"}}
    (tmp_path / "years.json").write_bytes(as_bytes(study(9, statusModule=dates))[0])
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000009"]
    assert not findings.set_aside
    assert findings.counts["registry records that end before they start"] == 1


def test_deep_nesting_below_an_unknown_field_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_bytes(DEEP)
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000666"] or findings.set_aside


def test_a_refusal_names_the_place_in_the_record(tmp_path: Path) -> None:
    wrong = study(9, conditionsModule={"conditions": ["a", "b", ["c"]]})
    (tmp_path / "lines.ndjson").write_bytes(b"\n".join(as_bytes(study(1), wrong, study(2))))
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000001", "NCT00000002"]
    where = (
        f"{tmp_path / 'lines.ndjson'}:2/protocolSection/conditionsModule/conditions/2: expected a text, found a list"
    )
    assert str(findings.set_aside[0]).startswith(where)


def test_a_broken_member_of_a_zip_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        for number in (1, 2, 3):
            archive.writestr(f"{number}.json", as_bytes(study(number))[0])
    content = (tmp_path / "some.zip").read_bytes()
    (tmp_path / "some.zip").write_bytes(content.replace(b"NCT00000002", b"NCT00000009", 1))
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000001", "NCT00000003"]
    assert "some.zip/2.json: cannot be read: Bad CRC" in str(findings.set_aside[0])


def test_a_record_of_200_megabytes_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "big.json").open("wb") as file:
        file.write(b'{"protocolSection":')
        file.truncate(200 * 1024 * 1024)
    with (tmp_path / "big.ndjson").open("wb") as file:
        file.write(as_bytes(study(1))[0] + b'\n{"a":"')
        file.seek(200 * 1024 * 1024)
        file.write(b"\n" + as_bytes(study(2))[0])
    quads, findings = loaded(tmp_path)
    assert ids(quads) == ["NCT00000001", "NCT00000002"]
    assert [str(error).partition(": ")[2][:19] for error in findings.set_aside] == [
        "more than 100 MB in",
        "a line of more than",
    ]


def test_two_records_of_one_id_are_two_versions(tmp_path: Path) -> None:
    page = {"studies": [study(1), study(1, conditionsModule={"conditions": ["a"]}), study(1)]}
    (tmp_path / "page.json").write_text(json.dumps(page), encoding="utf-8")
    quads, findings = loaded(tmp_path)
    assert len({quad.graph for quad in quads}) == 2
    assert findings.counts["registry records read twice"] == 1


def test_the_build_goes_on_without_what_is_broken_and_says_so(tmp_path: Path, cellkg: Command) -> None:
    records = tmp_path / "records"
    records.mkdir()
    (records / "good.json").write_bytes(as_bytes(study(1, conditionsModule={"conditions": ["Raynaud"]}))[0])
    (records / "page.json").write_bytes(BROKEN["page of the web.json"][0])
    wrong = study(2, designModule={"enrollmentInfo": {"count": -4}})
    (records / "wrong.json").write_bytes(as_bytes(wrong)[0])
    done = cellkg("build", "--store", tmp_path / "home", "--registry", records)
    assert done.returncode == 4
    assert "set aside: " in done.stderr
    assert "a web page was saved in its place; fetch it again" in done.stderr
    assert "wrong.json:/protocolSection/designModule/enrollmentInfo/count: expected a whole number" in done.stderr
    answer = open_store(tmp_path / "home").query(
        "SELECT ?id WHERE { ?s <https://w3id.org/cellkg/vocab/registryId> ?id ;"
        " <https://w3id.org/cellkg/vocab/conditionAsWritten> ?c }"
    )
    assert isinstance(answer, ox.QuerySolutions)
    assert [row["id"].value for row in answer] == ["NCT00000001"]


# ---- mutated records

ODD: list[Any] = [
    None, True, False, 0, -1, 7, 10**19, 1.5, 1e300, "", " ", "NA", "-", "1e400", ".05", "<0.001", "9" * 40,
    "0." + "1" * 30, "2020-13", "2020-02", "2020-02-30", "a\u0000b", '"\\\n\r\t', "<>{}|^`", "\U0001f9ec", "x" * 5_000,
    "tel. 0123 456789", "NCT00000000", [], {}, [None], [{}], {"": ""}, {"a/b~c": [1]}, "OG000", "https://x.org/ ",
]  # fmt: skip


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield (*above, step)
        yield from places(below, (*above, step))


def mutated(value: Study, changes: list[tuple[int, str, int]]) -> Study:
    result = copy.deepcopy(value)
    for where, how, odd in changes:
        spots = list(places(result))
        if spots:
            *path, step = spots[where % len(spots)]
            parent: Any = result
            for each in path:
                parent = parent[each]
            _change(parent, step, how, copy.deepcopy(ODD[odd]))
    return result


def _change(parent: Any, step: Any, how: str, odd: Any) -> None:
    if how == "delete":
        del parent[step]
    elif how == "replace":
        parent[step] = odd
    elif how == "wrap":
        parent[step] = [parent[step]]
    elif how == "rename" and isinstance(parent, dict):
        parent[f"{step}X"] = parent.pop(step)
    elif how == "double" and isinstance(parent, list):
        parent.insert(step, copy.deepcopy(parent[step]))
    elif how == "text":
        parent[step] = str(parent[step])


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.sampled_from(["delete", "replace", "wrap", "rename", "double", "text"]),
        st.integers(0, len(ODD) - 1),
    ),
    min_size=1,
    max_size=6,
)


ORIGINALS = [
    DATA / f"{name}.json"
    for name in ("ctgov_rebuilt/NCT03060551", "ctgov_v2/NCT06414135", "ctgov_v2/NCT04670068", "ctgov_v2/NCT00001909")
]


@cache
def original(which: int) -> Study:
    study: Study = json.loads(ORIGINALS[which].read_text(encoding="utf-8"))
    return study


def scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from scalars(below)
    elif value is not None:
        yield json.dumps(value) if isinstance(value, bool | int | float) else value


@pytest.mark.skipif(not all(file.is_file() for file in ORIGINALS), reason=f"no real records in {DATA}")
@settings(
    max_examples=MUTATIONS,
    deadline=None,
    derandomize=not os.environ.get("CELLKG_MUTATIONS"),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(which=st.integers(0, 3), changes=CHANGES)
def test_a_mutated_record_is_read_or_set_aside_and_nothing_is_invented(
    which: int, changes: list[tuple[int, str, int]], tmp_path: Path
) -> None:
    record = mutated(original(which), changes)
    file = tmp_path / "one.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    quads, findings = loaded(file)
    assert bool(quads) != bool(findings.set_aside)
    store = ox.Store()
    store.bulk_load("".join(lines(iter(quads))).encode(), format=ox.RdfFormat.N_QUADS)
    assert sorted(invented(quads, record)) == []
    assert list(broken_rules(store)) == []


#: Properties whose value is not that of a field: how it was computed is tested elsewhere.
COMPUTED = {
    "pointer", "sourceKey", "loader", "sha256", "maximumAgeYears", "minimumAgeYears", "criterionNumber", "textStart",
    "textEnd", "mentions", "rank", "idRole", "seriousness", "limitValue", "limitUnit", "analyte", "pComparator",
    "asWritten", "aboutValue", "readingRule", "confidence", "duration", "days", "beginDuration", "beginDays",
    "rangeMinimum", "rangeMaximum", "scaleMinimum", "scaleMaximum", "threshold", "thresholdUnit", "thresholdCounts",
    "ucumCode",
}  # fmt: skip


def invented(quads: list[Quad], record: Study) -> Iterator[str]:
    said = set(scalars(record))
    numbers = {number for text in said if (number := as_number(text)) is not None}
    days = {text.partition("T")[0] for text in said}
    for quad in quads:
        name = quad.predicate.rpartition("/")[2]
        if "/clinicaltrials.gov/reading/" in quad.subject:
            yield from invented_words(name, quad.object, said)
            continue
        if type(quad.object) is Literal and quad.subject != quad.graph and name not in COMPUTED:
            value = json.loads(quad.object[: quad.object.rindex('"') + 1].replace("\x00", "\\u0000"), strict=False)
            if not (value in said or value in days or as_number(value) in numbers or "•" in value):
                yield f"{name} {value[:60]}"


def invented_words(name: str, value: object, said: set[str]) -> Iterator[str]:
    """What is read out of a text quotes it; that a value is what the words say is tested elsewhere."""
    if name == "asWritten" and isinstance(value, Literal):
        words = json.loads(value, strict=False)
        if not any(words in text for text in said) and "•" not in words:
            yield f"{name} {words[:60]}"


def as_number(text: str) -> Decimal | None:
    bare = text.strip().lstrip("<>=≤≥ ").replace(",", "")
    return (
        Decimal(bare) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", bare, re.ASCII | re.IGNORECASE) else None
    )


def broken_rules(store: ox.Store) -> Iterator[str]:
    """The rules that a record alone can break, as the build would see them."""
    from cellkg.checks import violation_queries

    rules = (
        "negative-number",
        "number-beyond",
        "personal-data",
        "start-after",
        "registry-id",
        "two-study",
        "unreachable",
    )
    for file in violation_queries():
        if file.stem.startswith(rules):
            answer = EmbeddedStore(store, "a record").query(file.read_text(encoding="utf-8"))
            assert isinstance(answer, ox.QuerySolutions)
            yield from (f"{file.stem}: {row}" for row in answer)
