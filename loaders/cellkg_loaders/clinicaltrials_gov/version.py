"""A version of a record: registry id, day of the last update, and a hash of what the registry did not add itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, URIRef

from cellkg.identifiers import mint, source_iri
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, Quad, date, text
from cellkg.vocabulary import CELLKG as C

from .errors import MisfitError, unlike
from .terms import REGISTRY as R

SOURCE_KEY = "clinicaltrials.gov"
_NCT_ID = re.compile(r"NCT[0-9]{8}")
_RIGHTS = "U.S. National Library of Medicine, ClinicalTrials.gov; see its terms and conditions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The version of a record, and the name of its graph."""

    nct_id: str
    date: str
    digest: str
    processed: str | None
    canonical: bytes
    """The record as sorted JSON, without what the registry adds to it when it writes it."""
    graph: URIRef


def version_of(study: dict[str, Any]) -> Version:
    """Return the version of a record.

    Raises:
        MisfitError: no registry id, or a day that is none.
    """
    protocol = _object(study, "protocolSection")
    nct_id = _object(protocol, "identificationModule").get("nctId")
    if not isinstance(nct_id, str) or not _NCT_ID.fullmatch(nct_id):
        raise MisfitError(f"no registry id of ClinicalTrials.gov: {nct_id!r:.40}")
    updated = _day(_object(_object(protocol, "statusModule"), "lastUpdatePostDateStruct").get("date")) or "undated"
    canonical = _canonical(study)
    digest = hashlib.sha256(canonical).hexdigest()
    return Version(
        nct_id=nct_id,
        date=updated,
        digest=digest,
        processed=_day(_object(_object(study, "derivedSection"), "miscInfoModule").get("versionHolder")),
        canonical=canonical,
        graph=URIRef(f"{source_iri(SOURCE_KEY)}/{nct_id}/{updated}/{digest[:12]}"),
    )


def version_quads(version: Version, lexicon: Lexicon) -> Iterator[Quad]:
    """Yield what is known about a version itself, in its own graph."""
    graph = version.graph
    pairs: list[tuple[URIRef, URIRef | Literal]] = [
        (RDF.type, C.Source),
        (RDF.type, PROV.Entity),
        (RDF.type, DCAT.Dataset),
        (RDFS.label, text(f"ClinicalTrials.gov record of {version.nct_id}, {version.date}")),
        (C.sourceKey, text(SOURCE_KEY)),
        (C.sourceKind, lexicon.iri("source_kind", "registry")),
        (C.loader, text("clinicaltrials_gov")),
        (R.versionOf, mint(version.nct_id)),
        (C.sha256, text(version.digest)),
        (DCAT.landingPage, URIRef(f"https://clinicaltrials.gov/study/{version.nct_id}")),
        (DCTERMS.rights, text(_RIGHTS)),
    ]
    if version.date != "undated":
        pairs.append((R.versionDate, date(version.date)))
    if version.processed:
        pairs.append((R.processedOn, date(version.processed)))
    for predicate, value in pairs:
        yield Quad(graph, predicate, value, graph)


def _day(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise unlike("a date", value)
    day = value.partition("T")[0]
    try:
        date(day)
    except ValueError:
        raise unlike("a date", value) from None
    return day


def _canonical(study: dict[str, Any]) -> bytes:
    derived = {key: value for key, value in _object(study, "derivedSection").items() if key != "miscInfoModule"}
    return msgspec.json.encode({**study, "derivedSection": derived}, order="sorted")


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}
