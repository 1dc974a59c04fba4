"""Pictures that claim, or are, far more than they seem: none may cost more than 2 s and 300 MB."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ((1, 50_000_000), (50_000_000, 1), (7071, 7071), (1, 65_500), (65_500, 1), (20_000, 2_000))
MODES = ("1", "L", "RGB", "RGBA", "P", "I;16")


def png_claiming(width: int, height: int, depth: int = 8, kind: int = 2, data: int = 1000) -> bytes:
    """Return a PNG whose header promises a size, and whose pixels are `data` zeros."""
    head = struct.pack(">2I5B", width, height, depth, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(data), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    name, data = chunk
    crc = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)


def png_of_rows(width: int, height: int, bits: int, kind: int) -> bytes:
    """Return a PNG that is as large as it says, all zeros, packed a row at a time."""
    row = bytes(1 + -(-width * bits // 8))
    at_once = max(1, (1 << 20) // len(row))
    packer, block = zlib.compressobj(1), row * at_once
    pixels = b"".join(packer.compress(block) for _ in range(height // at_once))
    pixels += packer.compress(row * (height % at_once)) + packer.flush()
    head = struct.pack(">2I5B", width, height, min(bits, 8), kind, 0, 0, 0)
    palette = [(b"PLTE", bytes(6))] if kind == 3 else []
    chunks = [(b"IHDR", head), *palette, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def png_with(name: bytes, data: bytes, times: int = 1) -> bytes:
    """Return a small PNG with one more chunk, many times."""
    small = drawn("PNG")
    return small[:33] + _chunk((name, data)) * times + small[33:]


def drawn(form: str, dots: int = 0, side: int = 64, **options: object) -> bytes:
    """Return a picture of a 7, and of some dots, in a format of Pillow's."""
    image = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(image)
    pen.line([(side // 4, side // 4), (side * 3 // 4, side // 4), (side // 2, side * 3 // 4)], 0, 4)
    across = max(1, int(dots**0.5))
    for number in range(dots):
        x, y = (number % across + 0.5) * side / across, (number // across + 0.5) * side / across
        pen.ellipse((x - 3, y - 3, x + 3, y + 3), 0)
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def discs(across: int, step: int, radius: int, hole: int = 0) -> bytes:
    """Return a page full of discs: as wide as digits that touch, and unlike any; or of rings."""
    image = Image.new("L", (across * step, across * step), 255)
    pen = ImageDraw.Draw(image)
    for number in range(across * across):
        x, y = number % across * step + step // 2, number // across * step + step // 2
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), 0)
        if hole:
            pen.ellipse((x - hole, y - hole, x + hole, y + hole), 255)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def dashes(side: int, step: int) -> bytes:
    """Return a page full of slanting dashes, each long enough to be a line below a digit."""
    image = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(image)
    for y in range(4, side - 8, step):
        for x in range(4 + 7 * y % 60, side - 70, 72):
            pen.line((x, y, x + 62, y + 3), 0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def noise(side: int, form: str, **options: object) -> bytes:
    """Return a picture of noise: everything on it may be ink."""
    pixels = np.random.default_rng(0).integers(0, 256, (side, side), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **options)
    return buffer.getvalue()


def strip_of_paper(width: int, height: int) -> bytes:
    """Return paper with grain, which is looked at twice."""
    pixels = np.random.default_rng(0).integers(90, 256, (height, width), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def ruled(side: int, step: int, height: int | None = None) -> bytes:
    """Return a picture of a net of lines, or of a chess board for a step of 2."""
    rows, columns = np.mgrid[: height or side, :side]
    pixels = (((rows % step) * (columns % step)) > 0).astype(np.uint8) * 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def squares(side: int, step: int, width: int) -> bytes:
    """Return squares in one another: tiles in tiles, and frames in frames."""
    rows, columns = np.mgrid[:side, :side]
    depth = np.minimum(np.minimum(rows, columns), side - 1 - np.maximum(rows, columns))
    buffer = io.BytesIO()
    Image.fromarray(np.where(depth % step < width, 0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def pages(count: int, side: int, form: str) -> bytes:
    """Return a file of many pages."""
    image = Image.new("L", (side, side), 255)
    buffer = io.BytesIO()
    image.save(buffer, form, save_all=True, append_images=[image] * (count - 1))
    return buffer.getvalue()


def claiming(form: str, width: int, height: int) -> bytes:
    """Return a picture of 8x8 pixels whose header promises another size."""
    small = bytearray(drawn(form, side=8))
    if form == "BMP":
        small[18:26] = struct.pack("<2i", width, height)
    elif form == "GIF":
        small[6:10] = struct.pack("<2H", width % 65536, height % 65536)
    elif form == "PPM":
        return b"P6\n%d %d\n255\n" % (width, height) + bytes(1000)
    return bytes(small)


def bombs() -> dict[str, Callable[[], bytes]]:
    """Return at least 60 bombs by name, as functions that make them."""
    cases: dict[str, Callable[[], bytes]] = {}
    for width, height in SHAPES:
        for name, bits, kind in (
            ("grey", 8, 0),
            ("colour", 24, 2),
            ("palette", 8, 3),
            ("bits", 1, 0),
        ):
            make = partial(png_of_rows, width, height, bits, kind)
            cases[f"PNG of {name}, {width}x{height}"] = make
        for form in ("BMP", "GIF", "PPM"):
            cases[f"{form} claims {width}x{height}"] = partial(claiming, form, width, height)
        cases[f"PNG claims {width}x{height}"] = partial(png_claiming, width, height)
        cases[f"plain PGM {width}x{height}"] = partial(b"P2\n%d %d\n1\n".__mod__, (width, height))
    packed = b"k\0\0" + zlib.compress(bytes(50_000_000), 9)
    for name in (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tRNS", b"PLTE", b"acTL", b"fdAT"):
        cases[f"PNG, 50 MB packed in {name.decode()}"] = partial(png_with, name, packed)
        cases[f"PNG, 100,000 times {name.decode()}"] = partial(png_with, name, b"k\0v", 100_000)
    for dots in (100, 480, 2000, 10_000):
        cases[f"{dots} dots"] = partial(drawn, "PNG", dots, 1024)
    for across, step in ((22, 45), (45, 36), (45, 70)):
        cases[f"{across * across:,} discs, {step} apart"] = partial(discs, across, step, step // 3)
    cases["1,849 rings, 36 apart"] = partial(discs, 43, 36, 12, 9)
    for side, step in ((1024, 3), (1024, 4), (2048, 5)):
        cases[f"dashes, {step} apart on {side}"] = partial(dashes, side, step)
    for step in (2, 3, 5, 9, 40):
        cases[f"a net of {step}"] = partial(ruled, 1000, step)
    for width, height in ((40, 19_000), (19_000, 40), (200, 3900)):
        cases[f"a net of 6, {width}x{height}"] = partial(ruled, width, 6, height)
    for step, width in ((3, 1), (4, 2), (8, 2), (20, 3)):
        cases[f"squares in one another, {step} apart"] = partial(squares, 1000, step, width)
    for form in ("PNG", "JPEG", "GIF", "TIFF", "WEBP"):
        cases[f"noise, {form}"] = partial(noise, 1500, form)
    for form in ("GIF", "TIFF", "PNG", "WEBP"):
        cases[f"500 pages, {form}"] = partial(pages, 500, 100, form)
    return cases | {
        "PNG claims the most": partial(png_claiming, 2**31 - 1, 2**31 - 1),
        "PNG of 16 bits, claims 50 megapixels": partial(png_claiming, 7071, 7071, 16, 6),
        "progressive JPEG of noise": partial(noise, 3000, "JPEG", progressive=True),
        "a strip of grain": partial(strip_of_paper, 60_000, 8),
        "JPEG of 64 megapixels": partial(drawn, "JPEG", 0, 8000),
        "nothing": bytes,
        "one byte": partial(bytes, 1),
        "a million zeros": partial(bytes, 1_000_000),
    }
