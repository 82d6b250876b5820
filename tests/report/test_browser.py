"""The HTML report in a real browser: Debian's chromium, without a network, driven by Playwright."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.command import cdb, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH: apt-get install -y chromium"),
]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync --disable-component-update"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield started
        started.close()


class Opened:
    """The report in a tab, and whatever it asked for or complained of."""

    def __init__(self, browser: Browser, file: Path, **options: Any) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 900}, **options)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())

    def routes(self) -> list[str]:
        """The values that are shown, as "service route"."""
        script = """() => [...document.querySelectorAll('.entry')].filter(e => e.checkVisibility())
            .map(e => e.closest('.group').dataset.service + ' ' + e.querySelector('.route').textContent)"""
        found: list[str] = self.page.evaluate(script)
        return found

    def color(self, selector: str, name: str = "backgroundColor") -> str:
        """A computed colour."""
        found: str = self.page.evaluate(f"getComputedStyle(document.querySelector({json.dumps(selector)})).{name}")
        return found


@pytest.fixture
def opened(browser: Browser, reports: Path) -> Iterator[Opened]:
    one = Opened(browser, reports / "report.html")
    yield one
    assert one.complaints == []
    assert one.requests == [(reports / "report.html").as_uri()]
    one.page.close()


def test_the_page_opens_without_a_request_or_a_complaint(opened: Opened) -> None:
    opened.page.wait_for_timeout(300)

    assert opened.page.title() == "shop: Compose and Kubernetes"
    assert opened.page.get_by_role("heading", name="shop", level=1).is_visible()


def test_the_page_may_load_nothing_even_if_told_to(browser: Browser, reports: Path) -> None:
    one = Opened(browser, reports / "report.html")

    refused = one.page.evaluate("fetch('data:,x').then(() => '', error => String(error))")

    assert "Failed to fetch" in refused
    one.page.close()


def test_the_filter_is_used_by_the_keyboard_alone(opened: Opened) -> None:
    page = opened.page
    everything = opened.routes()

    page.keyboard.press("/")
    page.keyboard.type("postgres_password")
    found = opened.routes()
    page.keyboard.press("Escape")
    page.wait_for_timeout(50)

    assert found
    assert all("POSTGRES_PASSWORD" in route or route.startswith("db ") for route in found)
    assert len(found) < len(everything)
    assert opened.routes() == everything


def test_service_rule_and_verdict_are_reached_by_tab_and_chosen_by_key(opened: Opened) -> None:
    page = opened.page
    page.locator("#filter select[name=service]").focus()
    page.keyboard.type("web")
    assert {route.split()[0] for route in opened.routes()} == {"web"}

    page.keyboard.press("Tab")
    page.keyboard.type("security")
    assert page.evaluate("document.activeElement.value") == "security-context"
    assert page.locator(".entry:visible").count() == len(opened.routes())

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "verdict"
    page.locator("#filter [name=rule]").select_option("")
    for box in page.locator("#filter [name=verdict]").all():
        box.focus()
        if box.is_checked() and box.get_attribute("value") != "refused":
            page.keyboard.press("Space")
    assert opened.routes() == ["web devices./dev/ttyUSB0.source"]
    assert page.locator("#filter output").inner_text().startswith("1 of ")


def test_an_entry_unfolds_by_enter_and_shows_both_sides(opened: Opened) -> None:
    page = opened.page
    entry = page.locator("details.entry:visible", has_text="environment.DATABASE_URL").first

    entry.locator("summary").focus()
    page.keyboard.press("Enter")

    sides = entry.locator("pre")
    assert sides.nth(0).is_visible()
    assert "services:" in sides.nth(0).inner_text()
    assert "kind: Deployment" in sides.nth(1).inner_text()


def test_a_service_of_the_picture_is_chosen_by_enter_and_shows_who_may_talk_to_it(opened: Opened) -> None:
    page = opened.page
    page.locator("a.service[data-name=db]").first.focus()

    page.keyboard.press("Enter")

    assert {route.split()[0] for route in opened.routes()} == {"db"}
    svg = page.locator(".topology svg").first
    assert svg.locator(".may").evaluate_all("nodes => nodes.map(node => node.dataset.name)") == ["web"]


def test_each_overlay_is_a_tab(opened: Opened) -> None:
    page = opened.page
    page.get_by_role("link", name="prod").click()

    assert page.locator("article:visible h2").inner_text().startswith("shop -> output/prod")
    assert page.locator("#filter").is_visible()
    assert page.get_by_text("node port 30080").first.is_hidden()


LONG = "a_name_" * 30


@pytest.mark.parametrize("width", [320, 420, 800])
def test_nothing_is_wider_than_a_narrow_window(browser: Browser, narrow: Path, width: int) -> None:
    one = Opened(browser, narrow)
    one.page.set_viewport_size({"width": width, "height": 800})
    one.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    wider = """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.wide, pre, svg, .skip')
        && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 90))"""
    assert one.page.evaluate(wider) == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.page.close()


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a project that is full of long words."""
    text = f"""\
name: shop
services:
  web:
    image: registry.example/{LONG}:1
    cap_add: [{LONG.upper()}]
    environment: {{{LONG.upper()}: "{LONG}", URL: "http://{LONG}:80"}}
    labels: {{{LONG}: {LONG}}}
    logging: {{driver: {LONG}}}
    ports: ["8080:80"]
    extra_hosts: ["{LONG.replace("_", "-").strip("-")}:10.0.0.1"]
"""
    folder = write(tmp_path_factory.mktemp("narrow"), {"compose.yml": text})
    cdb(folder, "run", "-q", "--report", "html=report.html")
    return folder / "report.html"


def test_dark_mode_changes_the_colours_and_stays_readable(browser: Browser, reports: Path) -> None:
    light, dark = (Opened(browser, reports / "report.html", color_scheme=scheme) for scheme in ("light", "dark"))

    assert light.color("body") != dark.color("body")
    for one in (light, dark):
        for selector in ("body", ".entry .route", ".hint", ".remarks p", "#filter label"):
            assert contrast(one.color(selector, "color"), one.color("body")) > 4.5, selector
        one.page.close()


def test_everything_that_is_chosen_is_printed_unfolded(opened: Opened) -> None:
    page = opened.page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("#filter").is_hidden()
    assert page.locator("article:visible details:not([open]):visible").count() == 0


def test_without_javascript_the_whole_ledger_and_the_picture_are_there(browser: Browser, reports: Path) -> None:
    one = Opened(browser, reports / "report.html", java_script_enabled=False)

    assert one.page.locator("#filter").is_hidden()
    assert one.page.locator("article").count() == one.page.locator("article:visible").count() == 2
    assert one.page.locator("details.entry:visible").count() > 50
    assert one.page.locator(".topology svg").first.is_visible()
    one.page.close()


def contrast(one: str, other: str) -> float:
    """The contrast of two colours `rgb(r, g, b)`, as WCAG reckons it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
