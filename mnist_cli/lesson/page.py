"""A lesson as text: its question, the picture or table, the sentences, the command to try."""

from importlib import import_module
from typing import Any

from mnist_cli.bundled import asked_for_as, find_bundled
from mnist_cli.data.registry import title_of
from mnist_cli.lesson.course import COURSE, module_of
from mnist_cli.lesson.layout import table, wrapped
from mnist_cli.lesson.material import Material
from mnist_cli.lesson.texts import Words
from mnist_cli.training.environment import one_thread


def find_facts(name: str, material: Material) -> dict[str, Any]:
    """Compute the facts of a lesson: JSON values. Raises MnistError."""
    with one_thread():
        facts: dict[str, Any] = import_module(module_of(name)).find(material)
    return facts


def lesson_lines(name: str, facts: dict[str, Any], material: Material, words: Words) -> list[str]:
    """Return the lines of a lesson, at most one screen."""
    words = words.about(material.model.classes)
    own = words.of(name)
    number, count = list(COURSE).index(name) + 1, len(COURSE)
    return [
        *wrapped(words("title", number=number, count=count, name=name, question=own("question"))),
        *wrapped(_source(material, words)),
        "",
        *import_module(module_of(name)).show(facts, own),
        "",
        words("try", command=COURSE[name]),
    ]


def _source(material: Material, words: Words) -> str:
    """Say which network and which images these are."""
    step, trained_on = material.config.preprocessing, material.model.dataset
    sentences = [_network(material.model.name, words)]
    sentences.append(_titled("images", material.data.name, words))
    if material.model.checkpoint.run.epoch == 0:
        sentences.append(words("not_trained"))
    elif not material.knows_data:
        sentences.append(words("trained_on", name=_titled("name", trained_on, words)))
    if step != "none":
        sentences.append(words("preprocessed", step=step))
    return " ".join(sentences)


def _titled(kind: str, dataset: str, words: Words) -> str:
    """Name a data set in the language of the words, or by its title."""
    key = f"{kind}_{dataset}"
    return words(key) if key in words else words(f"{kind}_any", title=title_of(dataset))


def _network(name: str, words: Words) -> str:
    """Name the network as `--checkpoint` does; say whether it is one of ours."""
    shown = asked_for_as(name)
    return words("network_bundled" if find_bundled(shown) else "network", network=shown)


def contents(words: Words) -> list[str]:
    """Return the list of all lessons with their questions."""
    rows = [
        [f"{number:>2}", name, words.of(name)("question")]
        for number, name in enumerate(COURSE, start=1)
    ]
    return [
        words("contents"),
        "",
        *table(rows, texts=3),
        "",
        words("try", command="mnist lesson neuron"),
    ]
