"""The terms of ``ontology/registry.ttl`` that the code names; ``fields.tsv`` names the others."""
# ruff: noqa: N815

from __future__ import annotations

from rdflib import URIRef
from rdflib.namespace import DefinedNamespace, Namespace


class REGISTRY(DefinedNamespace):
    """Classes, properties and words that are not in the table; a name that the ontology lacks fails a test."""

    _NS = Namespace("https://w3id.org/cellkg/vocab/")
    _fail = True

    IndividualSponsor: URIRef
    groupId: URIRef
    hasIndividualSponsor: URIRef
    latitude: URIRef
    linkOrigin: URIRef
    loaderVersion: URIRef
    longitude: URIRef
    ofMeasure: URIRef
    pComparator: URIRef
    processedOn: URIRef
    retrievedOn: URIRef
    textEnd: URIRef
    textStart: URIRef
    usesIntervention: URIRef
    versionDate: URIRef
    versionOf: URIRef
    writtenPValue: URIRef
