"""The lessons in the order of the lectures, each with the command that goes on from there.

A lesson is a module of its own name with two functions: `find(material)` computes the facts, plain
numbers and lists, and `show(facts, words)` draws them and chooses the sentences that are true.
NumPy is not imported here, so that `mnist --help` is instant.
"""

COURSE = {
    "neuron": "mnist lesson neuron --image 17",
    "weights": "mnist report --checkpoint default",
    "layers": "mnist train --hidden-sizes 30 --epochs 2 -o wide.npz",
    "random": "mnist train --epochs 0 -o untrained.npz",
    "cost": "mnist lesson cost --image 8",
    "downhill": "mnist train --batch-size 1000 --epochs 2 -o large.npz",
    "gradient": "mnist lesson gradient --image 0",
    "backprop": "mnist exercise backprop",
    "unseen": "mnist evaluate --checkpoint default --split train",
    "noise": "mnist lesson noise --checkpoint best",
    "imagine": "mnist lesson imagine --image 1",
    "functions": "mnist train --config relu --epochs 2 -o relu.npz",
    "linear": "mnist train --config linear --epochs 2 -o linear.npz",
    "batch-size": "mnist sweep batch-size=1,10,100,1000 --epochs 1",
    "learning-rate": "mnist sweep learning-rate=0.03,0.3,3,30 --epochs 1",
}


WITHOUT_IMAGE = {"downhill", "unseen", "noise", "linear", "batch-size", "learning-rate"}

SLOW = {"unseen", "batch-size", "learning-rate"}  # they train networks


def module_of(name: str) -> str:
    """Return the module of a lesson."""
    return f"mnist_cli.lesson.{name.replace('-', '_')}"
