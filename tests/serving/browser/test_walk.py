"""The walk of a reader: search, study, product, explorer, evidence, and the words marked in the source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

STUDY = "NCT02975960"


@pytest.fixture(scope="module")
def with_texts(flagship: Path, documents: Path, serve: Any) -> Any:
    with serve(flagship, "--texts", str(documents)) as running:
        yield running


def test_from_the_search_to_the_words_of_the_source(with_texts: Any, visit: Any, documents: Path) -> None:
    with visit(with_texts.url) as at:
        page = at.go("/").page
        page.get_by_role("searchbox").fill("adipose systemic sclerosis")
        page.get_by_role("button", name="Search").click()
        page.locator(".hits").get_by_role("link", name=STUDY).click()
        assert page.url.endswith(f"/study/{STUDY}")
        page.locator(".given").get_by_role("link").first.click()
        assert "/product/" in page.url
        product = page.locator("h1").inner_text()
        page.get_by_role("link", name="Explore the network around it").click()
        at.settled(1)
        assert page.locator("h1").inner_text().startswith(product)
        link = next(edge for edge in at.edges() if edge[1] == "is named as")
        at.click_link(link[0], link[2])
        spot = page.locator("#why a").first
        spot.wait_for()
        words = page.locator("#why q").first.inner_text().strip("“”")
        spot.click()
        assert "/passage?" in page.url
        assert page.locator("mark").inner_text() == words
        around = " ".join((page.locator("blockquote").text_content() or "").split()).strip("… ")
        assert len(around) > len(words)
        texts = [" ".join(path.read_text(encoding="utf-8").split()) for path in documents.rglob("*.txt")]
        assert any(around in text for text in texts)
        at.keep("walk-passage")


def test_a_study_leads_to_the_explorer_and_back(with_texts: Any, visit: Any) -> None:
    with visit(with_texts.url) as at:
        page = at.go(f"/study/{STUDY}").page
        page.get_by_role("link", name="Explore the network around it").click()
        at.settled(1)
        at.click_node(f"kg:{STUDY}")
        page.locator("#panel").get_by_role("link", name="its page").click()
        assert page.url.endswith(f"/study/{STUDY}")
