"""How far the graph is linked: coverage by kind and source, what is not linked, and what contradicts what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from cellkg.answers import Cell, Table
from cellkg.catalogue import Column
from cellkg.identifiers import compress, expand
from cellkg.lexicon import load_lexicon
from cellkg.store import Store
from cellkg.terms.curation import Curation, curated_sets, load_curation
from cellkg.terms.links import Match
from cellkg.terms.names import load_names
from cellkg.terms.spelling import words
from cellkg.terms.sssom import NOT, read_rows

_PREFIXES = """PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
#: What is counted as an occurrence of each kind: a statement of a source that has ``?value``.
KINDS = {
    "condition": "?s cellkg:conditionAsWritten|cellkg:condition ?value",
    "condition heading": "?s cellkg:hasConditionHeading/cellkg:heading ?value",
    "cell type": "?s cellkg:hasComponent/a ?value",
    "product type": "?s cellkg:productType ?value",
    "tissue": "?s cellkg:tissueSource ?value",
    "route": "?s cellkg:route ?value",
    "site": "?s a cellkg:Administration ; cellkg:site ?value",
    "device or culture": "?s cellkg:processing ?value",
    "procedure": "?s cellkg:procedureType ?value",
    "instrument": "?s cellkg:outcome ?outcome } ?outcome cellkg:instrument ?value {",
    "adverse event": "?s cellkg:adverseEvent|cellkg:eventTerm ?value",
}
_OCCURRENCES = """SELECT ?value ?source (COUNT(*) AS ?n) WHERE {{
  {{ SELECT DISTINCT ?graph ?source WHERE {{ ?graph a cellkg:Source ; cellkg:sourceKind/skos:prefLabel ?source }} }}
  GRAPH ?graph {{ {pattern} }}
}} GROUP BY ?value ?source"""
_LINKS = """SELECT ?subject ?words ?term ?match ?rule ?confidence WHERE {
  ?link a cellkg:TermLink ; cellkg:linkOf ?subject ; cellkg:linkTo ?term ; cellkg:linkMatch ?match ;
    cellkg:linkRule ?rule ; cellkg:confidence ?confidence .
  OPTIONAL { ?subject cellkg:words ?words }
}"""
_MAPPED = """SELECT ?value ?property WHERE { VALUES ?property {
  skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch } ?value ?property ?term
  FILTER (STRSTARTS(STR(?value), STR(cellkg:))) }"""
_LABELS = "SELECT ?value ?label WHERE { ?value skos:prefLabel ?label }"
_MATCHES = ("exact", "close", "broad", "narrow", "related")
_NO_TERM, _NONE = "no term exists", "none"
_WORDINGS = {"condition": "/wording/condition/", "adverse event": "/wording/adverse-event/"}


@dataclass(frozen=True, slots=True)
class GraphLink:
    """A link as the graph holds it; ``words`` is empty where a heading is linked."""

    subject: str
    words: str
    curie: str
    match: str
    rule: str
    confidence: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """The three tables of a report."""

    coverage: Table
    unlinked: Table
    conflicts: Table


def report(store: Store, against: Path | None = None) -> Report:
    """Return coverage, unlinked values and conflicts of a graph.

    Args:
        store: where the graph is; a remote store works as well.
        against: an SSSOM set of exact matches that the links are compared with.
    """
    links = graph_links(store)
    counted = list(_counted(store, _best_matches(store, links)))
    return Report(_coverage(counted), _unlinked(counted), _conflicts(links, against))


def graph_links(store: Store) -> list[GraphLink]:
    """Return every link of a graph, sorted."""
    found = (
        GraphLink(
            row["subject"].value,
            row["words"].value if row["words"] else "",
            compress(row["term"].value),
            row["match"].value,
            row["rule"].value,
            Decimal(row["confidence"].value),
        )
        for row in _select(store, _LINKS)
    )
    return sorted(found, key=lambda link: (link.subject, link.curie))


@dataclass(frozen=True, slots=True)
class _Counted:
    kind: str
    source: str
    value: str
    match: str
    n: int


def _counted(store: Store, best: dict[tuple[str, str], str]) -> Iterator[_Counted]:
    labels = {row["value"].value: row["label"].value for row in _select(store, _LABELS)}
    for kind, pattern in KINDS.items():
        for row in _select(store, _OCCURRENCES.format(pattern=pattern)):
            value = row["value"].value
            if kind == "cell type" and value.endswith("/CellComponent"):
                continue
            match = best.get((kind if _is_text(row["value"]) else "", value)) or (
                "exact" if _public(row["value"]) else _NONE
            )
            shown = labels.get(value) or compress(value)
            yield _Counted(kind, row["source"].value, shown, match, int(row["n"].value))


def _is_text(term: object) -> bool:
    return isinstance(term, ox.Literal)


def _public(term: object) -> bool:
    """Tell whether a value is itself a current term of a public ontology that is shipped."""
    if not isinstance(term, ox.NamedNode) or term.value.startswith("https://w3id.org/cellkg/"):
        return False
    curie = compress(term.value)
    return curie in load_names().terms or load_lexicon().knows(curie)


def _best_matches(store: Store, links: Iterable[GraphLink]) -> dict[tuple[str, str], str]:
    """Return the nearest match of each wording, by kind and words, and of each value of cellkg, without a kind."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        for kind, part in _WORDINGS.items():
            if part in link.subject:
                found[kind, link.words].add(link.match)
    for row in _select(store, _MAPPED):
        found["", row["value"].value].add(compress(row["property"].value)[len("skos:") :].removesuffix("Match"))
    for value in _without_term():
        found["", value].add(_NO_TERM)
    order = (*_MATCHES, _NO_TERM)
    return {value: min(matches, key=order.index) for value, matches in found.items()}


def _without_term() -> Iterator[str]:
    """Yield the values of which curators found that no public ontology has a term."""
    for file in curated_sets():
        for row in read_rows(file):
            if row.subject_id and not row.object_id and row.modifier != NOT:
                yield str(expand(row.subject_id))


def _coverage(counted: Iterable[_Counted]) -> Table:
    by_kind: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in counted:
        by_kind[each.kind, each.source][each.match] += each.n
    names = ("linked", *_MATCHES, _NO_TERM, _NONE, "occurrences")
    columns = (
        *(Column(name=name, type="string") for name in ("kind", "source")),
        Column(name="share", type="decimal"),
        *(Column(name=name, type="int") for name in names),
    )
    rows = []
    for (kind, source), matches in sorted(by_kind.items()):
        total = matches.total()
        linked = total - matches[_NONE] - matches[_NO_TERM]
        share = (Decimal(100) * linked / total).quantize(Decimal("0.1"))
        counts: list[Cell] = [linked, *(matches[match] for match in _MATCHES), matches[_NO_TERM], matches[_NONE], total]
        rows.append((kind, source, share, *counts))
    return Table(columns, rows)


def _unlinked(counted: Iterable[_Counted]) -> Table:
    missing: Counter[tuple[str, str, str]] = Counter()
    for each in counted:
        if each.match in (_NONE, _NO_TERM):
            missing[each.kind, each.value, each.match] += each.n
    columns = (*(Column(name=name, type="string") for name in ("kind", "value", "why")),)
    ordered = sorted(missing.items(), key=lambda item: (-item[1], item[0]))
    return Table((*columns, Column(name="occurrences", type="int")), [(*key, n) for key, n in ordered])


def _conflicts(links: list[GraphLink], against: Path | None) -> Table:
    rows = [*_several_exact(links), *_forbidden(links, load_curation()), *_not_current(links)]
    if against:
        rows += _contradicted(links, against)
    names = ("conflict", "subject", "term", "other")
    return Table(tuple(Column(name=name, type="string") for name in names), sorted(rows))


def _several_exact(links: Iterable[GraphLink]) -> Iterator[tuple[str, ...]]:
    exact: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in links:
        if link.match == "exact":
            exact[link.subject, link.curie.partition(":")[0]].append(link.curie)
    for (subject, ontology), curies in exact.items():
        if len(curies) > 1:
            yield f"two exact terms of {ontology}", compress(subject), curies[0], ", ".join(curies[1:])


def _forbidden(links: Iterable[GraphLink], curation: Curation) -> Iterator[tuple[str, ...]]:
    for link in links:
        match = Match(f"skos:{link.match}Match")
        if curation.forbids(compress(link.subject), link.curie, match) or (
            link.words and curation.forbids_name(words(link.words), link.curie, match)
        ):
            yield "forbidden by a negative mapping", link.words or compress(link.subject), link.curie, link.match


def _not_current(links: Iterable[GraphLink]) -> Iterator[tuple[str, ...]]:
    names = load_names()
    for link in links:
        if link.curie not in names.terms:
            use = names.replacement(link.curie) or ""
            yield "no current term", link.words or compress(link.subject), link.curie, use


def _contradicted(links: Iterable[GraphLink], against: Path) -> Iterator[tuple[str, ...]]:
    """Yield each heading whose exact MONDO term is another than those of a given set, unless a curator said so."""
    given: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(against):
        if row.modifier != NOT and row.predicate == Match.EXACT:
            given[_heading(row.object_id)].add(row.subject_id)
            given[_heading(row.subject_id)].add(row.object_id)
    for link in links:
        others = given.get(compress(link.subject), set())
        if link.match == "exact" and others and link.curie not in others:
            yield f"{against.name} says otherwise", compress(link.subject), link.curie, ", ".join(sorted(others))


def _heading(curie: str) -> str:
    return curie.replace("mesh:", "MESH:")


def _select(store: Store, query: str) -> ox.QuerySolutions:
    answer = store.query(_PREFIXES + query)
    assert isinstance(answer, ox.QuerySolutions)
    return answer
