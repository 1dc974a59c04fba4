"""The networks that come with the program, by name."""

from pathlib import Path

MODELS = Path(__file__).parent / "models"
BUNDLED = MODELS / "best.npz"  # the one that answers until there is one of the user's own
PLAIN = MODELS / "default.npz"  # the lectures' own network, on pixels; the lessons look into it


def bundled_names() -> list[str]:
    """Return the names of the networks that come with the program."""
    return sorted(path.stem for path in MODELS.glob("*.npz"))


def find_bundled(name: str) -> Path | None:
    """Return the file of a network that comes with the program, None if none has this name.

    A file of the name `best` is `./best`.
    """
    return MODELS / f"{name}.npz" if name in bundled_names() else None


def asked_for_as(name: str) -> str:
    """Return the name by which `--checkpoint` finds the network that results call `bundled`."""
    return BUNDLED.stem if name == name_of(BUNDLED) else name


def name_of(path: Path) -> str:
    """Return how results name a network's file: `bundled` for the one that answers by itself.

    Another one that comes along has its own name, and no path of this machine.
    """
    if path == BUNDLED:
        return "bundled"
    return path.stem if path.parent == MODELS else str(path)
