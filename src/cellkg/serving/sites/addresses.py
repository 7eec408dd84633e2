"""The address of the page about an IRI."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from cellkg.identifiers import PREFIXES, THINGS, compress, is_curie

OWN = "https://w3id.org/cellkg/"
_GENERAL = (
    "cellkg", "kg", "src", "list", "dcterms", "obo", "oboInOwl", "owl", "prov", "dcat", "rdf", "rdfs", "sh", "skos",
    "semapv", "sssom", "xsd", "unit",
)  # fmt: skip
_FOREIGN = tuple(start for prefix, start in PREFIXES.items() if prefix not in _GENERAL)


def address_of(iri: str) -> str:
    """Return the address under which this server tells of an IRI, or the empty text where it does not.

    >>> address_of("https://w3id.org/cellkg/id/NCT00000000"), address_of("http://purl.obolibrary.org/obo/CL_0000134")
    ('/id/NCT00000000', '/thing/CL:0000134')
    """
    if iri.startswith(OWN):
        return f"/{quote(iri.removeprefix(OWN), safe='/%:')}"
    curie = compress(iri)
    return f"/thing/{curie}" if iri.startswith(_FOREIGN) and is_curie(curie) else ""


def explore_address(iri: str) -> str:
    """Return the address of the network around a node.

    >>> explore_address("https://w3id.org/cellkg/id/NCT00000000")
    '/explore?node=kg%3ANCT00000000'
    """
    return f"/explore?{urlencode({'node': compress(iri)})}"


def study_address(key: str) -> str:
    """Return the address of a study by its key, which is a step of its IRI."""
    return f"/study/{quote(key, safe='%:')}"


def is_study(iri: str) -> bool:
    """Tell whether an IRI has the form of one that a study can have."""
    return iri.startswith(THINGS) and "/" not in iri.removeprefix(THINGS)
