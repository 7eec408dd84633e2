"""What does not fit together in a study: both sides with their spots, and what a curator decided."""

from __future__ import annotations

from cellkg.conflicts import Claim, Finding, ask_conflicts
from cellkg.store import Store

from .spots import spot_at
from .study_records import Conflict, Decided, Side


def conflicts_of(store: Store, study: str) -> tuple[Conflict, ...]:
    """Return what does not fit together in a study by its label; nothing is resolved.

    Raises:
        NotFoundError: the graph has no study of that label.
    """
    return tuple(map(_conflict, ask_conflicts(store, study)))


def _conflict(finding: Finding) -> Conflict:
    made = finding.decision
    return Conflict(
        kind=finding.kind,
        rule=finding.rule,
        question=finding.question,
        about=finding.about,
        sides=tuple(map(_side, finding.claims)),
        decision=None
        if made is None
        else Decided(
            chosen=made.chosen,
            value=made.value,
            reason=made.reason,
            curator=made.curator,
            date=made.date,
            holds=made.holds,
        ),
    )


def _side(claim: Claim) -> Side:
    spot = spot_at(claim.graph, claim.place, claim.as_written)
    return Side(said=claim.said, value=claim.value, source=claim.source, date=claim.date, spot=spot)
