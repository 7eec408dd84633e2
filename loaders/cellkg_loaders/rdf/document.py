"""A document as quads: the source itself, its studies, its lists and the rates it gives as context."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, URIRef

from cellkg.identifiers import below, read_url, source_iri
from cellkg.lexicon import Lexicon
from cellkg.ntriples import Quad, Statement, date, decimal, text
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.records import BackgroundRate, Document, Source, StudyList

from .study import study_iri, study_quads
from .telling import Telling, time_quads


def document_quads(document: Document, lexicon: Lexicon) -> Iterator[Quad]:
    """Yield everything that a document says, in the graph of its source."""
    graph = source_iri(document.source.key)
    for subject, predicate, value in _statements(document, graph, lexicon):
        yield Quad(subject, predicate, value, graph)


def _statements(document: Document, graph: URIRef, lexicon: Lexicon) -> Iterator[Statement]:
    key = document.source.key
    yield from source_quads(graph, document.source, lexicon)
    for study in document.studies:
        yield from study_quads(Telling(below(study_iri(study), key), lexicon), study)
    for i, group in enumerate(document.lists, 1):
        node = below(graph, "list", i)
        yield Statement(graph, C.hasList, node)
        yield from list_quads(Telling(node, lexicon), node, group, key)
    for i, rate in enumerate(document.background, 1):
        node = below(graph, "background", i)
        yield Statement(graph, C.hasBackgroundRate, node)
        yield from background_quads(Telling(node, lexicon), node, rate)


def source_quads(node: URIRef, source: Source, lexicon: Lexicon) -> Iterator[Statement]:
    """Yield what is known of a source as a document."""
    yield Statement(node, RDF.type, C.Source)
    yield Statement(node, RDF.type, PROV.Entity)
    yield Statement(node, RDF.type, DCAT.Dataset)
    yield Statement(node, RDFS.label, text(source.title))
    yield Statement(node, C.sourceKey, text(source.key))
    yield Statement(node, C.sourceKind, lexicon.iri("source_kind", source.kind))
    yield Statement(node, C.fileName, text(source.file))
    yield Statement(node, C.sha256, text(source.sha256))
    yield Statement(node, C.loader, text("curated"))
    if source.url:
        yield Statement(node, DCAT.landingPage, read_url(source.url))
    if source.doi:
        yield Statement(node, DCTERMS.identifier, text(f"doi:{source.doi}"))
    if source.published:
        yield Statement(node, DCTERMS.issued, date(source.published))
    if source.repeats:
        yield Statement(node, PROV.wasDerivedFrom, source_iri(source.repeats))


def list_quads(telling: Telling, node: URIRef, group: StudyList, key: str) -> Iterator[Statement]:
    """Yield a list of studies, and what it says of each."""
    yield Statement(node, RDF.type, C.StudyList)
    yield from telling.writes(node, C.name, group.name)
    for study in group.studies:
        listed = study_iri(study)
        yield Statement(node, C.lists, listed)
        yield from study_quads(Telling(below(listed, key), telling.lexicon), study)


def background_quads(telling: Telling, node: URIRef, rate: BackgroundRate) -> Iterator[Statement]:
    """Yield a rate that is given as context."""
    yield Statement(node, RDF.type, C.BackgroundRate)
    yield from telling.said(node, C.percent, decimal(rate.value), rate)
    yield Statement(node, C.event, telling.word("background_event", rate.event))
    yield from telling.says(node, C.denominator, "background_denominator", rate.of)
    if rate.time:
        yield Statement(node, C.hasTime, below(node, "time"))
        yield from time_quads(telling, below(node, "time"), rate.time)
