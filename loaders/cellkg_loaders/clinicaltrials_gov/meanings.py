"""The forms of values that stand for something else: a word of a list, a group, an organisation, a kind of study."""

from __future__ import annotations

from typing import Any

from rdflib import RDF, RDFS, URIRef

from cellkg.identifiers import mint, slug
from cellkg.lexicon import Lexicon
from cellkg.vocabulary import CELLKG as C

from .eligibility import criteria_statements
from .errors import unlike
from .fields import Field
from .forms import FORMS, Form, write_text
from .terms import REGISTRY as R
from .walk import Step, Walk

_CRITERIA = "/protocolSection/eligibilityModule/eligibilityCriteria"
_STUDY_TYPES = {
    "INTERVENTIONAL": "clinical trial",
    "OBSERVATIONAL": "observational study",
    "EXPANDED_ACCESS": "expanded access",
}
_ARM_ROLES = {
    "EXPERIMENTAL": "experimental",
    "ACTIVE_COMPARATOR": "comparator",
    "PLACEBO_COMPARATOR": "comparator",
    "SHAM_COMPARATOR": "comparator",
}


def form(row: Field, lexicon: Lexicon) -> Step:
    """Return the form that the table names for a leaf, bound to its property."""
    name, _, words = row.form.partition(":")
    return _ALL[name](row.predicate, lexicon, words)


def _group(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("the id of a group", value)
        group = walk.groups.get(value)
        if group is not None:
            walk.say((node, predicate, group))
        else:
            # A number whose group the record does not list is kept, with the id that it gives.
            walk.count("references to a group that its record does not list")
            walk.say((node, R.groupId, walk.text(value)))

    return write


def _organisation(predicate: URIRef, *_: object) -> Step:
    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str:
            raise unlike("the name of an organisation", value)
        if walk.sponsors_in_person(walk.record):
            return
        name = walk.clean(value)
        if not slug(name):
            raise unlike("the name of an organisation", value)
        organisation = mint("organisation", slug(name))
        walk.say((organisation, RDF.type, C.Organisation))
        walk.say((organisation, RDFS.label, walk.text(value)))
        walk.say((node, predicate, organisation))

    return write


def _listed(predicate: URIRef, lexicon: Lexicon, words: str) -> Step:
    known = {word: lexicon.iri(words, word) for word in lexicon.words(words)}

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str or value not in known:
            raise unlike(f"a word of the list {words}", value)
        walk.say((node, predicate, known[value]))

    return write


def _phases(predicate: URIRef, lexicon: Lexicon, _: str) -> Step:
    one = _listed(predicate, lexicon, "phase")

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        # The registry lists two phases for a trial of phase 1/2; together they are one value.
        if type(value) is not list or not all(type(phase) is str for phase in value):
            raise unlike("a list of phases", value)
        if value:
            one(walk, "|".join(sorted(value)), node, place)

    return write


def _study_type(_: URIRef, lexicon: Lexicon, __: str) -> Step:
    known = {word: lexicon.iri("study_type", label) for word, label in _STUDY_TYPES.items()}

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        if type(value) is not str or value not in known:
            raise unlike("a type of study", value)
        walk.say((node, RDF.type, known[value]))

    return write


def _identity(_: URIRef, lexicon: Lexicon, __: str) -> Step:
    by_id = lexicon.iri("identified_by", "registry id")

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        walk.say((node, C.registryId, walk.text(value)))
        walk.say((node, RDFS.label, walk.text(value)))
        walk.say((node, C.identifiedBy, by_id))

    return write


def _arm_type(predicate: URIRef, lexicon: Lexicon, _: str) -> Step:
    written = write_text(predicate)
    roles = {word: lexicon.iri("group_role", role) for word, role in _ARM_ROLES.items()}

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        written(walk, value, node, place)
        if value in roles:
            walk.say((node, C.groupRole, roles[value]))

    return write


def _reference_type(predicate: URIRef, lexicon: Lexicon, _: str) -> Step:
    written = write_text(predicate)
    given, derived = (lexicon.iri("link_origin", word) for word in ("given in the record", "derived by the registry"))

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        written(walk, value, node, place)
        walk.say((node, R.linkOrigin, derived if value == "DERIVED" else given))

    return write


def _eligibility(predicate: URIRef, lexicon: Lexicon, _: str) -> Step:
    written, criteria = write_text(predicate), criteria_statements(lexicon)

    def write(walk: Walk, value: Any, node: URIRef, place: str) -> None:
        written(walk, value, node, place)
        walk.made.extend(criteria(node, f"{walk.base}{_CRITERIA}", _CRITERIA, walk.clean(value)))

    return write


_ALL: dict[str, Form] = {
    **FORMS,
    "armtype": _arm_type,
    "eligibility": _eligibility,
    "group": _group,
    "identity": _identity,
    "list": _listed,
    "organisation": _organisation,
    "phases": _phases,
    "reference": _reference_type,
    "studytype": _study_type,
}
