"""The entry of `csv-converter`, also `python -m cli`."""

from converter.entry import enter, loading


def main() -> None:
    """Carries out the command that the arguments name, and ends the process."""
    enter(loading("cli.commands"))


if __name__ == "__main__":
    main()
