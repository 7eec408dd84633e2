"""What the graph says of a node and of what stands below it, as Turtle."""

from __future__ import annotations

from cellkg.serving.page_store import PageStore

# What stands below a node is reached by properties of our own that begin with "has", and by a few others.
_TIES = """SELECT DISTINCT ?tie WHERE {
  ?tie a <http://www.w3.org/2002/07/owl#ObjectProperty> .
  FILTER (STRSTARTS(STR(?tie), "https://w3id.org/cellkg/vocab/has"))
}"""
_MORE = (
    "ofProduct",
    "usesProduct",
    "makesProduct",
    "usesIntervention",
    "timeFrom",
    "timeTo",
    "lasts",
    "resolvedWithin",
)
_BELOW = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
CONSTRUCT {{ ?node ?property ?value }} WHERE {{
  {{ SELECT DISTINCT ?node WHERE {{ <{root}> ({path})* ?node }} }}
  ?node ?property ?value .
}}
"""
_TERM = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT {{ <{term}> ?property ?value . ?narrower ?up <{term}> . ?narrower rdfs:label ?label }} WHERE {{
  {{ <{term}> ?property ?value }} UNION {{
    VALUES ?up {{ rdfs:subClassOf skos:broader }}
    ?narrower ?up <{term}> .
    OPTIONAL {{ ?narrower rdfs:label ?label }}
  }}
}}
"""


def turtle_below(store: PageStore, root: str) -> bytes:
    """Return what is said of a node and of all that stands below it."""
    ties = [row[0].value for row in store.query(_TIES)]  # type: ignore[union-attr]
    path = "|".join([*(f"<{tie}>" for tie in sorted(ties)), *(f"cellkg:{name}" for name in _MORE)])
    return store.turtle(_BELOW.format(root=root, path=path))


def turtle_of_term(store: PageStore, term: str) -> bytes:
    """Return what is said of a term, and what lies directly under it."""
    return store.turtle(_TERM.format(term=term))
