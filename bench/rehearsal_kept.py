"""What a rehearsal kept of each size: costs by step, answers by question, pages by kind."""

from __future__ import annotations

from typing import Any

Sizes = dict[int, dict[str, Any]]
#: The step of each store whose questions are compared.
ASKED = ("questions, embedded store", "questions, Virtuoso")


def steps_of(sizes: Sizes) -> list[str]:
    """Return the steps of all sizes, in their order."""
    return list(dict.fromkeys(step for known in sizes.values() for step in known["steps"]))


def costs_of(sizes: Sizes, step: str, measure: str) -> dict[int, float]:
    """Return a measure of a step by size, where it did not fail."""
    found = {size: known["steps"][step] for size, known in sizes.items() if step in known["steps"]}
    return {size: cost[measure] for size, cost in found.items() if not cost["error"]}


def question_names(sizes: Sizes) -> list[str]:
    """Return the questions that were asked at any size."""
    return sorted({name for known in sizes.values() for store in ASKED for name in known.get(store, {})})


def kinds_of_page(sizes: Sizes) -> list[str]:
    """Return the kinds of page that were opened at any size."""
    return list(dict.fromkeys(page for known in sizes.values() for page in known.get("pages", {})))


def seconds_of_question(sizes: Sizes, store: str, name: str) -> dict[int, float]:
    """Return what a question took by size, where it was answered: CPU seconds where the store is in the process."""
    measure = "cpu" if store == ASKED[0] else "seconds"
    answers = {size: known.get(store, {}).get(name, {}) for size, known in sizes.items()}
    return {size: answer[measure] for size, answer in answers.items() if measure in answer}


def ratios_of(known: dict[str, Any]) -> dict[str, float]:
    """Return by question how many times longer the embedded store takes than Virtuoso, where both answer."""
    ours, theirs = (known.get(store, {}) for store in ASKED)
    both = [name for name in ours if "seconds" in ours[name] and "seconds" in theirs.get(name, {})]
    return {name: ours[name]["seconds"] / theirs[name]["seconds"] for name in both if theirs[name]["seconds"] > 0}
