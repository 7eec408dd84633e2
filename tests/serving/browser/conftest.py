"""A real browser that reaches this machine only, and witnesses of what must not happen in it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

Open = Callable[..., AbstractContextManager["Visit"]]


@dataclass(slots=True)
class Visit:
    """A page with what went wrong on it."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    def go(self, path: str) -> Visit:
        self.page.goto(self.url + path)
        return self

    def explore(self, path: str) -> Visit:
        """Open a page of the explorer, and wait until the network is drawn."""
        self.go(path)
        self.settled(1)
        return self

    def settled(self, turn: int) -> None:
        self.page.wait_for_function("turn => Number(explorer_of().dataset.settled ?? 0) >= turn", arg=turn)

    def turn(self) -> int:
        return int(self.page.locator("#explorer").get_attribute("data-settled") or 0)

    def nodes(self) -> dict[str, Any]:
        return {node["id"]: node for node in self.page.evaluate("explorer.nodes()")}

    def edges(self) -> set[tuple[str, str, str]]:
        return {(e["source"], e["label"], e["target"]) for e in self.page.evaluate("explorer.edges()")}

    def places(self) -> dict[str, list[float]]:
        told: dict[str, list[float]] = self.page.evaluate(
            "Object.fromEntries(explorer.view.cy.nodes().map(n => [n.id(), [n.position('x'), n.position('y')]]))"
        )
        return told

    def click_node(self, node: str, *, times: int = 1) -> None:
        spot = self.page.evaluate("id => explorer.pixelOf(id)", node)
        self.page.mouse.click(spot["x"], spot["y"], click_count=times, delay=20)

    def click_link(self, start: str, end: str) -> None:
        spot = self.page.evaluate("([start, end]) => explorer.spotOn(start, end)", [start, end])
        self.page.mouse.click(spot["x"], spot["y"])

    def faults(self) -> list[str]:
        """What axe finds that is serious or critical, and whether the page is wider than its window."""
        found = Axe().run(self.page).response["violations"]
        serious = [
            f"{fault['id']}: {[node['html'][:200] for node in fault['nodes'][:3]]}"
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [*serious, *([f"the page is {wide} pixels wider than its window"] if wide > 0 else [])]

    def keep(self, name: str) -> None:
        """Keep a picture of the page where somebody wants to look at it."""
        folder = os.environ.get("CELLKG_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the browser that Playwright would download is not needed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here: `apt-get install chromium`, as .ci/run does")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def visit(browser: Browser) -> Open:
    """Open a page of a server; at the end nothing must have gone wrong on it."""

    @contextmanager
    def opened(url: str, *, allowed: str = "", **options: Any) -> Iterator[Visit]:
        told = {"viewport": DESKTOP, "reduced_motion": "reduce", "accept_downloads": True, **options}
        context = browser.new_context(**told)
        context.add_init_script("window.explorer_of = () => document.getElementById('explorer')")
        page = context.new_page()
        page.set_default_timeout(20_000)
        visited = Visit(page, url)
        problems = visited.problems

        def note(problem: str) -> None:
            problems.append(problem)

        def note_dialog(dialog: Dialog) -> None:
            note(dialog.message)
            dialog.dismiss()

        page.on("console", lambda said: note(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.on("dialog", note_dialog)
        own = re.compile(rf"{re.escape(url)}/|blob:|data:")
        page.on("request", lambda asked: None if own.match(asked.url) else note(asked.url))
        yield visited
        context.close()
        assert not [problem for problem in problems if not (allowed and re.search(allowed, problem))]

    return opened


PREFIXES = """
@prefix cellkg: <https://w3id.org/cellkg/vocab/> .
@prefix kg: <https://w3id.org/cellkg/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
HOSTILE = "</script><img src=x onerror=alert(1)>"
STUDIES = 400


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which 400 studies treat one condition, and names are scripts."""
    folder = tmp_path_factory.mktemp("crowded") / "store"
    store = ox.Store(str(folder))
    studies = "\n".join(
        f'kg:study-{number} a cellkg:Study ; rdfs:label "study {number}" ; cellkg:condition kg:illness ;'
        f" cellkg:status kg:status-{number % 4} ."
        for number in range(STUDIES)
    )
    turtle = f"""{PREFIXES}
    kg:illness rdfs:label "{HOSTILE}" . kg:status-0 rdfs:label "{HOSTILE}" .
    kg:status-1 rdfs:label "one" . kg:status-2 rdfs:label "two" . kg:status-3 rdfs:label "three" .
    {studies}
    """
    for graph in (None, ox.NamedNode("https://w3id.org/cellkg/source/made")):
        store.load(turtle.encode(), format=ox.RdfFormat.TURTLE, to_graph=graph)
    store.flush()
    return folder
