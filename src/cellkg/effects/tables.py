"""Derived numbers as rows of tables: columns in a fixed order, each row with method, library and inputs."""

from __future__ import annotations

from collections.abc import Iterator

from .between import place
from .cells import Value, inputs
from .derived import Change, Comparison, Effect, NotComputed, Place, Proportion
from .records import Measure, Trial
from .statistics import Estimate

Row = dict[str, Value]


def effect_row(effect: Effect) -> Row:
    """Return an effect; ``yi`` and ``vi`` are on the scale of the method, logarithms for ratios."""
    samples, table = effect.samples or (None, None), effect.table
    one, reference = samples
    return {
        **place_cells(effect.place),
        "group": effect.group.name,
        "reference": effect.reference.name,
        "reference_known": effect.reference_known,
        "effect": effect.kind,
        **_estimate_cells(effect.estimate),
        "interval_why_not": effect.interval_why_not,
        "yi": effect.estimate.effect,
        "vi": effect.estimate.variance,
        "statistic": effect.statistic,
        "scale": effect.scale,
        "standardised_by": effect.standardised_by,
        "n1i": one.n if one else table.n if table else None,
        "m1i": one.mean if one else None,
        "sd1i": one.sd if one else None,
        "n2i": reference.n if reference else table.reference_n if table else None,
        "m2i": reference.mean if reference else None,
        "sd2i": reference.sd if reference else None,
        "ai": table.events if table else None,
        "bi": table.n - table.events if table else None,
        "ci": table.reference_events if table else None,
        "di": table.reference_n - table.reference_events if table else None,
        "zero_cell_rule": effect.estimate.zero_rule,
        "randomised": effect.randomised,
        "notes": "; ".join(effect.notes),
        **_provenance(effect.estimate),
        "inputs": inputs(effect.inputs),
    }


def change_row(change: Change) -> Row:
    """Return a change within one group."""
    sample = change.sample
    return {
        **place_cells(change.place),
        "group": change.group,
        "label": change.notes[0],
        "posted_as_change": change.posted,
        "statistic": change.statistic,
        "scale": change.scale,
        **_estimate_cells(change.estimate),
        "interval_why_not": change.interval_why_not,
        "ni": change.n,
        "mi": sample.mean if sample else None,
        "sdi": sample.sd if sample else None,
        "yi": change.estimate.effect,
        "vi": change.estimate.variance,
        "notes": "; ".join(change.notes[1:]),
        **_provenance(change.estimate),
        "inputs": inputs(change.inputs),
    }


def proportion_row(share: Proportion) -> Row:
    """Return a proportion of participants."""
    return {
        **place_cells(share.place),
        "group": share.group.name,
        "xi": share.events,
        "mi": share.n - share.events,
        "ni": share.n,
        **_estimate_cells(share.estimate),
        "yi": share.estimate.effect,
        "vi": share.estimate.variance,
        **_provenance(share.estimate),
        "inputs": inputs(share.inputs),
    }


def comparison_row(comparison: Comparison) -> Row:
    """Return a posted analysis in the words of its record, with what is known of its contrast."""
    posted = comparison.analysis
    return {
        **place_cells(comparison.place),
        "groups": " | ".join(group.name for group in posted.groups),
        "contrast": comparison.contrast,
        "reference": comparison.reference.name if comparison.reference else None,
        "reference_known": comparison.reference_known,
        "reference_from": comparison.derivation,
        "estimate_type": posted.estimate_type,
        "estimate": posted.estimate.written,
        "lower": posted.lower.written,
        "upper": posted.upper.written,
        "level": posted.level.written,
        "sides": posted.sides,
        "dispersion": posted.dispersion,
        "dispersion_value": posted.dispersion_value.written,
        "p": posted.p.written,
        "method": posted.method,
        "hypothesis": posted.hypothesis,
        "words": " | ".join(f"{name}: {words}" for name, words in posted.words),
        "inputs": inputs(comparison.inputs),
    }


def not_computed_row(refused: NotComputed) -> Row:
    """Return a number that is not computed, with the reason."""
    return {
        **place_cells(refused.place),
        "number": refused.kind,
        "groups": " | ".join(refused.groups),
        "why_not": refused.why,
        "reason": refused.why.name,
        "inputs": inputs(refused.inputs),
    }


def posted_rows(trial: Trial, measure: Measure) -> Iterator[Row]:
    """Yield the values of a measure exactly as posted."""
    for posted in measure.results:
        yield {
            **place_cells(place(trial, measure, posted.class_title, posted.category)),
            "group": posted.group.name,
            "statistic": measure.statistic_as_written,
            "value": posted.value.written,
            "dispersion": measure.dispersion_as_written,
            "spread": posted.spread.written,
            "lower": posted.lower.written,
            "upper": posted.upper.written,
            "n": posted.n,
            "n_unit": posted.n_unit,
            "comment": posted.comment,
            "scale": posted.scale,
            "inputs": inputs(posted.inputs),
        }


def place_cells(of: Place) -> Row:
    """Return the cells that say of what a number is."""
    return {
        "study": of.study,
        "source": of.source,
        "version": of.version,
        "measure": of.measure,
        "rank": of.rank,
        "class": of.class_title,
        "category": of.category,
        "time_frame": of.time_frame,
        "unit": of.unit,
        "population": of.population,
    }


def _estimate_cells(estimate: Estimate) -> Row:
    has_interval = estimate.lower is not None
    return {
        "value": estimate.value,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "level": estimate.level if has_interval else None,
    }


def _provenance(estimate: Estimate) -> Row:
    return {"derived": True, "method": estimate.method, "library": estimate.library}
