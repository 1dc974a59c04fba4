"""Whole files for the fuzzer to start from: `python fuzz/seeds.py FOLDER` writes one per form."""

import json
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

from campaign.archives import GOOD, METADATA  # noqa: E402
from campaign.test_data_files import FILES  # noqa: E402
from campaign.test_pictures_mutated import SEEDS as PICTURES  # noqa: E402


def main() -> None:
    """Write the seeds of every target into a folder of its name."""
    seeds = {
        "npz": [GOOD],
        "arrays": [GOOD],
        "metadata": [bytes(100)],
        "idx": [content for name, content in FILES.items() if "idx" in name],
        "table": [FILES["a.npz"]],
        "json": [json.dumps(METADATA).encode()],
        "picture": list(PICTURES.values()),
    }
    for name, contents in seeds.items():
        folder = Path(sys.argv[1], name)
        folder.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(contents):
            (folder / str(number)).write_bytes(content)


if __name__ == "__main__":
    main()
