"""A version of a record: registry id, day of the last update, and a hash of what the registry did not add itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec
from rdflib import URIRef

from cellkg.errors import InputError
from cellkg.identifiers import source_iri

from .reading import RawRecord

SOURCE_KEY = "clinicaltrials.gov"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The version of a record, and the name of its graph."""

    nct_id: str
    date: str
    digest: str
    processed: str | None
    graph: URIRef


def version_of(raw: RawRecord) -> Version:
    """Return the version of a record; ``InputError`` when it has no registry id."""
    study = raw.study
    protocol = _object(study, "protocolSection")
    nct_id = _object(protocol, "identificationModule").get("nctId")
    if not isinstance(nct_id, str) or len(nct_id) != 11 or not nct_id.startswith("NCT") or not nct_id[3:].isdigit():
        raise InputError(raw.file, raw.place, f"no registry id: {nct_id!r}", "this is no study of ClinicalTrials.gov")
    posted = _object(_object(protocol, "statusModule"), "lastUpdatePostDateStruct").get("date")
    date = posted if isinstance(posted, str) else "undated"
    digest = hashlib.sha256(_canonical(study)).hexdigest()
    processed = _object(_object(study, "derivedSection"), "miscInfoModule").get("versionHolder")
    return Version(
        nct_id=nct_id,
        date=date,
        digest=digest,
        processed=processed if isinstance(processed, str) else None,
        graph=URIRef(f"{source_iri(SOURCE_KEY)}/{nct_id}/{date}/{digest[:12]}"),
    )


def _canonical(study: dict[str, Any]) -> bytes:
    derived = {key: value for key, value in _object(study, "derivedSection").items() if key != "miscInfoModule"}
    return msgspec.json.encode({**study, "derivedSection": derived}, order="sorted")


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}
