"""Write the golden answers anew: ``python tests/regenerate_answers.py``.

It builds the graph from the shipped data in a folder of its own, asks every question with its defaults, and writes
``tests/data/answers/<question>.csv``. Read the difference before you keep it: each row is a statement about a source.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from cellkg.answers import ask
from cellkg.build import build
from cellkg.catalogue import catalogue
from cellkg.formats import write
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped
from cellkg.store import open_store

ANSWERS = Path(__file__).parent / "data" / "answers"


def regenerate() -> None:
    """Write one golden file for each question, and remove those of questions that are gone."""
    ANSWERS.mkdir(parents=True, exist_ok=True)
    for left_over in ANSWERS.glob("*.csv"):
        left_over.unlink()
    with tempfile.TemporaryDirectory() as home:
        build(Inputs(curated=(shipped("curated"),)), Path(home), installed_loaders())
        store = open_store(home)
        for name, question in catalogue().items():
            with (ANSWERS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                write(ask(store, question), "csv", file)


if __name__ == "__main__":
    regenerate()
