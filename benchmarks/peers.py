"""The programs that are compared: each trains the same network on the same images, in float32.

A peer is made with the images, the labels, the hidden sizes and the batch size. `epoch(order)`
trains for one epoch in that order and returns when the parameters are final. `outputs(images)`
returns the outputs (n, 10). All begin with the same parameters and use η = 3, except scikit-learn:
it draws its own parameters and minimizes the cross-entropy, because it has no squared error.
"""

from itertools import pairwise

import numpy as np

from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.datasets import Split
from mnist_cli.network.backpropagation import Batches
from mnist_cli.training.evaluation import measure
from mnist_cli.training.run import Run

RATE = 3.0


def first_layers(hidden):
    """Return the weights and biases that every peer begins with."""
    network = Run.start(TrainingConfig(hidden_sizes=hidden)).network
    return [w.copy() for w in network.weights], [b.copy() for b in network.biases]


def as_floats(images):
    """Return all images as float32, as the examples of the frameworks keep them."""
    return images.astype(np.float32) / np.float32(255)


def sigmoid(z):
    """The textbook's formula; large |z| do not occur here."""
    return 1 / (1 + np.exp(-z))


class Ours:
    """The program's own training loop, without its files and its validation."""

    def __init__(self, images, labels, hidden, batch):
        from mnist_cli.training.loop import Loop

        config = TrainingConfig(
            hidden_sizes=hidden, batch_size=batch, learning_rate=RATE, schedule="constant"
        )
        self.run = Run.start(config)
        self.loop = Loop(self.run, Split(images, labels))

    def epoch(self, order):
        """Train for one epoch in this order."""
        self.run.step = 0
        self.loop.epoch(order)

    def outputs(self, images):
        """Return the outputs (n, 10)."""
        return measure(self.run.network, Split(images, np.zeros(len(images), np.uint8))).outputs


class Floor:
    """A lower bound for the program: only gather the rows and do its matrix products."""

    def __init__(self, images, labels, hidden, batch):
        network = Run.start(TrainingConfig(hidden_sizes=hidden)).network
        self.batches, self.size = Batches(network, images, labels), batch

    def epoch(self, order):
        """Gather, convert, and multiply; the values have no meaning."""
        for start in range(0, len(order), self.size):
            layers = self.batches.load(order[start : start + self.size]).layers
            for layer in layers:
                layer.matrix.dot(layer.inputs, layer.z)
            for layer, before in pairwise(reversed(layers)):
                layer.delta.dot(layer.inputs_t, layer.gradient)
                layer.matrix_t.dot(layer.delta, before.back)
            layers[0].delta.dot(layers[0].inputs_t, layers[0].gradient)


class PlainFloor:
    """The same lower bound, plainly written, one mini-batch after the other."""

    def __init__(self, images, labels, hidden, batch):  # noqa: ARG002
        self.images, self.batch = images, batch
        self.weights = first_layers(hidden)[0]
        sizes = [784, *hidden, 10]
        self.rows = np.empty((batch, 784), np.uint8)
        self.layers = [np.zeros((batch, size), np.float32) for size in sizes]
        self.deltas = [np.zeros((batch, size), np.float32) for size in sizes]
        self.gradients = [np.zeros_like(weights) for weights in self.weights]
        self.scale = np.array(1 / 255, np.float32)

    def epoch(self, order):
        """Gather, convert, and multiply; the values have no meaning."""
        layers, deltas, last = self.layers, self.deltas, len(self.weights) - 1
        for start in range(0, len(order) - self.batch + 1, self.batch):
            rows = order[start : start + self.batch]
            self.images.take(rows, axis=0, out=self.rows, mode="clip")
            np.copyto(layers[0], self.rows)
            np.multiply(layers[0], self.scale, layers[0])
            for layer, weights in enumerate(self.weights):
                np.dot(layers[layer], weights, layers[layer + 1])
            for layer in range(last, -1, -1):
                np.dot(layers[layer].T, deltas[layer + 1], self.gradients[layer])
                if layer:
                    np.dot(deltas[layer + 1], self.weights[layer].T, deltas[layer])


class PlainNumPy:
    """Plain vectorized NumPy, which makes new arrays in every step."""

    def __init__(self, images, labels, hidden, batch):
        self.inputs, self.targets, self.batch = (
            as_floats(images),
            np.eye(10, dtype="f4")[labels],
            batch,
        )
        self.weights, self.biases = first_layers(hidden)

    def epoch(self, order):
        """Train for one epoch in this order."""
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            activations = self._forward(self.inputs[rows])
            a = activations[-1]
            delta = (a - self.targets[rows]) * a * (1 - a)
            step = np.float32(RATE / len(rows))
            for layer in reversed(range(len(self.weights))):
                a = activations[layer]
                weight_step, bias_step = step * (a.T @ delta), step * delta.sum(axis=0)
                delta = (delta @ self.weights[layer].T) * a * (1 - a) if layer else delta
                self.weights[layer] -= weight_step
                self.biases[layer] -= bias_step

    def _forward(self, a):
        activations = [a]
        for weights, biases in zip(self.weights, self.biases, strict=True):
            activations.append(sigmoid(activations[-1] @ weights + biases))
        return activations

    def outputs(self, images):
        """Return the outputs (n, 10)."""
        return self._forward(as_floats(images))[-1]


class PerExample(PlainNumPy):
    """One image at a time, as columns, as in Nielsen's book."""

    def epoch(self, order):
        """Train for one epoch in this order."""
        weights, biases = [w.T.copy() for w in self.weights], [b[:, None] for b in self.biases]
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            sums = [np.zeros_like(w) for w in weights], [np.zeros_like(b) for b in biases]
            for row in rows:
                self._add(
                    sums, weights, biases, self.inputs[row][:, None], self.targets[row][:, None]
                )
            step = np.float32(RATE / len(rows))
            weights = [w - step * s for w, s in zip(weights, sums[0], strict=True)]
            biases = [b - step * s for b, s in zip(biases, sums[1], strict=True)]
        self.weights, self.biases = [w.T.copy() for w in weights], [b[:, 0] for b in biases]

    @staticmethod
    def _add(sums, weights, biases, x, y):
        activations = [x]
        for w, b in zip(weights, biases, strict=True):
            activations.append(sigmoid(w @ activations[-1] + b))
        a = activations[-1]
        delta = (a - y) * a * (1 - a)
        for layer in reversed(range(len(weights))):
            a = activations[layer]
            sums[0][layer] += delta @ a.T
            sums[1][layer] += delta
            delta = (weights[layer].T @ delta) * a * (1 - a)


class ScikitLearn:
    """MLPClassifier with its own stochastic gradient descent."""

    def __init__(self, images, labels, hidden, batch):
        from sklearn.neural_network import MLPClassifier

        self.inputs, self.labels = as_floats(images), labels
        self.model = MLPClassifier(
            hidden, activation="logistic", solver="sgd", alpha=0.0, batch_size=batch,
            learning_rate_init=0.5, momentum=0.0, shuffle=False, random_state=0,
        )  # fmt: skip

    def epoch(self, order):
        """Train for one epoch in this order, which `partial_fit` keeps."""
        self.model.partial_fit(self.inputs[order], self.labels[order], classes=range(10))

    def outputs(self, images):
        """Return the outputs (n, 10)."""
        return self.model.predict_proba(as_floats(images))


class PyTorch:
    """The usual training loop of a PyTorch example, on one thread."""

    compiled = False

    def __init__(self, images, labels, hidden, batch):
        import torch

        torch.set_num_threads(1)
        self.torch, self.batch = torch, batch
        self.inputs = torch.from_numpy(as_floats(images))
        self.targets = torch.from_numpy(np.eye(10, dtype="f4")[labels])
        layers = []
        for weights, biases in zip(*first_layers(hidden), strict=True):
            linear = torch.nn.Linear(*weights.shape)
            linear.weight.data, linear.bias.data = (
                torch.from_numpy(weights.T.copy()),
                torch.from_numpy(biases),
            )
            layers += [linear, torch.nn.Sigmoid()]
        self.model = torch.nn.Sequential(*layers)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=RATE)
        self.step = torch.compile(self._step) if self.compiled else self._step

    def _step(self, inputs, targets):
        outputs = self.model(inputs)
        loss = ((outputs - targets) ** 2).sum() / (2 * len(inputs))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def epoch(self, order):
        """Train for one epoch in this order."""
        for rows in self.torch.from_numpy(order).split(self.batch):
            self.step(self.inputs[rows], self.targets[rows])

    def outputs(self, images):
        """Return the outputs (n, 10)."""
        with self.torch.no_grad():
            return self.model(self.torch.from_numpy(as_floats(images))).numpy()


class PyTorchCompiled(PyTorch):
    """The same loop with `torch.compile` around the step."""

    compiled = True


class Jax:
    """JAX with the whole epoch in one `lax.scan`, compiled; scan needs full batches."""

    def __init__(self, images, labels, hidden, batch):
        import jax

        self.jax, self.batch = jax, batch
        self.parameters = [
            (jax.numpy.asarray(w), jax.numpy.asarray(b))
            for w, b in zip(*first_layers(hidden), strict=True)
        ]
        self.inputs = jax.numpy.asarray(as_floats(images))
        self.targets = jax.numpy.asarray(np.eye(10, dtype="f4")[labels])
        self.whole_epoch = jax.jit(self._epoch, donate_argnums=0)

    def _answer(self, parameters, a):
        for weights, biases in parameters:
            a = self.jax.nn.sigmoid(a @ weights + biases)
        return a

    def _epoch(self, parameters, inputs, targets, batches):
        def loss(parameters, x, y):
            return ((self._answer(parameters, x) - y) ** 2).sum() / (2 * self.batch)

        def step(parameters, rows):
            slopes = self.jax.grad(loss)(parameters, inputs[rows], targets[rows])
            return self.jax.tree.map(lambda p, s: p - RATE * s, parameters, slopes), None

        return self.jax.lax.scan(step, parameters, batches)[0]

    def epoch(self, order):
        """Train for one epoch in this order."""
        full = len(order) // self.batch
        batches = order[: full * self.batch].reshape(full, self.batch).astype(np.int32)
        self.parameters = self.whole_epoch(self.parameters, self.inputs, self.targets, batches)
        self.jax.block_until_ready(self.parameters)

    def outputs(self, images):
        """Return the outputs (n, 10)."""
        return np.asarray(self._answer(self.parameters, as_floats(images)))


PEERS = {
    "mnist": Ours,
    "floor": Floor,
    "floor, plainly written": PlainFloor,
    "plain NumPy": PlainNumPy,
    "JAX, one scan": Jax,
    "torch.compile": PyTorchCompiled,
    "scikit-learn": ScikitLearn,
    "PyTorch eager": PyTorch,
    "one image at a time": PerExample,
}
NEEDS = {
    "JAX, one scan": "jax",
    "torch.compile": "torch",
    "scikit-learn": "sklearn",
    "PyTorch eager": "torch",
}
