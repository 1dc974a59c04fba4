"""Every command that writes: its call on small data, what it replaces, and how it goes on."""

from typing import NamedTuple

TRAIN = "train --dataset builtin --validation-size 200 --data-dir"
NET = "net.npz"  # two networks lie beside the data: net.npz, and an older one
OLD = "old.npz"


class Target(NamedTuple):
    """A command: {world} is the folder of its inputs, {out} that of its outputs.

    Attributes
    ----------
    call : the arguments
    old : what lies at its output before, "" if nothing does: name there, name in the world
    made : the file after which the next run has other arguments, `again`
    before : code that the process runs first
    """

    call: str
    old: tuple[str, str] = ("", "")
    made: str = ""
    again: str = ""
    before: str = ""


SMALL = "from campaign import small_mnist; small_mnist.take_the_place()"
NETWORK = "--checkpoint {world}/net.npz"
RESUME = "train --resume {out}/a.npz --data-dir {world}/data -q"
TARGETS = {
    "train": Target(
        f"{TRAIN} {{world}}/data --epochs 5 -q -o {{out}}/a.npz", made="a.npz", again=RESUME
    ),
    "train over": Target(
        f"{TRAIN} {{world}}/data --epochs 2 -q -o {{out}}/a.npz", old=("a.npz", OLD)
    ),
    "start from": Target(
        f"{TRAIN} {{world}}/data --epochs 3 -q -o {{out}}/a.npz --start-from {{world}}/net.npz",
        made="a.npz",
        again=RESUME,
    ),
    "prepare": Target(
        f"{TRAIN} {{out}}/data --epochs 1 -q -o {{out}}/a.npz --preprocessing deskew "
        "--augmentation 1",
        old=("data", "data"),
    ),
    "draw": Target("download --dataset builtin --images 1000 --data-dir {out} -q", before=SMALL),
    "download": Target("download --from {world}/files --data-dir {out} -q", before=SMALL),
    "convert": Target(
        "train --dataset {world}/photos --validation-size 0 --data-dir {out} --epochs 1 -q "
        "-o {out}/a.npz"
    ),
    "report": Target(
        f"report {NETWORK} --data-dir {{world}}/data -q -o {{out}}/page.html",
        old=("page.html", "other.html"),
    ),
    "export": Target(f"export {NETWORK} -q {{out}}/net.onnx", old=("net.onnx", "other.html")),
    "predict": Target(
        f"predict {{world}}/rows.csv {NETWORK} -q --csv {{out}}/answers.csv",
        old=("answers.csv", "other.html"),
    ),
    "steps": Target(f"predict {{world}}/photos/a/0.png {NETWORK} -q --save-steps {{out}}"),
    "exercise": Target("exercise backprop -q -o {out}/a.py", made="a.py", again="exercise -q"),
    "sweep": Target(
        "sweep batch-size=20,50 --seeds 3 --epochs 2 --dataset builtin --data-dir {world}/data -q "
        "-o {out}/s"
    ),
}
