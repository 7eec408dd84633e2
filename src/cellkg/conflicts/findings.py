"""A finding: what is at odds in a study, and each side of it as its source says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["contradiction", "change over time", "reporting gap", "design concern"]
View = Literal["all", "curated"]

KINDS: tuple[Kind, ...] = ("contradiction", "change over time", "reporting gap", "design concern")

NOT_REPORTED = "not reported"
"""The value of a side that is not there: the source was searched, and says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One side of a finding: what is said, by which source of which day, where, in which words."""

    said: str
    """What the value is, such as ``actual enrolment``."""
    value: str
    """The value in words of the vocabulary, or as it is written; ``not reported`` where a source leaves it out."""
    source: str
    """The key of the source."""
    graph: str
    """The IRI of the source, which names its graph."""
    date: str
    """The day of the source, with the precision that it states; empty where it states none."""
    place: str
    """Line and characters of a text, or the JSON Pointer into a record; empty where a value is not reported."""
    as_written: str
    """The words at that place, for a value that a curator or a reader turned into a word of the vocabulary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a curator decided on a finding: which source is followed, and why."""

    chosen: str
    """The key of the source that is followed."""
    value: str
    """The value that was chosen, as the claim of that source has it."""
    reason: str
    curator: str
    date: str
    holds: bool
    """Whether the chosen source still says that value; if not, the finding is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is at odds in one study by one rule: at least two claims, in the order of their days."""

    kind: Kind
    rule: str
    """The name of the query that finds it."""
    question: str
    """What the rule asks, in one sentence."""
    study: str
    about: str
    claims: tuple[Claim, ...]
    decision: Decision | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What a decision names: study, rule, and what it is about."""
        return self.study, self.rule, self.about

    @property
    def is_settled(self) -> bool:
        """Whether a decision of a curator holds for it."""
        return self.decision is not None and self.decision.holds
