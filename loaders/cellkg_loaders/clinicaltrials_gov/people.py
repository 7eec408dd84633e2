"""People: what of a text or a name must not enter the graph, and the same text without it.

A record names its contacts, officials and investigators in fields that no row of the table keeps. The same words may
stand elsewhere in it: as a sponsor, as a facility, in a text. There they are masked by as many signs, so that offsets
stay. What is no personal name (``Study Director``, ``Novartis``) is left as it is, and a single word is taken for a
name only where it is all that a field says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from .masking import MASK, Clean, hidden, masked

_TITLES = r"(?:dr|prof|professor|mr|mrs|ms|pr|mudr|assist|assoc|med|univ)\b\.?[\s.]*"
_BEFORE = re.compile(rf"^(?:{_TITLES})+", re.IGNORECASE)
_AFTER = re.compile(r"(?:\s+(?:m\.?d\.?|ph\.?d\.?|m\.?sc\.?|mbbs|mph|pharm\.?d\.?|rn|bsn|d\.?o\.?|frcp\w*))+\.?$", re.I)
_OF_AN_OFFICE = re.compile(
    r"\d|\b(?:univers|hospital|h[oô]pital|institut|centre|center|clinic|colleg|school|facult|departm|foundation|fondazione"
    r"|fundaci|pharma|biopharm|biotech|biolog|inc\b|ltd|llc|gmbh|corp|compan|co\b|group|research|stud(?:y|ies)\b|trial"
    r"|call\b|contact|direct(?:or|ion)|office|team|manag|coordinat|recruit|inform|desk|support|monitor|medical|scien"
    r"|investigat|therapeut|laborator|health|service|registr|patient|global|leader|helpline|site\b|unit\b|number|transparen"
    r"|affairs|disclosure|develop|operations|chair|head\b|officer|president|responsible|email|phone|toll|department|nurse)",
    re.IGNORECASE,
)  # fmt: skip
_SHORTEST_NUMBER = 7
_OF_PERSONS = (None, "INDIV", "OTHER", "OTHER_GOV", "UNKNOWN")


class People:
    """The people of a record, by what its own fields say about them."""

    def __init__(self, study: dict[str, Any]) -> None:
        names, reaches = list(_names(study)), list(_reaches(study))
        organisations = "\n".join(_organisations(study)).casefold()
        bare = {name: _bare(name) for name in names if not _OF_AN_OFFICE.search(name)}
        persons = {name: core for name, core in bare.items() if core.casefold() not in organisations}
        self._own_fields = [*names, *reaches]
        self._folded = {name.casefold() for names in persons.items() for name in names}
        # What is masked in every text needs no search of its own.
        unusual = (at for at in reaches if len(at) >= _SHORTEST_NUMBER and masked(at).strip(MASK))
        self._looked_for = {*persons.values(), *unusual}
        self._in_texts = {words for words in self._looked_for if " " in words or not words.isalpha()}

    def is_person(self, name: str) -> bool:
        """Tell whether a name of a sponsor or a site is that of a person of the record."""
        return name.strip().casefold() in self._folded or _bare(name.strip()).casefold() in self._folded

    def cleaner(self, canonical: bytes) -> Clean | None:
        """Return what masks the people of a record in its texts, or ``None`` where no text speaks of them.

        ``canonical`` is the record as JSON: what it says more often than its contact fields do stands in a text too.
        """
        here, everywhere = msgspec.json.encode(self._own_fields).lower(), canonical.lower()
        found = {words for words in self._looked_for if _count(words, everywhere) > _count(words, here)}
        return self._hiding(found & self._in_texts) if found else None

    def hidden_in(self, message: str) -> str:
        """Return a message about the record that names none of its people."""
        return self._hiding(self._in_texts)(message)

    def _hiding(self, words: set[str]) -> Clean:
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        any_of = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
        pattern = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)", re.IGNORECASE) if words else None
        shortest = min(map(len, {*words, *self._folded}), default=0)

        def clean(text: str) -> str:
            if len(text) < shortest:
                return masked(text)
            if text.strip().casefold() in self._folded:
                return MASK * len(text)
            return masked(pattern.sub(hidden, text) if pattern else text)

        return clean


def _count(name: str, where: bytes) -> int:
    return where.count(msgspec.json.encode(name)[1:-1].lower())


def _bare(name: str) -> str:
    cut = re.split(r"[,;(/]", name, maxsplit=1)[0].strip()
    bare = _AFTER.sub("", _BEFORE.sub("", cut)).strip()
    return bare if " " in bare else name.strip()


def _names(study: dict[str, Any]) -> Iterator[str]:
    for contact in _contacts(study):
        yield from _texts(contact, "name")
    for official in _objects(_at(study, "protocolSection", "contactsLocationsModule"), "overallOfficials"):
        yield from _texts(official, "name")
    party = _at(study, "protocolSection", "sponsorCollaboratorsModule", "responsibleParty")
    yield from _texts(party, "investigatorFullName", "oldNameTitle")
    yield from _texts(_at(study, "resultsSection", "moreInfoModule", "pointOfContact"), "title")
    yield from _texts(
        _at(study, "annotationSection", "annotationModule", "unpostedAnnotation"), "unpostedResponsibleParty"
    )


def _reaches(study: dict[str, Any]) -> Iterator[str]:
    for contact in _contacts(study):
        yield from _texts(contact, "phone", "email")
    yield from _texts(_at(study, "resultsSection", "moreInfoModule", "pointOfContact"), "phone", "email")


def _contacts(study: dict[str, Any]) -> Iterator[dict[str, Any]]:
    module = _at(study, "protocolSection", "contactsLocationsModule")
    yield from _objects(module, "centralContacts")
    for site in _objects(module, "locations"):
        yield from _objects(site, "contacts")


def _organisations(study: dict[str, Any]) -> Iterator[str]:
    module = _at(study, "protocolSection", "sponsorCollaboratorsModule")
    of_study = [_at(module, "leadSponsor"), *_objects(module, "collaborators")]
    for organisation in [*of_study, _at(study, "protocolSection", "identificationModule", "organization")]:
        if organisation.get("class") not in _OF_PERSONS:
            yield from _texts(organisation, "name", "fullName")


def _at(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _objects(parent: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    value = parent.get(key)
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _texts(parent: dict[str, Any], *keys: str) -> Iterator[str]:
    yield from (value.strip() for key in keys if isinstance(value := parent.get(key), str) and value.strip())
