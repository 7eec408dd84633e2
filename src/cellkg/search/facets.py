"""The facets of a search, in the order in which a page shows them; each has a query ``queries/search/facet-….rq``."""

from __future__ import annotations

from dataclasses import dataclass

NOT_STATED = "not-stated"
"""The key of the studies of which no source says anything for a facet."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: its key, its name, and whether a value takes in all that lies under it."""

    key: str
    name: str
    by_hierarchy: bool = False


FACETS = (
    Facet("condition", "Condition", by_hierarchy=True),
    Facet("product", "Product", by_hierarchy=True),
    Facet("cell_type", "Cell type", by_hierarchy=True),
    Facet("tissue", "Tissue"),
    Facet("donor", "Donor"),
    Facet("manipulation", "Manipulation"),
    Facet("route", "Route"),
    Facet("endpoint", "Endpoint", by_hierarchy=True),
    Facet("phase", "Phase"),
    Facet("status", "Status"),
    Facet("results", "Results in this graph"),
    Facet("year", "Year of start"),
    Facet("sponsor", "Sponsor"),
)

BY_KEY = {facet.key: facet for facet in FACETS}
