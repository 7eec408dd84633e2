"""Records without people: their fields are taken out, and what texts say of them is masked by as many signs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from cellkg_loaders.clinicaltrials_gov.citations import without_authors
from cellkg_loaders.clinicaltrials_gov.masking import Clean, masked
from cellkg_loaders.clinicaltrials_gov.people import People
from cellkg_loaders.clinicaltrials_gov.values import read_number

MASKED = "texts with something masked"

_PERSONAL = frozenset(
    {
        "centralContacts",
        "contacts",
        "email",
        "investigatorFullName",
        "investigatorTitle",
        "oldNameTitle",
        "phone",
        "phoneExt",
        "pointOfContact",
        "unpostedResponsibleParty",
    }
)


def without_people(study: dict[str, Any], removed: Counter[str]) -> dict[str, Any]:
    """Return a copy of a record without people; what was taken out is counted in ``removed`` by its path.

    A key of contacts goes wherever it stands, so that it does in a part of a record that is new to us as well. Who the
    people are is known here and never again: their names are masked in the texts now.

    >>> removed = Counter()
    >>> without_people({"overallOfficials": [{"name": "A. Person", "role": "STUDY_CHAIR"}]}, removed)
    {'overallOfficials': [{'role': 'STUDY_CHAIR'}]}
    >>> dict(removed)
    {'overallOfficials[].name': 1}
    """
    return _Walk(study, removed).object(study, "")


class _Walk:
    """One walk through one record."""

    def __init__(self, study: dict[str, Any], removed: Counter[str]) -> None:
        self._people, self._removed = People(study), removed
        self._clean: Clean = self._people.cleaner(msgspec.json.encode(study)) or masked

    def object(self, value: dict[str, Any], path: str) -> dict[str, Any]:
        kept = {}
        for key, child in value.items():
            below = f"{path}.{key}" if path else key
            if key in _PERSONAL or self._names_a_person(key, value, path):
                self._removed[below] += len(child) if isinstance(child, list) else 1
            elif key == "citation" and isinstance(child, str):
                kept[key] = self._text(child, without_authors)
            else:
                kept[key] = self._any(child, below)
        return kept

    def _any(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return self.object(value, path)
        if isinstance(value, list):
            return [self._any(item, f"{path}[]") for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str, first: Clean = str) -> str:
        if read_number(text) is not None:
            return text
        without = self._clean(first(text))
        if without != text:
            self._removed[MASKED] += 1
        return without

    def _names_a_person(self, key: str, around: dict[str, Any], path: str) -> bool:
        if key == "name" and path.endswith("overallOfficials[]"):
            return True
        if key in ("name", "fullName") and "class" in around:
            name = around[key]
            return around["class"] == "INDIV" or (isinstance(name, str) and self._people.is_person(name))
        # A citation names its authors; with a PubMed id it says nothing more.
        return key == "citation" and "pmid" in around
