"""Write docs/commands.md from the commands' own help: python docs/make_commands.py."""

from pathlib import Path

import click

from mnist_cli.cli import cli

INTRODUCTION = """# Commands

Written by `python docs/make_commands.py`; a test holds it to what `--help` prints.

Every option has an environment variable, `MNIST_<COMMAND>_<OPTION>`: `MNIST_TRAIN_BATCH_SIZE=10`.
An option beats the environment, the environment beats the configuration file, the file beats the
default. An empty value is an error, in an option and in a variable. Results go to standard output,
everything else to standard error; control characters in names are printed as `\\n` or `\\x1b`. Exit
codes: 0 done, 1 expected failure, 2 wrong usage or configuration, 130 interrupted.

The shell completes commands, options, their values and file names: see [completion](completion.md).
"""


def help_of(name: str) -> str:
    """Return what `mnist NAME --help` prints, 100 columns wide."""
    settings = {**cli.context_settings, "terminal_width": 100}
    with click.Context(cli, info_name="mnist", **settings) as parent:
        command = cli.commands[name]
        with click.Context(command, parent=parent, info_name=name) as context:
            return command.get_help(context)


def page() -> str:
    """Return the whole page."""
    blocks = [
        f"## mnist {name}\n\n```text\n{help_of(name)}\n```\n" for name in sorted(cli.commands)
    ]
    return "\n".join([INTRODUCTION, *blocks])


if __name__ == "__main__":
    Path(__file__).with_name("commands.md").write_text(page(), "utf-8")
