"""CURIE to IRI and back, and the IRIs of studies, sources and what stands below them."""

from __future__ import annotations

import re
from urllib.parse import quote

import pyoxigraph as ox
from rdflib import URIRef

THINGS = "https://w3id.org/cellkg/id/"
FEDERATED = "https://w3id.org/cellkg/federated/"
SOURCES = "https://w3id.org/cellkg/source/"
MERGE = "https://w3id.org/cellkg/merge"
PUBLISHED = "https://w3id.org/cellkg/published"
VOCABULARY = "https://w3id.org/cellkg/vocab/"

PREFIXES = {
    "cellkg": VOCABULARY,
    "kg": THINGS,
    "src": SOURCES,
    "list": f"{VOCABULARY}list/",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "HGNC": "http://identifiers.org/hgnc/",
    "uniprot": "http://purl.uniprot.org/uniprot/",
    **{
        prefix: f"http://purl.obolibrary.org/obo/{prefix}_"
        for prefix in (
            "BFO", "CL", "CTO", "HP", "IAO", "MAXO", "MONDO", "NCBITaxon", "NCIT", "OAE", "OBI", "PATO", "PR", "RO",
            "STATO", "UBERON", "UO",
        )
    },
    "unit": "http://qudt.org/vocab/unit/",
    "dcterms": "http://purl.org/dc/terms/",
    "obo": "http://purl.obolibrary.org/obo/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sssom": "https://w3id.org/sssom/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip

_CURIE = re.compile(r"([A-Za-z][\w.-]*):([\w.-]+)")
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def is_curie(text: str) -> bool:
    """Tell whether a text has the form of a CURIE with a prefix that cellkg knows.

    >>> is_curie("MONDO:0005100"), is_curie("systemic sclerosis"), is_curie("note: 3")
    (True, False, False)
    """
    match = _CURIE.fullmatch(text)
    return bool(match and match[1] in PREFIXES)


def expand(curie: str) -> URIRef:
    """Return the IRI of a CURIE; ``ValueError`` when it is none.

    >>> expand("CL:0000134")
    rdflib.term.URIRef('http://purl.obolibrary.org/obo/CL_0000134')
    """
    if not is_curie(curie):
        raise ValueError(f"not a CURIE with a known prefix: {curie!r}")
    prefix, local = curie.split(":", 1)
    return URIRef(PREFIXES[prefix] + local)


def compress(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI itself when no prefix fits.

    >>> compress("http://purl.obolibrary.org/obo/NCIT_C38276")
    'NCIT:C38276'
    >>> compress("https://example.org/x")
    'https://example.org/x'
    """
    for prefix, start in _BY_LENGTH:
        if iri.startswith(start) and len(iri) > len(start):
            return f"{prefix}:{iri[len(start) :]}"
    return iri


def read_url(written: str) -> URIRef:
    """Return the IRI of a web address; ``ValueError`` when it is none.

    >>> read_url("https://example.org/a")
    rdflib.term.URIRef('https://example.org/a')
    """
    try:
        ox.NamedNode(written)
    except ValueError as error:
        raise ValueError(f"not a web address: {written!r} ({error})") from None
    if not re.match(r"https?://[^/]", written):
        raise ValueError(f"not a web address: {written!r}")
    return URIRef(written)


def mint(*steps: str | int) -> URIRef:
    """Return the IRI of a thing from the steps that lead to it.

    >>> mint("NCT00000000", "review", "arm", 1)
    rdflib.term.URIRef('https://w3id.org/cellkg/id/NCT00000000/review/arm/1')
    """
    return URIRef(THINGS + "/".join(quote(str(step), safe="") for step in steps))


def below(node: str, *steps: str | int) -> URIRef:
    """Return the IRI of a thing below another one."""
    return URIRef("/".join([node, *(quote(str(step), safe="") for step in steps)]))


def source_iri(key: str) -> URIRef:
    """Return the IRI of a source, which also names its graph."""
    return URIRef(SOURCES + quote(key, safe=""))


def slug(name: str) -> str:
    """Return a name as a step of an IRI: its letters and digits, in lower case.

    >>> slug("Assistance Publique – Hôpitaux de Paris")
    'assistance-publique-hôpitaux-de-paris'
    """
    return "-".join(re.findall(r"\w+", name.casefold()))
