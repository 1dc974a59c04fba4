"""The head of the page: the network, its data, its accuracy, and the command that trains it."""

from collections.abc import Sequence
from html import escape

from mnist_cli.classes import image_word, word_for
from mnist_cli.config.settings import TrainingConfig
from mnist_cli.data.registry import title_of
from mnist_cli.report.command import training_command
from mnist_cli.report.subject import Subject, diagnosis
from mnist_cli.wording import counted

EXAMPLE = (
    'For the digit 7, for example, <dfn>precision</dfn> is the share of the answers "7" that were '
    "right, <dfn>recall</dfn> the share of the 7s that were read as 7"
)
OTHER_EXAMPLE = (
    "For a class, <dfn>precision</dfn> is the share of the answers with its name that were right, "
    "<dfn>recall</dfn> the share of its images that were read as it"
)
LOSS_TITLES = {"mse": "squared error", "cross_entropy": "cross-entropy"}  # others: their name
SEEN = {  # what happens after the picture has become 28x28 pixels
    "none": "",
    "deskew": " Then it is sheared upright.",
    "moments": " Then it is sheared upright and scaled to a fixed height and width.",
    "directions": " Then its edges are sorted by direction into eight small maps, two rows of "
    "four: the 784 numbers that this network sees are not pixels.",
}


PLAIN = (
    "Draw something, light on dark. The drawing is made smaller as it is, as <code>mnist "
    "predict</code> does it with a picture for this network: it was trained on images that fill "
    "their 28×28 pixels"
)
HANDWRITING = (
    "Draw a digit. It is cut out, scaled to 20 pixels and centered on its center of mass, as "
    "<code>mnist predict</code> does it: 28×28 pixels"
)
COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def class_words(subject: Subject) -> dict[str, str]:
    """Return the words for classes and images, by the names of their places in the sections."""
    classes, word = subject.classes, word_for(subject.classes)
    return {
        "digit": word,
        "digits": "digits" if word == "digit" else "classes",
        "image": image_word(classes),
        "count": COUNTS[len(classes) - 2],
        "example": EXAMPLE if "7" in classes and word == "digit" else OTHER_EXAMPLE,
        "drawing": HANDWRITING if subject.checkpoint.provenance.handwriting else PLAIN,
    }


def header_values(subjects: Sequence[Subject], limits: str) -> dict[str, str]:
    """Return the HTML of the head, by the names of its places in the template."""
    main = subjects[0]
    return {
        "title": escape(f"{main.name}: {_sizes(main)}"),
        "sizes": _sizes(main),
        "key": "\n".join(_key_figures(subjects)),
        "notices": "\n".join(map(_notice, [*filter(None, [_missing(main)]), *_told(subjects)])),
        "lead": escape(_lead(main)),
        "limits": escape(limits),
        "cards": "\n".join(_card(subject) for subject in subjects),
    }


def preprocessing_note(subject: Subject) -> str:
    """Say what happens to the 28x28 pixels before this network sees them."""
    name = subject.checkpoint.run.config.preprocessing
    return SEEN.get(name, f" Then it is preprocessed ({escape(name)}).")


def _sizes(subject: Subject) -> str:
    return "–".join(map(str, subject.checkpoint.network.layer_sizes))


def _key_figures(subjects: Sequence[Subject]) -> list[str]:
    """Return the figures that stand on top: one line for each network."""
    return [f"<li>{escape(_key(subject, len(subjects) > 1))}</li>" for subject in subjects]


def _key(subject: Subject, is_named: bool) -> str:
    name = f"{subject.name}: " if is_named else ""
    count, parameters = int(subject.measured.matrix.sum()), subject.checkpoint.network.parameters
    images = f"{count:,} test images of {title_of(subject.dataset)}"
    return f"{name}{subject.measured.accuracy:.2%} of {images}, {parameters.size:,} parameters"


def _notice(text: str) -> str:
    return f'<p class="notice">{escape(text)}</p>'


def _lead(subject: Subject) -> str:
    """Return a sentence about the accuracy."""
    correct, count = int(subject.measured.matrix.trace()), int(subject.measured.matrix.sum())
    images = f"{count:,} test images of {title_of(subject.dataset)}"
    return f"It reads {correct:,} of {images} right. {_missing(subject)}".rstrip()


def _told(subjects: Sequence[Subject]) -> list[str]:
    """Return what `mnist train` says at the end of a poor run; of two networks, with the name."""
    names = [f"{subject.name}: " if len(subjects) > 1 else "" for subject in subjects]
    pairs = zip(names, map(diagnosis, subjects), strict=True)
    return [f"{name}{sentence}" for name, sentences in pairs for sentence in sentences]


def _missing(subject: Subject) -> str:
    """Return a sentence for each thing that a whole run has and this network has not."""
    run = subject.checkpoint.run
    stopped = "" if run.finished else f"Its training was stopped after {run.progress}. "
    calibrated = "" if subject.checkpoint.calibration else "Confidences are not calibrated."
    return (stopped + calibrated).rstrip()


def _label(subject: Subject) -> str:
    if subject.checkpoint.run.finished:
        return "The command that trains it again"
    return "The command of its training, which was stopped: to the end it makes another network"


def _card(subject: Subject) -> str:
    """Return the key figures of one network, its command, and all its settings."""
    run, provenance = subject.checkpoint.run, subject.checkpoint.provenance
    command = escape(training_command(run.config, provenance))
    figures = "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(text)}</dd><dd>{escape(more)}</dd></div>"
        for term, text, more in _figures(subject)
    )
    return (
        f'<article class="card"><h2 class="name">{escape(subject.name)}</h2>'
        f'<dl class="figures">{figures}</dl>'
        f'<p class="label">{_label(subject)}</p>'
        f'<div class="command"><code>{command}</code></div>'
        "<details><summary>All settings and versions</summary>"
        f'<dl class="facts">{_pairs(_settings(subject))}</dl></details></article>'
    )


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(text)}</dd></div>" for term, text in pairs
    )


def _trained_on(images: int, drawn: int) -> str:
    """Say how many images a network was trained on; those that were drawn are counted apart."""
    added = f" and {counted(drawn, 'drawn image')}" if drawn else ""
    return f"{counted(images - drawn, 'image')}{added} to train on"


def _figures(subject: Subject) -> list[tuple[str, str, str]]:
    """Return the most important figures: name, value and a short explanation."""
    checkpoint = subject.checkpoint
    config, provenance = checkpoint.run.config, checkpoint.provenance
    low, high = subject.measured.accuracy_interval
    return [
        ("Accuracy", f"{subject.measured.accuracy:.2%}", f"95% interval {low:.2%} to {high:.2%}"),
        ("Parameters", f"{checkpoint.network.parameters.size:,}", _functions(config)),
        (
            "Data set",
            title_of(provenance.dataset),
            _trained_on(provenance.images, config.drawn),
        ),
        ("Training", checkpoint.run.progress, _training(config)),
        ("Seed", str(config.seed), "all random numbers come from it"),
    ]


def _functions(config: TrainingConfig) -> str:
    hidden = f"{config.activation} hidden layers, " if config.hidden_sizes else ""
    return f"weights and biases; {hidden}{config.output_activation} outputs"


def _training(config: TrainingConfig) -> str:
    loss = LOSS_TITLES.get(config.loss, config.loss.replace("_", " "))
    return (
        f"{loss}, {config.optimizer}, rate {config.learning_rate:g}, batches of {config.batch_size}"
    )


def _settings(subject: Subject) -> list[tuple[str, str]]:
    """Return every setting, and the versions that the last bits of the result depend on."""
    checkpoint = subject.checkpoint
    config = checkpoint.run.config.to_dict()
    settings = [(name.replace("_", " "), _plain(value)) for name, value in config.items()]
    environment = checkpoint.provenance.environment.items()
    return [*settings, *(("made with " + name, text) for name, text in environment)]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
