"""Rows of posted results of a registry record, with what is derived from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from cellkg.effects import Change, Derived, Effect, NotComputed, Proportion
from cellkg.effects import Comparison as Analysis
from cellkg.effects.between import effects, proportions
from cellkg.effects.comparisons import comparisons
from cellkg.effects.inputs import counts_events
from cellkg.effects.kinds import Scale, Statistic, is_rate_of_group
from cellkg.effects.records import Group, Measure, Posted, Spot, Trial
from cellkg.effects.within import changes
from cellkg.errors import UsageError

from .arms import Design
from .directions import direction_of, reads
from .flags import analysed_risks, arm_risks, reporting_gaps
from .readings import NOT_CLEAR, MeasureReadings
from .records import ArmGets, Direction, Outcome, Row
from .times import when_of

COUNTED = "participants with the event"
RATE = "rate of the group"
NUMBER = "number, of what its unit says"


class Derivations:
    """What is derived from the values of a measure; ``missing`` says why it is not, where the library is not there."""

    def __init__(self, trial: Trial, measure: Measure) -> None:
        self.missing: str | None = None
        self.effects: list[Effect] = []
        self.not_computed: list[NotComputed] = []
        self.analyses: list[Analysis] = list(comparisons(trial, measure))
        self._of_value: dict[str, Change | Proportion | NotComputed] = {}
        try:
            for each in (*changes(trial, measure), *proportions(trial, measure), *effects(trial, measure)):
                self._take(each)
        except UsageError as error:
            self.missing = str(error)

    def of(self, posted: Posted) -> Change | Proportion | NotComputed | None:
        """Return what is derived from a value alone or with the one before treatment, or why nothing is."""
        return self._of_value.get(posted.spot.node)

    def _take(self, derived: Derived) -> None:
        if isinstance(derived, Effect):
            self.effects.append(derived)
        elif isinstance(derived, Change | Proportion):
            self._of_value[_value_of(derived.inputs)] = derived
        elif isinstance(derived, NotComputed):
            self.not_computed.append(derived)
            if derived.kind in ("change", "proportion"):
                self._of_value.setdefault(_value_of(derived.inputs), derived)


def _value_of(inputs: tuple[Spot, ...]) -> str:
    """The node of the value that a number is about: the last, since the one before treatment stands first."""
    return next((spot.node for spot in reversed(inputs) if spot.what == "value"), "")


def posted_rows(
    trial: Trial,
    measure: Measure,
    readings: MeasureReadings,
    wanted: dict[str, Outcome],
    design: Design,
    derived: Derivations,
    *,
    disputed: bool,
) -> Iterator[Row]:
    """Yield a row for each value of the wanted outcomes, in the order of groups, classes and categories."""
    ranks = Counter((each.rank or "").upper() for each in trial.measures)
    groups = list(dict.fromkeys(posted.group.node for posted in measure.results))
    for posted in sorted(measure.results, key=lambda posted: groups.index(posted.group.node)):
        read = readings.of(posted, measure, wanted)
        if read is None:
            continue
        (outcome, how), clear = read
        form = _form(measure, posted)
        # A count or rate is on no scale: that higher is worse on the scale says nothing of it.
        on_scale = clear and form not in (COUNTED, RATE, NUMBER)
        direction = direction_of(outcome, measure) if on_scale else Direction.NOT_STATED
        when, arm = when_of(measure, posted), _arm(design, posted.group)
        of_value = derived.of(posted)
        change = of_value if isinstance(of_value, Change) else None
        spread = (posted.spread, posted.lower, posted.upper)
        counted = counts_events(measure) or measure.statistic is Statistic.COUNT_OF_UNITS
        yield Row(
            study=trial.label,
            source=trial.source,
            record=design.record or trial.source,
            version=trial.version,
            outcome=outcome,
            reading=how if clear else f"{NOT_CLEAR}; {how}",
            measure=measure.title,
            rank=(measure.rank or "").lower() or None,
            arm=arm,
            row=" / ".join(filter(None, (posted.class_title, posted.category))),
            when=when,
            form=form,
            statistic=str(measure.statistic),
            value=posted.value,
            dispersion=measure.dispersion_as_written or "",
            spread=posted.spread,
            lower=posted.lower,
            upper=posted.upper,
            unit=measure.unit,
            n=posted.n,
            n_unit=posted.n_unit,
            population=measure.population,
            scale_range=measure.scale_range if on_scale else None,
            direction=direction,
            reads=reads(direction, change, measure.title, posted.class_title, measure.unit),
            said=posted.comment or "",
            analyses=tuple(derived.analyses),
            derived=of_value,
            disputed=disputed,
            risks=(
                *arm_risks(design, outcome, arm, ranks["PRIMARY"], len(groups)),
                *analysed_risks(trial, measure, posted),
            ),
            gaps=tuple(reporting_gaps(when, posted.n, spread, str(measure.statistic), count=counted)),
            spots=tuple(dict.fromkeys((*posted.inputs, *_inputs(of_value)))),
        )


def _inputs(derived: Change | Proportion | NotComputed | None) -> tuple[Spot, ...]:
    return () if derived is None else derived.inputs


def _arm(design: Design, group: Group) -> ArmGets:
    """What a group gets, by the arm of the same name or the only arm of the record; else it is not stated.

    What a record says of all participants, and of no arm, is that of its only arm; of several arms it is told apart.
    """
    arms = [arm for arm in design.arms if arm.name]
    same = [arm for arm in arms if _folded(arm.name) == _folded(group.name)] or arms
    of_study = tuple(dict.fromkeys(product for arm in design.arms for product in arm.products))
    if len(same) != 1:
        return ArmGets(name=group.name, of_study=of_study)
    arm = replace(same[0], name=group.name)
    if arm.products or arm.role == "comparator":
        return arm
    return replace(arm, products=of_study) if len(arms) == 1 else replace(arm, of_study=of_study)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _form(measure: Measure, posted: Posted) -> str:
    if counts_events(measure):
        return COUNTED
    if is_rate_of_group(measure.unit, measure.title):
        return RATE
    is_value = measure.statistic not in (Statistic.NUMBER, Statistic.COUNT_OF_UNITS)
    return str(posted.scale) if is_value or posted.scale is not Scale.AT_TIME else NUMBER
