"""The questions as files: whole headers, no word of a source in them, one order, and parameters that only filter."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from cellkg.answers import Cell, Row, ask, shown
from cellkg.catalogue import Parameter, Question, catalogue, find_question
from cellkg.errors import NotFoundError, UsageError
from cellkg.formats import write
from cellkg.resources import shipped
from cellkg.store import EmbeddedStore, Store, open_store

TOP = Path(__file__).parents[1]
QUESTIONS = catalogue()
FILTERS = [
    (name, parameter)
    for name, question in QUESTIONS.items()
    for parameter in question.header.parameters
    if parameter.filters_column
]
HOSTILE = (
    "no such value",
    "",
    'a "quoted" \\ value',
    "a\nvalue\r\nof\tlines",
    '") } UNION { ?s ?p ?o } #',
    "}} UNION {{",
    "#@parameters",
    "<https://w3id.org/cellkg/vocab/Study>",
    "\\u0022) }",
)


@pytest.fixture(scope="module")
def store(flagship: Path) -> Store:
    return open_store(flagship)


@pytest.fixture(scope="module")
def quads(flagship: Path) -> list[ox.Quad]:
    store = open_store(flagship)
    assert isinstance(store, EmbeddedStore)
    return list(store.store.quads_for_pattern(None, None, None, None))


def solutions(store: Store, question: Question) -> ox.QuerySolutions:
    answer = store.query(question.query())
    assert isinstance(answer, ox.QuerySolutions)
    return answer


# ---- headers


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_says_what_it_costs_on_a_large_build(name: str) -> None:
    assert f"\n#+ cost: {QUESTIONS[name].header.cost}\n" in QUESTIONS[name].text


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_header_is_whole(name: str) -> None:
    header = QUESTIONS[name].header
    assert header.summary.endswith("?")
    assert header.description.strip()
    assert header.tags
    assert header.evidence
    columns = {column.name for column in header.columns}
    assert {each.filters_column for each in header.parameters if each.filters_column} <= columns


def test_no_two_questions_share_an_id() -> None:
    ids = [question.header.id for question in QUESTIONS.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_query_selects_its_columns_in_order(store: Store, name: str) -> None:
    question = QUESTIONS[name]
    selected = [variable.value for variable in solutions(store, question).variables]
    assert selected == [column.name for column in question.header.columns]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_query_declares_the_prefixes_that_it_uses(name: str) -> None:
    body = "\n".join(line for line in QUESTIONS[name].text.splitlines() if not line.startswith("#+"))
    declared = re.findall(r"^PREFIX (\w+):", body, re.MULTILINE)
    used = re.sub(r"^PREFIX.*$|<[^>]*>|\"[^\"]*\"", "", body, flags=re.MULTILINE)
    assert declared == sorted(set(re.findall(r"\b([a-z]+):\w", used)))


@pytest.mark.parametrize("name", QUESTIONS)
def test_parameters_have_their_place(name: str) -> None:
    question = QUESTIONS[name]
    assert ("#@parameters" in question.text) == bool(question.header.parameters)
    assert ("#@evidence" in question.text) == bool(question.header.evidence)


# ---- order


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_order_names_every_column(name: str) -> None:
    question = QUESTIONS[name]
    ordered = set(re.findall(r"\?(\w+)", question.text.rpartition("ORDER BY")[2]))
    assert ordered == {column.name for column in question.header.columns}


def test_rows_do_not_depend_on_the_order_of_loading(quads: list[ox.Quad]) -> None:
    answers = []
    for seed in (1, 2):
        shuffled = random.Random(seed).sample(quads, len(quads))
        memory = ox.Store()
        for quad in shuffled:
            memory.add(quad)
        answers.append({name: as_csv(EmbeddedStore(memory, "memory"), name) for name in QUESTIONS})
    assert answers[0] == answers[1]


def as_csv(store: Store, name: str) -> str:
    out = io.StringIO()
    write(ask(store, QUESTIONS[name]), "csv", out)
    return out.getvalue()


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_two_rows_are_equal(store: Store, name: str) -> None:
    rows = [tuple(str(term) for term in solution) for solution in solutions(store, QUESTIONS[name])]
    assert len(set(rows)) == len(rows)


# ---- values


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_listed_value_is_a_label_of_its_list(store: Store, name: str) -> None:
    answer = ask(store, QUESTIONS[name])
    for place, column in enumerate(answer.columns):
        if column.values is None:
            continue
        cells = {row[place] for row in answer}
        if column.values == "source":
            assert cells - {None} <= sources(store) | {"all sources"}
        elif column.values != "cell_label":  # printed words, of which the ontology keeps no list
            assert cells <= words(store, column.values)


def words(store: Store, name: str) -> set[Cell]:
    """The values of a list of the ontology."""
    return {
        row["label"].value
        for row in rows_of(
            store,
            "SELECT ?label { ?value skos:inScheme ?list ; skos:prefLabel ?label . "
            f'?list cellkg:schemeLabel "{name}" }}',
        )
    }


def sources(store: Store) -> set[Cell]:
    return {row["key"].value for row in rows_of(store, "SELECT ?key { ?source cellkg:sourceKey ?key }")}


def rows_of(store: Store, sparql: str) -> list[ox.QuerySolution]:
    prefixes = (
        "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    )
    answer = store.query(prefixes + sparql)
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


# ---- no word of a source


def code() -> Iterator[tuple[str, str]]:
    """Each file of queries, graph and loaders, without its doctests, and without the one default of a parameter."""
    for folder in ("queries", "src", "loaders"):
        for file in sorted((TOP / folder).rglob("*")):
            if file.suffix in (".rq", ".py", ".tsv", ".html", ".css", ".js", ".jinja"):
                text = re.sub(r"^ *>>> .*\n(?: *\S.*\n)*", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
                if file.stem == "field-differences-between-sources":
                    text = text.replace("{name: study, default: NCT02975960}", "", 1)
                yield str(file.relative_to(TOP)), text


def test_no_registry_id_stands_in_the_code() -> None:
    found = {(file, number) for file, text in code() for number in re.findall(r"NCT\d{8}", text)}
    assert {(file, number) for file, number in found if number != "NCT00000000"} == set()


def test_no_name_of_a_study_or_source_stands_in_the_code(store: Store) -> None:
    names = {
        row["name"].value
        for row in rows_of(
            store,
            "SELECT DISTINCT ?name { { ?s a cellkg:Study ; rdfs:label|dcterms:title ?name } "
            "UNION { ?s cellkg:sourceKey|cellkg:fileName|cellkg:sha256 ?name } "
            "UNION { ?g cellkg:sourceKey ?key ; rdfs:label ?name } "
            "UNION { ?tie cellkg:organisation/rdfs:label ?name } UNION { ?report cellkg:citation ?name "
            "FILTER REGEX(?name, '[0-9]{4}') } }",
        )
    }
    names = {name for name in names if len(name) > len("news")}
    assert len(names) > 60
    assert {(file, name) for file, text in code() for name in names if name.lower() in text.lower()} == set()


def test_no_number_of_a_source_stands_in_the_code(store: Store) -> None:
    numbers = {
        str(row["number"].value)
        for row in rows_of(
            store,
            "SELECT DISTINCT ?number { ?s cellkg:charStart|cellkg:charEnd|cellkg:value|cellkg:low|cellkg:high"
            "|cellkg:plusMinus|cellkg:percentChange|cellkg:percent ?number FILTER (?number > 12) }",
        )
    }
    # 360 days a year and 30 a month, 100 percent, line widths, ports and the like are numbers of the code.
    specific = {number for number in numbers if "." in number or len(number.rstrip("0")) > 3}
    found = {
        (file, number)
        for file, text in code()
        if not file.endswith((".js", ".css", ".html", ".tsv"))
        for number in re.findall(r"(?<![\w.:-])\d+(?:\.\d+)?(?![\w.-])", re.sub(r"https?://\S+", "", text))
        if number in specific
    }
    assert found == set()


# ---- parameters


@pytest.mark.parametrize(("name", "parameter"), FILTERS, ids=lambda each: getattr(each, "name", each))
def test_a_filter_keeps_the_equal_rows_and_changes_nothing_else(store: Store, name: str, parameter: Parameter) -> None:
    question = QUESTIONS[name]
    answer = ask(store, question)
    place = answer.names.index(str(parameter.filters_column))
    for value in {row[place] for row in answer if row[place] is not None}:
        kept = ask(store, question, {parameter.name: shown(value)})
        assert kept.rows == [row for row in answer if row[place] == value]


@pytest.mark.parametrize(("name", "parameter"), FILTERS, ids=lambda each: getattr(each, "name", each))
def test_a_filter_value_that_nobody_states_keeps_no_row(store: Store, name: str, parameter: Parameter) -> None:
    question = QUESTIONS[name]
    kind = next(column.type for column in question.header.columns if column.name == parameter.filters_column)
    for value in HOSTILE:
        if kind == "string":
            assert ask(store, question, {parameter.name: value}).rows == []
        else:
            with pytest.raises(UsageError, match=rf"{parameter.name} takes"):
                ask(store, question, {parameter.name: value})


@pytest.mark.parametrize("name", [name for name, each in QUESTIONS.items() if len(each.header.parameters) > 1])
def test_filters_work_together(store: Store, name: str) -> None:
    question = QUESTIONS[name]
    answer = ask(store, question)
    if not answer.rows:
        pytest.skip("the shipped data has no row for it: it asks about registry records")
    places = {each.name: answer.names.index(str(each.filters_column)) for each in question.header.parameters}
    row = answer.rows[len(answer) // 2]

    def same(other: Row) -> bool:
        return all(other[place] == row[place] for place in places.values())

    given = {parameter: shown(row[place]) for parameter, place in places.items()}
    assert ask(store, question, given).rows == [other for other in answer if same(other)]


def test_a_study_is_compared_between_its_sources_only(store: Store) -> None:
    question = QUESTIONS["field-differences-between-sources"]
    assert ask(store, question, {"study": "NCT02975960"}).rows == ask(store, question).rows
    other = ask(store, question, {"study": "NCT01813279"})
    assert ("product", "differ", "medpath-NCT02975960", "stromal vascular fraction") in other.rows
    for value in HOSTILE:
        assert ask(store, question, {"study": value}).rows == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_unknown_parameter_is_an_error_that_names_the_known(store: Store, name: str) -> None:
    known = ", ".join(each.name for each in QUESTIONS[name].header.parameters) or "none"
    with pytest.raises(UsageError, match=f"no parameter 'nonsense'; it has {known}"):
        ask(store, QUESTIONS[name], {"nonsense": "x"})


def test_a_value_that_is_no_text_is_an_error(store: Store) -> None:
    with pytest.raises(UsageError, match="takes text"):
        ask(store, QUESTIONS["cell-doses"], {"unit": "\udcff"})


def test_an_unknown_question_is_an_error_that_names_a_near_one() -> None:
    with pytest.raises(NotFoundError, match="did you mean cell-doses"):
        find_question("cell-dose")
    with pytest.raises(NotFoundError, match="cellkg query --list"):
        find_question("../pyproject")


def test_every_file_of_the_folder_is_a_question() -> None:
    assert {file.stem for file in shipped("queries").glob("*.rq")} == set(QUESTIONS)
