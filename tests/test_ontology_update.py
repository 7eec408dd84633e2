"""The slices follow releases of their ontologies: from files and from a real server on this machine."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rdflib import RDFS, SKOS, Graph, Literal, URIRef

from cellkg.errors import DataError, InputError, InputErrors, NetworkError, UsageError
from cellkg.patience import Patience
from cellkg.resources import shipped
from cellkg.slices.plan import Slice, read_plans
from cellkg.slices.seeds import read_obsolete, read_seeds, seeds_text
from cellkg.slices.update import Updated, own_uses, update
from cellkg_loaders.fetching.files import fetch_file

Command = Callable[..., "subprocess.CompletedProcess[str]"]
IMPORTS = shipped("ontology") / "imports"
OBO = "http://purl.obolibrary.org/obo/"
EXACT = URIRef("http://www.geneontology.org/formats/oboInOwl#hasExactSynonym")
RELATED = URIRef("http://www.geneontology.org/formats/oboInOwl#hasRelatedSynonym")

CELLS = """format-version: 1.4
data-version: cl/releases/2031-02-03/cl.owl
ontology: cl

[Term]
id: CL:0000000
name: cell

[Term]
id: CL:0000001
name: stem cell
synonym: "progenitor" EXACT []
synonym: "early cell" RELATED []
is_a: CL:0000000 ! cell

[Term]
id: CL:0000002
name: fat "stem" cell
is_a: CL:0000001 ! stem cell
is_a: GO:0000009 {source="x"} ! of another ontology
relationship: part_of UBERON:0000001 ! fat

[Term]
id: CL:0000003
name: obsolete old stem cell
is_obsolete: true
replaced_by: CL:0000004

[Term]
id: CL:0000004
name: obsolete middle stem cell
is_obsolete: true
replaced_by: CL:0000002

[Term]
id: CL:0000005
name: deep cell
is_a: CL:0000002
is_a: CL:0000006

[Term]
id: CL:0000006
name: other cell
is_a: CL:0000000

[Term]
id: CL:0000007
name: obsolete orphan
is_obsolete: true
consider: CL:0000006
consider: CL:0000001

[Term]
id: CL:0000008
name: nobody asks for it
is_a: CL:0000000

[Term]
id: GO:0000009
name: of another ontology

[Typedef]
id: part_of
name: part of
"""


def iri(curie: str) -> URIRef:
    return URIRef("".join((OBO, curie.replace(":", "_"))))


def node(curie: str, label: str, **meta: object) -> dict[str, object]:
    return {"id": str(iri(curie)), "lbl": label, "type": "CLASS", "meta": meta}


def edge(child: str, parent: str, pred: str = "is_a") -> dict[str, str]:
    return {"sub": str(iri(child)), "pred": pred, "obj": str(iri(parent))}


def value(pred: str, val: str) -> dict[str, str]:
    return {"pred": pred, "val": val}


REPLACED = f"{OBO}IAO_0100001"
CONSIDER = "http://www.geneontology.org/formats/oboInOwl#consider"
#: The same ontology as CELLS, as OBO Graphs JSON.
GRAPHS = {
    "graphs": [
        {
            "id": f"{OBO}cl.json",
            "meta": {"version": f"{OBO}cl/releases/2031-02-03/cl.json"},
            "nodes": [
                node("CL:0000000", "cell"),
                node(
                    "CL:0000001",
                    "stem cell",
                    synonyms=[
                        {"pred": "hasExactSynonym", "val": "progenitor"},
                        {"pred": "hasRelatedSynonym", "val": "early cell"},
                    ],
                ),
                node("CL:0000002", 'fat "stem" cell'),
                node(
                    "CL:0000003",
                    "obsolete old stem cell",
                    deprecated=True,
                    basicPropertyValues=[value(REPLACED, str(iri("CL:0000004")))],
                ),
                node(
                    "CL:0000004",
                    "obsolete middle stem cell",
                    deprecated=True,
                    basicPropertyValues=[value(REPLACED, "CL:0000002")],
                ),
                node("CL:0000005", "deep cell"),
                node("CL:0000006", "other cell"),
                node(
                    "CL:0000007",
                    "obsolete orphan",
                    deprecated=True,
                    basicPropertyValues=[value(CONSIDER, str(iri(c))) for c in ("CL:0000006", "CL:0000001")],
                ),
                node("CL:0000008", "nobody asks for it"),
                node("GO:0000009", "of another ontology"),
            ],
            "edges": [
                edge("CL:0000001", "CL:0000000"),
                edge("CL:0000002", "CL:0000001"),
                edge("CL:0000002", "GO:0000009"),
                edge("CL:0000002", "UBERON:0000001", f"{OBO}BFO_0000050"),
                edge("CL:0000005", "CL:0000002"),
                edge("CL:0000005", "CL:0000006"),
                edge("CL:0000006", "CL:0000000"),
                edge("CL:0000008", "CL:0000000"),
                edge("CL:0000008", "CL:0000006", f"{OBO}RO_0002202"),
            ],
        }
    ]
}
JSON = json.dumps(GRAPHS)
PLAN = Slice(
    name="cl",
    prefix="CL",
    title="Cells",
    ontology="Cell Ontology",
    latest="https://example.org/cl.json",
    release="https://example.org/cl/releases/{}/cl.owl",
    licence="https://creativecommons.org/licenses/by/4.0/",
    hierarchy=True,
)
SEEDS = [("CL:0000001", "stem cell"), ("UBERON:0000001", "fat")]


def lists(folder: Path, seeds: list[tuple[str, str]], obsolete: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    rows = "".join(f"{curie}\t{label}\tcell type\t\n" for curie, label in sorted(seeds))
    (folder / "terms.tsv").write_text(f"curie\tlabel\tuse\tnote\n{rows}", encoding="utf-8")
    (folder / "obsolete.tsv").write_text(f"curie\tuse\n{obsolete}", encoding="utf-8")
    return folder


def written(file: Path, text: str | bytes) -> Path:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def run(folder: Path, file: Path, plan: Slice = PLAN, used: str = "", *, strict: bool = False) -> Updated:
    words = written(folder / "own.txt", used)
    return update(plan, file, file.name, folder, own_uses([words]), strict=strict)


# ---- what a slice becomes


@pytest.mark.parametrize(("name", "text"), [("cl.obo", CELLS), ("cl.json", JSON)])
@pytest.mark.parametrize("packed", [False, True])
def test_both_forms_give_the_same_slice(tmp_path: Path, name: str, text: str, packed: bool) -> None:
    content = gzip.compress(text.encode()) if packed else text.encode()
    folder = lists(tmp_path / "imports", [("CL:0000005", "deep cell")])
    done = run(folder, written(tmp_path / name, content))
    assert (done.version, done.terms, done.changed) == ("2031-02-03", 5, True)
    graph = Graph().parse(folder / "cl.ttl")
    assert set(graph.subject_objects(RDFS.subClassOf)) == {
        (iri("CL:0000001"), iri("CL:0000000")),
        (iri("CL:0000002"), iri("CL:0000001")),
        (iri("CL:0000005"), iri("CL:0000002")),
        (iri("CL:0000005"), iri("CL:0000006")),
        (iri("CL:0000006"), iri("CL:0000000")),
    }
    assert graph.value(iri("CL:0000002"), RDFS.label) == Literal('fat "stem" cell')
    assert list(graph.subject_objects(EXACT)) == [(iri("CL:0000001"), Literal("progenitor"))]
    first = (folder / "cl.ttl").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# Generated by `cellkg ontology update` from terms.tsv and {name}; do not edit."


def test_the_same_release_again_changes_no_file(tmp_path: Path) -> None:
    folder, file = lists(tmp_path / "imports", SEEDS), written(tmp_path / "cl.obo", CELLS)
    assert run(folder, file).changed
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != "own.txt"}
    assert not run(folder, file).changed
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_root_brings_all_that_is_below_it_and_a_dropped_edge_stays_out(tmp_path: Path) -> None:
    plan = read_plans(
        written(
            tmp_path / "slices.toml",
            '[[slice]]\nname = "cl"\nprefix = "CL"\ntitle = "t"\nontology = "o"\nlatest = "l"\nrelease = "http://r/{}"\n'
            'licence = "https://creativecommons.org/licenses/by/4.0/"\nhierarchy = true\n'
            'roots = [{ curie = "CL:0000001", label = "stem cell" }]\n'
            '[[slice.dropped]]\nchild = "CL:0000005"\nparent = "CL:0000006"\nwhy = "they differ"\n'
            '[[slice.dropped]]\nchild = "CL:0000008"\nparent = "CL:0000006"\nwhy = "never was"\n'
            '[[slice.demoted]]\ncurie = "CL:0000001"\nsynonyms = ["progenitor"]\nwhy = "too wide"\n',
        )
    )["cl"]
    folder = lists(tmp_path / "imports", [])
    done = run(folder, written(tmp_path / "cl.obo", CELLS), plan)
    graph = Graph().parse(folder / "cl.ttl")
    assert set(graph.objects(iri("CL:0000005"), RDFS.subClassOf)) == {iri("CL:0000002")}
    assert iri("CL:0000006") not in set(graph.subjects(RDFS.label))
    assert list(graph.subject_objects(RELATED)) == [(iri("CL:0000001"), Literal("progenitor"))]
    assert done.notes == ["CL:0000008 is no longer under CL:0000006: remove the correction"]


@pytest.mark.parametrize("form", ["obo", "json"])
def test_wholes_are_broader_and_no_superclasses(tmp_path: Path, form: str) -> None:
    text = (
        CELLS.replace("UBERON:0000001", "CL:0000006") if form == "obo" else JSON.replace("UBERON_0000001", "CL_0000006")
    )
    plan = Slice(**{name: getattr(PLAN, name) for name in PLAN.__struct_fields__} | {"parts": True})
    folder = lists(tmp_path / "imports", [("CL:0000002", 'fat "stem" cell')])
    run(folder, written(tmp_path / f"cl.{form}", text), plan)
    graph = Graph().parse(folder / "cl.ttl")
    assert set(graph.objects(iri("CL:0000002"), RDFS.subClassOf)) == {iri("CL:0000001")}
    assert set(graph.objects(iri("CL:0000002"), SKOS.broader)) == {iri("CL:0000001"), iri("CL:0000006")}


def test_without_hierarchy_only_the_seeds_come(tmp_path: Path) -> None:
    plan = Slice(**{name: getattr(PLAN, name) for name in PLAN.__struct_fields__} | {"hierarchy": False})
    folder = lists(tmp_path / "imports", [("CL:0000005", "deep cell")])
    assert run(folder, written(tmp_path / "cl.obo", CELLS), plan).terms == 1
    assert "subClassOf" not in "".join(
        line for line in (folder / "cl.ttl").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    )


# ---- what changed in the release


def test_an_obsolete_term_gives_its_place_to_what_replaces_it_at_last(tmp_path: Path) -> None:
    folder = lists(tmp_path / "imports", [("CL:0000003", "old stem cell"), *SEEDS], "EFO:1\tCL:0000003\n")
    done = run(folder, written(tmp_path / "cl.obo", CELLS), used="the CL_0000003 of a value")
    assert done.obsolete == {"CL:0000003": "CL:0000002"}
    assert read_obsolete(folder / "obsolete.tsv") == {"CL:0000003": "CL:0000002", "EFO:1": "CL:0000002"}
    seeds = {seed.curie: seed for seed in read_seeds(folder / "terms.tsv")}
    assert "CL:0000003" not in seeds
    assert (seeds["CL:0000002"].label, seeds["CL:0000002"].note) == ('fat "stem" cell', "replaces CL:0000003")
    assert iri("CL:0000003") not in set(Graph().parse(folder / "cl.ttl").subjects())
    assert done.notes == [
        "CL:0000003 (obsolete old stem cell) became obsolete: use CL:0000002",
        "CL:0000003 is obsolete and still used: own.txt:1",
    ]


def test_an_obsolete_term_without_replacement_is_told_with_what_to_consider(tmp_path: Path) -> None:
    folder = lists(tmp_path / "imports", [*SEEDS[:1], ("CL:0000007", "orphan")])
    done = run(folder, written(tmp_path / "cl.json", JSON))
    assert read_obsolete(folder / "obsolete.tsv") == {"CL:0000007": ""}
    assert done.notes == [
        "CL:0000007 (obsolete orphan) became obsolete: no replacement is named, consider CL:0000006, CL:0000001"
    ]


def test_a_term_below_a_seed_that_became_obsolete_is_told_too(tmp_path: Path) -> None:
    folder = lists(tmp_path / "imports", SEEDS)
    before = CELLS.replace(
        "name: obsolete old stem cell\nis_obsolete: true\nreplaced_by: CL:0000004", "name: old stem cell"
    )
    plan = Slice(
        **{name: getattr(PLAN, name) for name in PLAN.__struct_fields__}
        | {"roots": read_plans(IMPORTS / "slices.toml")["cl"].roots[:0]}
    )
    run(lists(folder, [("CL:0000003", "old stem cell")]), written(tmp_path / "before.obo", before), plan)
    done = run(lists(folder, SEEDS), written(tmp_path / "cl.obo", CELLS), plan)
    assert done.obsolete == {"CL:0000003": "CL:0000002"}


def test_replacements_in_a_circle_are_no_replacement(tmp_path: Path) -> None:
    text = CELLS.replace("replaced_by: CL:0000002", "replaced_by: CL:0000003")
    folder = lists(tmp_path / "imports", [("CL:0000003", "old stem cell")])
    assert run(folder, written(tmp_path / "cl.obo", text)).obsolete == {"CL:0000003": ""}


def test_a_changed_label_is_taken_over_and_told(tmp_path: Path) -> None:
    folder = lists(tmp_path / "imports", [("CL:0000001", "stem-like cell")])
    assert run(folder, written(tmp_path / "cl.obo", CELLS)).notes == [
        "CL:0000001 is now 'stem cell', was 'stem-like cell'"
    ]
    assert read_seeds(folder / "terms.tsv")[0].label == "stem cell"


def test_terms_that_vanished_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    folder = lists(tmp_path / "imports", [*SEEDS[:1], ("CL:0000098", "gone"), ("CL:0000099", "gone too")])
    before = (folder / "terms.tsv").read_bytes()
    with pytest.raises(InputErrors) as caught:
        run(folder, written(tmp_path / "cl.obo", CELLS))
    assert [str(error) for error in caught.value.errors] == [
        f"terms.tsv:{line}: {curie} ({label}) is not in cl.obo, release 2031-02-03; "
        "nothing was changed: check the id, or whether the release is whole"
        for line, curie, label in ((3, "CL:0000098", "gone"), (4, "CL:0000099", "gone too"))
    ]
    assert (folder / "terms.tsv").read_bytes() == before
    assert not (folder / "cl.ttl").exists()


def test_who_cannot_mend_our_files_keeps_the_slice_that_fits_them(tmp_path: Path) -> None:
    folder = lists(tmp_path / "imports", [("CL:0000003", "old stem cell")])
    file = written(tmp_path / "cl.obo", CELLS)
    with pytest.raises(DataError, match=r"makes obsolete: CL:0000003 in own\.txt:2; wait for a newer cellkg"):
        run(folder, file, used="\nobo:CL_0000003", strict=True)
    assert not (folder / "cl.ttl").exists()
    assert run(folder, file, used="obo:CL_00000031", strict=True).changed


# ---- releases that are none


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file; fetch it again"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", ":1: a web page, not an ontology; give its release"),
        (b'<?xml version="1.0"?><rdf:RDF/>', ":1: XML, not an ontology; give its release"),
        (CELLS.encode()[:-400] + b"\n[Term]\nid", r"\d+: no OBO: expected"),
        (CELLS.encode().replace(b"is_a: CL:0000000 !", b"is a CL:0000000 !", 1), ":14: no OBO: expected"),
        (JSON.encode()[:900], "no whole JSON"),
        (b'{"graphs": [{"nodes": [3]}]}', "graphs/nodes: no OBO Graph"),
        (b'{"graphs": [{"nodes": [{"id": "x"}], "edges": [{"sub": "a"}]}]}', "graphs/edges: no OBO Graph"),
        (b'{"studies": []}', "no term of CL in it; give a release of that ontology"),
        (CELLS.replace("CL:", "XX:").encode(), "no term of CL in it"),
        (gzip.compress(CELLS.encode())[:-30], "its gzip is not whole|no OBO"),
        (gzip.compress(JSON.encode())[:200], "its gzip is not whole"),
        (b"format-version: 1.4\n\n[Term]\nid: CL:0000001\nname: caf\xe9\n", "UTF-8"),
    ],
)
def test_a_broken_release_is_told_with_its_place_and_changes_nothing(
    tmp_path: Path, content: bytes, message: str
) -> None:
    folder = lists(tmp_path / "imports", SEEDS)
    with pytest.raises(InputError, match=message) as caught:
        run(folder, written(tmp_path / "release", content))
    assert str(caught.value).startswith(str(tmp_path / "release"))
    assert not (folder / "cl.ttl").exists()


def test_an_id_that_is_none_never_becomes_turtle(tmp_path: Path) -> None:
    hostile = JSON.replace("CL_0000005", "CL_5> . <http://evil>")
    folder = lists(tmp_path / "imports", SEEDS)
    plan = Slice(
        **{name: getattr(PLAN, name) for name in PLAN.__struct_fields__}
        | {"roots": (read_plans(IMPORTS / "slices.toml")["cl"].roots[0].__class__(curie="CL:0000000", label="cell"),)}
    )
    run(folder, written(tmp_path / "cl.json", hostile), plan)
    assert "evil" not in (folder / "cl.ttl").read_text(encoding="utf-8")


READ = """
import sys
from pathlib import Path
from cellkg.slices.release import open_release
with open_release(Path(sys.argv[1]), "CL") as release:
    status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    print(len(release), status["VmHWM"].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the peak of memory is read as Linux tells it")
@pytest.mark.parametrize("form", ["obo", "json"])
def test_a_large_release_takes_no_more_memory_than_a_small_one(tmp_path: Path, form: str) -> None:
    peaks = []
    for number in (1_000, 40_000):
        curies = [f"CL:1{n:06}" for n in range(number)]
        if form == "obo":
            text = CELLS + "".join(f"\n[Term]\nid: {curie}\nname: a cell\nis_a: CL:0000000\n" for curie in curies)
        else:
            nodes = [node(curie, "a cell") for curie in curies]
            text = json.dumps({"graphs": [{"nodes": nodes, "edges": [edge(curie, "CL:0000000") for curie in curies]}]})
        file = written(tmp_path / f"{number}.{form}", text)
        done = subprocess.run([sys.executable, "-c", READ, file], capture_output=True, text=True, check=True)
        count, peak = map(int, done.stdout.split())
        assert count in (number, number + 9)
        peaks.append(peak)
    assert peaks[1] < 1.25 * peaks[0]


def test_the_shipped_lists_are_read_and_written_back_byte_by_byte() -> None:
    assert seeds_text(read_seeds(IMPORTS / "terms.tsv")).encode() == (IMPORTS / "terms.tsv").read_bytes()


def test_a_list_with_another_column_is_refused_rather_than_written_without_it(tmp_path: Path) -> None:
    file = written(tmp_path / "terms.tsv", "curie\tlabel\tuse\tnote\tmore\n")
    with pytest.raises(InputError, match=r"terms\.tsv:1: the header curie label use note more; write the header curie"):
        read_seeds(file)


# ---- from a server


@dataclass
class Site:
    """What a server answers by path: status, headers and body; ``times`` counts how often it was asked."""

    answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.asked.append((self.path, headers))
        queue = self.site.answers[self.path]
        status, sent, body = queue.pop(0) if len(queue) > 1 else queue[0]
        if status == 200 and sent.get("ETag") and headers.get("if-none-match") == sent["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **sent}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Content-Length" in sent

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    pages = Site()
    handler = type("SiteHandler", (Handler,), {"site": pages})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        pages.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield pages
        server.shutdown()
        thread.join()


@pytest.fixture
def fetched(tmp_path: Path) -> Callable[..., Path]:
    """Fetch a file with no waiting between tries; what it waited is in ``fetched.waits``."""

    def fetch(url: str, waits: list[float] | None = None) -> Path:
        sleep = (waits if waits is not None else []).append
        return fetch_file(url, tmp_path / "files", tmp_path / "cache", patience=Patience(attempts=3, sleep=sleep))

    return fetch


def test_a_file_comes_whole_through_redirects_and_gzip(site: Site, fetched: Callable[..., Path]) -> None:
    site.answers = {
        "/obo/cl.json": [(302, {"Location": f"{site.address}/releases/cl.json"}, b"")],
        "/releases/cl.json": [(200, {"Content-Encoding": "gzip"}, gzip.compress(JSON.encode()))],
    }
    assert fetched(f"{site.address}/obo/cl.json").read_text(encoding="utf-8") == JSON


def test_an_unchanged_file_is_not_sent_again(site: Site, fetched: Callable[..., Path]) -> None:
    site.answers = {"/cl.obo": [(200, {"ETag": '"one"'}, CELLS.encode())]}
    url = f"{site.address}/cl.obo"
    assert [fetched(url).read_bytes() for _ in range(2)] == [CELLS.encode()] * 2
    assert [headers.get("if-none-match") for _, headers in site.asked] == [None, '"one"']
    site.answers["/cl.obo"] = [(200, {"ETag": '"two"'}, b"format-version: 1.4\n")]
    assert fetched(url).read_bytes() == b"format-version: 1.4\n"


@pytest.mark.parametrize(
    "broken",
    [
        (200, {"Content-Length": "100000"}, CELLS.encode()[:300]),
        (200, {"Content-Encoding": "gzip", "ETag": '"broken"'}, b"\x1f\x8bno gzip"),
        (503, {}, b"busy"),
        (429, {"Retry-After": "7"}, b"slow down"),
    ],
)
def test_what_broke_off_is_asked_for_again(
    site: Site, fetched: Callable[..., Path], broken: tuple[int, dict[str, str], bytes]
) -> None:
    site.answers = {"/cl.obo": [broken, (200, {"ETag": '"good"'}, CELLS.encode())]}
    waits: list[float] = []
    assert fetched(f"{site.address}/cl.obo", waits).read_bytes() == CELLS.encode()
    assert len(waits) == 1
    assert waits[0] == 7 if broken[0] == 429 else waits[0] > 0


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"Content-Length": "100000"}, b"format"), "asked 3 times"),
        ((200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>"), "answered with a web page"),
        ((404, {}, b"no"), "answered 404; check the address"),
        ((302, {"Location": "/cl.obo"}, b""), "circle of redirects"),
        ((302, {"Location": "file:///etc/hostname"}, b""), "leads to no web address"),
        ((500, {}, b"no"), "answered 500; asked 3 times"),
    ],
)
def test_what_stays_wrong_is_a_network_error_and_leaves_no_file(
    site: Site, fetched: Callable[..., Path], tmp_path: Path, answer: tuple[int, dict[str, str], bytes], message: str
) -> None:
    site.answers = {"/cl.obo": [answer]}
    with pytest.raises(NetworkError, match=message):
        fetched(f"{site.address}/cl.obo")
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize("url", ["ftp://example.org/cl.obo", "http://", "http://user@example.org/x", "http://["])
def test_what_is_no_address_is_a_usage_error(fetched: Callable[..., Path], url: str) -> None:
    with pytest.raises(UsageError, match="no address of a file"):
        fetched(url)


# ---- the command


def labelled(seeds: Path, prefix: str) -> str:
    """A release that has every seed of a prefix, below one root."""
    frames = "".join(f"[Term]\nid: {s.curie}\nname: {s.label}\n\n" for s in read_seeds(seeds) if s.prefix == prefix)
    return f"format-version: 1.4\ndata-version: releases/2031-02-03\n\n{frames}"


def test_the_command_updates_from_a_server_and_goes_on_after_a_failure(
    site: Site, cellkg: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "imports"
    shutil.copytree(IMPORTS, folder)
    text = labelled(IMPORTS / "terms.tsv", "HP").encode()
    site.answers = {"/hp.obo": [(200, {"ETag": '"x"'}, text)], "/bad.obo": [(200, {}, b"nonsense")]}
    where = ("--folder", folder, "--cache", tmp_path / "cache")
    done = cellkg("ontology", "update", "hp", "--from", f"{site.address}/hp.obo", *where)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "hp updated to release 2031-02-03: 18 terms, 0 now obsolete\n"
    again = cellkg("ontology", "update", "hp", "--from", f"{site.address}/hp.obo", *where)
    assert again.stdout == "hp is already that of release 2031-02-03: 18 terms, 0 now obsolete\n"
    bad = cellkg("ontology", "update", "efo", "--from", f"{site.address}/bad.obo", *where)
    assert bad.returncode == 4
    assert "no OBO" in bad.stderr
    assert (folder / "efo.ttl").read_bytes() == (IMPORTS / "efo.ttl").read_bytes()
    assert {path.name for path in folder.iterdir()} == {path.name for path in IMPORTS.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("mesh",), 2, "no ontology 'mesh' to update; there are cl, uberon, mondo, efo, hp, ncit"),
        (("--from", "x.obo"), 2, "--from is the release of one ontology"),
        (("cl", "--from", "nowhere.obo"), 3, "no release at nowhere.obo"),
    ],
)
def test_what_cannot_be_updated_says_why(
    cellkg: Command, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = cellkg("ontology", "update", *arguments, "--folder", tmp_path / "imports", "--cache", tmp_path / "cache")
    assert done.returncode == code
    assert message in done.stderr
