"""Which formats of pictures are read, and what is said about a file in another one."""

from functools import cache

from PIL import features

from mnist_cli.errors import PictureError

_ALWAYS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_BOXED = b"ftyp"  # at byte 4 of AVIF, HEIC and films
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
HEAD = 12  # bytes at the start of a file that tell what it is


def known_formats(head: bytes) -> tuple[str, ...]:
    """Return the formats that can be read here and that a file may have, by Pillow's names.

    `head` are its first bytes. The codecs of AVIF and HEIC are loaded only for such files.
    """
    return _ALWAYS + (_avif() + _heif() if head[4:8] == _BOXED else ())


def _avif() -> tuple[str, ...]:
    return ("AVIF",) if features.check("avif") else ()


@cache
def _heif() -> tuple[str, ...]:
    """Teach Pillow to read HEIC where the extra `heic` is installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return ()
    register_heif_opener()
    return ("HEIF",)


def unknown_format(name: str, head: bytes) -> PictureError:
    """Return the error for a file that is in no known format; `head` are its first bytes."""
    if head[4:8] == _BOXED and head[8:12] in _HEIC_BRANDS:
        return PictureError(
            f"{name}: not a picture in a known format, got HEIC, as iPhones save it; "
            "export it as JPEG, or install pillow-heif"
        )
    found = "something else" if head else "an empty file"
    return PictureError(
        f"{name}: not a picture in a known format, got {found}; "
        "give PNG, JPEG, BMP, GIF, WebP, TIFF, PGM or AVIF"
    )
