"""The vendor folder: every browser library is the one that its manifest names, and asks nothing of the network."""

from __future__ import annotations

import hashlib
import re

import pytest

from cellkg.pages.libraries import libraries, vendor_folder

LIBRARIES = libraries()


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_is_the_one_of_its_checksum(name: str) -> None:
    content = (vendor_folder() / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == LIBRARIES[name].sha256
    assert len(content) == LIBRARIES[name].bytes


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_has_versions_and_the_text_of_each_licence(name: str) -> None:
    notice = (vendor_folder() / f"{name}.LICENSE.txt").read_text(encoding="utf-8")
    for package in LIBRARIES[name].packages:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
        assert set(re.findall(r"[A-Z][\w.-]*", package.license)) <= {"MIT", "Apache-2.0", "OR"}
        assert f"{package.name} {package.version} ({package.license})" in notice


def test_nothing_else_lies_in_the_vendor_folder() -> None:
    expected = {"vendor.json", *LIBRARIES, *(f"{name}.LICENSE.txt" for name in LIBRARIES)}
    assert {path.name for path in vendor_folder().iterdir()} == expected


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_fetches_nothing_and_names_no_source_map(name: str) -> None:
    text = (vendor_folder() / name).read_text(encoding="utf-8")
    calls = re.findall(r"\bfetch\(|XMLHttpRequest\b|\bimport\(|sourceMappingURL|sendBeacon|\bWebSocket\(", text)
    assert not calls
