"""The command line's entry. What a run waits for longest is its sandbox, so that is started before anything else."""

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
    from converter import commands

    return commands.main


if __name__ == "__main__":
    main()
