from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, RDF, RDFS, URIRef

from cellkg.errors import InputError
from cellkg.identifiers import below, compress, expand, mint, source_iri
from cellkg.lexicon import load_lexicon
from cellkg.linking import mapping_quads, tie_by_title
from cellkg.linking.mappings import MAPPINGS
from cellkg.loading import Findings
from cellkg.merging import Merge
from cellkg.ntriples import Quad
from cellkg.store import open_store
from cellkg.terms.curation import curated_sets
from cellkg.terms.sssom import NOT, read_rows
from cellkg.vocabulary import CELLKG

TITLE = "Fat cells for stiff hands"
NCT, OTHER_NCT = "NCT00000001", "NCT00000002"


class Told:
    """A store of studies as sources tell them, and what tying finds in it."""

    def __init__(self) -> None:
        self.store, self.findings = ox.Store(), Findings()

    def study(self, key: str, source: str, *titles: str, label: str | None = None) -> Told:
        """Add a study with an arm below it; one whose key is a registry id has that id."""
        node, graph = mint(key), ox.NamedNode(source_iri(source))
        arm = below(node, source, "arm", 1)
        self._add(node, RDF.type, ox.NamedNode(CELLKG.Study), graph)
        self._add(node, CELLKG.hasArm, ox.NamedNode(arm), graph)
        self._add(arm, RDFS.label, ox.Literal(f"arm of {key}"), graph)
        for title in titles:
            self._add(node, DCTERMS.title, ox.Literal(title), graph)
        if key.startswith("NCT"):
            self._add(node, CELLKG.registryId, ox.Literal(key), graph)
        if label or key.startswith("NCT"):
            self._add(node, RDFS.label, ox.Literal(label or key), graph)
        return self

    def tied(self) -> Told:
        tie_by_title(Merge(self.store), load_lexicon(), self.findings)
        return self

    def studies(self, source: str) -> set[str]:
        """The last step of the IRI of every study that a source speaks of."""
        kind, graph = ox.NamedNode(CELLKG.Study), ox.NamedNode(source_iri(source))
        found = self.store.quads_for_pattern(None, ox.NamedNode(RDF.type), kind, graph)
        return {quad.subject.value.rpartition("/")[2] for quad in found if isinstance(quad.subject, ox.NamedNode)}

    def values(self, node: str, predicate: str) -> list[str]:
        found = {
            q.object for q in self.store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(predicate), None, None)
        }
        return sorted(value.value for value in found if not isinstance(value, ox.BlankNode | ox.Triple))

    def _add(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal, graph: ox.NamedNode) -> None:
        self.store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, graph))


# ---- studies by their title


@pytest.mark.parametrize("title", [TITLE, f"{TITLE}.", TITLE.upper(), f" {TITLE.lower()}. "])
def test_a_title_equal_but_for_case_and_full_stop_ties(title: str) -> None:
    told = Told().study(NCT, "registry", TITLE).study("a", "news", title).tied()
    assert told.studies("news") == {NCT}
    assert told.findings.counts["studies tied by title"] == 1
    assert told.findings.remarks == []


def test_a_tied_study_takes_what_stands_below_it_along_and_says_how_it_was_identified() -> None:
    told = Told().study(NCT, "registry", TITLE).study("a", "news", TITLE, label="mine").tied()
    arms = [mint(NCT, source, "arm", 1) for source in ("news", "registry")]
    assert told.values(mint(NCT), CELLKG.hasArm) == list(map(str, arms))
    assert told.values(mint(NCT, "news", "arm", 1), RDFS.label) == ["arm of a"]
    assert not list(told.store.quads_for_pattern(ox.NamedNode(mint("a")), None, None, None))
    how = told.values(mint(NCT), CELLKG.identifiedBy)
    assert how == [str(load_lexicon().iri("identified_by", "title match"))]
    assert told.values(mint(NCT), RDFS.label) == [NCT]


@pytest.mark.parametrize(
    "title",
    [
        TITLE[:-1],
        f"{TITLE}!",
        f"{TITLE}..",
        f"The {TITLE}",
        TITLE.replace(" ", "  ", 1),
        TITLE.replace("hands", "hands – a trial"),
        TITLE.replace("stiff", "sti\ufb00"[:-1] + "f"),
        NCT,
    ],
)
def test_a_title_that_is_only_like_another_ties_nothing(title: str) -> None:
    told = Told().study(NCT, "registry", TITLE).study("a", "news", title).tied()
    assert told.studies("news") == {"a"}
    assert told.findings.counts["studies tied by title"] == 0
    assert told.values(mint("a"), RDFS.label) == [title]


def test_ids_that_differ_by_one_digit_stay_apart() -> None:
    told = Told().study(NCT, "registry", TITLE).study(OTHER_NCT, "news", TITLE).tied()
    assert (told.studies("registry"), told.studies("news")) == ({NCT}, {OTHER_NCT})


def test_a_title_of_several_registered_studies_ties_to_none_and_is_remarked() -> None:
    told = (
        Told().study(NCT, "registry", TITLE).study(OTHER_NCT, "registry", f"{TITLE}.").study("a", "news", TITLE).tied()
    )
    assert told.studies("news") == {"a"}
    (remark,) = told.findings.remarks
    assert remark == f"kg:a has the title '{TITLE}' of kg:{NCT}, kg:{OTHER_NCT}; tied to none"
    assert told.values(mint("a"), RDFS.label) == [TITLE]


def test_a_study_whose_titles_are_those_of_two_studies_ties_to_none() -> None:
    told = (
        Told()
        .study(NCT, "registry", TITLE)
        .study(OTHER_NCT, "registry", "Other")
        .study("a", "news", TITLE, "Other")
        .tied()
    )
    assert told.studies("news") == {"a"}
    assert len(told.findings.remarks) == 1


def test_a_study_with_a_second_title_ties_by_the_first_and_leaves_nothing_behind() -> None:
    told = Told().study(NCT, "registry", TITLE).study("a", "news", "Its own name", TITLE).tied()
    assert told.studies("news") == {NCT}
    assert told.findings.counts["studies tied by title"] == 1
    assert not list(told.store.quads_for_pattern(ox.NamedNode(mint("a")), None, None, None))


def test_a_title_that_several_sources_give_one_registered_study_ties() -> None:
    told = Told().study(NCT, "registry", TITLE).study(NCT, "page", f"{TITLE}.").study("a", "news", TITLE).tied()
    assert told.studies("news") == {NCT}


def test_a_study_that_two_sources_tell_under_one_key_is_tied_in_both() -> None:
    told = Told().study(NCT, "registry", TITLE).study("a", "news", TITLE).study("a", "blog").tied()
    assert (told.studies("news"), told.studies("blog")) == ({NCT}, {NCT})


def test_no_source_gets_two_of_its_own_studies_tied() -> None:
    told = Told().study(NCT, "news", TITLE).study("a", "news", TITLE).tied()
    assert told.studies("news") == {NCT, "a"}
    told = Told().study(NCT, "registry", TITLE).study("a", "news", TITLE).study("b", "news", TITLE).tied()
    assert told.studies("news") == {NCT, "b"}
    assert len(told.findings.remarks) == 1


def test_two_studies_without_registry_id_are_never_tied() -> None:
    told = Told().study("a", "news", TITLE).study("b", "blog", TITLE).tied()
    assert (told.studies("news"), told.studies("blog")) == ({"a"}, {"b"})


def test_the_manufacturing_study_of_the_news_is_tied_to_its_registry_id(flagship: Path) -> None:
    how = load_lexicon().iri("identified_by", "title match")
    answer = open_store(flagship).query(
        f"""SELECT ?id WHERE {{ GRAPH <{source_iri("news")}> {{ ?study <{DCTERMS.title}> ?title }}
        ?study <{CELLKG.registryId}> ?id ; <{CELLKG.identifiedBy}> <{how}> }}"""
    )
    assert isinstance(answer, ox.QuerySolutions)
    assert len([row["id"].value for row in answer]) == 1


# ---- curated mappings


def table(
    folder: Path, *rows: str, header: str = "subject_id predicate_modifier predicate_id object_id comment"
) -> Path:
    file = folder / "mine.sssom.tsv"
    lines = ["#mapping_set_id: mine", "#curie_map:", header, *rows]
    file.write_text("".join(line.replace(" ", "\t") + "\n" for line in lines), encoding="utf-8")
    return file


def test_a_positive_row_is_a_triple_in_the_graph_of_its_table(tmp_path: Path) -> None:
    file = table(tmp_path, "MESH:D012595  skos:exactMatch MONDO:0005100 so")
    graph = URIRef("https://w3id.org/cellkg/mapping/mine")
    (quad,) = mapping_quads(file, load_lexicon())
    assert quad == Quad(expand("MESH:D012595"), expand("skos:exactMatch"), expand("MONDO:0005100"), graph)


@pytest.mark.parametrize(
    "row",
    [
        "MESH:D012595 Not skos:exactMatch MONDO:0019340 differs",
        "cellkg:SVF  skos:exactMatch sssom:NoTermFound none",
        "  skos:exactMatch MONDO:0005100 nothing",
    ],
    ids=["negative", "no term found", "no subject"],
)
def test_a_row_that_says_no_makes_no_triple(row: str, tmp_path: Path) -> None:
    assert list(mapping_quads(table(tmp_path, row), load_lexicon())) == []


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("MESH:D012595  skos:exactMatch MONDO:0000000000 x", "MONDO:0000000000 is in none of the name tables"),
        ("MESH:D012595  skos:exactMatch MONDA:0005100 x", "'MONDA:0005100' is no CURIE of a known prefix"),
        ("MESH:D012595  skos:exactMatch EFO:0000717 x", "EFO:0000717 is obsolete; use MONDO:0005100"),
        ("scleroderma  skos:exactMatch MONDO:0005100 x", "'scleroderma' is no CURIE of a known prefix"),
        ("MESH:D012595  same MONDO:0005100 x", "not a CURIE with a known prefix: 'same'"),
        ("MESH:D012595 Not skos:exactMatch MONDO:0000000000 x", "MONDO:0000000000 is in none of the name tables"),
        ("MESH:D012595", "not a CURIE with a known prefix: ''"),
    ],
)
def test_a_term_that_nobody_knows_is_an_error_with_its_line(row: str, found: str, tmp_path: Path) -> None:
    file = table(tmp_path, 'MESH:D012595  skos:exactMatch MONDO:0005100 "unclosed', row)
    with pytest.raises(InputError) as caught:
        list(mapping_quads(file, load_lexicon()))
    assert str(caught.value).startswith(f"{file}:5: {found}")


def test_a_table_without_its_columns_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine\.sssom\.tsv:3: no column object_id; "):
        list(mapping_quads(table(tmp_path, header="subject_id predicate_id"), load_lexicon()))
    (tmp_path / "mine.sssom.tsv").write_text("")
    with pytest.raises(InputError, match="no column"):
        list(mapping_quads(tmp_path / "mine.sssom.tsv", load_lexicon()))


@pytest.mark.parametrize("file", curated_sets(), ids=lambda file: file.name)
def test_the_shipped_mappings_name_terms_that_exist(file: Path, flagship: Path) -> None:
    quads = list(mapping_quads(file, load_lexicon()))
    rows = list(read_rows(file))
    denied = [row for row in rows if row.modifier == NOT]
    assert len(quads) < len(rows) - len(denied)
    made = {tuple(map(compress, quad[:3])) for quad in quads}
    assert not [row for row in denied if (row.subject_id, row.predicate, row.object_id) in made]
    graph = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{MAPPINGS}{file.name.split('.')[0]}> {{ ?s ?p ?o }} }}"
    answer = open_store(flagship).query(graph)
    assert isinstance(answer, ox.QuerySolutions)
    assert [int(row["n"].value) for row in answer] == [len(quads)]
