"""Which arm of a record gets which intervention: both lists name each other by their labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rdflib import URIRef

from .terms import REGISTRY as R

_MODULE = "/protocolSection/armsInterventionsModule"


def arm_links(study: dict[str, Any], base: str) -> Iterator[tuple[URIRef, URIRef, URIRef]]:
    """Yield a statement for each arm and intervention of which one names the other, each once.

    An arm names an intervention with its kind before it (``Biological: cells``), an intervention an arm by its label.
    A name that the other list does not have gives no statement; it stays in the graph as text.
    """
    module = study.get("protocolSection", {}).get("armsInterventionsModule") or {}
    arms, interventions = module.get("armGroups") or [], module.get("interventions") or []
    by_label = _nodes(arms, "label", f"{base}{_MODULE}/armGroups")
    by_name = _nodes(interventions, "name", f"{base}{_MODULE}/interventions")
    said = {
        (arm, intervention)
        for i, each in enumerate(arms)
        for name in each.get("interventionNames") or ()
        for arm in [URIRef(f"{base}{_MODULE}/armGroups/{i}")]
        for intervention in by_name.get(name) or by_name.get(name.partition(": ")[2]) or ()
    } | {
        (arm, URIRef(f"{base}{_MODULE}/interventions/{i}"))
        for i, each in enumerate(interventions)
        for label in each.get("armGroupLabels") or ()
        for arm in by_label.get(label) or ()
    }
    for arm, intervention in sorted(said):
        yield arm, R.usesIntervention, intervention


def _nodes(listed: list[dict[str, Any]], key: str, place: str) -> dict[str, list[URIRef]]:
    nodes: dict[str, list[URIRef]] = defaultdict(list)
    for i, each in enumerate(listed):
        nodes[each.get(key, "")].append(URIRef(f"{place}/{i}"))
    return nodes
