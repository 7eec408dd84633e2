"""The key of a term in addresses, which is its CURIE without our own prefix, and the words of registry records."""

from __future__ import annotations

from rdflib import Namespace

from cellkg.identifiers import VOCABULARY, compress

REGISTRY = Namespace(VOCABULARY)
"""The words of registry records, which are those of the table ``fields.tsv`` of their loader."""


def words(*names: str) -> tuple[str, ...]:
    """Return the IRIs of words of ``cellkg:``."""
    return tuple(f"{VOCABULARY}{name}" for name in names)


def key_of(iri: str) -> str:
    """Return the key of a term.

    >>> key_of("http://purl.obolibrary.org/obo/MONDO_0005100"), key_of("https://w3id.org/cellkg/vocab/SVF")
    ('MONDO:0005100', 'SVF')
    """
    return compress(iri).removeprefix("cellkg:")
