"""A real headless Chromium for the tests of the report."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM", "") or shutil.which("chromium") or shutil.which("chromium-browser")
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WINDOW = {"width": 1280, "height": 900}
PATIENCE = 120  # seconds, however busy the machine is


def missing() -> str | None:
    """Why the browser tests cannot run, None if they can."""
    if not CHROMIUM:
        return "no chromium on this machine: apt-get install chromium, or name one in CHROMIUM"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "no driver for the browser: pip install -e '.[browser]'"
    return None


def skip_or_fail() -> None:
    """Skip without a browser, with the reason; under CI=true that is a failure."""
    reason = missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"CI must not skip the browser tests: {reason}")
    if reason:
        pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser, with one tab for all visits that wish for nothing special."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        options = {"args": list(ARGUMENTS), "timeout": 1000 * PATIENCE}
        browser = driver.chromium.launch(executable_path=CHROMIUM, **options)
        new_tab(browser)
        yield browser
        browser.close()


def new_tab(browser: Any, **context: Any) -> Any:
    """Open a tab that shares nothing with others; it takes longer than to load a page."""
    opened = browser.new_context(**{"viewport": WINDOW, **context})
    opened.set_default_timeout(1000 * PATIENCE)
    return opened.new_page()


class Visit:
    """One page from disk, in a tab or in a new one, with all its console messages and requests."""

    def __init__(self, browser: Any, path: Path, tab: Any = None, **context: Any) -> None:
        self.page = tab or new_tab(browser, **context)
        self.context = self.page.context
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.listeners: dict[str, Callable[[Any], None]] = {
            "request": lambda request: self.requests.append(request.url),
            "console": lambda message: self.messages.append(message.text),
            "pageerror": lambda error: self.messages.append(str(error)),
        }
        for event, listener in self.listeners.items():
            self.page.on(event, listener)
        self.url = path.as_uri()
        self.page.goto(self.url)
        if context.get("java_script_enabled", True):
            self.page.wait_for_selector("html.ready")
            self.frames()

    def leave(self) -> None:
        """Make the tab as it was before the visit."""
        for event, listener in self.listeners.items():
            self.page.remove_listener(event, listener)
        self.page.goto("about:blank")
        self.page.emulate_media(media="null")
        self.page.set_viewport_size(WINDOW)
        self.page.mouse.move(0, 0)

    def frames(self) -> None:
        """Wait until the screen is up to date."""
        twice = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
        self.page.evaluate(twice)

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until a condition is true; the policy of the page allows no scripts of a test."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, "waited in vain"
            self.page.wait_for_timeout(20)

    def numbers(self, code: str, given: Any = None) -> Any:
        """What a function of the page returns: many numbers travel much faster as text."""
        as_text = f"(given) => JSON.stringify(({code})(JSON.parse(given)))"
        return json.loads(self.page.evaluate(as_text, json.dumps(given)))

    @property
    def answer(self) -> str:
        """The big digit."""
        self.frames()
        return str(self.page.inner_text(".answer .big"))

    def image(self) -> list[int]:
        """The 28x28 image that the network reads."""
        self.frames()
        return list(self.page.evaluate("() => Array.from(mnist.state.image)"))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place on the pad, 0 to 1, as a place in the window."""
        pad = self.page.locator("#pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]


@contextmanager
def visits(browser: Any, *, blobs: bool = True) -> Iterator[Callable[..., Visit]]:
    """Open pages; in the end each has said nothing and asked for nothing but itself.

    `blobs`: a page may also ask for what it has made itself. The first visit without wishes is in
    the browser's first tab, where only the document is new: that is twice as fast.
    """
    opened: list[Visit] = []
    first_tab = browser.contexts[0].pages[0]

    def visit(path: Path, **context: Any) -> Visit:
        is_free = not context and all(one.page is not first_tab for one in opened)
        opened.append(Visit(browser, path, first_tab if is_free else None, **context))
        return opened[-1]

    yield visit
    for one in opened:
        if one.page is first_tab:
            one.leave()
        else:
            one.context.close()
    for one in opened:
        asked = [url for url in one.requests if not (blobs and url.startswith("blob:"))]
        assert one.messages == []
        assert asked == [one.url]
