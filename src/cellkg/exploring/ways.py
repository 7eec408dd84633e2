"""The ways of the explorer: chains of statements that are drawn as one link between two nodes.

Arms, administrations, outcome measures and results are folded into the link. What ties everything to everything
(status, phase, country, sponsor) is a facet of a study, to filter by, and no node.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import RDF, RDFS, SKOS

from cellkg.identifiers import VOCABULARY
from cellkg.vocabulary import CELLKG as C


@dataclass(frozen=True, slots=True)
class Way:
    """The properties that lead from a node of one kind to one of another; ``SAME`` is the kind of the start."""

    start: str
    label: str
    steps: tuple[str, ...]
    end: str
    only: str | None = None
    """The class that the end must have."""
    where: tuple[str, str] | None = None
    """A property that the end must have, and its text."""
    drawn: bool = True
    """Whether neighbours are looked for this way; the others are short cuts that a path may name."""

    def pattern(self, start: str, end: str) -> str:
        """Return the triple patterns of the way between two terms, with ``?n1``, ``?n2``, … in between."""
        nodes = self.nodes(start, end)
        triples = (f"{nodes[i]} <{step}> {nodes[i + 1]}" for i, step in enumerate(self.steps))
        only = f" . {end} a <{self.only}>" if self.only else ""
        where = f' . {end} <{self.where[0]}> "{self.where[1]}"' if self.where else ""
        return " . ".join(triples) + only + where

    def nodes(self, start: str, end: str) -> list[str]:
        """Return the terms that the way passes, both ends included."""
        return [start, *(f"?n{i}" for i in range(1, len(self.steps))), end]


SAME = ""
STUDY, PRODUCT = "Study", "Cell product"
_GIVEN = (C.hasArm, C.hasAdministration, C.ofProduct)
_LISTED = f"{VOCABULARY}hasReportedEvent"
_MEANT = (C.hasIntendedUse, C.ofProduct)

WAYS = (
    Way(STUDY, "gives", _GIVEN, PRODUCT, only=C.CellProduct),
    Way(STUDY, "makes", (C.makesProduct,), PRODUCT),
    Way(STUDY, "means to give later", _MEANT, PRODUCT, only=C.CellProduct),
    Way(STUDY, "compares with", (*_GIVEN, C.comparatorType), "Comparator"),
    Way(STUDY, "gives too", (*_GIVEN, C.coInterventionType), "Co-intervention"),
    Way(STUDY, "gives by", (C.hasArm, C.hasAdministration, C.route), "Route"),
    Way(STUDY, "means to give by", (C.hasIntendedUse, C.route), "Route"),
    Way(STUDY, "treats", (C.condition,), "Condition"),
    Way(STUDY, "reports", (C.hasResult, C.outcome), "Outcome"),
    Way(STUDY, "reports", (f"{VOCABULARY}hasPostedMeasure", C.outcome), "Outcome"),
    Way(STUDY, "plans to measure", (C.hasOutcomeMeasure, C.outcome), "Outcome"),
    Way(STUDY, "reports", (C.hasResult, C.adverseEvent), "Adverse event"),
    Way(STUDY, "lists as serious", (_LISTED,), "Adverse event", where=(f"{VOCABULARY}seriousness", "serious")),
    Way(STUDY, "is possibly the same as", (C.possiblySameStudyAs,), STUDY),
    Way("Report", "is about", (C.reports,), STUDY),
    Way(PRODUCT, "is named as", (C.productType,), "Product type"),
    Way(PRODUCT, "is made from", (C.tissueSource,), "Tissue"),
    Way(PRODUCT, "is made with", (C.hasProcessing, C.processing), "Device"),
    Way(PRODUCT, "consists of", (C.hasComponent, RDF.type), "Cell"),
    Way("Product type", "is always made from", (C.tissueOfType,), "Tissue"),
    Way("Outcome", "is measured by", (C.instrument,), "Instrument"),
    Way(SAME, "is a kind of", (RDFS.subClassOf,), SAME),
    Way(SAME, "is a kind of", (SKOS.broader,), SAME),
    Way(STUDY, "gives", (*_GIVEN, C.productType), "Product type", drawn=False),
    Way(STUDY, "gives cells from", (*_GIVEN, C.tissueSource), "Tissue", drawn=False),
    Way(STUDY, "gives cells made with", (*_GIVEN, C.hasProcessing, C.processing), "Device", drawn=False),
    Way(STUDY, "is backed by", (C.hasSponsorship, C.organisation), "Sponsor", drawn=False),
)

LINKED = Way(STUDY, "treats", (f"{VOCABULARY}conditionAsWritten", C.words), "Condition")
"""The way over words: a condition as the study writes it, the wording of these words, and the term it is linked to."""

MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch)

LEFT_OUT = frozenset({str(C.CellComponent), "http://www.w3.org/2002/07/owl#Thing"})
"""Ends that say nothing: every component of a product is one, every class is below the other."""

FACETS: dict[str, tuple[str, ...]] = {
    "status": (C.status,),
    "phase": (C.phase,),
    "country": (C.hasSite, C.country),
    "sponsor": (C.hasSponsorship, C.organisation),
}
"""What a study can be filtered by, and the properties that lead there."""

OF_CLASS = {
    str(C.Study): STUDY,
    str(C.CellProduct): PRODUCT,
    str(C.Outcome): "Outcome",
    str(C.Instrument): "Instrument",
    str(C.Report): "Report",
    str(C.Arm): "Arm",
    str(C.Source): "Source",
    str(C.Organisation): "Sponsor",
    f"{VOCABULARY}ReportedEvent": "Adverse event",
}
"""Kinds that follow from a class."""

OF_PREFIX = {"MONDO": "Condition", "HP": "Condition", "CL": "Cell", "UBERON": "Tissue"}
"""Kinds that follow from the ontology of a term, where nothing else tells."""
