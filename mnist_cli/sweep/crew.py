"""The workers of a cluster that can train a plan: they have its version and its data."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from distributed import Client

from mnist_cli.progress import Say
from mnist_cli.sweep.plan import Plan
from mnist_cli.sweep.remote import describing
from mnist_cli.training.environment import describe_environment

BITS = ("numpy", "blas")  # of the environment: what the last bits of a result depend on


class Crew:
    """Knows the workers of a scheduler: each is asked once, before it gets its first task."""

    def __init__(self, client: Client, plan: Plan, data_dir: Path | None, say: Say) -> None:
        self._client, self._plan, self._say = client, plan, say
        self._data_dir = None if data_dir is None else str(data_dir.absolute())
        self._here = describe_environment()
        self._can_train: dict[str, bool] = {}

    @property
    def all_refused(self) -> bool:
        """Whether workers came, and none of them could ever train."""
        return bool(self._can_train) and not any(self._can_train.values())

    def threads(self) -> dict[str, int]:
        """Return the number of threads of each worker, by address, that can train.

        Raises OSError if the scheduler is gone.
        """
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        new = [address for address in workers if address not in self._can_train]
        if new:
            self._ask(new)
        return {
            address: worker["nthreads"]
            for address, worker in workers.items()
            if self._can_train.get(address)
        }

    def _ask(self, addresses: list[str]) -> None:
        answers = self._client.run(
            describing(),
            self._plan.dataset,
            self._data_dir,
            workers=addresses,
            on_error="return",
        )
        for address, answer in answers.items():
            if isinstance(answer, OSError):  # it is gone again, or will be asked again
                continue
            reason = why_not(answer, self._plan)
            self._can_train[address] = reason is None
            if reason is not None:
                self._say(f"Worker {address} is left out: {reason}.")
            else:
                self._compare_environment(address, answer["environment"])

    def _compare_environment(self, address: str, there: dict[str, str]) -> None:
        other = [f"{name} {there[name]}" for name in BITS if there[name] != self._here[name]]
        if other:
            self._say(
                f"Worker {address} has {' and '.join(other)}: the last bits of its results may "
                "differ from those of this machine."
            )


def why_not(answer: Any, plan: Plan) -> str | None:
    """Return why a worker that answers so cannot train a plan; None if it can."""
    if isinstance(answer, ImportError):
        return f"this program is not installed there ({answer}); install version {plan.version}"
    if isinstance(answer, BaseException):
        return f"it answers with {type(answer).__name__}: {answer}"
    if answer["version"] != version("mnist-cli"):
        return f"it has version {answer['version']} of this program, not {version('mnist-cli')}"
    if answer["data_sha256"] is None:
        return f"it has no images of {plan.dataset}: {answer['reason']}"
    if answer["data_sha256"] != plan.data_sha256:
        return f"it has other images of {plan.dataset}, SHA-256 {answer['data_sha256']}"
    return None
