"""The questions of the catalogue, asked by a process: one that takes too long is ended, and the rest goes on."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

Answers = dict[str, dict[str, Any]]


def main() -> None:
    """``questions.py STORE SECONDS FILE``: ask a store, and write what each question took into a file of JSON."""
    store, limit, file = sys.argv[1:]
    Path(file).write_text(json.dumps(ask_all(store, float(limit)), indent=1) + "\n", encoding="utf-8")


def ask_all(store: str, limit: float) -> Answers:
    """Return seconds and rows of each question, or the reason why there are none."""
    answers: Answers = {}
    while True:
        stopped_at = _ask(store, limit, answers)
        if stopped_at is None:
            return answers
        answers[stopped_at] = {"error": f"no answer in {limit:.0f} s"}


def _ask(store: str, limit: float, answers: Answers) -> str | None:
    """Ask until all questions have an answer, or one takes too long; that one is returned."""
    command = [sys.executable, Path(__file__).with_name("ask.py"), store, *answers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        reading = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
        reading.start()
        asked = ""
        while True:
            try:
                line = lines.get(timeout=limit)
            except queue.Empty:
                process.kill()
                return asked
            if not line:
                break
            told = json.loads(line)
            asked = told.get("asked", asked)
            if "name" in told:
                answers[told.pop("name")] = told
    if process.returncode:
        raise SystemExit(f"{store} cannot be asked: exit {process.returncode}")
    return None


def _read(stream: Any, lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


if __name__ == "__main__":
    main()
