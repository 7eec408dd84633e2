"""The network page, in a real browser that is cut off from every network."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from cellkg.errors import NotFoundError
from cellkg.pages import network as page_module
from cellkg.pages.network import KINDS, Fact, nearest_first, network_html, write_network_page

BASE = "https://example.org/"
HOSTILE = "</script><img src=x onerror=alert(1)>"
TRIAL, PRODUCT, SCORE = BASE + "trial", BASE + "product", BASE + "score"

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-prefers-reduced-motion",
    "--window-size=1400,860",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

WATCH = """
window.witnessed = [];
window.alert = (text) => window.witnessed.push(`alert ${text}`);
document.addEventListener("securitypolicyviolation", (event) =>
  window.witnessed.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def fact(prop: str, value: str, as_written: str = "", spot: str = "") -> Fact:
    return {
        "property": prop,
        "value": value,
        "source": "Registry record",
        "as_written": as_written,
        "spot": spot,
    }


def small_graph() -> nx.MultiDiGraph[str]:
    """One trial, two arms, a product, two outcomes; one outcome is linked to nothing."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    phase = fact("phase", "Phase 1/2", "Phase 1 | Phase 2", "line 17, characters 1272–1277")
    graph.add_node(TRIAL, label="Trial One", kind="Study", facts=[phase, fact("enrolment", "20")])
    for arm in ("1", "2"):
        graph.add_node(BASE + arm, label="arm", kind="Arm", facts=[])
        graph.add_edge(TRIAL, BASE + arm, label="has arm", sources=["Registry record"])
    graph.add_node(PRODUCT, label="cultured stromal cells", kind="Cell product", facts=[])
    graph.add_edge(BASE + "1", PRODUCT, label="receives", sources=[])
    graph.add_node(SCORE, label="Échelle de Rodnan", kind="Outcome", facts=[])
    graph.add_edge(TRIAL, SCORE, label="measures", sources=[])
    graph.add_edge(TRIAL, SCORE, label="reports", sources=[])
    graph.add_node(BASE + "alone", label="pain", kind="Outcome", facts=[])
    return graph


def chain(length: int) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for place in range(length):
        graph.add_node(f"urn:{place}", label=f"node {place}", kind="Study", facts=[])
    graph.add_edges_from(
        (f"urn:{a}", f"urn:{b}", {"label": "next", "sources": []}) for a, b in itertools.pairwise(range(length))
    )
    return graph


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the browser, as a reader sees and uses it."""

    browser: webdriver.Chrome

    def open(self, path: Path) -> Page:
        self.browser.get(path.as_uri())
        self.wait_for("cellkg.settled()")
        return self

    def js(self, expression: str, *arguments: object) -> Any:
        return self.browser.execute_script(f"return {expression}", *arguments)

    def wait_for(self, expression: str, *arguments: object) -> None:
        wait = WebDriverWait(self.browser, 30, poll_frequency=0.02)
        wait.until(lambda _: self.js(expression, *arguments), message=expression)

    def part(self, name: str) -> WebElement:
        return self.browser.find_element(By.ID, name)

    def text(self, name: str) -> str:
        return self.part(name).text

    def press(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def focused(self) -> str:
        return str(self.js("document.activeElement.id"))

    def kind_box(self, kind: str) -> WebElement:
        return self.browser.find_element(By.XPATH, f"//*[@id='legend']//label[.//*[text()='{kind}']]/input")

    def rows(self) -> list[str]:
        return [row.text for row in self.browser.find_elements(By.CSS_SELECTOR, "#results [role=option]")]

    def click_node(self, iri: str) -> None:
        self.click_between(iri)
        self.wait_for("cellkg.selected() === arguments[0]", iri)

    def click_between(self, *iris: str) -> None:
        """A click on the drawing, in the middle of these nodes."""
        spots = [self.js("cellkg.pixelOf(arguments[0])", iri) for iri in iris]
        canvas = self.part("canvas")
        across = sum(spot["x"] for spot in spots) / len(spots) - canvas.rect["width"] / 2
        down = sum(spot["y"] for spot in spots) / len(spots) - canvas.rect["height"] / 2
        there = ActionChains(self.browser).move_to_element_with_offset(canvas, int(across), int(down))
        there.click().perform()

    def painted(self, iri: str) -> list[int]:
        return list(
            self.js(
                "Array.from(document.querySelector('canvas').getContext('2d').getImageData("
                "cellkg.pixelOf(arguments[0]).x * devicePixelRatio,"
                "cellkg.pixelOf(arguments[0]).y * devicePixelRatio, 1, 1).data.slice(0, 3))",
                iri,
            )
        )

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What the browser logged since the last call."""
        entries = self.browser.get_log(kind)  # type: ignore[no-untyped-call]
        return list(entries)

    def requests(self) -> list[str]:
        events = (json.loads(entry["message"])["message"] for entry in self.log("performance"))
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def errors(self) -> list[str]:
        """Errors and warnings, but for the one that `painted` causes by reading pixels."""
        told = [entry["message"] for entry in self.log("browser") if entry["level"] != "INFO"]
        return [message for message in told if "Multiple readback operations" not in message]


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("needs chromium and chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(executable_path=driver))
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    chrome.execute_cdp_cmd("Network.enable", {})
    chrome.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    yield chrome
    chrome.quit()


@pytest.fixture
def page(browser: webdriver.Chrome) -> Iterator[Page]:
    """A page that, whatever a test does with it, asks for nothing, breaks no policy and logs no error."""
    opened = Page(browser)
    opened.requests()
    opened.errors()
    yield opened
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert opened.js("window.witnessed") == []
    assert opened.errors() == []
    assert set(opened.requests()) <= {browser.current_url, "data:,"}


@pytest.fixture
def small(page: Page, tmp_path: Path) -> Page:
    return page.open(write_network_page(small_graph(), tmp_path / "small.html", title="One trial"))


# ---- the file ----------------------------------------------------------------------


def test_the_page_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("the page before")
    assert write_network_page(small_graph(), path, title="Trials") == path
    assert path.read_text(encoding="utf-8") == network_html(small_graph(), title="Trials")
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_keeps_the_page_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_text("the page before")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("cellkg.pages.network.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_network_page(small_graph(), path, title="Trials")
    assert path.read_text() == "the page before"
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_graph_gives_the_same_page() -> None:
    assert network_html(small_graph(), title="T") == network_html(small_graph(), title="T")


def test_the_order_of_insertion_does_not_change_what_is_near() -> None:
    graph = small_graph()
    turned: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from(reversed(list(graph.edges(data=True))))
    assert nearest_first(graph, TRIAL) == nearest_first(turned, TRIAL)


def test_the_page_links_to_nothing_outside_and_stays_small() -> None:
    html = network_html(small_graph(), title="Trials")
    assert re.findall(r'<(?:script|img|iframe)[^>]*\ssrc=|<link[^>]*href="(?!data:,")|@import|url\(', html) == []
    assert "sourceMappingURL" not in html
    assert len(html.encode()) < 1_200_000


def test_the_licence_of_vis_network_travels_with_it() -> None:
    html = network_html(small_graph(), title="Trials")
    assert "@version 9.1.2" in html
    assert "vis.js is dual licensed under both" in html


def test_a_focus_that_is_no_node_is_named() -> None:
    with pytest.raises(NotFoundError, match="'urn:absent' is none of the 6 nodes"):
        network_html(small_graph(), title="Trials", focus="urn:absent")


def test_hostile_text_leaves_no_markup_in_the_file() -> None:
    assert "<img" not in network_html(hostile_graph(), title=HOSTILE, focus=HOSTILE)


def test_half_a_surrogate_pair_does_not_stop_the_writing() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("\ud800", label="\ud800", kind="\ud800", facts=[])
    assert network_html(graph, title="\ud800").encode()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_kind_stands_out_from_the_page() -> None:
    """WCAG 2.2, 1.4.11: a drawn object has a contrast of at least 3 to 1."""
    looks = [*KINDS.values(), *(page_module._spare(place) for place in range(42))]
    assert min(contrast(look.light, "#f5f4f0") for look in looks) >= 3
    assert min(contrast(look.dark, "#171d24") for look in looks) >= 3


def test_no_two_kinds_look_the_same() -> None:
    looks = [*KINDS.values(), *(page_module._spare(place) for place in range(42))]
    assert len({(look.shape, look.light) for look in looks}) == len(looks)


# ---- in the browser ----------------------------------------------------------------


def test_every_node_and_link_is_shown(small: Page) -> None:
    assert small.js("cellkg.counts()") == {"nodes": 6, "edges": 5}
    assert set(small.js("cellkg.shown()")) == set(small_graph())
    assert small.text("status") == "6 of 6 nodes shown, 5 links"
    assert small.browser.title == small.text("title") == "One trial"


def test_the_legend_counts_each_kind(small: Page) -> None:
    assert small.text("legend").split("\n") == ["Study", "1", "Arm", "2", "Cell product", "1", "Outcome", "2"]


def test_the_nodes_rest_and_stay_where_they_are(small: Page) -> None:
    assert small.js("cellkg.physics()") is False
    before = small.js("cellkg.positions()")
    small.kind_box("Arm").click()
    small.kind_box("Arm").click()
    assert small.js("cellkg.positions()") == before


def test_the_layout_is_the_same_each_time(small: Page) -> None:
    before = small.js("cellkg.positions()")
    small.browser.refresh()
    small.wait_for("cellkg.settled()")
    assert small.js("cellkg.positions()") == before


def test_a_filter_hides_a_kind_with_its_links_and_brings_it_back(small: Page) -> None:
    small.kind_box("Arm").click()
    assert small.js("cellkg.counts()") == {"nodes": 4, "edges": 2}
    assert small.text("status") == "4 of 6 nodes shown, 2 links"
    small.kind_box("Arm").click()
    assert small.js("cellkg.counts()") == {"nodes": 6, "edges": 5}


def test_a_node_is_painted_in_the_colour_of_its_kind_also_after_a_filter(small: Page) -> None:
    blue = [int(KINDS["Arm"].light[place : place + 2], 16) for place in (1, 3, 5)]
    small.js("cellkg.select(arguments[0])", BASE + "2")
    small.wait_for("document.querySelector('canvas') !== null")
    small.js("cellkg.clear()")
    for _ in range(2):
        small.kind_box("Arm").click()
    WebDriverWait(small.browser, 5, poll_frequency=0.02).until(lambda _: small.painted(BASE + "2") == blue)


def test_with_every_kind_off_the_page_says_how_to_go_on(small: Page) -> None:
    small.part("no-kinds").click()
    assert small.js("cellkg.counts()") == {"nodes": 0, "edges": 0}
    assert "Every kind is switched off" in small.text("message")
    small.part("all-kinds").click()
    assert small.js("cellkg.counts()") == {"nodes": 6, "edges": 5}
    assert not small.part("message").is_displayed()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trial", ["Trial One"]),
        ("echelle RODNAN", ["Échelle de Rodnan"]),
        ("phase 1/2", ["Trial One"]),
        ("cell product", ["cultured stromal cells"]),
        ("nothing like it", []),
    ],
)
def test_search_finds_by_name_kind_and_value(small: Page, query: str, found: list[str]) -> None:
    small.part("query").send_keys(query)
    assert small.rows() == found


def test_the_list_holds_every_node_and_tells_namesakes_apart(small: Page) -> None:
    assert small.rows() == [
        "Trial One",
        "arm Trial One",
        "arm Trial One",
        "cultured stromal cells",
        "Échelle de Rodnan",
        "pain",
    ]


def test_enter_in_the_search_opens_what_the_arrow_keys_chose(small: Page) -> None:
    small.part("query").send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_UP)
    assert small.part("query").get_attribute("aria-activedescendant") == small.js(
        "document.querySelector('#results li:last-child').id"
    )
    small.part("query").send_keys(Keys.ENTER)
    assert small.js("cellkg.selected()") == BASE + "alone"
    assert small.focused() == "panel"


def test_a_search_result_of_a_hidden_kind_is_shown_again(small: Page) -> None:
    small.kind_box("Cell product").click()
    small.browser.find_element(By.XPATH, "//*[@id='results']/li[contains(., 'cultured')]").click()
    assert small.js("cellkg.selected()") == PRODUCT
    assert small.kind_box("Cell product").is_selected()
    assert PRODUCT in small.js("cellkg.shown()")


def test_a_click_on_a_node_opens_its_facts_with_source_and_spot(small: Page) -> None:
    small.click_node(TRIAL)
    assert small.text("panel").startswith("×\nStudy\nTrial One\nhttps://example.org/trial")
    facts = small.browser.find_element(By.CSS_SELECTOR, "#panel .facts").text.split("\n")
    assert facts == [
        "phase",
        "Phase 1/2",
        "Phase 1 | Phase 2",
        "Registry record · line 17, characters 1272–1277",
        "enrolment",
        "20",
        "Registry record",
    ]


def test_a_neighbour_in_the_panel_leads_to_it_and_back(small: Page) -> None:
    small.click_node(SCORE)
    small.browser.find_element(By.CSS_SELECTOR, "#panel .go").click()
    assert small.js("cellkg.selected()") == TRIAL
    assert small.focused() == "panel"
    relations = [each.text for each in small.browser.find_elements(By.CSS_SELECTOR, "#panel .relation")]
    assert relations == ["→ has arm", "→ measures", "→ reports"]


def test_links_are_named_on_selection_or_always(small: Page) -> None:
    assert small.js("cellkg.edgeLabels()") == []
    small.click_node(BASE + "1")
    assert sorted(small.js("cellkg.edgeLabels()")) == ["has arm", "receives"]
    small.part("edge-labels").click()
    assert len(small.js("cellkg.edgeLabels()")) == 5


def test_a_click_on_a_link_tells_its_ends_and_sources(small: Page) -> None:
    small.click_between(TRIAL, BASE + "2")
    small.wait_for("document.querySelector('#panel h2') !== null")
    told = ["×", "Link", "has arm", "From", "Trial One", "To", "arm Trial One", "Sources", "Registry record"]
    assert small.text("panel").split("\n") == told
    assert small.js("cellkg.edgeLabels()") == ["has arm"]


def test_two_links_between_the_same_nodes_do_not_lie_on_each_other() -> None:
    payload = page_module._payload(small_graph(), None)
    double = [edge for edge in payload["edges"] if edge["label"] in {"measures", "reports"}]
    assert ["smooth" in edge for edge in double] == [False, True]


def test_a_focus_is_open_from_the_start(page: Page, tmp_path: Path) -> None:
    page.open(write_network_page(small_graph(), tmp_path / "focus.html", title="T", focus=PRODUCT))
    assert page.js("cellkg.selected()") == PRODUCT
    assert "cultured stromal cells" in page.text("panel")


# ---- the keyboard ------------------------------------------------------------------


def test_slash_goes_to_the_search_and_escape_clears(small: Page) -> None:
    small.click_node(TRIAL)
    small.press("/")
    assert small.focused() == "query"
    assert small.part("query").get_attribute("value") == ""
    small.press("pain")
    assert small.rows() == ["pain"]
    small.press(Keys.ESCAPE)
    assert len(small.rows()) == 6
    assert small.js("cellkg.selected()") == TRIAL
    small.press(Keys.ESCAPE)
    assert small.js("cellkg.selected()") is None
    assert "Choose a node" in small.text("panel")


def test_arrow_keys_walk_along_links_in_their_direction(small: Page) -> None:
    small.js("document.getElementById('canvas').focus()")
    small.press(Keys.ARROW_RIGHT)
    assert small.js("cellkg.selected()") == TRIAL
    places = {iri: small.js("cellkg.pixelOf(arguments[0])", iri) for iri in (TRIAL, SCORE)}
    right = places[SCORE]["x"] - places[TRIAL]["x"]
    down = places[SCORE]["y"] - places[TRIAL]["y"]
    there, back = (
        ((Keys.ARROW_RIGHT, Keys.ARROW_LEFT) if right > 0 else (Keys.ARROW_LEFT, Keys.ARROW_RIGHT))
        if abs(right) > abs(down)
        else ((Keys.ARROW_DOWN, Keys.ARROW_UP) if down > 0 else (Keys.ARROW_UP, Keys.ARROW_DOWN))
    )
    small.js("cellkg.select(arguments[0])", SCORE)
    small.press(back)
    assert small.js("cellkg.selected()") == TRIAL
    small.press(there)
    assert small.js("cellkg.selected()") != TRIAL


def test_enter_in_the_drawing_opens_the_panel_and_escape_returns(small: Page) -> None:
    small.js("document.getElementById('canvas').focus()")
    small.press(Keys.ARROW_DOWN, Keys.ENTER)
    assert small.focused() == "panel"
    small.press(Keys.ESCAPE)
    assert small.focused() == "canvas"


def test_tab_reaches_every_part_in_the_order_of_the_page(small: Page) -> None:
    small.js("cellkg.select(arguments[0])", PRODUCT)
    order = []
    for _ in range(20):
        small.press(Keys.TAB)
        order.append(small.js("document.activeElement.id || document.activeElement.className"))
    wanted = [
        "skip",
        "query",
        "all-kinds",
        "show-k0",
        "show-k3",
        "edge-labels",
        "canvas",
        "zoom-in",
        "close",
        "go",
    ]
    assert [part for part in order if part in wanted][: len(wanted)] == wanted
    assert "vis-network" not in order


def test_each_selection_is_announced(small: Page) -> None:
    small.click_node(TRIAL)
    assert small.js("document.getElementById('said').textContent") == "Trial One, Study, 4 links"


# ---- hostile, empty, single, large -------------------------------------------------


def hostile_graph() -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    bad = Fact(property=HOSTILE, value=HOSTILE, source=HOSTILE, as_written=HOSTILE, spot=HOSTILE)
    graph.add_node(HOSTILE, label=HOSTILE, kind=HOSTILE, facts=[bad])
    for name in ("__proto__", "constructor", "line\u2028break", "<!--<script>", ""):
        graph.add_node(name, label=name, kind=name, facts=[])
        graph.add_edge(HOSTILE, name, label=HOSTILE, sources=[HOSTILE])
    return graph


def test_hostile_text_stays_text_everywhere(page: Page, tmp_path: Path) -> None:
    page.open(write_network_page(hostile_graph(), tmp_path / "hostile.html", title=HOSTILE, focus=HOSTILE))
    page.part("edge-labels").click()
    page.part("query").send_keys("onerror")
    ActionChains(page.browser).move_to_element(page.part("canvas")).perform()
    assert page.browser.title == page.text("title") == HOSTILE
    assert page.rows() == [HOSTILE]
    assert HOSTILE in page.text("legend").split("\n")
    assert page.text("panel").count(HOSTILE) >= 8
    assert page.js("cellkg.counts()") == {"nodes": 6, "edges": 5}
    assert page.js("cellkg.edgeLabels()") == [HOSTILE] * 5
    assert "".join(page.js("cellkg.captions()[0]").split()).startswith("</script><imgsrc=x")
    assert page.js("document.querySelectorAll('img, iframe').length") == 0
    assert page.js("document.scripts.length") == 3
    page.js("cellkg.select('__proto__')")
    assert page.js("cellkg.selected()") == "__proto__"


def test_markup_that_slips_in_could_not_run(page: Page, tmp_path: Path) -> None:
    """The counter-example: the policy itself refuses what the escaping would have missed."""
    page.open(write_network_page(small_graph(), tmp_path / "small.html", title="T"))
    refused = page.js(
        "(() => { try { document.body.innerHTML += arguments[0]; return false } catch { return true } })()",
        "<img src=x onerror=alert(1)>",
    )
    assert refused is True
    assert page.js("window.witnessed.splice(0)") != []
    assert any("TrustedHTML" in error for error in page.errors())


def test_an_empty_network_says_so(page: Page, tmp_path: Path) -> None:
    page.open(write_network_page(nx.MultiDiGraph(), tmp_path / "empty.html", title="Nothing"))
    assert page.text("message") == "There is nothing to draw: this network has no nodes."
    assert page.text("status") == "0 of 0 nodes shown, 0 links"
    for key in ("/", Keys.ENTER, Keys.ESCAPE):
        page.press(key)
    page.part("fit").click()
    assert page.text("panel") == "No node to show."


def test_a_node_may_link_to_itself(page: Page, tmp_path: Path) -> None:
    graph = chain(2)
    graph.add_edge("urn:0", "urn:0", label="follows up", sources=[])
    page.open(write_network_page(graph, tmp_path / "self.html", title="Self", focus="urn:0"))
    assert page.js("cellkg.counts()") == {"nodes": 2, "edges": 2}
    assert "follows up" in page.text("panel")


def test_a_single_node_is_shown(page: Page, tmp_path: Path) -> None:
    page.open(write_network_page(chain(1), tmp_path / "one.html", title="One"))
    assert page.text("status") == "1 of 1 node shown, 0 links"
    page.click_node("urn:0")
    assert "No links" in page.text("panel")


def test_a_large_network_opens_on_the_nodes_next_to_the_focus(page: Page, tmp_path: Path) -> None:
    path = write_network_page(chain(1000), tmp_path / "large.html", title="Large", focus="urn:500")
    assert path.stat().st_size < 1_200_000
    page.open(path)
    assert set(page.js("cellkg.shown()")) == {f"urn:{place}" for place in range(425, 575)}
    assert page.text("more") == "Show 150 more of 850"
    page.part("more").click()
    page.wait_for("cellkg.settled()")
    assert page.text("status") == "300 of 1,000 nodes shown, 299 links"
    assert page.js("cellkg.physics()") is False


def test_show_more_goes_on_to_the_last_node(page: Page, tmp_path: Path) -> None:
    page.open(write_network_page(chain(320), tmp_path / "more.html", title="More"))
    for shown in (150, 300, 320):
        assert page.js("cellkg.counts().nodes") == shown
        if page.part("more").is_displayed():
            page.part("more").click()
            page.wait_for("cellkg.settled()")
    assert not page.part("more").is_displayed()
    assert page.focused() == "canvas"


def test_a_search_reaches_nodes_that_are_not_yet_in_the_drawing(page: Page, tmp_path: Path) -> None:
    page.open(write_network_page(chain(200), tmp_path / "far.html", title="Far", focus="urn:0"))
    page.part("query").send_keys("node 199", Keys.ENTER)
    page.wait_for("cellkg.settled()")
    assert page.js("cellkg.selected()") == "urn:199"
    assert page.js("cellkg.counts().nodes") == 151


def test_the_page_follows_the_dark_scheme(small: Page) -> None:
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    small.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    blue = [int(KINDS["Study"].dark[place : place + 2], 16) for place in (1, 3, 5)]
    WebDriverWait(small.browser, 5, poll_frequency=0.02).until(lambda _: small.painted(TRIAL) == blue)
    assert small.js("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 27)"


def test_a_narrow_screen_has_one_column_and_no_sideways_scroll(page: Page, tmp_path: Path) -> None:
    narrow = {"width": 420, "height": 860, "deviceScaleFactor": 1, "mobile": False}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    page.open(write_network_page(small_graph(), tmp_path / "narrow.html", title="Narrow"))
    assert page.js("document.documentElement.scrollWidth") <= 420
    assert page.part("canvas").rect["width"] == page.part("panel").rect["width"] == 420
    assert page.part("legend-box").get_attribute("open") is None
    page.part("query").click()
    page.browser.find_element(By.XPATH, "//*[@id='results']/li[contains(., 'pain')]").click()
    assert page.js("cellkg.selected()") == BASE + "alone"
    assert not page.part("results").is_displayed()
