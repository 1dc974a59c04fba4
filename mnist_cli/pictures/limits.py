"""How many pixels of each format can be decoded in time and in memory."""

from PIL import ImageFile

from mnist_cli.errors import PictureError
from mnist_cli.pictures.files import LimitedFile

MOST_PIXELS = 50_000_000
_LONGEST_SIDE = 65_535  # that a JPEG or GIF can have; longer strips take too much time or memory
# Pillow's readers of these formats keep two or three copies: fewer pixels fit into 300 MB.
_MOST_PIXELS_IN = {"TIFF": 25_000_000, "WEBP": 14_000_000, "AVIF": 14_000_000, "HEIF": 14_000_000}
_MOST_BYTES = 110_000_000  # of unpacked pixels; unpacking more takes over 2 s
# Bytes of a file that take over 1.5 s to decode; a photo of 12 megapixels has 5 MB, noise has 50.
_MOST_BYTES_IN = {"AVIF": 16_000_000, "HEIF": 16_000_000}
_MOST_PROGRESSIVE = 25_000_000  # pixels of a progressive JPEG, kept as 16-bit coefficients
_MOST_PLAIN = 1_000_000  # pixels of a PGM or PPM written as text, which is read number by number
_MOST_SCANNED = 12 * _MOST_PROGRESSIVE  # pixels times scans of a JPEG; ten scans are usual
# A JPEG's start-of-scan marker, its length and its number of components, 1 to 4. The marker alone
# also occurs by chance in the video that some phones append.
_STARTS_OF_SCAN = tuple(bytes((0xFF, 0xDA, 0, 6 + 2 * n, n)) for n in (1, 2, 3, 4))


def too_large(name: str, most: int, got: str) -> PictureError:
    """Return the error for a picture with too many pixels."""
    return PictureError(
        f"{name}: the picture must have at most {most / 1e6:.3g} megapixels, got {got}; "
        "save it smaller"
    )


def _most_pixels(image: ImageFile.ImageFile) -> int:
    """Return how many pixels of this format and depth can be decoded in time and in memory."""
    if image.info.get("progressive"):
        return _MOST_PROGRESSIVE
    if image.format in ("JPEG", "MPO"):
        return MOST_PIXELS  # it is shrunk while it is decoded
    if "plain" in str(image.tile):
        return _MOST_PLAIN
    depth = 2 if ";16" in str(image.tile) else 1
    most = _MOST_PIXELS_IN.get(image.format or "", MOST_PIXELS)
    return min(most, _MOST_BYTES // (depth * len(image.getbands())))


def check_size(image: ImageFile.ImageFile, file: LimitedFile, name: str) -> None:
    """Raise PictureError for a picture that cannot be decoded in time and in memory."""
    if max(image.size) > _LONGEST_SIDE:
        raise PictureError(
            f"{name}: a side of the picture must have at most {_LONGEST_SIDE:,} pixels, got "
            f"{max(image.size):,}; cut it into several"
        )
    most_bytes = _MOST_BYTES_IN.get(image.format or "", file.size)
    if file.size > most_bytes:
        raise PictureError(
            f"{name}: an {image.format} file must have at most {most_bytes:,} bytes, got "
            f"{file.size:,}; save it as JPEG"
        )
    pixels = image.width * image.height
    most = _most_pixels(image)
    if pixels > most:
        raise too_large(name, most, f"{pixels / 1e6:.1f}")
    scans = file.count(_STARTS_OF_SCAN) if image.format in ("JPEG", "MPO") else 1
    if scans > 1 and pixels * scans > _MOST_SCANNED:
        most_scans = max(1, _MOST_SCANNED // pixels)
        raise PictureError(
            f"{name}: a JPEG of this size must have at most {most_scans} scans, got {scans}; "
            "save it again"
        )
