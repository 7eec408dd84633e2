"""Every page of our own, wide and narrow, light and dark: axe finds nothing serious, and nothing sticks out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from .conftest import DESKTOP, PHONE

PHASE = "<https://w3id.org/cellkg/vocab/phase>"
QUERY = f"SELECT ?phase (COUNT(*) AS ?n) {{ ?s {PHASE} ?phase }} GROUP BY ?phase"
PAGES = {
    "search": "/?q=sclerosis",
    "questions": "/questions",
    "study": "/study/NCT02975960",
    "product": "/product/AdiposeMSC",
    "condition": "/condition/MONDO:0005100",
    "endpoint": "/endpoint/MRSSTotal",
    "compared": "/endpoint/RCS",
    "conflicts": "/study/NCT03060551",
    "thing": "/thing/UBERON:0001013",
    "map": "/map",
    "passage": "/passage?source=review-table&start=3626&end=3632",
    "question": "/question/cell-doses?evidence=1",
    "explore": "/explore",
    "explorer": "/explore?node=NCT02975960",
    "link": "/explore/link?start=kg:NCT02975960&end=MONDO:0005100",
    "sparql": "/sparql",
    "sparql-answer": f"/sparql?query={quote(QUERY)}",
    "data": "/data",
    "none": "/no-such-page",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_fault(server: Any, visit: Any, name: str, width: str, scheme: str) -> None:
    viewport = DESKTOP if width == "desktop" else PHONE
    with visit(server.url, allowed="404", viewport=viewport, color_scheme=scheme) as at:
        at.go(PAGES[name])
        if name == "explorer":
            at.settled(1)
            at.page.locator("#nodes button").first.click()
            at.page.locator("#panel dl, #panel .count").first.wait_for()
        if name.startswith("sparql"):
            at.page.locator("[data-testid=query-editor]").wait_for()
        at.keep(f"{name}-{width}-{scheme}")
        assert not at.faults()
