"""How the costs of a rehearsal grow, what the whole registry would cost, and what breaks first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import psutil
from growth import exponents, faster_than, fitted, projected, reaches
from rehearsal_kept import ASKED, Sizes, costs_of, kinds_of_page, question_names, seconds_of_question, steps_of

REGISTRY = 575_000
MEASURES = {"seconds": "s", "cpu": "CPU s", "memory": "peak MB", "disk": "disk MB"}
# What takes time or disk takes more for more records, whatever a start that is always the same makes it seem.
LEAST = {"seconds": 1.0, "cpu": 1.0, "memory": 0.0, "disk": 1.0}
_DAY = 86_400
_PAGE_SECONDS = 1.0
_QUESTION_SECONDS = 60.0
_NOISE_SECONDS = 0.2


def growth(sizes: Sizes) -> Iterator[str]:
    """Yield how the cost of each step grows."""
    yield "## How it grows\n"
    yield "The exponent *e* of cost ~ recordsᵉ, from each size to the next, and of the line through all.\n"
    yield "| step | measure | from size to size | all |\n|---|---|---|---|"
    beyond = []
    for step in steps_of(sizes):
        for measure, unit in MEASURES.items():
            costs = costs_of(sizes, step, measure)
            if not exponents(costs):
                continue
            shown = ", ".join(f"{_short(a)}→{_short(b)}: {e:.2f}" for a, b, e in exponents(costs))
            yield f"| {step} | {unit} | {shown} | {fitted(costs) or 0:.2f} |"
            if measure in ("seconds", "cpu"):
                grown = faster_than(costs, 1.1)
                beyond += [f"{step}, {unit}, {_short(a)}→{_short(b)}: {e:.2f}" for a, b, e in grown]
    yield "\nFaster than records^1.1: " + ("; ".join(beyond) + "." if beyond else "no step.")


def whole_registry(sizes: Sizes) -> Iterator[str]:
    """Yield what the whole registry would cost."""
    yield f"## What {REGISTRY:,} records would cost\n"
    yield "By the exponent between the two largest sizes, for time and disk at least 1.\n"
    yield "| step | h | CPU h | peak GB | disk GB |\n|---|---|---|---|---|"
    for step in steps_of(sizes):
        costs = [projected(costs_of(sizes, step, measure), REGISTRY, LEAST[measure]) for measure in MEASURES]
        units = (3600, 3600, 1024, 1024)
        cells = ["–" if cost is None else f"{cost / unit:,.2f}" for cost, unit in zip(costs, units, strict=True)]
        if any(cost is not None for cost in costs):
            yield f"| {step} | {' | '.join(cells)} |"


def breaking(sizes: Sizes) -> Iterator[str]:
    """Yield what breaks first."""
    yield "## What breaks first\n"
    limits = {
        "memory": (psutil.virtual_memory().total / 1024**2, "this machine's memory is full"),
        "disk": (shutil.disk_usage(".").total / 1024**2, "this machine's disk is full"),
        "seconds": (_DAY, "it takes a day"),
    }
    found = []
    for step in steps_of(sizes):
        for measure, (limit, what) in limits.items():
            found.append((reaches(costs_of(sizes, step, measure), limit, LEAST[measure]), f"{step}: {what}"))
    for name in question_names(sizes):
        for store in ASKED:
            what = f"question `{name}`, {store.partition(', ')[2]}: more than {_QUESTION_SECONDS:.0f} s"
            seconds = seconds_of_question(sizes, store, name)
            # The growth of next to nothing is that of the noise.
            if max(seconds.values(), default=0.0) > _NOISE_SECONDS:
                found.append((reaches(seconds, _QUESTION_SECONDS, 1.0), what))
    for page in kinds_of_page(sizes):
        costs = {size: known["pages"][page] / 1000 for size, known in sizes.items() if page in known.get("pages", {})}
        found.append((reaches(costs, _PAGE_SECONDS), f"page, {page}: more than {_PAGE_SECONDS:.0f} s"))
    yield "By the same curves, at so many records:\n\n| records | what |\n|---|---|"
    for records, what in sorted((records, what) for records, what in found if records is not None)[:15]:
        yield f"| {records:,.0f} | {what} |"
    yield "\nWhat did not come to an end:\n"
    failed = False
    for size, known in sizes.items():
        for step, cost in known["steps"].items():
            if cost["error"]:
                failed = True
                yield f"- {size:,}: {step}: {cost['error']}"
        for store in ASKED:
            for name, answer in known.get(store, {}).items():
                if "error" in answer:
                    failed = True
                    yield f"- {size:,}: {store}: `{name}`: {answer['error'][:100]}"
    if not failed:
        yield "nothing."


def updates(sizes: Sizes) -> Iterator[str]:
    """Yield what an update costs beside that of the smallest size, and beside a build."""
    yield "## An update of one record\n"
    yield "| records | step | s | ÷ the smallest size | CPU ÷ that of the build | CPU ÷ the smallest size |"
    yield "|---|---|---|---|---|---|"
    for step in (step for step in steps_of(sizes) if step.startswith("update")):
        seconds, cpu, builds = (costs_of(sizes, *of) for of in ((step, "seconds"), (step, "cpu"), ("build", "cpu")))
        for size in seconds:
            cells = [
                f"{seconds[size]:.1f}",
                f"{seconds[size] / seconds[min(seconds)]:.2f}",
                f"{cpu[size] / builds[size]:.4f}" if size in builds else "–",
                f"{cpu[size] / cpu[min(cpu)]:.2f}",
            ]
            yield f"| {size:,} | {step} | {' | '.join(cells)} |"


def _short(size: int) -> str:
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)
