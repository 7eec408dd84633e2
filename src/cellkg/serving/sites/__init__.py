"""The pages about things of the graph: search, studies, products, conditions, endpoints, the map, any other node."""

from . import api, comparisons, evidence_map, identifiers, passage, search_page, study, terms, things

routes = [
    *api.routes,
    *search_page.routes,
    *study.routes,
    *terms.routes,
    *comparisons.routes,
    *evidence_map.routes,
    *passage.routes,
    *things.routes,
    *identifiers.routes,
]

__all__ = ["routes"]
