"""Test images changed, and as other programs make them: the pictures of two tables."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from io import BytesIO

import numpy as np
from fonts import bold
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps
from reading import SEED, as_file

Change = Callable[[Image.Image], Image.Image]

BICUBIC, NEAREST = Image.Resampling.BICUBIC, Image.Resampling.NEAREST


def moved(image: Image.Image, dx: int, dy: int) -> Image.Image:
    """Shift a picture; what moves out of it is lost."""
    return image.transform(image.size, Image.Transform.AFFINE, (1, 0, -dx, 0, 1, -dy))


def changes() -> dict[str, Change]:
    """Return the changes of the test images, by name."""
    rng = np.random.default_rng(SEED)
    eight = [(x, y) for x in (-4, 0, 4) for y in (-4, 0, 4) if x or y]
    return {
        "as they are": lambda image: image,
        "shifted by up to 4 pixels": lambda image: moved(image, *rng.integers(-4, 5, 2).tolist()),
        "shifted by 4, one of 8 directions": lambda image: moved(image, *eight[rng.integers(8)]),
        "inverted": lambda image: image.point(lambda value: 255 - value),
        "doubled in size, bicubic": lambda image: image.resize((56, 56), BICUBIC),
        "doubled in size, nearest": lambda image: image.resize((56, 56), NEAREST),
        "rotated by -15°": lambda image: image.rotate(-15, BICUBIC),
        "rotated by 15°": lambda image: image.rotate(15, BICUBIC),
        "rotated by up to 15°": lambda image: image.rotate(rng.uniform(-15, 15), BICUBIC),
        "strokes 2 pixels thicker": lambda image: thickened(image, 2),
        "strokes 3 pixels thicker": lambda image: thickened(image, 3),
    }


def thickened(image: Image.Image, extra: int) -> Image.Image:
    """Double the size of a picture, as the digit needs room, and make its strokes thicker."""
    return image.resize((56, 56), BICUBIC).filter(ImageFilter.MaxFilter(2 * extra + 1))


def enlarged(image: Image.Image, factor: int, how: Image.Resampling = NEAREST) -> Image.Image:
    """Enlarge a picture by a whole number."""
    return image.resize((factor * image.width, factor * image.height), how)


def tight(image: Image.Image) -> Image.Image:
    """Cut a digit out at its bounding box, dark on white."""
    return ImageOps.invert(image.crop(image.getbbox()))


def on_ground(image: Image.Image, ink: str, ground: str) -> Image.Image:
    """Colour the ink and the ground."""
    return ImageOps.colorize(image, ground, ink)


def on_white(image: Image.Image, margin: int) -> Image.Image:
    """Put an image on a white page."""
    return ImageOps.expand(image, margin, 255)


def mapped(image: Image.Image, name: str) -> Image.Image:
    """Colour an image as `plt.imsave` does."""
    from matplotlib import colormaps

    return Image.fromarray((colormaps[name](np.asarray(image)) * 255).astype(np.uint8))


def plotted(image: Image.Image, cmap: str, axes: bool) -> Image.Image:
    """Show an image as `plt.imshow` and `savefig` do."""
    from matplotlib.figure import Figure

    figure, file = Figure(), BytesIO()
    plot = figure.subplots()
    plot.imshow(np.asarray(image), cmap=cmap)
    plot.set_axis_on() if axes else plot.set_axis_off()
    figure.savefig(file, format="png")
    return Image.open(file)


def screenshot(image: Image.Image) -> Image.Image:
    """Put a plot into a notebook's cell, below two lines of code."""
    page = Image.new("RGB", (900, 620), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    draw.rectangle((0, 0, 899, 50), "#f7f7f7")
    draw.text((80, 15), "plt.imshow(images[0], cmap='gray')", "black", font)
    draw.text((80, 60), "<matplotlib.image.AxesImage at 0x7f3a>", "black", font)
    page.paste(plotted(image, "gray", axes=True).convert("RGB"), (80, 90))
    return page


def normalised(image: Image.Image) -> Image.Image:
    """Return pixels with mean 0 and standard deviation 1 over MNIST, as 32-bit floats."""
    return Image.fromarray(((np.asarray(image) / 255 - 0.1307) / 0.3081).astype(np.float32))


def plots() -> dict[str, Change]:
    """Return what Matplotlib makes of an image, by name."""
    return {
        **{
            f"imsave, {name}": partial(mapped, name=name)
            for name in ("viridis", "jet", "turbo", "plasma", "coolwarm", "hot_r")
        },
        "imshow, gray, axes": partial(plotted, cmap="gray", axes=True),
        "imshow, gray, no axes": partial(plotted, cmap="gray", axes=False),
        "imshow, viridis, axes": partial(plotted, cmap="viridis", axes=True),
        "notebook's screenshot": screenshot,
    }


def forms() -> dict[str, Change]:
    """Return what other programs make of an image, by name."""
    return {
        "cut to its box": tight,
        "cut to its box, light on dark": lambda image: image.crop(image.getbbox()),
        "cut to its box, ten times": lambda image: enlarged(tight(image), 10, BICUBIC),
        "cut to its box, ten times, nearest": lambda image: enlarged(tight(image), 10),
        "black on yellow": lambda image: on_ground(image, "black", "#fff06e"),
        "white on blue": lambda image: on_ground(image, "white", "#143cc8"),
        "white on blue, 64 pixels": lambda image: on_ground(image, "white", "#143cc8").resize(
            (64, 64), BICUBIC
        ),
        "black on yellow, 280 pixels": lambda image: enlarged(
            on_ground(image, "black", "#fff06e"), 10
        ),
        **(plots() if find_spec("matplotlib") else {}),
        "tile on white": lambda image: on_white(enlarged(image, 10), 100),
        "tile on white, 36 pixels": lambda image: on_white(image, 4),
        "white frame of one pixel": lambda image: on_white(image, 1),
        "normalised 32-bit float": normalised,
        "9 of 255 darker than white": lambda image: image.point(lambda v: 255 - round(v * 9 / 255)),
    }


def saved(image: Image.Image) -> BytesIO:
    """Return a picture as a file in memory: TIFF for floats, which PNG cannot hold."""
    return as_file(image, "TIFF" if image.mode == "F" else "PNG")


def printed_bold(count: int) -> list[Image.Image]:
    """Print bold digits 0 to 9 in turn, 30 to 200 pixels high, cut to their boxes."""
    rng = np.random.default_rng(SEED)
    sizes = rng.uniform(40, 260, count).tolist()
    return [
        bold(str(number % 10), ImageFont.load_default(size)) for number, size in enumerate(sizes)
    ]
