"""The characteristics of studies: one row for each trial with posted results, as its record tells it."""

from __future__ import annotations

from collections import Counter

from cellkg.store import Store

from .cells import Value
from .records import Arm, Trial
from .tree import select

_PRODUCTS = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?source ?name WHERE {{
  GRAPH ?graph {{
    <{study}> (cellkg:hasArm/cellkg:hasAdministration/cellkg:ofProduct)|cellkg:makesProduct ?product .
    ?product a cellkg:CellProduct ; cellkg:productType ?type
  }}
  ?graph a cellkg:Source ; cellkg:sourceKey ?source .
  ?type skos:prefLabel ?name
}}
ORDER BY ?name ?source
"""


def characteristics_row(store: Store, trial: Trial) -> dict[str, Value]:
    """Return design, arms, interventions, products (as each source names them) and what was posted."""
    ranks = Counter((measure.rank or "not stated").lower() for measure in trial.measures)
    return {
        "study": trial.label,
        "title": trial.title,
        "source": trial.source,
        "version": trial.version,
        "status": trial.status,
        "phase": trial.phase,
        "allocation": trial.allocation,
        "assignment": trial.assignment,
        "masking": trial.masking,
        "enrolment": trial.enrolment,
        "start_date": trial.start_date,
        "conditions": " | ".join(trial.conditions),
        "arms": " | ".join(map(_arm, trial.arms)),
        "cell_products": " | ".join(products(store, trial.node)) or None,
        "posted_measures": ", ".join(f"{number} {rank}" for rank, number in sorted(ranks.items())),
    }


def products(store: Store, study: str) -> list[str]:
    """Return the kinds of cell product of a study, each with the source that names it so."""
    return [f"{row['name']} ({row['source']})" for row in select(store, _PRODUCTS.format(study=study))]


def _arm(arm: Arm) -> str:
    gets = f": {', '.join(arm.gets)}" if arm.gets else ""
    return f"{arm.name} [{arm.kind or 'type not stated'}]{gets}"
