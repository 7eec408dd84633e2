"""What the outcome of a task means for the client."""

from __future__ import annotations

from .limits import Limits
from .negotiation import ROWS, TRIPLES
from .refusals import Refusal, silent, too_large, too_much_memory
from .tasks import Outcome


def raise_failure(outcome: Outcome, limits: Limits) -> None:
    """Raise the ``Refusal`` that an outcome stands for; a good one passes."""
    if outcome.kind == "bad query":
        raise Refusal(400, outcome.message)
    if outcome.kind == "not acceptable":
        raise Refusal(406, _acceptable(outcome.message))
    if outcome.kind == "too large":
        raise too_large(limits)
    if outcome.kind == "no memory":
        raise too_much_memory(limits)
    if outcome.kind == "silent":
        raise silent()
    if outcome.kind == "failed":
        raise Refusal(500, f"the query failed: {outcome.message}")


def _acceptable(answer: str) -> str:
    forms = ", ".join(ROWS if answer == "rows" else TRIPLES)
    return f"the answer to this query has none of the forms that the request accepts; it comes as {forms}"
