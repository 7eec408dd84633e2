"""Fetching from a registry: a real server on this machine replays made-up pages, and fails in every known way."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from filelock import FileLock

from cellkg.build import build
from cellkg.errors import CellkgError, NetworkError, UsageError
from cellkg.history import history
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad
from cellkg.store import open_store
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader
from cellkg_loaders.fetching import Fetched, Patience, Search, Step, fetch, new_search

# ---- made-up records, with people in every place that the registry has for them ----------------------------------
NAME, PHONE, ADDRESS = "Quirina Beispielfrau", "+49 30 5550 1234", "quirina@klinik.example"
SECRETS = (NAME, "Beispielfrau", PHONE, "5550 1234", ADDRESS, "klinik.example", "Hauptgeheimrat")
CONTACT = {"name": NAME, "role": "CONTACT", "phone": PHONE, "phoneExt": "7", "email": ADDRESS}


def record(number: int, **more: Any) -> dict[str, Any]:
    """A study that names a person wherever the registry can."""
    study: dict[str, Any] = {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT{number:08}",
                "briefTitle": f"Harmless title {number}",
                "organization": {"fullName": NAME, "class": "INDIV"},
            },
            "statusModule": {"overallStatus": "COMPLETED", "lastUpdatePostDateStruct": {"date": "2024-05-06"}},
            "sponsorCollaboratorsModule": {
                "responsibleParty": {
                    "type": "SPONSOR_INVESTIGATOR",
                    "investigatorFullName": NAME,
                    "investigatorTitle": "Hauptgeheimrat",
                    "investigatorAffiliation": "A hospital",
                    "oldNameTitle": f"Dr. {NAME}",
                },
                "leadSponsor": {"name": NAME, "class": "INDIV"},
                "collaborators": [{"name": "A foundation", "class": "OTHER"}],
            },
            "descriptionModule": {
                "briefSummary": f"Write to {ADDRESS} or call {PHONE} – day or night.",
                "detailedDescription": f"Planned by {NAME} in Ulm.",
            },
            "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 12, "type": "ACTUAL"}},
            "contactsLocationsModule": {
                "centralContacts": [CONTACT, CONTACT],
                "overallOfficials": [{"name": NAME, "affiliation": "A hospital", "role": "STUDY_CHAIR"}],
                "locations": [{"facility": "A hospital", "city": "Ulm", "country": "Germany", "contacts": [CONTACT]}],
            },
            "referencesModule": {"references": [{"pmid": "1", "type": "RESULT", "citation": f"{NAME}. A paper."}]},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": "2024-06-01"}},
        "hasResults": False,
    }
    return study | more


POINT_OF_CONTACT = {"title": NAME, "organization": "A hospital", "phone": PHONE, "email": ADDRESS}


# ---- the server -------------------------------------------------------------------------------------------------
Fault = Callable[["Handler", bytes], None]


@dataclass
class Server:
    """A registry of these studies; ``faults`` says which request is answered wrongly, counted from 1."""

    studies: list[dict[str, Any]]
    page_size: int = 4
    faults: dict[int, Fault] = field(default_factory=dict)
    always: Fault | None = None
    generation: int = 0
    requests: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    not_modified: int = 0
    connections: int = 0
    tag: Callable[[bytes], str] | None = None
    address: str = ""

    def page(self, query: dict[str, str]) -> dict[str, Any] | None:
        """The page that a query asks for, or nothing where its token is of an earlier generation."""
        start = 0
        if token := query.get("pageToken"):
            generation, _, place = token.partition("-")
            if generation != f"g{self.generation}":
                return None
            start = int(place)
        ids = query.get("filter.ids")
        studies = self.studies if ids is None else [each for each in self.studies if _id(each) in ids.split(",")]
        page: dict[str, Any] = {"studies": studies[start : start + self.page_size]}
        if start + self.page_size < len(studies):
            page["nextPageToken"] = f"g{self.generation}-{start + self.page_size}"
        return {"totalCount": len(studies), **page} if start == 0 and "countTotal" in query else page


def _id(study: dict[str, Any]) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    registry: Server

    def setup(self) -> None:
        super().setup()
        self.registry.connections += 1

    def do_GET(self) -> None:
        registry = self.registry
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        registry.requests.append(query)
        registry.headers.append({name.lower(): value for name, value in self.headers.items()})
        page = registry.page(query) if parts.path == "/api/v2/studies" else {"studies": None}
        body = json.dumps(page).encode()
        fault = registry.always or registry.faults.pop(len(registry.requests), None)
        if fault is not None:
            fault(self, body)
        elif page is None:
            self.send(400, b"Page token is not valid.", {"Content-Type": "text/plain"})
        else:
            self.send_page(body)

    def send_page(self, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        if self.registry.tag is not None:
            headers["ETag"] = self.registry.tag(body)
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self.registry.not_modified += 1
                self.send(304, b"", {"ETag": headers["ETag"]})
                return
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body)
        self.send(200, body, headers)

    def send(self, status: int, body: bytes, headers: dict[str, str], length: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def status(code: int, **headers: str) -> Fault:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: handler.send(code, f"{NAME} <{ADDRESS}>".encode(), sent)


def drops_mid_body(handler: Handler, body: bytes) -> None:
    handler.send(200, body[: len(body) // 2], {"Content-Type": "application/json"}, length=len(body))
    handler.close_connection = True


def drops_at_once(handler: Handler, body: bytes) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def truncates_json(handler: Handler, body: bytes) -> None:
    handler.send(200, body[: len(body) // 2], {"Content-Type": "application/json"})


def truncates_gzip(handler: Handler, body: bytes) -> None:
    half = gzip.compress(body)[:-40]
    handler.send(200, half, {"Content-Type": "application/json", "Content-Encoding": "gzip"})


def breaks_gzip(handler: Handler, body: bytes) -> None:
    handler.send(200, body, {"Content-Type": "application/json", "Content-Encoding": "gzip"})


def forgets_tokens(handler: Handler, body: bytes) -> None:
    handler.registry.generation += 1
    handler.send(400, b"Page token is not valid.", {"Content-Type": "text/plain"})


PASSING = {
    "429": status(429, Retry_After="0"),
    "429 without a wait": status(429),
    "503": status(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
    "500": status(500),
    "drops mid-body": drops_mid_body,
    "drops at once": drops_at_once,
    "truncated JSON": truncates_json,
    "truncated gzip": truncates_gzip,
    "broken gzip": breaks_gzip,
}


@pytest.fixture
def server() -> Iterator[Server]:
    """A registry of ten studies on a free port."""
    registry = Server([record(number) for number in range(1, 11)])

    class Bound(Handler):
        pass

    Bound.registry = registry
    web = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
    web.daemon_threads = True
    web.handle_error = lambda request, address: None  # type: ignore[assignment, method-assign]
    registry.address = f"http://127.0.0.1:{web.server_address[1]}/api/v2"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield registry
    web.shutdown()
    thread.join()
    web.server_close()


# ---- nothing leaves this machine --------------------------------------------------------------------------------
_GUARD = """
import sys
def _guard(event, arguments):
    if event == "socket.connect" and arguments[1][0] != "127.0.0.1":
        raise SystemExit(f"connects to {arguments[1]}")
sys.addaudithook(_guard)
"""
_reached: list[object] = []
_watching = threading.Event()
sys.addaudithook(
    lambda event, arguments: _reached.append(arguments[1]) if event == "socket.connect" and _watching.is_set() else None
)


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    _reached.clear()
    _watching.set()
    yield
    _watching.clear()
    assert {address[0] for address in _reached if isinstance(address, tuple)} <= {"127.0.0.1"}


# ---- how the tests fetch ----------------------------------------------------------------------------------------
QUICK = Patience(first_wait=0, pace=0)


@dataclass
class Place:
    """Where a test fetches to."""

    server: Server
    folder: Path
    cache: Path
    steps: list[Step] = field(default_factory=list)

    def search(self, **criteria: Any) -> Search:
        return new_search(**({"condition": "sclerosis"} | criteria), server=self.server.address)

    def fetch(self, patience: Patience = QUICK, **criteria: Any) -> Fetched:
        return fetch(self.search(**criteria), self.folder, self.cache, patience=patience, tell=self.steps.append)

    def ids(self) -> list[str]:
        """The registry ids of the records on disk, each under the name that it should have."""
        files = sorted(self.folder.glob("*.json"))
        ids = [_id(json.loads(file.read_bytes())) for file in files]
        assert ids == [file.stem for file in files]
        return ids

    def account(self) -> dict[str, Any]:
        (file,) = self.folder.glob("search-*.yaml")
        account = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert isinstance(account, dict)
        return account

    def bytes(self) -> bytes:
        files = [path for folder in (self.folder, self.cache) for path in folder.rglob("*") if path.is_file()]
        return b"\n".join([file.name.encode() + file.read_bytes() for file in files])

    def check(self) -> None:
        """Exactly the right records, once each, nothing half-done, and no person anywhere."""
        assert self.ids() == sorted({_id(study) for study in self.server.studies})
        assert not [file for file in self.folder.iterdir() if file.suffix in (".part", ".state")]
        self.check_people()

    def check_people(self) -> None:
        content = self.bytes()
        assert [secret for secret in SECRETS if secret.encode() in content] == []


@pytest.fixture
def place(server: Server, tmp_path: Path) -> Place:
    return Place(server, tmp_path / "records", tmp_path / "cache")


# ---- a search ---------------------------------------------------------------------------------------------------
def test_every_record_of_every_page_is_on_disk_once(place: Place) -> None:
    done = place.fetch()
    place.check()
    assert (done.records, done.written, done.resumed) == (10, 10, False)
    assert [step.records for step in place.steps] == [4, 8, 10]
    assert {step.total for step in place.steps} == {10}


def test_the_pages_are_asked_for_as_the_registry_wants_it(place: Place) -> None:
    place.fetch(condition="lupus", intervention="stem cells", term="(a OR b)", since="2024-01-31")
    first, second, third = place.server.requests
    same = {"query.cond": "lupus", "query.intr": "stem cells", "query.term": "(a OR b)", "format": "json"}
    same |= {"filter.advanced": "AREA[LastUpdatePostDate]RANGE[2024-01-31,MAX]", "pageSize": "100"}
    assert first == same | {"countTotal": "true"}
    assert [second, third] == [same | {"pageToken": "g0-4"}, same | {"pageToken": "g0-8"}]
    assert {headers["accept-encoding"] for headers in place.server.headers} == {"gzip"}
    assert {headers["user-agent"].partition("/")[0] for headers in place.server.headers} == {"cellkg"}
    assert place.server.connections == 1


def test_a_limit_is_kept_and_no_more_is_asked_for(place: Place) -> None:
    done = place.fetch(limit=6)
    assert place.ids() == [f"NCT{number:08}" for number in range(1, 7)]
    assert done.records == 6
    assert [request["pageSize"] for request in place.server.requests] == ["6", "6"]


def test_many_ids_are_asked_for_in_several_series(place: Place) -> None:
    place.server.studies = [record(number) for number in range(1, 301)]
    place.server.page_size = 150
    wanted = [f"NCT{number:08}" for number in range(1, 301)]
    done = place.fetch(condition=None, ids=[",".join(wanted)])
    assert done.records == 300
    assert [len(request["filter.ids"].split(",")) for request in place.server.requests] == [200, 200, 100]
    assert place.account()["total_reported"] == 300
    place.check()


def test_an_id_that_is_not_there_is_told_but_an_alias_counts_as_found(place: Place) -> None:
    renamed = place.server.studies[2]
    renamed["protocolSection"]["identificationModule"]["nctIdAliases"] = ["NCT00000777"]
    place.server.studies = [renamed]
    place.server.page = lambda query: {"studies": [renamed]}  # type: ignore[method-assign]
    done = place.fetch(condition=None, ids=["NCT00000777,NCT00000003", "NCT00000999"])
    assert done.not_found == ["NCT00000999"]
    assert place.account()["ids_not_found"] == ["NCT00000999"]


def test_a_record_is_rewritten_only_when_its_content_changed(place: Place) -> None:
    place.fetch()
    changed, dated = place.folder / "NCT00000003.json", place.folder / "NCT00000004.json"
    before = {file.name: file.stat().st_mtime_ns for file in place.folder.glob("NCT*")}
    place.server.studies[2]["protocolSection"]["statusModule"]["overallStatus"] = "TERMINATED"
    place.server.studies[3]["derivedSection"]["miscInfoModule"]["versionHolder"] = "2024-06-02"
    done = place.fetch()
    assert (done.records, done.written) == (10, 1)
    after = {file.name: file.stat().st_mtime_ns for file in place.folder.glob("NCT*")}
    assert {name for name in after if after[name] != before[name]} == {changed.name}
    assert "2024-06-01" in dated.read_text(encoding="utf-8")


def test_an_earlier_version_of_a_record_is_kept_and_history_tells_what_changed(place: Place, tmp_path: Path) -> None:
    place.fetch()
    status = place.server.studies[2]["protocolSection"]["statusModule"]
    status |= {"overallStatus": "TERMINATED", "lastUpdatePostDateStruct": {"date": "2024-08-09"}}
    place.fetch()
    place.fetch()
    (kept,) = (place.folder / "earlier").iterdir()
    assert json.loads(kept.read_bytes())["protocolSection"]["statusModule"]["overallStatus"] == "COMPLETED"
    place.check_people()
    build(Inputs(registry=(place.folder,)), tmp_path / "home", [ClinicalTrialsGovLoader()])
    rows = history(open_store(tmp_path / "home"), "NCT00000003").table.rows
    assert [row[:5] for row in rows] == [("2024-08-09", "2024-05-06", "status", "COMPLETED", "TERMINATED")]


def test_a_fetched_record_is_the_version_that_a_raw_download_is(place: Place, tmp_path: Path) -> None:
    place.fetch(condition="systemic sclerosis")
    raw = tmp_path / "raw.json"
    raw.write_text(json.dumps(place.server.studies[0]), encoding="utf-8")
    fetched = place.folder / "NCT00000001.json"
    assert graphs(raw) == graphs(fetched)
    said = {str(quad.predicate).rpartition("/")[2]: str(quad.object) for quad in read(fetched)}
    assert said["retrievedOn"].startswith(f'"{datetime.now(UTC):%Y-%m-%d}"')
    assert said["ns/prov#wasDerivedFrom".rpartition("/")[2]].endswith("/studies?query.cond=systemic+sclerosis")
    edited = fetched.read_text(encoding="utf-8").replace('"count":12', '"count":13')
    fetched.write_text(edited, encoding="utf-8")
    assert graphs(raw) != graphs(fetched), "a file that was changed by hand is what it says, not what was sent"


def read(file: Path) -> list[Quad]:
    findings = Findings()
    quads = [Quad(*parts) for parts in ClinicalTrialsGovLoader().quads(Inputs(registry=(file,)), findings)]
    assert findings.counts["registry records"] == 1
    assert not any(what.startswith("unknown field") for what in findings.counts)
    return quads


def graphs(file: Path) -> set[str]:
    return {str(quad.graph) for quad in read(file)}


def test_a_broken_file_of_a_record_is_written_anew(place: Place) -> None:
    place.folder.mkdir()
    (place.folder / "NCT00000001.json").write_text('{"protocolSection": {', encoding="utf-8")
    (place.folder / ".NCT00000001.json.part").write_text("{", encoding="utf-8")
    place.fetch()
    place.check()


def test_a_record_on_two_pages_counts_once(place: Place) -> None:
    place.server.studies.insert(5, place.server.studies[0])
    done = place.fetch()
    assert (done.records, done.written) == (10, 10)
    place.check()


def test_a_record_that_cannot_name_a_file_is_set_aside_and_counted(place: Place) -> None:
    kept = list(place.server.studies)
    place.server.studies[3:3] = [{"protocolSection": {}}, {"hasResults": False}]
    place.server.studies.append(record(1) | {"protocolSection": {"identificationModule": {"nctId": "../../NCT1"}}})
    done = place.fetch()
    assert (done.records, done.unnamed) == (10, 3)
    place.server.studies = kept
    place.check()


def test_a_registry_that_sends_less_than_it_reports_is_told(place: Place) -> None:
    page = place.server.page
    place.server.page = lambda query: (page(query) or {}) | {"totalCount": 12}  # type: ignore[method-assign]
    done = place.fetch()
    assert (done.records, done.missing, place.account()["total_reported"]) == (10, 2, 12)


# ---- people -----------------------------------------------------------------------------------------------------
def test_no_person_reaches_the_disk_and_the_rest_of_the_record_does(place: Place) -> None:
    place.server.tag = lambda body: f'"{hashlib.md5(body).hexdigest()}"'
    place.server.studies[0]["resultsSection"] = {"moreInfoModule": {"pointOfContact": POINT_OF_CONTACT}}
    place.server.studies[2]["protocolSection"]["sponsorCollaboratorsModule"]["leadSponsor"]["class"] = "OTHER"
    place.server.studies[1]["newSection"] = {"newModule": [{"contacts": [CONTACT], "phone": PHONE}]}
    place.fetch()
    place.check()
    assert b"Harmless title 7" in b"".join(file.read_bytes() for file in place.cache.rglob("*")), "the cache is plain"
    study = json.loads((place.folder / "NCT00000001.json").read_bytes())
    protocol = study["protocolSection"]
    assert protocol["contactsLocationsModule"] == {
        "overallOfficials": [{"affiliation": "A hospital", "role": "STUDY_CHAIR"}],
        "locations": [{"facility": "A hospital", "city": "Ulm", "country": "Germany"}],
    }
    assert protocol["sponsorCollaboratorsModule"] == {
        "responsibleParty": {"type": "SPONSOR_INVESTIGATOR", "investigatorAffiliation": "A hospital"},
        "leadSponsor": {"class": "INDIV"},
        "collaborators": [{"name": "A foundation", "class": "OTHER"}],
    }
    assert protocol["referencesModule"] == {"references": [{"pmid": "1", "type": "RESULT"}]}
    assert study["resultsSection"] == {"moreInfoModule": {}}
    third = json.loads((place.folder / "NCT00000003.json").read_bytes())["protocolSection"]
    assert third["sponsorCollaboratorsModule"]["leadSponsor"] == {"class": "OTHER"}


def test_names_addresses_and_numbers_in_a_text_are_masked_by_as_many_signs(place: Place) -> None:
    place.fetch()
    text = json.loads((place.folder / "NCT00000001.json").read_bytes())["protocolSection"]["descriptionModule"]
    masked = f"Write to {'•' * len(ADDRESS)} or call {'•' * len(PHONE)} – day or night."
    assert text == {"briefSummary": masked, "detailedDescription": f"Planned by {'•' * len(NAME)} in Ulm."}


def test_numbers_are_kept_as_they_are_written(place: Place) -> None:
    measurement = {"value": "+2345678901", "spread": ".05", "lowerLimit": "NA"}
    place.server.studies[0]["resultsSection"] = {"m": [measurement], "count": 2_000_000, "lat": 48.39841}
    place.fetch()
    study = json.loads((place.folder / "NCT00000001.json").read_bytes())
    assert study["resultsSection"] == {"m": [measurement], "count": 2_000_000, "lat": 48.39841}


@pytest.mark.parametrize("code", [400, 401, 404, 429, 500])
def test_no_person_of_an_error_page_reaches_a_message_or_the_disk(place: Place, code: int) -> None:
    place.server.always = status(code, Content_Type="text/plain")
    with pytest.raises(CellkgError) as caught:
        place.fetch()
    assert ADDRESS not in str(caught.value)
    place.check_people()


def test_the_account_tells_what_was_asked_and_what_was_taken_out(place: Place) -> None:
    place.fetch(condition="systemic sclerosis")
    account = place.account()
    assert account["query"] == {"condition": "systemic sclerosis"}
    assert account["server"] == place.server.address
    assert (account["total_reported"], account["records"], account["written"], account["unchanged"]) == (10, 10, 10, 0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", str(account["started"]))
    assert "U.S. National Library of Medicine" in account["terms"]
    assert account["texts_with_something_masked"] == 20
    contacts = "protocolSection.contactsLocationsModule"
    removed = account["removed_before_writing"]
    assert removed[f"{contacts}.centralContacts"] == 20
    assert removed[f"{contacts}.locations[].contacts"] == 10
    assert removed[f"{contacts}.overallOfficials[].name"] == 10


# ---- what goes wrong on the way ---------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("request_number", [1, 2, 3])
def test_what_may_pass_is_asked_for_again(place: Place, kind: str, request_number: int) -> None:
    place.server.faults = {request_number: PASSING[kind], request_number + 1: PASSING[kind]}
    assert place.fetch().records == 10
    place.check()
    assert len(place.server.requests) == 5
    assert place.account()["records"] == 10


def test_many_failures_in_a_row_of_pages_leave_the_right_records(place: Place) -> None:
    dice = random.Random(20240506)
    place.server.studies = [record(number) for number in range(1, 60)]
    place.server.faults = {
        number: dice.choice([*PASSING.values(), forgets_tokens] if number > 2 else list(PASSING.values()))
        for number in range(1, 80, 3)
    }
    for _ in range(30):
        try:
            place.fetch()
            break
        except NetworkError:
            place.check_people()
    place.check()


def test_the_wait_that_a_server_asks_for_is_kept(place: Place) -> None:
    waits: list[float] = []
    place.server.faults = {1: status(429, Retry_After="7"), 3: status(503, Retry_After="3"), 5: status(500)}
    place.fetch(Patience(first_wait=2, longest_wait=60, pace=0, sleep=waits.append))
    assert waits[:2] == [7, 3]
    assert 2 <= waits[2] <= 4
    assert "429 and asks to wait 7 s; asks again in 7 s" in place.steps[0].note


def test_waits_grow_and_end(place: Place) -> None:
    waits: list[float] = []
    place.server.always = status(500)
    with pytest.raises(NetworkError, match="asked 6 times"):
        place.fetch(Patience(first_wait=1, longest_wait=8, pace=0, sleep=waits.append))
    assert all(low <= wait <= low + 1 for low, wait in zip((1, 2, 4, 8, 8), waits, strict=True))


def test_requests_keep_their_distance(place: Place) -> None:
    waits: list[float] = []
    place.fetch(Patience(pace=50, sleep=waits.append))
    assert len(waits) == len(place.server.requests) - 1
    assert all(40 < wait <= 50 for wait in waits)


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(place: Place) -> None:
    place.server.faults = {2: status(429, Retry_After="86400")}
    with pytest.raises(NetworkError, match=r"asks to wait 86400 s.*4 of 10 records.*same command again") as caught:
        place.fetch()
    assert caught.value.exit_code == 5
    assert len(place.server.requests) == 2


def test_giving_up_keeps_what_is_there_and_the_same_search_goes_on(place: Place) -> None:
    place.server.faults = {number: status(500) for number in range(3, 9)}
    with pytest.raises(NetworkError, match="8 of 10 records are in") as caught:
        place.fetch()
    assert caught.value.exit_code == 5
    assert len(place.ids()) == 8
    place.server.requests.clear()
    done = place.fetch()
    assert [request.get("pageToken") for request in place.server.requests] == ["g0-8"]
    assert (done.records, done.written, done.resumed) == (10, 10, True)
    place.check()


def test_another_search_does_not_go_on_where_this_one_stopped(place: Place) -> None:
    place.server.faults = {number: status(500) for number in range(3, 9)}
    with pytest.raises(NetworkError):
        place.fetch()
    place.fetch(condition="another")
    assert "pageToken" not in place.server.requests[8]


def test_a_forgotten_token_begins_the_search_again(place: Place) -> None:
    place.server.faults = {3: forgets_tokens}
    done = place.fetch()
    assert [request.get("pageToken") for request in place.server.requests] == [
        None,
        "g0-4",
        "g0-8",
        None,
        "g1-4",
        "g1-8",
    ]
    assert (done.records, done.written) == (10, 10)
    assert place.account()["total_reported"] == 10
    assert place.account()["removed_before_writing"]["protocolSection.contactsLocationsModule.centralContacts"] == 20
    place.check()


def test_a_token_forgotten_between_two_runs_begins_the_search_again(place: Place) -> None:
    place.server.faults = {number: status(500) for number in range(3, 9)}
    with pytest.raises(NetworkError):
        place.fetch()
    place.server.generation += 1
    assert place.fetch().records == 10
    place.check()


def test_a_cached_page_with_a_forgotten_token_does_not_lead_astray(place: Place) -> None:
    place.server.tag = lambda body: '"the tag does not know of tokens"' if b"totalCount" in body else '"other"'
    place.fetch()
    place.server.generation += 1
    place.server.studies.append(record(11))
    assert place.fetch().records == 11
    place.check()


def test_a_server_that_forgets_every_token_is_given_up(place: Place) -> None:
    def always_forgets(handler: Handler, body: bytes) -> None:
        forgets_tokens(handler, body) if "pageToken" in handler.path else handler.send_page(body)

    place.server.always = always_forgets
    with pytest.raises(NetworkError, match="no longer knows the next page"):
        place.fetch()


def test_pages_that_lead_in_a_circle_are_told(place: Place) -> None:
    place.server.page = lambda query: {"studies": [record(1)], "nextPageToken": "round"}  # type: ignore[method-assign]
    with pytest.raises(NetworkError, match="circle"):
        place.fetch()


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><html>Maintenance</html>", b"\n <html></html>"])
def test_a_web_page_is_not_taken_for_records(place: Place, body: bytes) -> None:
    place.server.always = lambda handler, page: handler.send(200, body, {"Content-Type": "text/html"})
    with pytest.raises(NetworkError, match="web page"):
        place.fetch()
    assert len(place.server.requests) == 1


@pytest.mark.parametrize("body", [b'{"hits": []}', b"[]", b'{"studies": ["x"]}', b"[" * 100_000])
def test_other_json_is_not_taken_for_records(place: Place, body: bytes) -> None:
    place.server.always = lambda handler, page: handler.send(200, body, {"Content-Type": "application/json"})
    with pytest.raises(NetworkError):
        place.fetch()
    assert place.ids() == []


def test_a_refused_query_is_told_in_the_words_of_the_registry(place: Place) -> None:
    told = b"`query.cond`: unexpected end of expression"
    place.server.always = lambda handler, page: handler.send(400, told, {"Content-Type": "text/plain"})
    with pytest.raises(UsageError, match=re.escape(f"refuses the query: {told.decode()}; mend it")):
        place.fetch(condition="(a OR")
    assert not list(place.folder.glob(".search*"))


def test_a_server_that_points_elsewhere_is_not_followed(place: Place) -> None:
    place.server.always = status(302, Location="http://192.0.2.1/api/v2/studies")
    with pytest.raises(NetworkError, match="answered 302"):
        place.fetch()


def test_no_server_is_a_network_error(place: Place) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place.server.address = f"http://127.0.0.1:{free.getsockname()[1]}/api/v2"
        with pytest.raises(NetworkError, match="ConnectError"):
            place.fetch()


# ---- the cache --------------------------------------------------------------------------------------------------
def test_pages_that_did_not_change_are_not_sent_again(place: Place) -> None:
    place.server.tag = lambda body: f'"{hashlib.md5(body).hexdigest()}"'
    place.fetch()
    assert place.server.not_modified == 0
    done = place.fetch()
    assert (done.records, done.written, done.missing, place.server.not_modified) == (10, 0, 0, 3)
    assert [step.total for step in place.steps] == [10] * 6
    place.server.studies[9]["protocolSection"]["statusModule"]["overallStatus"] = "TERMINATED"
    assert (place.fetch().written, place.server.not_modified) == (1, 5)
    place.check()


def test_a_cache_that_is_no_cache_does_no_harm(place: Place) -> None:
    place.cache.mkdir()
    (place.cache / "registry-pages.db").write_bytes(b"no database at all" * 100)
    place.fetch()
    place.check()


def test_a_broken_off_page_is_not_kept(place: Place) -> None:
    place.server.tag = lambda body: '"same"'
    place.server.faults = {1: truncates_json, 2: drops_mid_body}
    place.server.page_size = 10
    place.fetch()
    place.check()


# ---- the disk ---------------------------------------------------------------------------------------------------
def test_a_folder_is_written_by_one_run_at_a_time(place: Place) -> None:
    place.folder.mkdir()
    with FileLock(place.folder / ".fetch.lock"), pytest.raises(CellkgError, match="another fetch"):
        place.fetch()


def test_a_folder_that_cannot_be_one_is_told(place: Place) -> None:
    place.folder.write_text("a file", encoding="utf-8")
    with pytest.raises(CellkgError, match="name another folder"):
        place.fetch()


@pytest.mark.parametrize("torn", [b"", b'{"type":"pa', b"\xff\xfe", b'{"type":"page"}\n', b"[]\n"])
def test_a_torn_line_of_the_journal_costs_a_page_and_no_more(place: Place, torn: bytes) -> None:
    place.server.faults = {number: status(500) for number in range(3, 9)}
    with pytest.raises(NetworkError):
        place.fetch()
    (journal,) = place.folder.glob(".search-*.state")
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    journal.write_bytes(b"".join(lines[:2]) + torn)
    place.server.requests.clear()
    place.server.faults.clear()
    assert place.fetch().records == 10
    assert [request.get("pageToken") for request in place.server.requests] == ["g0-4", "g0-8"]
    place.check()


def test_lines_after_a_torn_one_are_not_lost(place: Place) -> None:
    place.server.faults = {number: status(500) for number in range(2, 8)}
    with pytest.raises(NetworkError):
        place.fetch()
    (journal,) = place.folder.glob(".search-*.state")
    with journal.open("ab") as file:
        file.write(b'{"type":"pa')
    place.server.faults = {number: status(500) for number in range(9, 15)}
    with pytest.raises(NetworkError, match="8 of 10"):
        place.fetch()
    place.server.requests.clear()
    assert place.fetch().records == 10
    assert [request.get("pageToken") for request in place.server.requests] == ["g0-8"]
    place.check()


# ---- killed -----------------------------------------------------------------------------------------------------
_RUN = f"""{_GUARD}
from pathlib import Path
from cellkg_loaders.fetching import Patience, fetch, new_search
search = new_search(condition="sclerosis", server=sys.argv[1])
fetch(search, Path(sys.argv[2]), Path(sys.argv[3]), patience=Patience(first_wait=0, pace=0))
"""


@pytest.mark.parametrize("moment", ["before the answer", "in the answer", "after the answer"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_run_is_gone_on_with(place: Place, moment: str, seed: int) -> None:
    place.server.studies = [record(number) for number in range(1, 42)]
    place.server.tag = lambda body: f'"{hashlib.md5(body).hexdigest()}"'
    number = random.Random(f"{moment} {seed}").randint(1, 10)
    started = threading.Event()
    runs: list[subprocess.Popen[bytes]] = []

    def kills(handler: Handler, body: bytes) -> None:
        started.wait()
        if moment == "in the answer":
            drops_mid_body(handler, body)
        elif moment == "after the answer":
            handler.send_page(body)
        runs[0].kill()

    place.server.faults = {number: kills}
    command = [sys.executable, "-c", _RUN, place.server.address, str(place.folder), str(place.cache)]
    with subprocess.Popen(command) as run:
        runs.append(run)
        started.set()
        run.wait()
    place.check_people()
    place.server.requests.clear()
    assert place.fetch().records == 41
    place.check()
    if number > 1:
        assert place.server.requests[0].get("pageToken") in (f"g0-{number * 4 - 4}", f"g0-{number * 4}")


# ---- bad input --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("criteria", "told"),
    [
        ({}, "say what to fetch"),
        ({"limit": 5}, "say what to fetch"),
        ({"condition": " "}, "--condition is empty"),
        ({"since": "31.1.2024"}, "--since takes a day such as 2024-01-31, found '31.1.2024'"),
        ({"since": "2024-02-30"}, "--since takes a day"),
        ({"ids": ["NCT123"]}, "--ids takes ids such as NCT00000000, found 'NCT123'"),
        ({"ids": ["NCT03211793,,NCT03211794"]}, "found ''"),
        ({"term": "NCT03211793, nct03211794"}, "give them with --ids"),
        ({"condition": "x", "limit": 0}, "--limit"),
        ({"condition": "x", "server": "ftp://127.0.0.1"}, "--server takes an address"),
        ({"condition": "x", "server": "http://a:b@127.0.0.1"}, "--server takes an address"),
        ({"condition": "x", "server": "http://127.0.0.1:99999"}, "--server takes an address"),
        ({"condition": "x", "server": "http://[::1"}, "--server takes an address"),
    ],
)
def test_criteria_that_cannot_be_meant_are_refused(criteria: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        new_search(**criteria)


# ---- the command ------------------------------------------------------------------------------------------------
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cellkg(tmp_path: Path) -> Run:
    """The command line in a process that reaches nothing but this machine."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", f"{_GUARD}\nfrom cellkg.cli import main\nmain()", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, encoding="utf-8")

    return run


def test_fetched_records_are_built_into_a_graph(place: Place, cellkg: Run, tmp_path: Path) -> None:
    place.server.page_size = 10
    options = ["--server", place.server.address, "-o", place.folder, "--cache", place.cache]
    done = cellkg("fetch", "ctgov", "--condition", "sclerosis", "--limit", "9", *options)
    assert (done.returncode, done.stdout) == (0, f"{place.folder}\n")
    assert "9  records, 9 of them new or changed" in done.stderr
    store = tmp_path / "store"
    built = cellkg("build", "--registry", place.folder, "--store", store)
    assert built.returncode == 0, built.stderr
    assert re.search(r"\b9  registry records", built.stderr)
    ask = tmp_path / "titles.rq"
    ask.write_text('SELECT ?t { GRAPH ?g { ?s ?p ?t } FILTER(STRSTARTS(STR(?t), "Harmless title")) } ORDER BY ?t')
    answer = cellkg("query", ask, "-f", "csv", "--store", store)
    assert len(answer.stdout.splitlines()) == 10


def test_the_command_says_in_a_sentence_what_failed(place: Place, cellkg: Run) -> None:
    options = ["--server", place.server.address, "-o", place.folder, "--cache", place.cache]
    nothing = cellkg("fetch", "ctgov", *options)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("cellkg: say what to fetch")
    missing = cellkg("fetch", "ctgov", "--ids", "NCT00000002,NCT00000999", *options)
    assert missing.returncode == 3
    assert missing.stderr.splitlines()[-1] == "cellkg: not in the registry: NCT00000999; check these ids"
    assert place.ids() == ["NCT00000002"]
    place.server.always = status(503, Retry_After="0")
    down = cellkg("fetch", "ctgov", "--condition", "x", *options)
    assert down.returncode == 5
    (line,) = down.stderr.splitlines()
    assert line.startswith("cellkg: http://127.0.0.1:")
    assert line.endswith(f"0 records are in {place.folder}; the same command again goes on from there")
