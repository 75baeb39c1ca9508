"""The entry of `python -m converter`."""

from converter.entry import enter, loading


def main() -> None:
    """Carries out the command that the arguments name, and ends the process."""
    enter(loading("converter.commands"))


if __name__ == "__main__":
    main()
