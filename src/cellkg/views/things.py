"""Any node of the graph: what each source says of it, and what leads to it."""

from __future__ import annotations

import msgspec

from cellkg.effects.tree import select
from cellkg.errors import NotFoundError
from cellkg.identifiers import THINGS, compress
from cellkg.store import Store

from .parts import Link, Source
from .told import Told, named

_SAID = """
SELECT DISTINCT ?source ?property ?value WHERE {{
  GRAPH ?source {{ <{iri}> ?property ?value }}
  FILTER (!isBlank(?value))
}}
ORDER BY ?property ?value ?source LIMIT 500"""
_LEADING = """
SELECT DISTINCT ?property ?subject WHERE {{ ?subject ?property <{iri}> . FILTER (isIRI(?subject)) }}
ORDER BY ?property ?subject LIMIT 101"""
_MOST_LEADING = 100


class Statement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A property with a value in words, its IRI where it is a thing, and the sources that say it."""

    property: str
    value: str
    iri: str = ""
    sources: tuple[str, ...] = ()


class ThingView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node: its name, what sources say of it, and what leads to it; ``study`` is the study that it stands below."""

    iri: str
    label: str
    study: str = ""
    statements: tuple[Statement, ...] = ()
    leading: tuple[Statement, ...] = ()
    leading_cut: bool = False
    sources: tuple[Source, ...] = ()
    links: tuple[Link, ...] = ()


def thing_view(store: Store, iri: str) -> ThingView:
    """Return a node by its IRI.

    Raises:
        NotFoundError: no source says anything of it.
    """
    said = list(select(store, _SAID.format(iri=iri)))
    if not said:
        raise NotFoundError(f"no source says anything of {compress(iri)[:200]}")
    leading = list(select(store, _LEADING.format(iri=iri)))
    iris = {iri, *(row["property"] for row in [*said, *leading]), *(row["source"] for row in said)}
    iris |= {row["subject"] for row in leading} | {row["value"] for row in said if _is_iri(row["value"])}
    told = Told([], named(store, {each for each in iris if _is_iri(each)}), {})
    found: dict[tuple[str, str], list[str]] = {}
    for row in said:
        found.setdefault((row["property"], row["value"]), []).append(row["source"])
    sources = sorted({row["source"] for row in said})
    return ThingView(
        iri=iri,
        label=told.name(iri),
        study=_study_of(iri),
        statements=tuple(
            Statement(property=told.name(name), value=_shown(told, value), iri=_iri(value), sources=tuple(who))
            for (name, value), who in found.items()
        ),
        leading=tuple(
            Statement(property=told.name(row["property"]), value=_shown(told, row["subject"]), iri=row["subject"])
            for row in leading[:_MOST_LEADING]
        ),
        leading_cut=len(leading) > _MOST_LEADING,
        sources=tuple(told.source(each) for each in sources),
    )


def _study_of(iri: str) -> str:
    """The key of the study that a node stands below, by its IRI."""
    steps = iri.removeprefix(THINGS).split("/") if iri.startswith(THINGS) else []
    return steps[0] if len(steps) > 1 and steps[0] not in ("wording", "organisation") else ""


def _shown(told: Told, value: str) -> str:
    return told.name(value) if _is_iri(value) else value


def _iri(value: str) -> str:
    return value if _is_iri(value) else ""


def _is_iri(value: str) -> bool:
    return value.startswith(("http://", "https://", "urn:")) and not any(sign in value for sign in ' <>"{}|\\^`\n')
