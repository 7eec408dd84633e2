"""A product type, a condition or an endpoint: what the vocabulary says of it, and the studies that have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from cellkg.errors import NotFoundError
from cellkg.identifiers import THINGS
from cellkg.projection.facts import results
from cellkg.search import FACETS, Asked, Index, StudyHit, label_of, search
from cellkg.search.index import Term
from cellkg.store import Store

from .asking import page_rows, term_iri
from .keys import key_of
from .parts import NOTE, Link, Source
from .term_records import EndpointValue, ReportedChange, Said, StudyRow, TermView, Wording
from .told import facts_of, told_of

Kind = Literal["product", "condition", "endpoint"]

_NAMES = ("preferred", "label")
_MOST_BESIDE = 12
_BESIDE = ("condition", "product", "tissue", "donor", "route", "endpoint", "phase", "status", "results")
_MOST_VALUES = 1000
_CHANGE_TIES = ("hasResult", "hasBaseline", "hasFinal", "timeFrom", "timeTo")


def term_view(store: Store, index: Index, kind: Kind, key: str, page: int = 1) -> TermView:
    """Return a term with one page of its studies.

    Raises:
        NotFoundError: the vocabulary has no such term.
        UsageError: there is no such page.
    """
    iri = term_iri(key)
    said = list(page_rows(store, "term", term=iri))
    names = [row["value"] for name in _NAMES for row in said if row["name"] == name]
    term = index.by_key.get((kind, key))
    if not names or term is None:
        raise NotFoundError(f"no {kind} {key[:100]!r} in this graph; search for it")
    found = search(index, Asked(chosen=((kind, key),), page=page))
    is_endpoint = kind == "endpoint"
    instrument = page_rows(store, "instrument", term=iri) if is_endpoint else ()
    values = list(page_rows(store, "endpoint-values", limit=_MOST_VALUES + 1, term=iri)) if is_endpoint else []
    changes, sources = _changes(store, iri) if is_endpoint else ((), ())
    return TermView(
        kind=kind,
        iri=iri,
        key=key,
        label=names[0],
        data_date=index.day,
        note=NOTE,
        number=found.number,
        page=page,
        pages=found.pages,
        said=tuple(dict.fromkeys(_said(row) for row in [*said, *instrument] if row["name"] not in _NAMES)),
        wider=_links(kind, (index.terms[number] for number in term.parents)),
        narrower=_links(kind, (each for each in index.of_facet(kind) if term.id in each.parents)),
        wordings=_wordings(store, iri) if kind == "condition" else (),
        studies=tuple(study_row(hit) for hit in found.hits if isinstance(hit, StudyHit)),
        beside=_beside(index, kind, key),
        values=tuple(map(_value, values[:_MOST_VALUES])),
        values_cut=len(values) > _MOST_VALUES,
        changes=changes,
        sources=sources,
    )


def endpoint_values(store: Store, iri: str) -> Iterator[EndpointValue]:
    """Yield every value that records post for an outcome, however many."""
    return map(_value, page_rows(store, "endpoint-values", term=iri))


def planned_measures(store: Store, iri: str) -> Iterator[dict[str, str]]:
    """Yield the measures that sources plan for an outcome: study, source, title, place."""
    return page_rows(store, "endpoint-planned", term=iri)


def study_row(hit: StudyHit) -> StudyRow:
    """Return a found study as a row of a list."""
    key = hit.iri.removeprefix(THINGS)
    return StudyRow(key=key, name=hit.name, title=hit.title, updated=hit.updated, values=hit.values)


def _said(row: dict[str, str]) -> Said:
    value = row["value"]
    is_iri = value.startswith("http")
    shown = row.get("label") or (key_of(value) if is_iri else value)
    return Said(name=row["name"], value=shown, iri=value if is_iri else "")


def _links(kind: str, terms: Iterable[Term]) -> tuple[Link, ...]:
    found = [
        Link(kind=kind, key=each.key, label=each.label, iri=each.iri, studies=each.studies.bit_count())
        for each in terms
    ]
    return tuple(sorted(found, key=lambda link: (-(link.studies or 0), link.label)))


def _wordings(store: Store, iri: str) -> tuple[Wording, ...]:
    return tuple(Wording(**row) for row in page_rows(store, "wordings", term=iri))


def _beside(index: Index, kind: str, key: str) -> dict[str, tuple[Link, ...]]:
    """What the studies of a term have else: the most frequent values of other facets."""
    of_term = index.by_key[kind, key].studies
    found = {}
    for facet in (each for each in FACETS if each.key in _BESIDE and each.key != kind):
        counted = [(term, (term.studies & of_term).bit_count()) for term in index.of_facet(facet.key) if term.shown]
        direct = [(term, number) for term, number in counted if number and not _is_wide(index, term.id, facet.key)]
        direct.sort(key=lambda each: (-each[1], each[0].label))
        found[facet.name] = tuple(
            Link(kind=facet.key, key=term.key, label=label_of(facet.key, term.label), studies=number)
            for term, number in direct[:_MOST_BESIDE]
        )
    return {name: links for name, links in found.items() if links}


def _is_wide(index: Index, term: int, facet: str) -> bool:
    return facet == "condition" and index.is_wider(term)


def _value(row: dict[str, str]) -> EndpointValue:
    return EndpointValue(
        study=row["study"].removeprefix(THINGS),
        measure=row["title"],
        group=row["group"],
        value=row["value"],
        time_frame=row.get("time_frame", ""),
        statistic=row.get("statistic", ""),
        dispersion=row.get("dispersion", ""),
        spread=row.get("spread", ""),
        lower=row.get("lower", ""),
        upper=row.get("upper", ""),
        unit=row.get("unit", ""),
        row=" · ".join(row[name] for name in ("class", "category") if name in row),
        place=row["place"],
    )


def _changes(store: Store, iri: str) -> tuple[tuple[ReportedChange, ...], tuple[Source, ...]]:
    """The changes that documents report of an outcome, and those documents."""
    found: list[ReportedChange] = []
    sources: dict[str, Source] = {}
    studies = dict.fromkeys(row["study"] for row in page_rows(store, "endpoint-changes", term=iri))
    for study in studies:
        told = told_of(store, study, *_CHANGE_TIES)
        for fact in facts_of(results(told, study), iri):
            found.append(ReportedChange(study=study.removeprefix(THINGS), fact=fact))
            sources[fact.source] = told.source(fact.source)
    return tuple(found), tuple(sources.values())
