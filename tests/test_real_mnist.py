"""All commands on the real MNIST files, if they are beside the clone."""

import csv
import functools
import http.server
import threading
from pathlib import Path

import pytest

HANDWRITING = Path(__file__).parents[2] / "shared" / "handwriting"


@pytest.fixture(scope="module")
def mirror(real_mnist):
    """A loopback server over the real packed files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(real_mnist))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_download_train_evaluate_predict(mnist, mirror, tmp_path):
    assert mnist("download", "--mirror", mirror).code == 0
    assert mnist("download", "--mirror", mirror, "--json").json["files"][0]["source"] == "kept"
    run = mnist("train", "--validation-size", "0", "--epochs", "15", "--json").json
    assert run["dataset"] == "mnist"
    assert run["history"][-1]["loss"] < 0.03
    answer = mnist("evaluate", "--json").json
    assert (answer["dataset"], answer["count"]) == ("mnist", 10_000)
    assert answer["accuracy"] > 0.945  # one seed; the README has the mean of five
    assert mnist("download", "--dataset", "builtin", "--images", "1000").code == 0
    builtin = mnist("evaluate", "--dataset", "builtin", "--json").json
    assert builtin["accuracy"] > 0.9  # our digits look like digits to one who knows digits
    if not HANDWRITING.is_dir():
        pytest.skip("no handwriting on this machine; all before passed")
    with (HANDWRITING / "labels.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "paint"]
    pictures = [HANDWRITING / "images" / row["file"] for row in rows]
    read = mnist("predict", *pictures, "--json").json["predictions"]
    right = [p["digit"] == int(row["label"]) for p, row in zip(read, rows, strict=True)]
    assert sum(right) >= 0.85 * len(right)
