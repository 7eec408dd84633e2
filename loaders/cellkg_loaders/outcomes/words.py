"""The names of instruments and endpoints, read from the ontology once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from cellkg.resources import shipped
from cellkg.vocabulary import CELLKG as C

from .tokens import folded, written

_FILES = ("instruments.ttl", "endpoints.ttl")
_SHORTEST_NAME, _SHORTEST_WORD = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name of one outcome, or of several that it names together."""

    words: tuple[str, ...]
    outcomes: tuple[URIRef, ...]
    exact: tuple[str, ...] = ()
    """The words as they have to be written, for an abbreviation with capitals."""
    short: bool = False
    only_for: tuple[str, ...] = ()
    """Beginnings of words of which one has to stand in the conditions or the text."""
    ambiguous: bool = False
    """The outcomes share the name: one of them is meant."""


@dataclass(slots=True)
class Words:
    """Names by their first word, the longest first; and what the ontology says about outcomes."""

    names: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    misspelt: dict[tuple[str, ...], list[Name]] = field(default_factory=lambda: defaultdict(list))
    """Names of three words or more, by these words with ``?`` for a long one."""
    spelled: set[str] = field(default_factory=set)
    """Every word of such a name."""
    broader: dict[URIRef, set[URIRef]] = field(default_factory=lambda: defaultdict(set))
    measured: set[URIRef] = field(default_factory=set)
    """Outcomes that have an instrument."""
    general: set[URIRef] = field(default_factory=set)
    """Outcomes without instrument that narrower ones measure, as pain and quality of life."""
    unspecific: set[URIRef] = field(default_factory=set)
    """Outcomes that leave open what an instrument of their kind measures, as a visual analogue scale without more."""
    ranges: dict[URIRef, tuple[str, str]] = field(default_factory=dict)
    """Lowest and highest number of an outcome, where a text gives them."""


@cache
def load_words() -> Words:
    """Read the names of all outcomes of the shipped ontology."""
    graph = Graph()
    for file in _FILES:
        graph.parse(shipped("ontology") / file)
    words = Words()
    for name in _together(_names(graph)):
        words.names[name.words[0]].append(name)
        if (
            not name.short
            and len(name.words) >= _SHORTEST_NAME
            and set(name.outcomes) & set(graph.subjects(C.instrument))
        ):
            words.spelled.update(name.words)
            for i, word in enumerate(name.words):
                if len(word) >= _SHORTEST_WORD:
                    words.misspelt[(*name.words[:i], "?", *name.words[i + 1 :])].append(name)
    for names in words.names.values():
        names.sort(key=lambda name: (-len(name.words), not name.short, name.words))
    _knowledge(words, graph)
    return words


def _knowledge(words: Words, graph: Graph) -> None:
    for narrow, broad in graph.subject_objects(SKOS.broader):
        words.broader[URIRef(str(narrow))].add(URIRef(str(broad)))
    words.measured = {URIRef(str(s)) for s in graph.subjects(C.instrument)}
    pairs = [(narrow, broad) for narrow, above in words.broader.items() for broad in above]
    of_another = {
        broad for narrow, broad in pairs if graph.value(narrow, C.instrument) != graph.value(broad, C.instrument)
    }
    words.unspecific = of_another - set(words.broader)
    words.general = words.unspecific - words.measured
    for outcome in graph.subjects(C.rangeMinimum):
        low, high = graph.value(outcome, C.rangeMinimum), graph.value(outcome, C.rangeMaximum)
        words.ranges[URIRef(str(outcome))] = (str(low), str(high))


def _names(graph: Graph) -> Iterator[Name]:
    for subject in sorted(graph.subjects(RDF.type, C.Outcome), key=str):
        outcome = URIRef(str(subject))
        short = sorted(map(str, graph.objects(outcome, C.abbreviation)))
        label = str(graph.value(outcome, SKOS.prefLabel))
        plain = [] if label in short or "," in label else [label]
        for phrase in [*plain, *sorted(map(str, graph.objects(outcome, SKOS.altLabel)))]:
            yield Name(words=folded(phrase), outcomes=(outcome,))
        only_for = tuple(sorted(map(str, graph.objects(outcome, C.onlyForCondition))))
        for phrase in short:
            yield Name(
                words=folded(phrase),
                outcomes=(outcome,),
                exact=() if phrase.islower() else written(phrase),
                short=True,
                only_for=only_for,
            )


def _together(names: Iterator[Name]) -> Iterator[Name]:
    """Join full names that several outcomes have: ``acute and chronic …`` names both, any other is ambiguous."""
    shared: dict[tuple[str, ...], dict[URIRef, None]] = defaultdict(dict)
    for name in names:
        if name.short:
            yield name
        else:
            shared[name.words].update(dict.fromkeys(name.outcomes))
    for words, outcomes in shared.items():
        several = len(outcomes) > 1 and not {"and", "or"} & set(words)
        yield Name(words=words, outcomes=tuple(outcomes), ambiguous=several)
