"""Write the golden tables of comparisons anew: ``python -m tests.regenerate_comparisons``; then read every row."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .comparison_stores import build_records, write_golden

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        write_golden(build_records(Path(folder)))
