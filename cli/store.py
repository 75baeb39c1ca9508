"""`csv-converter store`: a backup of all jobs, files, keys and converters, and its way back. For operators."""

import argparse
import sys
from pathlib import Path

from jobs.copying import Copied, mirror, restore
from jobs.errors import JobError
from jobs.folder import FolderStore
from jobs.location import object_store
from settings import Settings

_DONE, _FAILED = 0, 1


def main(arguments: list[str]) -> int:
    """Carries out one command; gives the exit status. Errors are one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        store = object_store(Settings())  # type: ignore[call-arg]  # mypy sees no positional defaults.
        if options.command == "backup":
            told = "backed up to", mirror(store, FolderStore(options.folder))
        else:
            told = "restored from", restore(_existing(options.folder), store)
    except JobError as error:
        print(f"csv-converter store: {error}", file=sys.stderr)
        return _FAILED
    print(_sentence(*told, options.folder))
    return _DONE


def _existing(folder: Path) -> FolderStore:
    # What is not there would be made, and be empty.
    if not (folder / "objects").is_dir():
        raise JobError(f"{folder} is no backup: it has no folder objects/")
    return FolderStore(folder)


def _sentence(done: str, copied: Copied, folder: Path) -> str:
    counts = f"{copied.objects} objects, {copied.written} of them written; {copied.deleted} deleted since the last time"
    return f"{done} {folder}: {counts}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csv-converter store",
        description="Backs up and restores what the service stores, where its settings (DATA_DIR, AWS_BUCKET_NAME, …) say.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, meaning in {
        "backup": "make a folder hold what the store holds, also while the service runs; again and again into the same one",
        "restore": "fill an empty store from such a folder, before the service is started",
    }.items():
        commands.add_parser(name, help=meaning).add_argument("folder", type=Path)
    return parser
