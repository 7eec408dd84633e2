"""A version of a record: registry id, day of the last update, and a hash of what the registry did not add itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, URIRef

from cellkg.identifiers import mint, source_iri
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Literal, Quad, date, text
from cellkg.vocabulary import CELLKG as C

from .errors import MisfitError, unlike
from .origin import Origin, canonical
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
    origin: Origin | None


def version_of(study: dict[str, Any], origin: Origin | None = None) -> Version:
    """Return the version of a record.

    Raises:
        MisfitError: no registry id, or a day that is none.
    """
    protocol = _object(study, "protocolSection")
    nct_id = _object(protocol, "identificationModule").get("nctId")
    if not isinstance(nct_id, str) or not _NCT_ID.fullmatch(nct_id):
        raise MisfitError(f"no registry id of ClinicalTrials.gov: {nct_id!r:.40}")
    updated = _day(_object(_object(protocol, "statusModule"), "lastUpdatePostDateStruct").get("date")) or "undated"
    as_read = canonical(study)
    digest = hashlib.sha256(as_read).hexdigest()
    if origin is not None:
        digest = origin.digest(digest)
    return Version(
        nct_id=nct_id,
        date=updated,
        digest=digest,
        processed=_day(_object(_object(study, "derivedSection"), "miscInfoModule").get("versionHolder")),
        canonical=as_read,
        graph=URIRef(f"{source_iri(SOURCE_KEY)}/{nct_id}/{updated}/{digest[:12]}"),
        origin=origin,
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
        (R.loaderVersion, text(_loader_version())),
        (R.versionOf, mint(version.nct_id)),
        (C.sha256, text(version.digest)),
        (DCAT.landingPage, URIRef(f"https://clinicaltrials.gov/study/{version.nct_id}")),
        (DCTERMS.rights, text(_RIGHTS)),
    ]
    if version.date != "undated":
        pairs.append((R.versionDate, date(version.date)))
    if version.processed:
        pairs.append((R.processedOn, date(version.processed)))
    if version.origin and version.origin.retrieved:
        pairs.append((R.retrievedOn, date(version.origin.retrieved)))
    if version.origin and version.origin.source:
        pairs.append((PROV.wasDerivedFrom, URIRef(version.origin.source)))
    for predicate, value in pairs:
        yield Quad(graph, predicate, value, graph)


@cache
def _loader_version() -> str:
    return metadata.version("cellkg")


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


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}
