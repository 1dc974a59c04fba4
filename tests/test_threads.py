"""Trainings in several threads of one process: they do not disturb each other's BLAS threads."""

import threading

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.training.environment import blas_threads, one_thread
from mnist_cli.training.loop import train
from mnist_cli.training.run import Run


def blas_counts():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.fixture
def four_threads():
    """As many threads as a large machine gives to NumPy, whatever this one has."""
    with threadpool_limits(4, "blas"):
        yield


def trained(digits, seed):
    """Return the parameters of a run whose products are large enough for several threads."""
    config = TrainingConfig(
        hidden_sizes=(64,), batch_size=250 + 100 * seed, epochs=6, seed=seed, validation_size=500
    )
    run = Run.start(config)
    list(train(run, digits[:1000], digits[1000:]))
    return run.network.parameters.tobytes()


def test_three_trainings_in_threads_give_the_bytes_of_one_after_the_other(digits, four_threads):
    alone = [trained(digits, seed) for seed in range(3)]
    together = {}
    start = threading.Barrier(3)

    def work(seed):
        start.wait()
        together[seed] = trained(digits, seed)

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [together[seed] for seed in range(3)] == alone


def test_the_last_one_restores_what_was_before(four_threads):
    inside, leave = threading.Event(), threading.Event()

    def hold():
        with one_thread():
            inside.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait()
    with one_thread():
        assert blas_counts() == {1}
    assert blas_counts() == {1}  # the other thread is still inside
    leave.set()
    holder.join()
    assert blas_counts() == {4}


def test_another_number_waits_until_the_first_is_done(four_threads):
    seen, inside = [], threading.Event()

    def other():
        inside.set()
        with blas_threads(2):
            seen.append(blas_counts())

    with one_thread():
        waiting = threading.Thread(target=other)
        waiting.start()
        inside.wait()
        assert blas_counts() == {1}
        assert not seen
    waiting.join()
    assert seen == [{2}]
    assert blas_counts() == {4}


def test_an_error_inside_restores_too(four_threads):
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert blas_counts() == {4}
