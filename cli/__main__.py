"""The entry of `csv-converter`, also `python -m cli`. What a run waits for longest, its sandbox, is started first."""

import sys

from converter.entry import enter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Carries out the command that the arguments name, and ends the process."""
    enter(_commands)


def _commands() -> "Callable[[], int]":
    if sys.argv[1:2] == ["run"]:
        from converter.launcher import launcher

        launcher()
    # It brings most of the package, which is imported while the sandbox starts.
    from cli import commands

    return commands.main


if __name__ == "__main__":
    main()
