"""What the graph says for the index: the rows of ``queries/search``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyoxigraph as ox

from cellkg.identifiers import compress
from cellkg.resources import shipped
from cellkg.vocabulary import CELLKG

from .facets import FACETS

_OWN = "cellkg:"
_FIRST = ("MONDO:", _OWN)


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


def read_studies(store: Asking, only: Collection[str] | None = None) -> list[ReadStudy]:
    """Return the studies, all or those of these IRIs, in the order of their names."""
    studies: dict[str, ReadStudy] = {}
    for row in _of_studies(store, "studies", only):
        study = studies.setdefault(row["study"], ReadStudy(row["study"], row["name"]))
        study.title = study.title or row.get("title", "")
        study.day = max(study.day, row.get("day", ""))
    for row in _of_studies(store, "words", only):
        studies[row["study"]].words.append(row["words"])
    for facet in FACETS:
        if facet.key != "condition":
            for row in _of_studies(store, f"facet-{facet.key}", only):
                studies[row["study"]].values[facet.key, row["value"]] = True
    _read_conditions(store, studies, only)
    return sorted(studies.values(), key=lambda study: study.name)


def read_studies_there(store: Asking) -> set[str]:
    """Return the IRIs of all studies."""
    return {solution[0].value for solution in store.query(f"SELECT ?study WHERE {{ ?study a <{CELLKG.Study}> }}")}


def read_day(store: Asking) -> str:
    """Return the newest day of the sources: of a copy, a version or a publication; or the empty text."""
    return next((row["day"] for row in rows(store, "data-day") if "day" in row), "")


def read_sources(store: Asking) -> list[dict[str, str]]:
    """Return how many documents or records of each source the graph holds, and their days, as the evidence map asks."""
    return list(rows(store, "sources-searched", folder="gaps"))


def read_wider(store: Asking) -> dict[str, set[str]]:
    """Return the terms directly above each term."""
    wider: dict[str, set[str]] = defaultdict(set)
    for row in rows(store, "wider"):
        wider[row["child"]].add(row["parent"])
    return wider


def read_names(store: Asking, terms: Collection[str]) -> dict[str, Names]:
    """Return the names of terms: a preferred label counts before a label, and both before the CURIE."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(store, "names"):
        if row["term"] in terms:
            found[row["term"]][row["kind"]].append(row["name"])
    names = {}
    for term in terms:
        said = found[term]
        label = min(said["preferred"] or said["label"] or [compress(term)])
        names[term] = Names(label, tuple(dict.fromkeys(said["preferred"] + said["label"] + said["other"])))
    return names


def rows(store: Asking, name: str, values: str = "", folder: str = "search") -> Iterator[dict[str, str]]:
    """Yield the rows of a query of ``queries/search``, each with what is bound in it."""
    text = (shipped("queries") / folder / f"{name}.rq").read_text(encoding="utf-8")
    answer = store.query(text.replace("#@studies", values) if values else text)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for solution in answer:
        yield {name: term.value for name, term in zip(names, solution, strict=True) if term is not None}


def _of_studies(store: Asking, name: str, only: Collection[str] | None) -> Iterator[dict[str, str]]:
    if only is None:
        return rows(store, name)
    nodes = " ".join(f"<{iri}>" for iri in sorted(only))
    return rows(store, name, f"VALUES ?study {{ {nodes} }}")


def _read_conditions(store: Asking, studies: dict[str, ReadStudy], only: Collection[str] | None) -> None:
    """Enter stated terms, and those that words are linked to; a list shows of each wording the first ontology."""
    linked: dict[str, set[str]] = defaultdict(set)
    for row in rows(store, "wordings"):
        linked[row["words"]].add(row["value"])
    for row in _of_studies(store, "facet-condition", only):
        values = studies[row["study"]].values
        terms = {row["value"]} if "value" in row else linked.get(row["words"], set())
        preferred = {term for term in terms if compress(term).startswith(_FIRST)}
        for term in terms:
            shown = "value" in row or not preferred or term in preferred
            values["condition", term] = values.get(("condition", term), False) or shown
