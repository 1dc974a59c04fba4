"""Make the moving picture of the README: python docs/make_film.py [CHECKPOINT].

It is the page that `mnist report` writes, in a real browser: a seven is drawn, the neurons light
up, the answer comes. Writes docs/images/film.webp; needs what `make_screenshots.py` needs.
"""

import sys
import tempfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from make_screenshots import IMAGES, SEVEN, launched, make_page
from PIL import Image
from playwright.sync_api import Page, sync_playwright

WIDTH, HEIGHT = 1280, 650  # of the page; the picture is SCALE of it
SCALE = 0.65
STEPS = 5  # frames for each part of a stroke
WHILE_DRAWN, AT_END = 120, 2500  # milliseconds that a frame is shown


def frame(view: Page) -> Image.Image:
    """Return what the page looks like now."""
    shot = Image.open(BytesIO(view.screenshot())).convert("RGB")
    size = (round(WIDTH * SCALE), round(HEIGHT * SCALE))
    return shot.resize(size, Image.Resampling.LANCZOS)


def film(view: Page) -> list[Image.Image]:
    """Draw a seven, a little for each frame."""
    box = view.locator("#pad").bounding_box()
    if box is None:
        raise SystemExit("the page has no pad")
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    view.click("text=Clear")
    view.wait_for_timeout(300)
    frames = [frame(view)]
    view.mouse.move(*points[0])
    view.mouse.down()
    for (x, y), (to_x, to_y) in pairwise(points):
        for step in range(1, STEPS + 1):
            share = step / STEPS
            view.mouse.move(x + share * (to_x - x), y + share * (to_y - y), steps=3)
            view.wait_for_timeout(60)
            frames.append(frame(view))
    view.mouse.up()
    view.mouse.move(2, 2)
    view.wait_for_timeout(400)
    return [*frames, frame(view)]


def main() -> None:
    """Make the picture."""
    checkpoint = sys.argv[1] if len(sys.argv) > 1 else "default"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        page = make_page(Path(folder), checkpoint)
        browser = launched(driver)
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        view.goto(page.as_uri())
        view.wait_for_selector("html.ready")
        first, *others = film(view)
        browser.close()
    durations = [WHILE_DRAWN * 4, *[WHILE_DRAWN] * (len(others) - 1), AT_END]
    first.save(
        IMAGES / "film.webp",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        quality=60,
        method=6,
    )


if __name__ == "__main__":
    main()
