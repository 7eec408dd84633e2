"""What the questions and pages of a rehearsal took, on the embedded store and on Virtuoso."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from growth import exponents
from rehearsal_kept import ASKED, Sizes, kinds_of_page, question_names, ratios_of, seconds_of_question


def asked(sizes: Sizes) -> Iterator[str]:
    """Yield what the questions took."""
    yield "## Questions\n"
    yield "Every question of the catalogue, by a process that has the store open; all of them are in `questions.csv`."
    yield "The ratio is embedded ÷ Virtuoso, over the questions that both answer; other rows: how many of these have"
    yield "more or fewer rows there.\n"
    yield "| records | embedded, s | no answer | Virtuoso, s | no answer | other rows | ratio: least, median, most |"
    yield "|---|---|---|---|---|---|---|"
    for size, known in sizes.items():
        cells = []
        for store in ASKED:
            answers = known.get(store, {})
            seconds = [each["seconds"] for each in answers.values() if "seconds" in each]
            cells += [f"{sum(seconds):,.1f}", str(len(answers) - len(seconds))] if answers else ["–", "–"]
        ratios = list(ratios_of(known).values())
        ours, theirs = (known.get(store, {}) for store in ASKED)
        other = sum(ours[name]["rows"] != theirs[name]["rows"] for name in ratios_of(known))
        cells.append(str(other) if ratios else "–")
        spread = f"{min(ratios):.2f}, {statistics.median(ratios):.2f}, {max(ratios):.1f}" if ratios else "–"
        yield f"| {size:,} | {' | '.join(cells)} | {spread} |"
    if any(map(ratios_of, sizes.values())):
        yield "\n![embedded store beside Virtuoso](questions.svg)"
    yield from _slowest(sizes)


def _slowest(sizes: Sizes) -> Iterator[str]:
    largest = max((size for size, known in sizes.items() if known.get(ASKED[0])), default=None)
    if largest is None:
        return
    answers = {store: sizes[largest].get(store, {}) for store in ASKED}
    yield f"\nThe slowest at {largest:,}:\n"
    yield "| question | embedded s | Virtuoso s | ratio | exponent of the CPU time, embedded |\n|---|---|---|---|---|"
    by_time = sorted(answers[ASKED[0]], key=lambda name: -answers[ASKED[0]][name].get("seconds", 10**9))
    ratios = ratios_of(sizes[largest])
    for name in by_time[:20]:
        cells = [_seconds(answers[store].get(name)) for store in ASKED]
        steps = exponents(seconds_of_question(sizes, ASKED[0], name))
        ratio = f"{ratios[name]:.1f}" if name in ratios else "–"
        yield f"| {name} | {' | '.join(cells)} | {ratio} | {f'{steps[-1][2]:.2f}' if steps else '–'} |"


def pages(sizes: Sizes) -> Iterator[str]:
    """Yield what the pages took."""
    yield "## Pages\n"
    yield f"Median milliseconds of ten requests.\n\n| page | {' | '.join(f'{size:,}' for size in sizes)} | exponent |"
    yield f"|---|{'---|' * len(sizes)}---|"
    for page in kinds_of_page(sizes):
        costs = {size: known["pages"][page] for size, known in sizes.items() if page in known.get("pages", {})}
        cells = [f"{costs[size]:.1f}" if size in costs else "–" for size in sizes]
        steps = exponents(costs)
        yield f"| {page} | {' | '.join(cells)} | {f'{steps[-1][2]:.2f}' if steps else '–'} |"


def _seconds(answer: dict[str, Any] | None) -> str:
    return "–" if answer is None else f"{answer['seconds']:.3f}" if "seconds" in answer else "no answer"


def write_questions(file: Path, sizes: Sizes) -> None:
    """Write what each question took at each size as a table."""
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(
            ["records", "question", "embedded_seconds", "embedded_rows", "virtuoso_seconds", "virtuoso_rows", "remark"]
        )
        for size, known in sizes.items():
            for name in question_names({size: known}):
                answers = [known.get(store, {}).get(name, {}) for store in ASKED]
                cells = [answer.get(key, "") for answer in answers for key in ("seconds", "rows")]
                remark = "; ".join(answer["error"] for answer in answers if "error" in answer)
                table.writerow([size, name, *cells, remark])
