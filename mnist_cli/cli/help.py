"""How the commands are called: help in groups, other spellings that work, hints for the rest."""

from typing import Any

import click

from mnist_cli.config.rules import Choice
from mnist_cli.config.settings import SETTINGS

GROUPS = {
    "Data": "dataset data_dir preprocessing augmentation drawn validation_size",
    "Network": "hidden_sizes activation output_activation initialization",
    "Learning": "loss optimizer learning_rate momentum nesterov schedule weight_decay batch_size "
    "epochs patience seed seeds threads check_gradients",
    "Output": "output keep snapshots verbose quiet as_json",
}
SYNONYMS = {
    "batch": "batch-size",
    "eval": "evaluate",
    "hidden": "hidden-sizes",
    "l2": "weight-decay",
    "layers": "hidden-sizes",
    "lr": "learning-rate",
}
EXTRA = {  # what a word without an option was probably meant for
    "train": "a configuration is --config NAME, several numbers are joined: --hidden-sizes 16,16",
    "export": "one file at a time; the network is --checkpoint FILE",
    "report": "a network is --checkpoint FILE, the page is --output FILE",
    "lesson": "an image is --image N|FILE, a network is --checkpoint FILE",
    "download": "a data set is --dataset NAME, a folder is --from FOLDER",
}


def usual_spelling(token: str) -> str:
    """Return the program's own name of an option or command: learning_rate and lr work, too."""
    name = token.replace("_", "-")
    return SYNONYMS.get(name, name)


class GroupedCommand(click.Command):
    """A command with so many options that its help shows them in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options that start a run, then the groups."""
        titles = {name: title for title, names in GROUPS.items() for name in names.split()}
        sections: dict[str, list[tuple[str, str]]] = {"Options": [], **{t: [] for t in GROUPS}}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections[titles.get(parameter.name or "", "Options")].append(record)
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)


class SettingOption(click.Option):
    """The option of a setting; its help lists the choices, which are read only for that."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help."""
        record = super().get_help_record(ctx)
        rule = SETTINGS[self.name or ""].rule
        if record is None or not isinstance(rule, Choice):
            return record
        text, bracket, default = record[1].partition("  [default")
        return record[0], f"{text} One of {', '.join(rule.table.names())}.{bracket}{default}"


def hint(error: click.UsageError) -> str:
    """Return what to write instead of what the command does not take, "" if unknown."""
    command: Any = error.ctx and error.ctx.command.name
    if command in EXTRA and "extra argument" in error.message:
        return f"; {EXTRA[command]}"
    parameter = getattr(error, "param", None)
    several = "," in error.message.rpartition("got ")[2]
    if command == "sweep" and several and parameter is not None and parameter.name in SETTINGS:
        return "; an option is one fixed value, what varies has no --: batch-size=16,64"
    return ""


def examples(*lines: str) -> str:
    """Return the end of a help text that shows how a command is called, line by line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
