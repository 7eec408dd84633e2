"""What the endpoint says about itself and its data: SPARQL 1.1 Service Description and VoID."""

from __future__ import annotations

from pathlib import Path

from rdflib import DCAT, DCTERMS, RDF, VOID, BNode, Graph, Literal, Namespace, URIRef
from starlette.requests import Request
from starlette.responses import Response

from cellkg.dump import DUMP

from .negotiation import choose
from .refusals import Refusal
from .site import base_of, site_of

FORMS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "pretty-xml",
    "application/ld+json": "json-ld",
}
"""Media types of descriptions, and what rdflib calls them."""

_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMAT = Namespace("http://www.w3.org/ns/formats/")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_DATASET = URIRef("https://w3id.org/cellkg/")
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_RDF = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N3", "N-Quads", "TriG")


def service_description(request: Request) -> Response:
    """Return the description of the service in the form that the client takes."""
    base = base_of(request)
    graph, service, dataset, default = Graph(), URIRef(f"{base}sparql"), BNode(), BNode()
    graph.bind("sd", _SD)
    graph.add((service, RDF.type, _SD.Service))
    graph.add((service, _SD.endpoint, service))
    graph.add((service, _SD.supportedLanguage, _SD.SPARQL11Query))
    for name in (*_RESULTS, *_RDF):
        graph.add((service, _SD.resultFormat, _FORMAT[name]))
    graph.add((service, _SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, _SD.Dataset))
    graph.add((dataset, _SD.defaultGraph, default))
    graph.add((default, RDF.type, _SD.Graph))
    graph.add((default, DCTERMS.description, Literal("The merge of all sources, each fact once.", lang="en")))
    graph.add((default, VOID.inDataset, _DATASET))
    for triple in void_graph(site_of(request).builds.current.folder, base):
        graph.add(triple)
    return written(request, graph)


def void_description(request: Request) -> Response:
    """Return the description of the data in the form that the client takes."""
    return written(request, void_graph(site_of(request).builds.current.folder, base_of(request)))


def catalogue_description(request: Request) -> Response:
    """Return the data as a dataset of DCAT 3, with its distributions, in the form that the client takes."""
    build, base = site_of(request).builds.current.folder, base_of(request)
    graph = void_graph(build, base)
    graph.bind("dcat", DCAT)
    graph.add((_DATASET, RDF.type, DCAT.Dataset))
    graph.add((_DATASET, DCTERMS.title, Literal("cellkg: cell therapies and their clinical outcomes", lang="en")))
    graph.add((_DATASET, DCTERMS.identifier, Literal(build.name)))
    graph.add((_DATASET, DCAT.landingPage, URIRef(f"{base}data")))
    service = URIRef(f"{base}sparql")
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCAT.servesDataset, _DATASET))
    for name, media_type in ((f"data/{DUMP}", "application/n-quads"), ("search.csv", "text/csv")):
        distribution = URIRef(f"{base}{name}")
        graph.add((_DATASET, DCAT.distribution, distribution))
        graph.add((distribution, RDF.type, DCAT.Distribution))
        graph.add((distribution, DCAT.downloadURL, distribution))
        graph.add((distribution, DCAT.mediaType, URIRef(f"{_MEDIA_TYPES}{media_type}")))
    return written(request, graph)


def void_graph(build: Path, base: str) -> Graph:
    """Return what a build says about its data, with the addresses of this server."""
    graph = Graph()
    graph.bind("void", VOID)
    file = build / "void.ttl"
    if file.is_file():
        graph.parse(file, format="turtle", publicID=f"{base}data/")
    graph.remove((_DATASET, VOID.dataDump, None))
    graph.add((_DATASET, RDF.type, VOID.Dataset))
    graph.add((_DATASET, VOID.sparqlEndpoint, URIRef(f"{base}sparql")))
    graph.add((_DATASET, VOID.dataDump, URIRef(f"{base}data/{DUMP}")))
    return graph


def written(request: Request, graph: Graph) -> Response:
    """Return a graph in the form that the client takes; ``Refusal`` when it takes none."""
    choice = choose(request.headers.get("accept"), FORMS)
    if choice is None:
        raise Refusal(406, f"the description comes as {', '.join(FORMS)}")
    body = graph.serialize(format=choice.format, encoding="utf-8")
    return Response(body, headers={"content-type": choice.content_type})
