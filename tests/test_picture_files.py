"""Files of pictures: formats, folders, and several pages in one file."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from test_pictures import alike, digits_of, drawn, number, paper, saved

from mnist_cli.errors import PictureError
from mnist_cli.model import load_model
from mnist_cli.pictures.decoding import read_pages
from mnist_cli.pictures.reader import read_picture, read_sheets
from mnist_cli.prediction import Reading

BLANK = paper()


def read_digits(file: io.BytesIO) -> list[Reading]:
    """Return every digit on the pages of a file."""
    model, sheets = load_model(), read_sheets(file)
    return [one for sheet in sheets for line in model.read_page(sheet) for one in line.readings]


def paged(first: Image.Image, *rest: Image.Image, kind: str = "TIFF") -> io.BytesIO:
    return saved(first, kind, save_all=True, append_images=rest)


# ---- pages


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_every_page_is_there(kind: str) -> None:
    pages = list(read_pages(paged(drawn(), number().resize((240, 300)), drawn(), kind=kind)))
    assert [(page.number, page.pages) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    assert [page.size for page in pages] == [(240, 300)] * 3


@pytest.mark.parametrize(("kind", "options"), [("TIFF", {"compression": "tiff_lzw"}), ("GIF", {})])
def test_sixty_pages_are_read_from_memory(kind: str, options: dict[str, str]) -> None:
    """Pillow reads the rest of a TIFF for each page, and each frame of a GIF several times."""
    noise = np.random.default_rng(0).integers(0, 256, (60, 250, 200), np.uint8)
    images = [Image.fromarray(one) for one in noise]
    file = saved(images[0], kind, save_all=True, append_images=images[1:], **options)
    assert len(list(read_pages(file))) == 60


def test_the_first_page_with_ink_is_read() -> None:
    picture = read_picture(paged(BLANK, drawn(), drawn(ink=(200, 0, 0))))
    assert alike(picture.image, read_picture(saved(drawn())).image) > 0.97
    assert picture.warnings == ("page 2 of 3; --many reads all",)


def test_many_reads_all_pages() -> None:
    one = len(digits_of(saved(number())))
    assert len(digits_of(paged(number(), BLANK, drawn(), number()))) == 2 * one + 1


def test_blank_pages_alone_are_blank() -> None:
    picture = read_picture(paged(BLANK, BLANK))
    assert picture.warnings == ("no ink found", "page 1 of 2; --many reads all")


def test_pages_may_differ_in_size() -> None:
    sizes = [page.size for page in read_pages(paged(drawn((100, 120)), drawn((300, 200))))]
    assert sizes == [(100, 120), (300, 200)]


def test_a_broken_second_page_costs_nothing() -> None:
    whole = paged(drawn(), drawn()).getvalue()
    assert read_picture(io.BytesIO(whole[: len(whole) * 2 // 3])).image.any()


# ---- formats


def test_heic_is_read_with_the_extra() -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    picture = read_picture(saved(drawn(), "HEIF"))
    assert alike(picture.image, read_picture(saved(drawn())).image) > 0.97


def test_heic_without_the_extra_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "IMG_0007.jpg"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    code = (
        "import sys; sys.modules['pillow_heif'] = None\nfrom mnist_cli.__main__ import main; main()"
    )
    call = [sys.executable, "-c", code, "predict", "-q", str(path)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"mnist predict: {path}: not a picture in a known format, got HEIC, as iPhones save it; "
        "export it as JPEG, or install pillow-heif\n"
    )


# ---- broken files


def test_an_empty_file_is_told_as_empty() -> None:
    with pytest.raises(PictureError, match="known format, got an empty file; give PNG"):
        read_picture(io.BytesIO())


def test_a_palette_that_is_missing_is_told() -> None:
    content = saved(drawn().convert("P")).getvalue()
    start = content.index(b"PLTE") - 4
    length = int.from_bytes(content[start : start + 4], "big")
    without = content[:start] + content[start + 12 + length :]
    with pytest.raises(PictureError, match="got 'colours by number, without the palette"):
        read_picture(io.BytesIO(without))


@pytest.mark.parametrize("error", [AssertionError(), KeyError(5), TypeError("a bug"), OSError()])
def test_a_decoder_that_fails_without_a_word(monkeypatch, error: Exception) -> None:
    """As Pillow's own decoders did with files that fuzzing found; later ones say more."""

    def fail(image: Image.Image) -> None:
        raise error

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", fail)
    with pytest.raises(PictureError, match="broken, got 'bytes that cannot be decoded'; save"):
        read_picture(saved(drawn()))


def test_a_number_in_a_header_that_is_none_is_not_told_in_words_of_python() -> None:
    with pytest.raises(PictureError, match="broken, got 'bytes that cannot be decoded'; save"):
        read_picture(io.BytesIO(b"P5\n2x8 28\n255\n" + bytes(784)))


# ---- folders


def test_a_folder_names_what_it_skips(mnist, tmp_path: Path) -> None:
    seven = saved(drawn(), "JPEG").getvalue()
    for name in ("7.jpg", "7.jfif", "7.JPE"):
        (tmp_path / name).write_bytes(seven)
    for name in ("._7.jpg", ".DS_Store"):
        (tmp_path / name).write_bytes(b"\0\5\x16\7")
    for name in ("a.txt", "b.pdf", "c.csv", "d.docx", "e.md"):
        (tmp_path / name).write_bytes(b"no picture")
    result = mnist("predict", str(tmp_path), "--json")
    assert [Path(one["file"]).name for one in result.json["predictions"]] == [
        "7.JPE", "7.jfif", "7.jpg",
    ]  # fmt: skip
    skipped = "5 of 8 files skipped, not named like a picture: a.txt, b.pdf, c.csv and 2 more"
    assert f"mnist predict: {tmp_path}: {skipped}\n" in result.err


def test_a_folder_without_pictures_names_what_is_there(mnist, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    result = mnist("predict", str(tmp_path))
    assert "1 of 1 file skipped, not named like a picture: notes.txt\n" in result.err
    assert "no picture in this folder; give one, or a folder that has some\n" in result.err
