"""Start of the program: `mnist` or `python -m mnist_cli`."""


def main() -> None:
    """Run the command line."""
    from mnist_cli.cli import cli

    cli(prog_name="mnist")


if __name__ == "__main__":
    main()
