"""One program in a process of its own; it reads commands on standard input (training_speed.py).

`epoch N` trains for one epoch, in the order of epoch N, and prints the seconds. `accuracy` prints
the test accuracy, `memory` the peak resident memory in MB.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from peers import PEERS
from threadpoolctl import threadpool_limits

from mnist_cli.data.datasets import load_split
from mnist_cli.training.loop import epoch_order


def main() -> None:
    """Make the program named in the first argument, then carry out the commands."""
    name, dataset, data_dir, count, hidden, batch = json.loads(sys.argv[1])
    one_core = "MNIST_ALL_CORES" not in os.environ
    if one_core and hasattr(os, "sched_setaffinity"):  # the only way to limit JAX to one thread
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    images, labels = (a[:count] for a in load_split(dataset, "train", Path(data_dir)))
    test = load_split(dataset, "test", Path(data_dir))
    peer = PEERS[name](images, labels, tuple(hidden), min(batch, count))
    with threadpool_limits(1 if one_core else None):
        for line in sys.stdin:
            command, *arguments = line.split()
            if command == "epoch":
                order = epoch_order(0, int(arguments[0]), len(labels))
                begin = time.perf_counter()
                peer.epoch(order)
                answer = time.perf_counter() - begin
            elif command == "accuracy":
                answer = float((peer.outputs(test.images).argmax(axis=1) == test.labels).mean())
            else:
                answer = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
