"""Compare exported networks with the program itself, on the 10,000 test images.

    pip install -e ".[export,bench]" && python benchmarks/export.py

prints the table in docs/export.md. Needs `cc`. Timings are not its subject.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load_file

import mnist_cli as mnist
from mnist_cli.data.preprocessing import preprocess

MAIN = r"""
#include <stdio.h>
#include "{header}"

int main(void) {{
    unsigned char image[784];
    float scores[10];
    while (fread(image, 1, 784, stdin) == 784) {{
        mnist_predict(image, scores);
        fwrite(scores, sizeof(float), 10, stdout);
    }}
    return 0;
}}
"""


def onnx_scores(file, images, _step):
    """Return the scores of ONNX Runtime."""
    session = onnxruntime.InferenceSession(file)
    return session.run(["scores"], {"images": images.reshape(-1, 28, 28)})[0]


def torch_scores(file, images, step):
    """Return the scores of a PyTorch network of sigmoids with the parameters of the file."""
    import torch

    state = {name: torch.from_numpy(array) for name, array in load_file(file).items()}
    sizes = [len(state[f"{2 * layer}.bias"]) for layer in range(len(state) // 2)]
    parts = [
        part
        for before, size in zip([784, *sizes[:-1]], sizes, strict=True)
        for part in (torch.nn.Linear(before, size), torch.nn.Sigmoid())
    ]
    network = torch.nn.Sequential(*parts)
    network.load_state_dict(state)
    with torch.no_grad():
        return network(torch.from_numpy(preprocess(images, step).astype(np.float32)) / 255).numpy()


def c_scores(file, images, _step):
    """Compile the header and return its scores."""
    program = file.with_name("program")
    program.with_suffix(".c").write_text(MAIN.format(header=file.name))
    call = ["cc", "-std=c99", "-O2", "-o", program, program.with_suffix(".c"), "-lm"]
    subprocess.run(call, check=True)
    done = subprocess.run([program], input=images.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 10)


FORMS = {
    "model.onnx": onnx_scores,
    "model.safetensors": torch_scores,
    "model.h": c_scores,
    "model.int8.h": c_scores,
}


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--tiny", action="store_true", help="a few images, to see that it runs")
    options = parser.parse_args()
    images, labels = mnist.load(options.dataset, options.data_dir).test
    if options.tiny:
        images, labels = images[:100], labels[:100]
    print("| network | file | bytes | largest difference of a score | other answers | accuracy |")
    print("|---|---|---|---|---|---|")
    for name in ("default", "best"):
        model = mnist.load_model(name)
        own, step = model.scores(images), model.config.preprocessing
        for form, scores_of in FORMS.items():
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / form
                model.export(file)
                scores, size = scores_of(file, images, step), file.stat().st_size
            other = np.count_nonzero(scores.argmax(1) != own.argmax(1))
            accuracy, gap = (scores.argmax(1) == labels).mean(), np.abs(scores - own).max()
            print(f"| `{name}` | `{form}` | {size:,} | {gap:.1e} | {other} | {accuracy:.2%} |")


if __name__ == "__main__":
    main()
