"""The walk through one record: what is said on the way, and what has to be known of the record meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

from rdflib import URIRef

from cellkg.identifiers import below, mint
from cellkg.ntriples import Literal

from .masking import Clean, literal_of, masked
from .people import People
from .version import SOURCE_KEY

Node: TypeAlias = URIRef | Literal
Triple: TypeAlias = tuple[URIRef, URIRef, Node]
_UNKNOWN_FIELDS_TOLD = 500
_LONGEST_KEY = 80


class Walk:
    """One walk through one record; ``say`` takes each statement."""

    __slots__ = (
        "_counts",
        "_people",
        "base",
        "clean",
        "groups",
        "made",
        "pointer_start",
        "record",
        "say",
        "study",
        "text",
    )

    def __init__(self, nct_id: str, people: People, clean: Clean | None, counts: Counter[str]) -> None:
        self.study = mint(nct_id)
        self.base = str(below(self.study, SOURCE_KEY))
        self.pointer_start = len(self.base)
        self.made: list[Triple] = []
        self.say = self.made.append
        self.groups: dict[str, URIRef] = {}
        self.record: dict[str, Any] = {}
        self.clean: Clean = clean or masked
        self.text = literal_of(clean)
        self._people, self._counts = people, counts

    def sponsors_in_person(self, organisation: dict[str, Any]) -> bool:
        """Tell whether the sponsor that an object names is a person."""
        name = organisation.get("name")
        return organisation.get("class") == "INDIV" or (isinstance(name, str) and self._people.is_person(name))

    def count(self, what: str) -> None:
        """Count something that the build has to tell."""
        self._counts[what] += 1

    def unknown(self, path: str, key: str) -> None:
        """Count a field that the table does not know, by its path."""
        what = f"unknown field {path}.{self.clean(key)[:_LONGEST_KEY]}".replace(" .", " ")
        crowded = what not in self._counts and len(self._counts) > _UNKNOWN_FIELDS_TOLD
        self._counts["unknown fields besides these" if crowded else what] += 1


#: Walks a place of a record: takes its value, the node above, and the IRI of the place above (record and JSON Pointer).
Step: TypeAlias = Callable[[Walk, Any, URIRef, str], None]
