"""From the plan to functions that walk: each place of the table becomes one that knows its property and what is below.

The table is read once and bound to its forms, so that the walk through a record looks up nothing but its own keys.
"""

from __future__ import annotations

from typing import Any

from rdflib import RDF, URIRef

from cellkg.identifiers import VOCABULARY
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, text
from cellkg.vocabulary import CELLKG as C

from .errors import MisfitError, unlike
from .fields import Field, Plan
from .meanings import form
from .terms import REGISTRY as R
from .walk import Node, Step, Walk

_WHOLE_LISTS = ("phases",)
_CONSTANT_LISTS = {"rank": "rank", "printedAs": "sponsor_label"}
_POINTER, _TYPE, _OF_MEASURE, _SPONSORSHIP = C.pointer, RDF.type, R.ofMeasure, C.Sponsorship
_IN_PERSON, _INDIVIDUAL = R.hasIndividualSponsor, R.IndividualSponsor
# The IRI of a place has keys of the table and numbers only: nothing that rdflib would have to look for.
_iri = str.__new__


def compiled(plan: Plan, lexicon: Lexicon, key: str = "") -> Step:
    """Return the step that walks a place of a record and all that is below it."""
    row = plan.row
    if row is not None and row.form == "ignored":
        return _skipped
    if row is not None and not row.node_class:
        step = form(row, lexicon)
        return _each(step, key) if plan.is_list and row.form not in _WHOLE_LISTS else step
    inside = _object(plan.path, {name: compiled(below, lexicon, name) for name, below in plan.below.items()})
    if plan.lists_groups:
        inside = _with_groups(inside, plan.lists_groups)
    if row is not None:
        inside = _node(row, inside, lexicon)
    return _each(inside, key) if plan.is_list else _below(inside, key)


def _skipped(walk: Walk, value: Any, node: URIRef, place: str) -> None:
    """Say nothing: the table gives the reason."""


def _below(inside: Step, key: str) -> Step:
    if not key:
        return inside
    tail = f"/{key}"

    def step(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        inside(walk, value, node, place + tail)

    return step


def _each(item: Step, key: str) -> Step:
    tail = f"/{key}/"

    def step(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not list:
            raise unlike("a list", value)
        start, i = place + tail, 0
        try:
            for i, one in enumerate(value):
                item(walk, one, node, f"{start}{i}")
        except MisfitError as misfit:
            misfit.steps.append(i)
            raise

    return step


def _object(path: str, steps: dict[str, Step]) -> Step:
    def step(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not dict:
            raise unlike("an object", value)
        outer, walk.record = walk.record, value
        key = ""
        try:
            for key, child in value.items():
                known = steps.get(key)
                if known is None:
                    walk.unknown(path, key)
                elif child is not None:
                    known(walk, child, node, place)
        except MisfitError as misfit:
            misfit.steps.append(key)
            raise
        walk.record = outer

    return step


def _with_groups(inside: Step, key: str) -> Step:
    """Let the ids of groups, which each part of the results numbers anew, stand for the groups of this part."""

    def step(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        listed = value.get(key) if type(value) is dict else None
        groups: dict[str, URIRef] = {}
        for i, group in enumerate(listed if type(listed) is list else ()):
            group_id = group.get("id") if type(group) is dict else None
            if type(group_id) is str:
                groups.setdefault(group_id, _iri(URIRef, f"{place}/{key}/{i}"))
        walk.groups = groups
        inside(walk, value, node, place)
        walk.groups = {}

    return step


def _node(row: Field, inside: Step, lexicon: Lexicon) -> Step:
    predicate, kind, turned = row.predicate, URIRef(VOCABULARY + row.node_class), row.prop.startswith("^")
    constant = _constant(row.note, lexicon)
    measured, sponsors = row.node_class == "Measurement", kind == _SPONSORSHIP

    def step(walk: Walk, value: Any, above: URIRef, place: str) -> None:
        node, say = _iri(URIRef, place), walk.say
        if sponsors and type(value) is dict and walk.sponsors_in_person(value):
            say((above, _IN_PERSON, node))
            say((node, _TYPE, _INDIVIDUAL))
        else:
            say((node, predicate, above) if turned else (above, predicate, node))
            say((node, _TYPE, kind))
        say((node, _POINTER, Literal(f'"{place[walk.pointer_start :]}"')))
        if measured:
            say((node, _OF_MEASURE, _iri(URIRef, place.partition("/classes/")[0])))
        if constant:
            say((node, *constant))
        inside(walk, value, node, place)

    return step


def _constant(note: str, lexicon: Lexicon) -> tuple[URIRef, Node] | None:
    key, _, value = note.partition("=")
    if not value:
        return None
    words = _CONSTANT_LISTS.get(key)
    return URIRef(VOCABULARY + key), lexicon.iri(words, value) if words else text(value)
