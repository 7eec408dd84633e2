"""The wheel: installed elsewhere, it works from any folder with the data that ships in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
UV = shutil.which("uv") or shutil.which("uv", path=str(CHECKOUT / ".tools" / "bin"))

pytestmark = pytest.mark.skipif(UV is None, reason="uv is not at hand to build and install a wheel")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds nothing of the checkout but its wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    assert UV is not None
    run = [UV, "--quiet", "--no-config"]
    subprocess.run([*run, "build", "--wheel", "--out-dir", folder, CHECKOUT], check=True)
    subprocess.run([*run, "venv", "--python", sys.executable, folder / "env"], check=True)
    (wheel,) = folder.glob("*.whl")
    python = folder / "env" / "bin" / "python"
    subprocess.run([*run, "pip", "install", "--python", python, wheel], check=True)
    return folder / "env" / "bin" / "cellkg"


def test_the_installed_demo_runs_from_another_folder_into_the_data_folder_of_the_user(
    installed: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    done = subprocess.run([installed, "demo"], cwd=elsewhere, env=env, capture_output=True, text=True, check=True)
    assert "Which cell doses are stated" in done.stdout
    (page,) = (tmp_path / "home").rglob("network.html")
    assert str(page) in done.stdout
    answer = subprocess.run(
        [installed, "query", "cell-doses", "-f", "csv"],
        cwd=elsewhere,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(answer.stdout.splitlines()) == 10
    assert not list(elsewhere.iterdir())
