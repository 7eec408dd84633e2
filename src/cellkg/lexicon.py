"""The controlled words: from the label of a value, or a CURIE, to its IRI."""

from __future__ import annotations

import difflib
from collections import defaultdict
from functools import cache
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SKOS

from cellkg.errors import DataError
from cellkg.identifiers import compress, expand, is_curie
from cellkg.resources import shipped, slices
from cellkg.slices.seeds import OBSOLETE, read_obsolete
from cellkg.vocabulary import CELLKG


class UnknownWordError(DataError):
    """A word that its list does not hold, or a CURIE that no shipped slice holds."""


class Lexicon:
    """Labels of every list of controlled values, and the terms of the shipped ontology slices."""

    def __init__(self, graph: Graph, obsolete: dict[str, str]) -> None:
        self._obsolete = obsolete
        self._lists = _labels_by_list(graph)
        self._terms = {
            subject
            for label in (RDFS.label, SKOS.prefLabel)
            for subject in graph.subjects(label, None)
            if isinstance(subject, URIRef)
        }
        self._composed = _single_values(graph, CELLKG.composedOf)
        self._synonyms = _synonyms_by_list(graph)

    def iri(self, name: str, word: str) -> URIRef:
        """Return the IRI of a word of the list ``name``, or of a CURIE.

        A list that has terms of a public ontology takes further ones of it; any other takes its own values only.

        Raises:
            UnknownWordError: the list has no such word, or the CURIE is unknown or obsolete.
        """
        known = self._lists.get(name, {})
        if word in known:
            return known[word]
        if is_curie(word):
            iri = self.term(word)
            if iri in known.values() or word.partition(":")[0] in _ontologies(name, known):
                return iri
            raise UnknownWordError(f"{word} is no value of the list {name!r}")
        near = difflib.get_close_matches(word, known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"known: {', '.join(sorted(known))}"
        raise UnknownWordError(f"{word!r} is not in the list {name!r}; {hint}")

    def words(self, name: str) -> list[str]:
        """Return the labels of a list, sorted."""
        return sorted(self._lists[name])

    def synonyms(self, name: str) -> dict[str, str]:
        """Return the word of a list for each other way in which sources write it, in lower case."""
        return self._synonyms.get(name, {})

    def names(self) -> list[str]:
        """Return the names of all lists."""
        return sorted(self._lists)

    def cells_of(self, product_type: URIRef) -> URIRef | None:
        """Return the class of the cells of which products of a type mainly consist, where that is known."""
        return self._composed.get(product_type)

    def term(self, curie: str) -> URIRef:
        """Return the IRI of a term of the ontology or of a slice.

        Raises:
            UnknownWordError: no CURIE, or one that is unknown or obsolete.
        """
        if not is_curie(curie):
            raise UnknownWordError(f"{curie!r} is no CURIE of a known prefix")
        if curie in self._obsolete:
            use = self._obsolete[curie]
            raise UnknownWordError(f"{curie} is obsolete; " + (f"use {use}" if use else "choose a current term"))
        iri = expand(curie)
        if iri not in self._terms:
            raise UnknownWordError(
                f"{curie} is in no shipped ontology slice; check it, or add it to ontology/imports/terms.tsv"
            )
        return iri

    def knows(self, curie: str) -> bool:
        """Tell whether a CURIE is a current term of the ontology or of a slice."""
        return is_curie(curie) and curie not in self._obsolete and expand(curie) in self._terms


def _ontologies(name: str, known: dict[str, URIRef]) -> set[str]:
    prefixes = {compress(iri).partition(":")[0] for iri in known.values()} - {"cellkg"}
    return {"CL"} if name == "cells" else prefixes  # of cells there is no list: they are the Cell Ontology


def ontology_files() -> list[Path]:
    """Return every Turtle file that belongs to the graph: own ontology first, then the foreign slices."""
    folder = shipped("ontology")
    names = ("cellkg.ttl", "registry.ttl", "values.ttl", "instruments.ttl", "endpoints.ttl", "safety.ttl")
    return [folder / name for name in names] + sorted(slices().glob("*.ttl"))


@cache
def load_lexicon() -> Lexicon:
    """Read the shipped ontology and its slices once."""
    graph = Graph()
    for file in ontology_files():
        graph.parse(file)
    return Lexicon(graph, read_obsolete(slices() / OBSOLETE))


def _labels_by_list(graph: Graph) -> dict[str, dict[str, URIRef]]:
    lists: dict[str, dict[str, URIRef]] = defaultdict(dict)
    for value, scheme in graph.subject_objects(SKOS.inScheme):
        name = str(graph.value(scheme, CELLKG.schemeLabel))
        for label in graph.objects(value, SKOS.prefLabel):
            lists[name][str(label)] = URIRef(str(value))
    return lists


def _synonyms_by_list(graph: Graph) -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    for value, scheme in graph.subject_objects(SKOS.inScheme):
        name, word = str(graph.value(scheme, CELLKG.schemeLabel)), graph.value(value, SKOS.prefLabel)
        for label in graph.objects(value, SKOS.altLabel):
            lists[name][str(label).lower()] = str(word)
    return lists


def _single_values(graph: Graph, prop: URIRef) -> dict[URIRef, URIRef]:
    return {URIRef(str(subject)): URIRef(str(value)) for subject, value in graph.subject_objects(prop)}
