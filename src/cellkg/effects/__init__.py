"""Derived numbers: changes within an arm, effects between concurrent arms, proportions; each with inputs and method.

``derive`` reads a store and yields them study by study. Nothing is pooled, and nothing goes back into the graph.
"""

from __future__ import annotations

from collections.abc import Iterator

from cellkg.store import Store

from .between import effects, proportions
from .comparisons import comparisons
from .derived import Change, Comparison, Derived, Effect, NotComputed, Proportion
from .documents import document_changes
from .kinds import Reference, WhyNot
from .reading import check_study, trials
from .records import Trial
from .within import changes

__all__ = [
    "Change",
    "Comparison",
    "Derived",
    "Effect",
    "NotComputed",
    "Proportion",
    "Reference",
    "WhyNot",
    "derive",
    "derive_from",
    "document_changes",
    "trials",
]


def derive(store: Store, study: str | None = None) -> Iterator[Derived]:
    """Yield every derived number of a store, or of one study by its registry id, and why others are not computed.

    Raises:
        NotFoundError: the graph does not know the study.
        UsageError: the library of statistics is not installed.
    """
    if study is not None:
        check_study(store, study)
    for trial in trials(store, study):
        yield from derive_from(trial)
    yield from document_changes(store, study)


def derive_from(trial: Trial) -> Iterator[Derived]:
    """Yield the derived numbers of one trial, measure by measure."""
    for measure in trial.measures:
        yield from changes(trial, measure)
        yield from effects(trial, measure)
        yield from proportions(trial, measure)
        yield from comparisons(trial, measure)
