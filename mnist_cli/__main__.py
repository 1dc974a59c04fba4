"""Start of the program: `mnist` or `python -m mnist_cli`."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from mnist_cli.cli import cli
    except KeyboardInterrupt:  # the command line itself handles a later one
        sys.exit(130)
    cli(prog_name="mnist")


if __name__ == "__main__":
    main()
