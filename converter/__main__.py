"""The command line's entry. What a run waits for longest is its sandbox, so that is started before anything else."""

import sys

from converter.launcher import launcher


def main() -> int:
    """Carries out the command; gives its exit status."""
    if sys.argv[1:2] == ["run"]:
        launcher()
    # It brings most of the package, which is imported while the sandbox starts.
    from converter import commands

    return commands.main()


if __name__ == "__main__":
    sys.exit(main())
