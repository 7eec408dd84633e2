"""The words for values on a page: the enumerations of ClinicalTrials.gov spelled out."""

from __future__ import annotations

from .facets import NOT_STATED

_SPELLED = ("phase", "status")


def label_of(facet: str, label: str) -> str:
    """Return the label of a value as it is read.

    >>> label_of("phase", "PHASE1|PHASE2"), label_of("status", "NOT_YET_RECRUITING"), label_of("phase", "NA")
    ('phase 1/2', 'not yet recruiting', 'not applicable')
    """
    if label == NOT_STATED:
        return "none in this graph" if facet == "results" else "not stated"
    if facet not in _SPELLED:
        return label
    if label == "NA":
        return "not applicable"
    words = label.replace("PHASE", "phase ").replace("_", " ").lower()
    return " ".join(words.split()).replace(" | ", "|").replace("|phase ", "/").replace("|", "/")
