"""What speed and the last bits of a result depend on: NumPy, its BLAS and kernel, the threads."""

import platform
from functools import cache

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

PIXELS_AND_ONE = 785  # the longest sum in a product
WITH_SMALL_KERNELS = {"SkylakeX", "Cooperlake", "SapphireRapids"}


def one_thread() -> threadpool_limits:
    """Keep NumPy's matrix products to one thread within a `with` block.

    They are small here: a second thread makes them slower, on a busy machine by far, and changes
    their last bits.
    """
    return threadpool_limits(1, "blas")


@cache
def most_multiplications() -> int | None:
    """Return how many multiplications a fast product may have, None where that does not matter.

    On processors with AVX-512, OpenBLAS has kernels for small matrices that are up to twice as
    fast: for products of up to 100³ multiplications, and the first layer's, where the images are
    the transposed factor, of up to 1200 results. The second is the smaller limit (OpenBLAS,
    kernel/x86_64/sgemm_small_kernel_permit_skylakex.c).
    """
    kernels = {pool.get("architecture") for pool in threadpool_info() if pool["user_api"] == "blas"}
    return 1200 * PIXELS_AND_ONE if kernels & WITH_SMALL_KERNELS else None


def describe_environment(threads: int = 1) -> dict[str, str]:
    """Return the versions of Python, NumPy and its BLAS with kernel, and the thread count."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    names = [(pool["internal_api"], pool["version"], pool.get("architecture")) for pool in pools]
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": " ".join(map(str, names[0])) if names else "unknown",
        "threads": str(threads),
    }
