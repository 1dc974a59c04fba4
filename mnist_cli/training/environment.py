"""What speed and the last bits of a result depend on: NumPy, its BLAS and kernel, the threads."""

import platform

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits


def one_thread() -> threadpool_limits:
    """Use one thread for NumPy's matrix products inside a `with` block.

    The products are small here: a second thread makes them slower, much slower on a busy machine,
    and changes their last bits.
    """
    return threadpool_limits(1, "blas")


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
