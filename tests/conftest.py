"""What several tests share: a build of the shipped data, the texts behind it, and the real command line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cellkg.build import build
from cellkg.loading import Inputs, installed_loaders
from cellkg.resources import shipped

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def flagship(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build of the shipped data; tests only read it."""
    home = tmp_path_factory.mktemp("flagship")
    build(Inputs(curated=(shipped("curated"),)), home, installed_loaders())
    return home


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the texts that the shipped curated files are about; they lie beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the texts of the curated files are not at hand: no folder {folder}")
    return folder


@pytest.fixture(scope="session")
def cellkg() -> Command:
    """The command line in a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cellkg", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=cwd, input=stdin, encoding="utf-8")

    return run
