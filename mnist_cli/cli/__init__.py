"""The commands, each a few lines over the modules of the package.

Only this folder knows Click and prints: results on standard output, everything else on standard
error. Modules that need NumPy, requests or Pillow are imported inside the commands, so that
`mnist --help` is there at once.
"""

import errno
import sys
from typing import Any

import click

from mnist_cli.cli.download import download
from mnist_cli.cli.evaluate import evaluate
from mnist_cli.cli.exercise import exercise
from mnist_cli.cli.export import export
from mnist_cli.cli.help import hint, usual_spelling
from mnist_cli.cli.lesson import lesson
from mnist_cli.cli.options import refuse_empty
from mnist_cli.cli.output import DONE, FAILED, INTERRUPTED, USAGE, open_missing_streams, tell
from mnist_cli.cli.predict import predict
from mnist_cli.cli.report import report
from mnist_cli.cli.signals import tidy_up_on_signals
from mnist_cli.cli.sweep import sweep
from mnist_cli.cli.train import train
from mnist_cli.errors import SOURCE, ConfigError, DownloadError, MnistError
from mnist_cli.storage.failures import FULL

CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
IN_THE_WAY = {errno.EISDIR, errno.ENOTDIR}


class OneLineGroup(click.Group):
    """Commands whose expected failures are one line on standard error, and an exit code.

    A bug keeps its traceback.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and exit."""
        tidy_up_on_signals()
        open_missing_streams()
        # `windows_expand_args` would take a file named 5[1].jpg for a pattern; see `cli.inputs`
        fixed = {"standalone_mode": False, "windows_expand_args": False}
        try:
            code = super().main(*args, **{**kwargs, **fixed})
        except click.ClickException as error:
            self._fail(*_told(error), code=error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            self._fail("Interrupted.", code=INTERRUPTED)
        except ConfigError as error:
            self._fail(f"mnist: {error}", code=USAGE)
        except BrokenPipeError:
            # nobody reads on, for example `| head`; nothing more may be flushed into the pipe
            sys.stdout = None
            sys.exit(FAILED)
        except DownloadError as error:
            first, *sources = str(error).split(SOURCE)
            self._fail(f"mnist: {first}", *(f"  {source}" for source in sources), code=FAILED)
        except MnistError as error:
            self._fail(f"mnist: {error}", code=FAILED)
        except OSError as error:
            self._fail(f"mnist: {_way_out(error)}", code=FAILED)
        sys.exit(code if isinstance(code, int) else DONE)

    def invoke(self, ctx: click.Context) -> Any:
        """Invoke a command; an option without its value names the command, for '--help'."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand or ""
            if error.ctx is None and name in self.commands:
                error.ctx = click.Context(self.commands[name], parent=ctx, info_name=name)
            raise

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `mnist help train` for `mnist train --help`."""
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def _fail(self, *lines: str, code: int) -> None:
        for line in lines:
            tell(line, err=True)
        sys.exit(code)


def _told(error: click.ClickException) -> list[str]:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message().splitlines()
    context = getattr(error, "ctx", None)
    name = context.command_path if context else "mnist"
    text = error.format_message()
    if not isinstance(error, click.UsageError):
        return [f"{name}: {text}{'' if text.endswith(('.', '?')) else '.'}"]
    if instead := hint(error):
        text = text.rstrip(".") + instead
    return [f"{name}: {text}{'' if text.endswith(('.', '?')) else '.'} See '{name} --help'."]


def _way_out(error: OSError) -> str:
    """Say what the system says, and what to do where the place is the trouble."""
    where = error.filename
    if where is None and error.errno in FULL:  # all that writes files names them; Click does not
        where = "standard output"
    if where is None or error.strerror is None:
        return error.strerror or str(error)
    if error.errno not in FULL | CLOSED | IN_THE_WAY:
        return f"{where}: {error.strerror}"
    way = "free some space, or " * (error.errno in FULL) + "allow it, or " * (error.errno in CLOSED)
    place = "name another place (-o for an output, --data-dir for data)"
    return f"{where}: {error.strerror}; {way}{place}"


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version  # half of the time of --help, were it above

        python = ".".join(map(str, sys.version_info[:3]))
        tell(f"mnist {version('mnist-cli')} (NumPy {version('numpy')}, Python {python})")
        context.exit()


@click.group(
    cls=OneLineGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "token_normalize_func": usual_spelling,
    },
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the versions of mnist, NumPy and Python.",
)
def cli() -> None:
    """Train a network to read handwritten digits, measure it, and try your own.

    \b
    mnist download               get the MNIST images
    mnist train                  train the network of the lectures, 784-16-16-10
    mnist evaluate               measure it on images that it has never seen
    mnist predict my-digit.png   let it read your handwriting
    mnist report                 see inside: a page that shows the whole network
    mnist export model.onnx      take it into other programs
    mnist lesson                 the ideas of the lectures, one by one, on your network
    mnist exercise               programs with gaps for you to fill, and to check
    mnist sweep batch-size=1,32  compare settings, each with several seeds
    """  # noqa: D301


def _name_variables(command: click.Command) -> None:
    """Give every option its variable, MNIST_<COMMAND>_<OPTION>; let nothing be empty."""
    for option in command.params:
        option.callback = refuse_empty
        if isinstance(option, click.Option) and option.envvar is None:
            flag = max(option.opts, key=len).lstrip("-")
            option.envvar = f"MNIST_{command.name}_{flag}".replace("-", "_").upper()


for command in (download, train, evaluate, predict, report, export, lesson, exercise, sweep):
    _name_variables(command)
    cli.add_command(command)
