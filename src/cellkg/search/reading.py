"""What the graph says for the index: the rows of ``queries/search``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import pyoxigraph as ox

from cellkg.identifiers import compress
from cellkg.resources import shipped
from cellkg.vocabulary import CELLKG

from .facets import FACETS

_OWN = "cellkg:"
_FIRST = ("MONDO:", _OWN)
_AT_ONCE = 200  # more are slower: a query about few nodes looks each of them up
_PLURALS = {"study": "studies", "term": "terms", "child": "children"}


class Asking(Protocol):
    """Something that answers SPARQL queries: a store, or an embedded one that is still written."""

    def query(self, sparql: str) -> Any:
        """Return the answer."""
        ...


@dataclass(slots=True)
class ReadStudy:
    """A study as it enters the index; of each facet its values, by IRI or text, and whether a list shows them."""

    iri: str
    name: str
    title: str = ""
    day: str = ""
    words: list[str] = field(default_factory=list)
    values: dict[tuple[str, str], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """The name under which a term is shown, and all its names."""

    label: str
    others: tuple[str, ...]


def read_studies(store: Asking, iris: Iterable[str]) -> Iterator[ReadStudy]:
    """Yield the studies of these IRIs that the graph has, some at a time, each some in the order of their names."""
    rest = iter(iris)
    while some := list(islice(rest, _AT_ONCE)):
        yield from _read_some(store, some)


def read_studies_there(store: Asking) -> list[str]:
    """Return the IRIs of all studies, in order."""
    return sorted(solution[0].value for solution in store.query(f"SELECT ?study WHERE {{ ?study a <{CELLKG.Study}> }}"))


def read_wider(store: Asking, terms: Collection[str]) -> dict[str, set[str]]:
    """Return the terms directly above some terms, and above those."""
    wider: dict[str, set[str]] = defaultdict(set)
    new = set(terms)
    while new:
        for row in _of_nodes(store, "wider", "child", new):
            wider[row["child"]].add(row["parent"])
        new = set().union(*(wider.get(term, set()) for term in new)) - wider.keys() - new
    return wider


def read_names(store: Asking, terms: Collection[str]) -> dict[str, Names]:
    """Return the names of terms: a preferred label counts before a label, and both before the CURIE."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _of_nodes(store, "names", "term", terms):
        found[row["term"]][row["kind"]].append(row["name"])
    names = {}
    for term in terms:
        said = found[term]
        label = min(said["preferred"] or said["label"] or [compress(term)])
        names[term] = Names(label, tuple(dict.fromkeys(said["preferred"] + said["label"] + said["other"])))
    return names


def rows(store: Asking, name: str, values: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Yield the rows of a query of ``queries/search``, each with what is bound in it; values go to their marks."""
    text = (shipped("queries") / "search" / f"{name}.rq").read_text(encoding="utf-8")
    for mark, row in (values or {}).items():
        text = text.replace(f"#@{mark}\n", f"{row}\n")
    answer = store.query(text)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for solution in answer:
        yield {name: term.value for name, term in zip(names, solution, strict=True) if term is not None}


def _read_some(store: Asking, iris: Collection[str]) -> list[ReadStudy]:
    studies: dict[str, ReadStudy] = {}
    for row in _of_nodes(store, "studies", "study", iris):
        study = studies.setdefault(row["study"], ReadStudy(row["study"], row["name"]))
        study.title = study.title or row.get("title", "")
        study.day = max(study.day, row.get("day", ""))
    for row in _of_nodes(store, "words", "study", studies):
        studies[row["study"]].words.append(row["words"])
    for facet in FACETS:
        if facet.key != "condition":
            for row in _of_nodes(store, f"facet-{facet.key}", "study", studies):
                studies[row["study"]].values[facet.key, row["value"]] = True
    _read_conditions(store, studies)
    return sorted(studies.values(), key=lambda study: study.name)


def _of_nodes(store: Asking, name: str, variable: str, iris: Collection[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of a query about some nodes; the mark of the query is the plural of the variable."""
    mark = _PLURALS[variable]
    in_order = iter(sorted(iris))
    while some := list(islice(in_order, _AT_ONCE)):
        nodes = " ".join(f"<{iri}>" for iri in some)
        yield from rows(store, name, {mark: f"VALUES ?{variable} {{ {nodes} }}"})


def _read_conditions(store: Asking, studies: dict[str, ReadStudy]) -> None:
    """Enter stated terms, and those that words are linked to; a list shows of each wording the first ontology."""
    said = list(_of_nodes(store, "facet-condition", "study", studies))
    linked: dict[str, set[str]] = defaultdict(set)
    words = " ".join(sorted({str(ox.Literal(row["words"])) for row in said if "words" in row}))
    for row in rows(store, "wordings", {"words": f"VALUES ?words {{ {words} }}"}):
        linked[row["words"]].add(row["value"])
    for row in said:
        values = studies[row["study"]].values
        terms = {row["value"]} if "value" in row else linked.get(row["words"], set())
        preferred = {term for term in terms if compress(term).startswith(_FIRST)}
        for term in terms:
            shown = "value" in row or not preferred or term in preferred
            values["condition", term] = values.get(("condition", term), False) or shown
