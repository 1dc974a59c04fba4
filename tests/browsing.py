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
# Without the windows of suggestions that Chromium prepares below the address bar: half of
# what a tab of its own costs. Of two such options only the last holds. So what the driver switches
# off is on, as it is for everybody who opens a page.
WITHOUT = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
ARGUMENTS = (
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WINDOW = {"width": 1280, "height": 900}
AS_USUAL = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
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
    """A running browser, with two tabs that nearly all visits share: for mouse and for touch."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        options = {"args": list(ARGUMENTS), "timeout": 1000 * PATIENCE}
        browser = driver.chromium.launch(executable_path=CHROMIUM, **options)
        new_tab(browser)
        new_tab(browser, has_touch=True)
        yield browser
        browser.close()


def new_tab(browser: Any, **context: Any) -> Any:
    """Open a tab that shares nothing with others; it takes longer than to load a page."""
    opened = browser.new_context(**{"viewport": WINDOW, **context})
    opened.set_default_timeout(1000 * PATIENCE)
    return opened.new_page()


def shared_tab(browser: Any, context: dict[str, Any]) -> Any:
    """The tab for a visit with such wishes, None if it needs one of its own."""
    if context.keys() - {"viewport", "has_touch", *AS_USUAL}:
        return None
    return browser.contexts[bool(context.get("has_touch"))].pages[0]


def make_ready(tab: Any, context: dict[str, Any]) -> None:
    """Fulfil the wishes of a visit, or make the tab as it was before it."""
    tab.set_viewport_size(context.get("viewport", WINDOW))
    media = {name: context.get(name, usual) for name, usual in AS_USUAL.items()}
    tab.emulate_media(media="null", **media)


class Visit:
    """One page from disk, in a tab or in a new one, with all its console messages and requests."""

    def __init__(self, browser: Any, path: Path, tab: Any = None, **context: Any) -> None:
        self.page = tab or new_tab(browser, **context)
        if tab:
            make_ready(tab, context)
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

    def become(self, **context: Any) -> None:
        """Give the open page another window, or another colour scheme."""
        make_ready(self.page, context)
        self.frames()

    def leave(self) -> None:
        """Make the tab as it was before the visit."""
        for event, listener in self.listeners.items():
            self.page.remove_listener(event, listener)
        self.page.goto("about:blank")
        make_ready(self.page, {})
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


def what_axe_finds(page: Any, *sections: str, contrast: bool = True) -> list[Any]:
    """What makes a page, or some of its sections, hard to use: axe-core's violations.

    The contrast of colours takes most of the time. It depends on the colour scheme, not on the
    width: who looks at one scheme at two widths may leave it out the second time.
    """
    from axe_playwright_python.sync_playwright import Axe

    rules = {} if contrast else {"color-contrast": {"enabled": False}}
    options = {"resultTypes": ["violations"], "rules": rules}
    # the checker's own script is let in past the page's policy
    context = {"include": [[section] for section in sections]} if sections else None
    found = Axe().run(page, context=context, options=options)
    return [
        (one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]
    ]


@contextmanager
def visits(browser: Any, *, blobs: bool = True) -> Iterator[Callable[..., Visit]]:
    """Open pages; in the end each has said nothing and asked for nothing but itself.

    `blobs`: a page may also ask for what it has made itself. The first visit in a shared tab, where
    only the document is new, takes half the time of one in a tab of its own.
    """
    opened: list[Visit] = []
    shared: list[Visit] = []

    def visit(path: Path, **context: Any) -> Visit:
        tab = shared_tab(browser, context)
        is_free = tab and all(one.page is not tab for one in opened)
        opened.append(Visit(browser, path, tab if is_free else None, **context))
        shared.extend(opened[-1:] if is_free else [])
        return opened[-1]

    yield visit
    for one in opened:
        one.leave() if one in shared else one.context.close()
    for one in opened:
        asked = [url for url in one.requests if not (blobs and url.startswith("blob:"))]
        assert one.messages == []
        assert asked == [one.url]
