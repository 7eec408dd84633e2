"""``/sparql/words.json``: what the editor completes, all of it from the graph itself and its ontology."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.exploring.asking import rows
from cellkg.identifiers import PREFIXES, VOCABULARY, compress
from cellkg.store import Store

from .builds import ServedBuild
from .page_store import PageStore
from .site import site_of

_USED = "SELECT ?thing (COUNT(*) AS ?number) WHERE { ?s a ?thing } GROUP BY ?thing"
_TYPED = "SELECT DISTINCT ?thing ?type WHERE {{ VALUES ?type {{ {types} }} ?thing a ?type FILTER (isIRI(?thing)) }}"
_DEFINED = (
    f"SELECT ?thing ?text WHERE {{ ?thing <{SKOS.definition}> ?text "
    f'FILTER (isIRI(?thing) && STRSTARTS(STR(?thing), "{VOCABULARY}")) }}'
)
_COMMON = frozenset(
    map(
        str,
        (
            RDF.type, RDFS.label, RDFS.subClassOf, SKOS.prefLabel, SKOS.altLabel, SKOS.broader, SKOS.inScheme,
            SKOS.exactMatch, DCTERMS.title,
        ),
    )
)  # fmt: skip
"""Properties of other vocabularies that the data uses and whose definitions the ontology does not repeat."""

_words: WeakKeyDictionary[ServedBuild, bytes] = WeakKeyDictionary()
_reading = threading.Lock()


async def words(request: Request) -> Response:
    """Send prefixes, classes, properties and terms; each word is ``[CURIE, label, definition or number of uses]``."""
    site = site_of(request)
    async with site.builds.current.used() as build:
        body = await run_in_threadpool(_words_of, PageStore(site, build), build)
    return Response(body, media_type="application/json")


def _words_of(store: Store, build: ServedBuild) -> bytes:
    with _reading:
        if build not in _words:
            _words[build] = msgspec.json.encode(read_words(store))
        return _words[build]


def read_words(store: Store) -> dict[str, Any]:
    """Return the words of a store; one without a CURIE is left out, since a query could not name it in short."""
    used = {row["thing"].value: int(row["number"].value) for row in rows(store, _USED)}
    labels = _labels(store)
    definitions = {row["thing"].value: row["text"].value for row in rows(store, _DEFINED)}
    properties = _of_type(store, OWL.ObjectProperty, OWL.DatatypeProperty) | _COMMON
    classes = _of_type(store, OWL.Class)
    own = {each for each in classes if each in used or each.startswith(VOCABULARY)}
    terms = (set(labels) | classes) - own - properties

    def word(thing: str) -> list[Any]:
        told = definitions.get(thing, "")
        number = f"{used[thing]} in the data" if thing in used else ""
        return [compress(thing), labels.get(thing, ""), ". ".join(filter(None, (told.rstrip("."), number)))]

    def listed(things: set[str]) -> list[list[Any]]:
        return sorted(word(thing) for thing in things if compress(thing) != thing and "/" not in compress(thing))

    return {"prefixes": PREFIXES, "classes": listed(own), "properties": listed(properties), "terms": listed(terms)}


def _of_type(store: Store, *types: str) -> set[str]:
    query = _TYPED.format(types=" ".join(f"<{each}>" for each in types))
    return {row["thing"].value for row in rows(store, query)}


def _labels(store: Store) -> dict[str, str]:
    """The names of classes, properties and controlled values; an English or unmarked one before others."""
    found: dict[str, list[str]] = defaultdict(list)
    kinds = f"?thing a ?kind VALUES ?kind {{ <{OWL.Class}> <{OWL.ObjectProperty}> <{OWL.DatatypeProperty}> }}"
    values = f"?thing <{SKOS.inScheme}> ?scheme ; <{SKOS.prefLabel}> ?name"
    for pattern in (f"{kinds} ?thing <{RDFS.label}> ?name", values):
        for row in rows(store, f"SELECT DISTINCT ?thing ?name WHERE {{ {pattern} FILTER (isIRI(?thing)) }}"):
            found[row["thing"].value].append(row["name"].value)
    return {thing: min(names) for thing, names in found.items()}


routes = [Route("/sparql/words.json", words)]
