"""Where sources, or parts of one source, cannot both be right, changed, left something out, or claim too much."""

from .asking import ask_conflicts
from .findings import KINDS, Claim, Decision, Finding, Kind, View
from .tables import as_json, claims_table, findings_table

__all__ = [
    "KINDS",
    "Claim",
    "Decision",
    "Finding",
    "Kind",
    "View",
    "as_json",
    "ask_conflicts",
    "claims_table",
    "findings_table",
]
