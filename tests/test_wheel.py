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


def test_an_update_goes_to_the_data_folder_of_the_user_and_the_next_build_has_it(
    installed: Path, tmp_path: Path
) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    shipped = CHECKOUT / "ontology" / "imports"
    rows = [line.split("\t") for line in (shipped / "terms.tsv").read_text(encoding="utf-8").splitlines()]
    frames = "".join(f"[Term]\nid: {row[0]}\nname: {row[1]} NEW\n\n" for row in rows if row[0].startswith("HP:"))
    release = tmp_path / "hp.obo"
    release.write_text(f"format-version: 1.4\ndata-version: hp/releases/2031-02-03\n\n{frames}", encoding="utf-8")

    def run(*arguments: str | Path) -> str:
        done = subprocess.run([installed, *arguments], env=env, capture_output=True, text=True, check=True)
        return done.stdout

    assert run("ontology", "update", "hp", "--from", release).startswith("hp updated to release 2031-02-03: 18 terms")
    (updated,) = (tmp_path / "home").rglob("hp.ttl")
    assert len(list(updated.parent.glob("*.ttl"))) == len(list(shipped.glob("*.ttl")))
    run("build", "--store", tmp_path / "store")
    query = tmp_path / "labels.rq"
    query.write_text(
        "SELECT ?l { <http://purl.obolibrary.org/obo/HP_0002014> <http://www.w3.org/2000/01/rdf-schema#label> ?l }",
        encoding="utf-8",
    )
    assert run("query", query, "-f", "csv", "--store", tmp_path / "store").split("\n")[1] == "Diarrhea NEW"


def test_without_java_classify_says_so_and_what_still_works(installed: Path, tmp_path: Path) -> None:
    """The environment has no extra and its path no Java: this is what a user without it sees."""
    env = {"PATH": str(installed.parent), "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [installed, "ontology", "classify"], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "HermiT needs Java, and there is none: install it with `apt install" in done.stderr
    assert "Without Java the rest works: builds and questions, hierarchies (rdfs:subClassOf*)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "inferred.ttl").exists()
    for command in (["build", "--store", "store"], ["query", "msc-products", "--store", "store", "-f", "csv"]):
        subprocess.run([installed, *command], env=env, cwd=tmp_path, capture_output=True, check=True)
    checked = subprocess.run([installed, "check", "--store", "store"], env=env, cwd=tmp_path, capture_output=True)
    assert checked.returncode == 0
    assert b"skipped  HermiT" in checked.stdout
