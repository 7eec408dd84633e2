"""The plots of a rehearsal, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "cellkg"
from matplotlib import pyplot  # noqa: E402

_WITHIN = 1.1


def plot_costs(file: Path, costs: Mapping[str, Mapping[int, float]], unit: str) -> None:
    """Draw a line for each step, on logarithmic axes, and in grey the steepest growth that is wanted."""
    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    drawn = {step: {size: cost for size, cost in by_size.items() if cost > 0} for step, by_size in costs.items()}
    for step, by_size in drawn.items():
        if by_size:
            axes.plot(list(by_size), list(by_size.values()), marker="o", label=step)
    sizes = sorted({size for by_size in drawn.values() for size in by_size})
    if len(sizes) > 1:
        least = min(cost for by_size in drawn.values() for cost in by_size.values())
        steep = [least * (size / sizes[0]) ** _WITHIN for size in sizes]
        axes.plot(sizes, steep, color="grey", linestyle="--", label=f"records^{_WITHIN}")
    axes.set(xscale="log", yscale="log", xlabel="records", ylabel=unit)
    axes.grid(True, which="both", alpha=0.2)
    figure.legend(loc="outside right upper", fontsize="small")
    _save(figure, file)


def plot_questions(file: Path, ratios: Mapping[int, Mapping[str, float]]) -> None:
    """Draw how many times longer the embedded store takes than Virtuoso, a line for each size."""
    figure, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
    for size, by_name in ratios.items():
        if by_name:
            axes.plot(sorted(by_name.values()), marker=".", label=f"{size:,} records")
    axes.axhline(1, color="grey", linestyle="--")
    axes.set(yscale="log", xlabel="questions, in order of the ratio", ylabel="embedded ÷ Virtuoso")
    axes.grid(True, alpha=0.2)
    if any(ratios.values()):
        figure.legend(loc="outside right upper", fontsize="small")
    _save(figure, file)


def _save(figure: pyplot.Figure, file: Path) -> None:
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
