"""Links of what sources write: each distinct wording once, as statements of the graph and as an SSSOM set.

A wording is a node of its own, shared by all records that use it, since a link is about the words and not about a
record. Curated links go to the graph of the curated set, all others to that of the predicted one.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, SKOS, XSD, URIRef

from cellkg.identifiers import PREFIXES, VOCABULARY, below, compress, expand, mint, slug
from cellkg.loading import Findings
from cellkg.merging import Merge
from cellkg.terms.conditions import load_linker
from cellkg.terms.events import event_links
from cellkg.terms.links import CURATED, Link, Match
from cellkg.terms.names import Term, load_names
from cellkg.terms.sssom import LITERAL, add_rows, held_rows, write_rows
from cellkg.touched import Touched
from cellkg.vocabulary import CELLKG

from .mappings import MAPPINGS

PREDICTED = f"{MAPPINGS}predicted"
CURATED_WORDINGS = f"{MAPPINGS}wordings"
LINKED_TERMS = "https://w3id.org/cellkg/import/linked"
PREDICTED_SET = "predicted.sssom.tsv"
CONDITION, EVENT = URIRef(f"{VOCABULARY}conditionAsWritten"), URIRef(f"{VOCABULARY}eventTerm")
HEADING = URIRef(f"{VOCABULARY}heading")
#: Distinct words, or IRIs of headings, by the property that says them.
Wordings: TypeAlias = dict[URIRef, list[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of wording: where it is written, its class, and how it is linked."""

    name: str
    property: URIRef
    type: URIRef
    links: Callable[[str], Iterable[Link]]


@dataclass(frozen=True, slots=True)
class Linked:
    """A wording or a heading with one of its links."""

    subject: URIRef
    curie: str
    words: str
    link: Link


def kinds() -> tuple[Kind, ...]:
    """Return the kinds of wordings that are linked."""
    return (
        Kind("condition", CONDITION, CELLKG.ConditionWording, lambda words: load_linker().links(words)),
        Kind("adverse event", EVENT, CELLKG.EventWording, event_links),
    )


def link_wordings(
    merge: Merge, file: Path, findings: Findings, written: Wordings | None = None, touched: Touched | None = None
) -> None:
    """Link every wording and heading of a store, or those of ``written`` that are new, and add links to a table.

    The table has the predicted ones and keeps the rows that it has; without wordings there are no links and no table.
    ``touched`` gets the terms that are linked now, and those of which something is new.
    """
    of_some = written is not None
    written = written_in(merge.store) if written is None else written
    if of_some:
        written = {prop: _new(merge.store, prop, values) for prop, values in written.items()}
    if not any(written.values()):
        return
    found = [*_wordings(merge, written, findings), *_of_headings(written[HEADING], findings)]
    terms = {linked.link.object_id for linked in found}
    merge.say(quad for linked in found for quad in _statements(linked))
    new = merge.say(_terms(terms))
    if touched is not None:
        touched.linked |= {str(expand(curie)) for curie in terms}
        touched.terms |= {triple.subject.value for triple in new if isinstance(triple.subject, ox.NamedNode)}
    rows = [_row(linked) for linked in found if linked.link.rule.justification != CURATED]
    findings.counts["predicted links"] = add_rows(file, _header(), rows)


def unlink_wordings(merge: Merge, file: Path, written: Wordings, touched: Touched) -> None:
    """Take out the wordings, and their links, that no source writes any more; terms that were linked stay."""
    gone = {
        wording_iri(kind.name, words): words
        for kind in kinds()
        for words in written[kind.property]
        if not any(merge.store.quads_for_pattern(None, ox.NamedNode(kind.property), ox.Literal(words), None))
    }
    for subject in gone:
        links = list(merge.store.quads_for_pattern(None, ox.NamedNode(CELLKG.linkOf), ox.NamedNode(subject), None))
        for node in {subject, *(quad.subject.value for quad in links if isinstance(quad.subject, ox.NamedNode))}:
            for link in merge.store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(CELLKG.linkTo), None, None):
                if isinstance(link.object, ox.NamedNode):
                    touched.linked.add(link.object.value)
            about = merge.store.quads_for_pattern(ox.NamedNode(node), None, None, None)
            merge.unsay([quad for quad in about if isinstance(quad.graph_name, ox.NamedNode)])
    if gone:
        rows = [row for row in held_rows(file) if row["subject_id"] or row["subject_label"] not in gone.values()]
        write_rows(file, _header(), rows)


def written_in(store: ox.Store, graphs: Iterable[str] | None = None) -> Wordings:
    """Return the distinct wordings and headings of a store, or of some of its graphs, by their property."""
    names = [None] if graphs is None else [ox.NamedNode(graph) for graph in graphs]
    return {
        prop: sorted({value for name in names for value in _values(store, prop, name)})
        for prop in (CONDITION, EVENT, HEADING)
    }


def wording_iri(kind: str, words: str) -> URIRef:
    """Return the IRI of a wording: readable, and different for any two wordings."""
    digest = hashlib.sha256(words.encode()).hexdigest()[:12]
    return mint("wording", slug(kind), f"{slug(words)[:60]}-{digest}")


def _new(store: ox.Store, prop: URIRef, values: list[str]) -> list[str]:
    """Return the wordings that a store does not have as nodes yet, or the headings that have no link yet."""
    if prop == HEADING:
        link_of = ox.NamedNode(CELLKG.linkOf)
        return [iri for iri in values if not any(store.quads_for_pattern(None, link_of, ox.NamedNode(iri), None))]
    (kind,) = (kind for kind in kinds() if kind.property == prop)
    return [words for words in values if next(_wording(wording_iri(kind.name, words), kind, words)) not in store]


def _wordings(merge: Merge, written: Wordings, findings: Findings) -> Iterator[Linked]:
    for kind in kinds():
        said: list[ox.Quad] = []
        for words in written[kind.property]:
            subject = wording_iri(kind.name, words)
            links = list(kind.links(words))
            findings.counts[f"{kind.name} wordings"] += 1
            findings.counts[f"{kind.name} wordings linked"] += bool(links)
            said += _wording(subject, kind, words)
            yield from (Linked(subject, "", words, link) for link in links)
        merge.say(said)


def _of_headings(headings: list[str], findings: Findings) -> Iterator[Linked]:
    for iri in headings:
        heading = load_names().terms.get(compress(iri))
        if heading is None:
            findings.counts["MeSH ids that no descriptor has"] += 1
        elif (link := load_linker().of_heading(heading)) and link.rule.justification != CURATED:
            yield Linked(URIRef(iri), heading.curie, heading.label, link)


def _values(store: ox.Store, prop: URIRef, graph: ox.NamedNode | None) -> Iterator[str]:
    found = (quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(prop), None, graph))
    return (term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal))


def _wording(subject: URIRef, kind: Kind, words: str) -> Iterator[ox.Quad]:
    node, graph = ox.NamedNode(subject), ox.NamedNode(PREDICTED)
    yield ox.Quad(node, ox.NamedNode(RDF.type), ox.NamedNode(kind.type), graph)
    yield ox.Quad(node, ox.NamedNode(CELLKG.words), ox.Literal(words), graph)


def _statements(linked: Linked) -> Iterator[ox.Quad]:
    link = linked.link
    graph = ox.NamedNode(CURATED_WORDINGS if link.rule.justification == CURATED else PREDICTED)
    subject, term, match = (ox.NamedNode(iri) for iri in (linked.subject, expand(link.object_id), expand(link.match)))
    base = linked.subject if linked.words and not linked.curie else mint("wording", "heading", linked.curie[5:])
    node = ox.NamedNode(below(base, "link", link.object_id.replace(":", "_")))
    yield ox.Quad(subject, match, term, graph)
    yield ox.Quad(node, ox.NamedNode(RDF.type), ox.NamedNode(CELLKG.TermLink), graph)
    yield ox.Quad(node, ox.NamedNode(CELLKG.linkOf), subject, graph)
    yield ox.Quad(node, ox.NamedNode(CELLKG.linkTo), term, graph)
    yield ox.Quad(node, ox.NamedNode(CELLKG.linkMatch), ox.Literal(match_word(link.match)), graph)
    yield ox.Quad(node, ox.NamedNode(CELLKG.linkRule), ox.Literal(link.rule.name), graph)
    yield ox.Quad(node, ox.NamedNode(CELLKG.justification), ox.Literal(link.rule.justification), graph)
    confidence = ox.Literal(str(link.rule.confidence), datatype=ox.NamedNode(XSD.decimal))
    yield ox.Quad(node, ox.NamedNode(CELLKG.confidence), confidence, graph)


def match_word(match: Match) -> str:
    """Return the word for a kind of match.

    >>> match_word(Match.BROAD)
    'broad'
    """
    return match.value.removeprefix("skos:").removesuffix("Match")


def _terms(curies: Iterable[str]) -> Iterator[ox.Quad]:
    """Yield labels and parents of linked terms and of all that are above them, which the slices may lack."""
    names, graph = load_names(), ox.NamedNode(LINKED_TERMS)
    wanted = set(curies).union(*(names.ancestors(curie) for curie in curies))
    for term in (names.terms[curie] for curie in sorted(wanted)):
        node = ox.NamedNode(expand(term.curie))
        yield ox.Quad(node, ox.NamedNode(RDFS.label), ox.Literal(term.label), graph)
        yield from (_class(node, term, graph) if not term.curie.startswith("MESH:") else _resource(node, term, graph))


def _class(node: ox.NamedNode, term: Term, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    yield ox.Quad(node, ox.NamedNode(RDF.type), ox.NamedNode(OWL.Class), graph)
    for parent in term.parents:
        yield ox.Quad(node, ox.NamedNode(RDFS.subClassOf), ox.NamedNode(expand(parent)), graph)


def _resource(node: ox.NamedNode, term: Term, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    yield ox.Quad(node, ox.NamedNode(SKOS.notation), ox.Literal(term.curie.partition(":")[2]), graph)


def _row(linked: Linked) -> dict[str, object]:
    link = linked.link
    return {
        "subject_id": linked.curie,
        "subject_label": linked.words,
        "subject_type": "" if linked.curie else LITERAL,
        "predicate_id": link.match.value,
        "object_id": link.object_id,
        "object_label": link.object_label,
        "mapping_justification": link.rule.justification,
        "confidence": link.rule.confidence,
        "comment": link.rule.name,
    }


def _header() -> dict[str, object]:
    return {
        "mapping_set_id": PREDICTED,
        "mapping_set_title": "Predicted links of cellkg",
        "mapping_set_description": "Links that rules made and nobody has looked at; the comment names the rule.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "mapping_date": datetime.date.today().isoformat(),
        "mapping_tool": "cellkg",
        "curie_map": {name: PREFIXES[name] for name in ("HP", "MESH", "MONDO")},
    }
