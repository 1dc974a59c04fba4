"""Every public function that takes a path takes text, too, as a notebook gives it."""

import numpy as np
import pytest
from PIL import Image

from mnist_cli.config.files import read_config
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.builtin.files import write_builtin
from mnist_cli.data.builtin.manifest import read_drawing
from mnist_cli.data.datasets import is_present, load_file, load_split
from mnist_cli.data.download import download_dataset
from mnist_cli.data.idx import read_images, read_labels
from mnist_cli.data.loading import Dataset, load
from mnist_cli.data.prepared import load_prepared
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import dataset_folder
from mnist_cli.errors import DownloadError
from mnist_cli.model import load_model
from mnist_cli.pictures.reader import read_digits, read_picture, save_steps
from mnist_cli.storage.atomic import atomic_write, check_writable
from mnist_cli.training.checkpoint import load_checkpoint, save_checkpoint
from mnist_cli.training.data import load_training_data
from mnist_cli.training.session import Session

CONFIG = TrainingConfig(epochs=1, validation_size=500, hidden_sizes=(3,))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(tmp_path)


def test_data(builtin_dir, folder):
    data = str(builtin_dir)
    assert len(Dataset("builtin", data).test.labels) == 1000
    assert len(load("builtin", data).train.labels) == 2500
    assert len(load_split("builtin", "test", data).labels) == 1000
    assert len(load_file("builtin", "test", data)[0].labels) == 1000
    assert is_present("builtin", data)
    assert read_drawing(data) is not None
    assert provide("builtin", data) == "builtin"
    assert len(load_prepared("builtin", "test", data, 0, preprocessing="deskew").labels) == 1000
    images = dataset_folder("builtin", data) / "t10k-images-idx3-ubyte"
    assert len(read_images(str(images))) == 1000
    assert len(read_labels(str(images).replace("images-idx3", "labels-idx1"))) == 1000
    write_builtin(f"{folder}/new", counts={"train": 10, "t10k": 10})
    assert len(load_split("builtin", "test", f"{folder}/new").labels) == 10
    with pytest.raises(DownloadError):
        download_dataset("mnist", f"{folder}/mnist", folder=folder)


def test_training(builtin_dir, folder):
    data = load_training_data("builtin", str(builtin_dir), CONFIG)
    session = Session.start(CONFIG, data, f"{folder}/a.npz")
    assert len(list(session.epochs())) == 1
    found = load_checkpoint(f"{folder}/a.npz")
    save_checkpoint(f"{folder}/b.npz", found.run, found.provenance, found.calibration)
    model = load_model(f"{folder}/b.npz")
    model.save(f"{folder}/c.npz")
    model.report(f"{folder}/c.html", load("builtin", str(builtin_dir)))
    resumed = Session.resume(found, data, f"{folder}/a.npz", own=True)
    assert list(resumed.epochs()) == []


def test_pictures_and_settings(folder):
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[10:50, 27:33] = 0
    Image.fromarray(pixels).save("one.png")
    assert len(read_digits(f"{folder}/one.png")) == 1
    picture = read_picture("one.png", keep_steps=True)
    assert save_steps(picture, f"{folder}/steps", "one")
    with open("own.json", "w") as file:  # noqa: PTH123
        file.write('{"epochs": 3}')
    assert read_config(f"{folder}/own.json") == {"epochs": 3}


def test_files(folder):
    check_writable("a.npz")
    with atomic_write("a.npz") as file:
        file.write(b"new")
    with open("a.npz", "rb") as file:  # noqa: PTH123
        assert file.read() == b"new"
