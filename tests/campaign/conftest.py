"""The campaign: everything that a hostile world may do, tried in bulk. `pytest -m campaign`.

`CAMPAIGN=short` is its short form, `CAMPAIGN_SEED=7` draws other cases. What it found is
kept by name in the tables of its files.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.bounds import MEMORY, SHORT

pytest.register_assert_rewrite("campaign.world")
from campaign.world import World  # noqa: E402

PLACE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that no ordinary run takes it."""
    for item in items:
        if PLACE in item.path.parents:
            item.add_marker(pytest.mark.campaign)


@pytest.fixture
def short() -> bool:
    """Whether this is the form of two minutes."""
    return SHORT


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in memory, for many small files."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Inputs for every command that writes, made once."""
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.server.close()


@pytest.fixture
def world(one_world: World) -> Iterator[World]:
    """The same inputs for every test; one that changes them fails, not the tests after it."""
    yield one_world
    one_world.check_inputs()
