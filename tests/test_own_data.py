"""Data sets of one's own: every form is made here, converted by the program, and read back."""

import gzip
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import put_in_the_way
from PIL import Image, ImageDraw

from mnist_cli.data.builtin.drawing import draw_digits
from mnist_cli.data.datasets import load_split
from mnist_cli.data.idx import IMAGES_MAGIC, LABELS_MAGIC, idx_header
from mnist_cli.data.loading import load
from mnist_cli.data.own.holding import digest_of, held_out
from mnist_cli.data.provision import provide
from mnist_cli.data.registry import DATASETS, DataFile, find_dataset, title_of
from mnist_cli.errors import DataError, DataMissingError, InputError
from mnist_cli.storage.locks import MACHINE

TRAIN, TEST = draw_digits(120, seed=1, stream=0), draw_digits(30, seed=1, stream=1)


def idx(images, labels):
    yield "images", "3", idx_header(IMAGES_MAGIC, len(images)) + images.tobytes()
    yield "labels", "1", idx_header(LABELS_MAGIC, len(labels)) + labels.tobytes()


def write_idx(folder, name="{part}-{kind}-idx{n}-ubyte", pack=bytes, test="t10k"):
    folder.mkdir()
    for part, pair in (("train", TRAIN), (test, TEST)):
        for kind, n, content in idx(*pair):
            (folder / name.format(part=part, kind=kind, n=n)).write_bytes(pack(content))
    return folder


def write_csv(path, images, labels, *, header=True, last=False, opener=open):
    names = ["label", *(f"pixel{i}" for i in range(784))]
    rows = [names] * header + [[label, *row] for label, row in zip(labels, images, strict=True)]
    with opener(path, "wt") as text:
        for row in rows:
            text.write(",".join(map(str, [*row[1:], row[0]] if last else row)) + "\n")
    return path


def write_pictures(folder, images, labels, names="0123456789"):
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = folder / names[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.reshape(28, 28)).save(place / f"{number:03}.png")
    return folder


def npz(path, images, labels, **names):
    np.savez(path, **{names.get("x", "x_train"): images, names.get("y", "y_train"): labels})
    return path


def keras(folder):
    square = [images.reshape(-1, 28, 28) for images in (TRAIN[0], TEST[0])]
    path = folder / "keras.npz"
    np.savez(path, x_train=square[0], y_train=TRAIN[1], x_test=square[1], y_test=TEST[1])
    return path


def medmnist(folder):
    images, labels = TRAIN[0].reshape(-1, 28, 28), TRAIN[1][:, None]
    parts = {"train": slice(100), "val": slice(100, None)}
    arrays = {f"{p}_images": images[s] for p, s in parts.items()}
    arrays |= {f"{p}_labels": labels[s] for p, s in parts.items()}
    arrays |= {"test_images": TEST[0].reshape(-1, 28, 28), "test_labels": TEST[1][:, None]}
    np.savez_compressed(folder / "med.npz", **arrays)
    return folder / "med.npz"


def csv_folder(folder):
    (folder / "csv").mkdir()
    write_csv(folder / "csv" / "mnist_train.csv", *TRAIN)
    write_csv(folder / "csv" / "mnist_test.csv.gz", *TEST, last=True, opener=gzip.open)
    return folder / "csv"


def picture_parts(folder):
    write_pictures(folder / "p" / "Train", *TRAIN)
    write_pictures(folder / "p" / "test", *TEST)
    return folder / "p"


FORMS = {
    "IDX": lambda folder: write_idx(folder / "a"),
    "IDX, dotted and packed": lambda folder: write_idx(
        folder / "a", "{part}-{kind}.idx{n}-ubyte.gz", gzip.compress
    ),
    "IDX, one file named": lambda folder: write_idx(folder / "a") / "train-images-idx3-ubyte",
    "IDX, set aside": lambda folder: (
        write_idx(folder / "a", "{part}-{kind}-idx{n}-ubyte.1") / "train-images-idx3-ubyte.1"
    ),
    "torchvision": lambda folder: write_idx(folder / "root/MNIST/raw").parents[1],
    "Keras": keras,
    "MedMNIST": medmnist,
    "CSV": csv_folder,
    "pictures": picture_parts,
}


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_images(tmp_path, data, form):
    (tmp_path / "root" / "MNIST").mkdir(parents=True)
    path, lines = FORMS[form](tmp_path), []
    name = provide(str(path), data, say=lines.append)
    assert lines[0].startswith(f"Converting {path} (")
    test = load_split(name, "test", data)
    order = np.lexsort((*TEST[0].T, TEST[1])), np.lexsort((*test.images.T, test.labels))
    np.testing.assert_array_equal(test.images[order[1]], TEST[0][order[0]])
    np.testing.assert_array_equal(test.labels[order[1]], TEST[1][order[0]])
    train = load_split(name, "train", data)
    assert sorted(map(bytes, train.images)) == sorted(map(bytes, TRAIN[0]))
    row = find_dataset(name)
    assert (row.classes, row.handwriting, row.held_out) == (tuple("0123456789"), True, False)
    if form == "MedMNIST":
        assert row.validation == 20
        np.testing.assert_array_equal(train.images[-20:], TRAIN[0][100:])
    lines.clear()
    assert provide(str(path), data, say=lines.append) == provide(name, data) == name
    assert lines == []


def test_another_content_is_another_data_set(tmp_path, data):
    path = write_csv(tmp_path / "a.csv", *TRAIN)
    first = provide(str(path), data)
    write_csv(path, TRAIN[0], TRAIN[1][::-1])
    assert provide(str(path), data) != first
    assert provide(first, data) == first


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("header", [False, True])
def test_without_a_test_part_a_tenth_is_held_out(tmp_path, data, header, last):
    path = write_csv(tmp_path / "a.csv", *TRAIN, header=header, last=last)
    dataset = load(path, data)
    assert title_of(dataset.name) == "a.csv (a tenth is for the test)"
    assert find_dataset(dataset.name).held_out
    parts = [set(map(bytes, s.images)) for s in (dataset.train, dataset.validation, dataset.test)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(TRAIN[0])
    assert 10 <= len(parts[1]) <= 14 and 10 <= len(parts[2]) <= 14
    write_csv(path, TRAIN[0][::-1], TRAIN[1][::-1])  # in another order: the same are held out
    again = load(path, data)
    assert set(map(bytes, again.test.images)) == parts[2]
    assert set(map(bytes, again.validation.images)) == parts[1]


@pytest.mark.parametrize("counts", [[1, 2], [3] * 10, [2, 9, 1], [5, 5], [50, 50, 4], [200, 1]])
def test_the_tenth_leaves_something_of_every_class(counts):
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.uint8)
    digests = np.random.default_rng(0).integers(0, 2**63, len(labels)).astype(np.uint64)
    chosen = held_out(digests, labels)
    left = np.bincount(labels[~chosen], minlength=len(counts))
    assert chosen.any() and left.all()
    assert chosen.sum() <= max(1, round(0.2 * len(labels)))


def test_equal_images_stay_together():
    images = np.repeat(np.arange(40, dtype=np.uint8)[:, None], 784, axis=1)
    twice = np.concatenate([images, images])
    digests = np.array([digest_of(image) for image in twice], np.uint64)
    chosen = held_out(digests, np.zeros(80, np.uint8))
    np.testing.assert_array_equal(chosen[:40], chosen[40:])
    assert 0 < chosen.sum() < 80


def photo(path, digit_line, ground=(235, 230, 220), ink=(40, 40, 70)):
    image = Image.new("RGB", (300, 240), ground)
    ImageDraw.Draw(image).line(digit_line, fill=ink, width=14)
    image.save(path)


def test_photos_are_read_as_predict_reads_them(tmp_path, data, mnist):
    for label, line in (("1", (150, 40, 150, 200)), ("7", (90, 40, 210, 40, 140, 200))):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(3):
            longer = [*line[:-1], line[-1] + 9 * number]
            photo(tmp_path / "photos" / label / f"{number}.png", longer)
    from mnist_cli.pictures.reader import read_picture

    whole = load(tmp_path / "photos", data).whole
    expected = [read_picture(p).image for p in sorted((tmp_path / "photos").rglob("*.png"))]
    assert sorted(map(bytes, whole.images)) == sorted(map(bytes, expected))
    done = mnist("evaluate", "--dataset", "photos", "--json")
    assert done.json["split"] == "all" and done.json["count"] == 6
    for wrong in done.json["wrong"]:
        assert (tmp_path / "photos" / wrong["file"]).exists()
        assert wrong["file"].startswith(wrong["label"])


def test_one_photo_of_each_digit_can_be_measured(tmp_path, data):
    folder = write_pictures(tmp_path / "p", np.unique(TRAIN[0], axis=0)[:10], np.arange(10))
    dataset = load(folder, data)
    assert (len(dataset.whole), len(dataset.test), len(dataset.validation)) == (10, 1, 1)


def test_other_classes_are_made_smaller_and_grey(tmp_path, data):
    for label, colour in (("cat", (200, 30, 30)), ("dog", (30, 30, 200))):
        (tmp_path / "pets" / label).mkdir(parents=True)
        for number in range(4):
            image = Image.new("RGB", (56, 56), (250, 250, 250))
            ImageDraw.Draw(image).rectangle((10, 10, 40, 40 + number), fill=colour)
            image.save(tmp_path / "pets" / label / f"{number}.jpg")
    dataset = load(tmp_path / "pets", data)
    row = find_dataset(dataset.name)
    assert (row.classes, row.handwriting) == (("cat", "dog"), False)
    assert (dataset.whole.pixels[:, 0, 0] < 20).all()
    assert (dataset.whole.pixels[:, 12, 12] > 100).all()


def test_a_list_of_pictures(tmp_path, mnist):
    write_pictures(tmp_path / "images", *TEST, names=["x"] * 10)
    lines = [f"{n:03}.png,{label},w1" for n, label in enumerate(TEST[1])]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label,writer", *lines]))
    for number in range(30):
        (tmp_path / "images" / "x" / f"{number:03}.png").rename(
            tmp_path / "images" / f"{number:03}.png"
        )
    done = mnist("evaluate", "--labels", "labels.csv")
    assert done.code == 0
    assert "best on labels.csv (a tenth is for the test), all images: 30" in done.out
    assert mnist("evaluate", "--labels", "labels.csv", "--dataset", "mnist").code == 2


@pytest.mark.parametrize(
    ("name", "head", "separator"),
    [
        ("l.csv", "file;label", ";"),
        ("l.tsv", "file\tlabel", "\t"),
        ("l.csv.gz", "'file','label'", ","),
    ],
)
def test_a_list_may_be_written_as_elsewhere(tmp_path, mnist, name, head, separator):
    """Excel writes `;` in most of Europe."""
    write_pictures(tmp_path / "images", *TEST, names=["x"] * 10)
    rows = [f"images/x/{n:03}.png{separator}{label}" for n, label in enumerate(TEST[1])]
    text = "\n".join([head, *rows]).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    done = mnist("evaluate", "--labels", name)
    assert (done.code, "all images: 30" in done.out) == (0, True), done.err


def test_a_digit_without_images_has_no_recall(tmp_path, mnist):
    images, labels = TEST[0][TEST[1] < 9], TEST[1][TEST[1] < 9]
    np.savez(tmp_path / "nine.npz", images=images, labels=labels)
    done = mnist("evaluate", "--dataset", "nine.npz")
    assert done.code == 0, done.err
    rows = done.out.split("precision")[1].splitlines()
    (row,) = [line.split() for line in rows if line.strip().startswith("9  ")]
    assert (row[0], row[2], row[-1]) == ("9", "-", "0")
    measured = mnist("evaluate", "--dataset", "nine.npz", "--json").json
    assert measured["per_digit"][9]["recall"] is None


def test_train_evaluate_and_resume(tmp_path, mnist):
    write_pictures(tmp_path / "pets", *TRAIN, names=[*"abcdefghi", "T-shirt top"])
    train = ("train", "-e", "2", "-o", "a.npz")
    done = mnist(*train, "--dataset", "pets")
    assert done.code == 0, done.err
    assert "pets (a tenth is for the test): " in done.err
    with np.load(tmp_path / "a.npz") as file:
        assert json.loads(bytes(file["metadata"]))["dataset"]["name"].startswith("own/pets-")
    assert "T-shirt top" in mnist("evaluate", "a.npz").out
    again = mnist("train", "--resume", "a.npz", "-e", "3")
    assert again.code == 0, again.err
    (tmp_path / "data").rename(tmp_path / "elsewhere")
    what_to_do = "missing or damaged; name what it was made from again, with --dataset PATH"
    more, before = ("train", "--resume", "a.npz", "-e", "4"), (tmp_path / "a.npz").read_bytes()
    for command in (("evaluate", "a.npz"), more):
        lost = mnist(*command)
        assert (lost.code, what_to_do in lost.err) == (1, True), lost.err
    write_pictures(tmp_path / "others", *TEST, names=[*"abcdefghi", "T-shirt top"])
    other = mnist(*more, "--dataset", "others")
    assert (other.code, (tmp_path / "a.npz").read_bytes()) == (1, before)
    assert "a.npz: was trained on own/pets-" in other.err
    assert other.err.splitlines()[-1].endswith("; leave out --dataset, got others")
    found = mnist(*more, "--dataset", "pets")
    assert (found.code, "Trained 1 epoch" in found.err) == (0, True), found.err


@pytest.mark.parametrize("content", ["[" * 100_000, '[{"a": 1, "a": 2}]', "[1]", "{}", "", None])
def test_a_damaged_list_of_names_names_no_pictures(tmp_path, mnist, content):
    """The images are measured all the same; None: a pipe, which is not waited for."""
    write_pictures(tmp_path / "pets", *TRAIN)
    assert mnist("train", "-e", "1", "-o", "a.npz", "--dataset", "pets").code == 0
    before = mnist("evaluate", "a.npz").out
    assert "read wrong" in before
    (names,) = (tmp_path / "data").glob("own/*/t10k-names.json")
    if content is None:
        put_in_the_way(names, "pipe", tmp_path)
    else:
        names.write_text(content)
    done = mnist("evaluate", "a.npz")
    assert (done.code, before.startswith(done.out)) == (0, True), done.err
    assert "Commonest confusions" in done.out and "read wrong" not in done.out


def test_an_output_never_replaces_the_source(tmp_path, mnist):
    write_csv(tmp_path / "a.csv", *TRAIN)
    before = (tmp_path / "a.csv").read_bytes()
    for command in (("train", "-o", "a.csv"), ("report", "-o", "a.csv")):
        assert mnist(*command, "--dataset", "a.csv").code != 0
        assert (tmp_path / "a.csv").read_bytes() == before


# -- MNIST by another name -------------------------------------------------------------------------


@pytest.fixture
def published(monkeypatch):
    """The digests of the tests' images take the place of MNIST's."""
    import hashlib

    contents = [content for pair in (TRAIN, TEST) for *_, content in idx(*pair)]
    names = [file.name for file in DATASETS["mnist"].files]
    files = tuple(
        DataFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in zip(names, contents, strict=True)
    )
    monkeypatch.setitem(DATASETS, "mnist", DATASETS["mnist"]._replace(files=files, mirrors=()))


@pytest.mark.parametrize("form", ["IDX", "torchvision", "Keras", "CSV"])
def test_mnist_in_any_form_is_mnist(tmp_path, data, published, form):
    (tmp_path / "root" / "MNIST").mkdir(parents=True)
    path, lines = FORMS[form](tmp_path), []
    assert provide(str(path), data, say=lines.append) == "mnist"
    assert lines[-1] == f"{path} is MNIST."
    np.testing.assert_array_equal(load_split("mnist", "train", data).images, TRAIN[0])
    lines.clear()
    assert provide(str(path), data, say=lines.append) == "mnist"
    assert lines == [f"{path} is MNIST."]


def test_mnist_in_another_order_is_not(tmp_path, data, published):
    path = tmp_path / "a.npz"
    np.savez(path, x_train=TRAIN[0][::-1], y_train=TRAIN[1][::-1], x_test=TEST[0], y_test=TEST[1])
    assert provide(str(path), data).startswith("own/a-")


@pytest.mark.parametrize("form", ["torchvision", "Keras", "CSV"])
def test_from_takes_it_too(tmp_path, data, published, form):
    from mnist_cli.data.download import download_dataset

    (tmp_path / "root" / "MNIST").mkdir(parents=True)
    deliveries = download_dataset("mnist", data, folder=FORMS[form](tmp_path))
    assert len(deliveries) == 4
    np.testing.assert_array_equal(load_split("mnist", "test", data).images, TEST[0])


# -- hostile ---------------------------------------------------------------------------------------


def refused(path, data, text):
    with pytest.raises(DataError, match=text) as caught:
        provide(str(path), data)
    assert "\n" not in str(caught.value)
    assert not list(data.glob("own/*"))


def test_a_row_of_another_length_is_one_line_with_its_number(tmp_path, data):
    path = write_csv(tmp_path / "a.csv", *TRAIN)
    rows = path.read_text().splitlines()
    rows[77] = rows[77].rpartition(",")[0]
    path.write_text("\n".join(rows))
    lines = []
    dataset = load(path, data, say=lines.append)
    assert f"{path}: row 77: must have 784 pixels, got 783; it is left out" in lines
    assert len(dataset.whole) == 119


def test_pictures_that_cannot_be_read_are_one_line_each(tmp_path, data):
    folder = write_pictures(tmp_path / "p", *TRAIN)
    (folder / "0" / "broken.png").write_bytes(b"\x89PNG no")
    (folder / "1" / "notes.txt").write_text("mine")
    (folder / "1" / ".DS_Store").write_bytes(b"x")
    Image.new("L", (50, 50), 255).save(folder / "2" / "blank.png")
    put_in_the_way(folder / "2" / "pipe.png", "pipe", folder)
    put_in_the_way(folder / "2" / "nowhere.png", "dangling link", folder)
    lines = []
    dataset = load(folder, data, say=lines.append)
    left_out = [line for line in lines if "left out" in line]
    assert [line.partition(":")[0] for line in left_out] == [
        str(folder / name) for name in ("0/broken.png", "1/notes.txt", "2/blank.png")
    ]
    assert len(dataset.whole) == 120
    counts = np.bincount(TRAIN[1], minlength=10)
    assert ", ".join(f"{c}: {n}" for c, n in enumerate(counts)) in lines[-2]


def test_the_lines_are_limited(tmp_path, data):
    folder = write_pictures(tmp_path / "p", *TEST)
    for number in range(30):
        (folder / "3" / f"x{number}.png").write_bytes(b"no")
    lines = []
    provide(str(folder), data, say=lines.append)
    assert "10 more are left out" in lines
    assert len([line for line in lines if "left out" in line]) == 21


def test_an_empty_class_keeps_its_place(tmp_path, data):
    folder = write_pictures(tmp_path / "p", *TRAIN, names=list("abcdefghij"))
    (folder / "empty").mkdir()
    for path in (folder / "c").iterdir():
        path.unlink()
    (folder / "c").rmdir()
    lines = []
    name = provide(str(folder), data, say=lines.append)
    assert find_dataset(name).classes == (*"abde", "empty", *"fghij")
    assert "empty: 0" in lines[-2]


@pytest.mark.parametrize("label", ["Ankle/boot", 'it\'s "so"', "고양이", "</script>", "a\u2028b"])
def test_names_of_classes_are_kept(tmp_path, data, label):
    images, labels = TRAIN[0][:20], np.arange(20) % 2
    texts = np.array(["other", label])[labels]
    name = provide(str(npz(tmp_path / "a.npz", images, texts)), data)
    assert set(find_dataset(name).classes) == {"other", label}


@pytest.mark.parametrize("label", ["a\nb", "a\x1b[2Jb", "x" * 300, "\udcff"])
def test_what_cannot_be_shown_is_replaced(tmp_path, data, label):
    images = TRAIN[0][:20]
    texts = ["other", label] * 10
    folder = tmp_path / "p"
    for number, (image, text) in enumerate(zip(images, texts, strict=True)):
        if len(text) > 250:
            text = text[:200]
        (folder / text).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.reshape(28, 28)).save(folder / text / f"{number}.png")
    classes = find_dataset(provide(str(folder), data)).classes
    assert all(len(name) <= 40 and (name.isprintable()) for name in classes)


@pytest.mark.parametrize("form", ["folder", "list", "array"])
@pytest.mark.parametrize(
    ("one", "other"), [("x" * 40 + "1", "x" * 40 + "2"), ("x" * 40, "x" * 41), ("a\x01", "a\x02")]
)
def test_two_names_that_would_become_equal_are_refused(tmp_path, data, form, one, other):
    """Before, their images became one class."""
    path = write_pictures(tmp_path / "p", *TEST, names=[one, other, *"abcdefgh"])
    if form == "list":
        rows = [f"p/{f.parent.name}/{f.name},{f.parent.name}\n" for f in path.glob("*/*")]
        (tmp_path / "list.csv").write_text("file,label\n" + "".join(rows))
        path = tmp_path / "list.csv"
    elif form == "array":
        path = npz(tmp_path / "a.npz", TEST[0], np.array([one, other, *"abcdefgh"])[TEST[1]])
    refused(path, data, "two classes would have the same name, .*; rename one$")


def test_eleven_classes_are_refused(tmp_path, data):
    images = TRAIN[0][:22]
    refused(npz(tmp_path / "a.npz", images, np.arange(22) % 11), data, "at most 10 classes, got")
    refused(npz(tmp_path / "b.npz", images, np.zeros(22, int)), data, "classes must be 2 to 10")


def test_objects_are_never_unpickled(tmp_path, data):
    class Evil:
        def __reduce__(self):
            return Path.write_text, (tmp_path / "owned", "x")

    path = tmp_path / "a.npz"
    np.savez(path, x_train=np.array([Evil()], object), y_train=np.array([1]))
    refused(path, data, "got objects, which are never unpickled; convert it")
    np.savez(path, x_train=TRAIN[0], y_train=np.array([Evil()] * 120, object))
    refused(path, data, "got objects, which are never unpickled; convert it")
    assert not (tmp_path / "owned").exists()


def npy_header(shape, kind="|u1"):
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    ("images", "labels", "text"),
    [
        (npy_header("(999999999, 28, 28)"), npy_header("(999999999,)"), "short labels|cut short"),
        (npy_header("(5, 28, 28)") + bytes(100), npy_header("(5,)") + bytes(5), "cut short"),
        (npy_header("(5, 28, 28)") + bytes(3920), npy_header("(4,)") + bytes(4), "5 images, but"),
        (npy_header("(5, 9999, 2)"), npy_header("(5,)") + bytes(5), "must be uint8 of"),
        (
            npy_header("(5, 2000, 20)"),
            npy_header("(5,)") + bytes(5),
            r"sides of at most 1,024 pixels, got uint8 of \(5, 2000, 20\); convert it",
        ),
        (npy_header("(5, 28, 28)", "<f4"), npy_header("(5,)"), "must be an array of whole numbers"),
        (b"no array", npy_header("(5,)"), "must be an array of whole numbers"),
    ],
)
def test_archives_that_lie(tmp_path, data, images, labels, text):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", images)
        archive.writestr("y_train.npy", labels)
    refused(tmp_path / "a.npz", data, text)


def test_a_bomb_ends_at_the_limit(tmp_path, data, monkeypatch):
    from mnist_cli.data.own import gathering

    monkeypatch.setattr(gathering, "MOST_ROWS", 3000)
    path = npz(tmp_path / "a.npz", np.zeros((9000, 784), np.uint8), np.arange(9000) % 2)
    refused(path, data, "at most 3,000 images")


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (lambda f: (f / "a.csv").write_text(""), "has no rows"),
        (lambda f: (f / "a.csv").write_text("1,2,3\n"), "got 3 columns"),
        (lambda f: (f / "a.csv").write_text(",".join(["0"] * 784) + "\n"), "has no labels"),
        (lambda f: (f / "a.csv.gz").write_bytes(gzip.compress(b"1,2" * 9)[:-9]), "damaged gzip"),
        (lambda f: (f / "a.npz").write_bytes(b"PK no"), "damaged, or not an .npz"),
        (lambda f: (f / "train-images-idx3-ubyte").write_bytes(b"x"), "has no file of labels"),
        (lambda f: (f / "a.txt").write_text("x"), "holds no pictures"),
        (lambda f: (f / ".hidden").touch(), "holds no pictures"),
        (lambda f: Image.new("L", (9, 9)).save(f / "a.png"), "holds no pictures"),
    ],
)
def test_what_is_no_data_set(tmp_path, data, write, text):
    (tmp_path / "p").mkdir()
    write(tmp_path / "p")
    refused(tmp_path / "p", data, text)


@pytest.mark.parametrize("cut", [15, 16, 20000, -1])
def test_idx_files_that_are_cut(tmp_path, data, cut):
    folder = write_idx(tmp_path / "a")
    path = folder / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:cut])
    refused(folder, data, "damaged|cut short")


def test_links_to_folders_above_are_no_class(tmp_path, data):
    folder = write_pictures(tmp_path / "p", *TEST)
    (folder / "above").symlink_to(tmp_path)
    (folder / "0" / "loop").symlink_to(folder)
    dataset = load(folder, data)
    assert len(dataset.whole) == 30
    assert find_dataset(dataset.name).classes == tuple(sorted({str(label) for label in TEST[1]}))


def test_mixed_sizes(tmp_path, data):
    folder = write_pictures(tmp_path / "p", *TEST, names=list("abcdefghij"))
    for number, size in enumerate([(1, 1), (3, 400), (1200, 700)]):
        Image.new("L", size, 90).save(folder / "a" / f"x{number}.png")
    assert len(load(folder, data).whole) == 33


def test_equal_images_in_both_parts_are_counted(tmp_path, data):
    path, lines = tmp_path / "a.npz", []
    np.savez(path, x_train=TRAIN[0], y_train=TRAIN[1], x_test=TRAIN[0][:5], y_test=TRAIN[1][:5])
    provide(str(path), data, say=lines.append)
    assert lines[-1] == "Note: 5 test images also stand among those to train on."


@pytest.mark.parametrize("damage", ["unlink", "byte", "manifest"])
def test_a_damaged_conversion_is_made_again(tmp_path, data, damage):
    path = write_csv(tmp_path / "a.csv", *TRAIN)
    name = provide(str(path), data)
    file = data / name / ("classes.json" if damage == "manifest" else "t10k-labels-idx1-ubyte")
    content = file.read_bytes()
    if damage == "unlink":
        file.unlink()
    else:
        file.write_bytes(content[:-1] + b"\7")
    with pytest.raises(DataMissingError, match="name what it was made from again"):
        provide(name, data)
    assert provide(str(path), data) == name
    assert file.read_bytes() == content


def test_no_such_path(data):
    with pytest.raises(InputError, match=r"or a folder or file that exists, got 'nothing'"):
        provide("nothing", data)


def test_images_that_were_set_aside_find_the_labels_of_the_same_name(tmp_path, data):
    folder = write_idx(tmp_path / "a")
    images = folder / "train-images-idx3-ubyte"
    images.rename(folder / "train-images-idx3-ubyte.1")
    name = provide(f"{images}.1", data)
    assert sum(len(load_split(name, part, data)) for part in ("train", "test")) == len(TRAIN[0])
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match=r"add train-labels-idx1-ubyte\.1"):
        provide(f"{images}.1", data)


def test_what_a_killed_run_left_in_a_converted_set_goes_with_the_next(tmp_path):
    images, labels = draw_digits(40, seed=0)
    write_pictures(tmp_path / "photos", images, labels)
    name = provide(str(tmp_path / "photos"), tmp_path / "data")
    left = tmp_path / "data" / name / f".mnist-{MACHINE}-00000000.tmp"
    left.touch()
    assert provide(str(tmp_path / "photos"), tmp_path / "data") == name
    assert not left.exists()
