"""A batch: many files that one inference converts. What was given of each, and what became of it, as objects of the store.

inputs.bin     the files that came with the request, one after the other
inputs.json    each file's name, and where it lies: in inputs.bin, or an object that the request named
output.zip     the outputs, and rejected rows below rejects/
outputs.json   what became of each file, in the order in which they were given
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict, TypeAdapter

from jobs.record import OutputFormat, Problem, RunOutcome

INPUTS, INPUTS_LIST, OUTPUTS, OUTPUTS_LIST = "inputs.bin", "inputs.json", "output.zip", "outputs.json"
MOST_FILES = 10_000
"""Files in a batch, at most: what is told of them stays a few megabytes."""
PHASE = "converting files"
REJECTS = "rejects/"
_NAME_CHARACTERS = 200


class FileGiven(BaseModel):
    """A file of a batch: the bytes of `inputs.bin` from `start` up to `end`, or an object with its ETag as it was then."""

    model_config = ConfigDict(frozen=True)

    name: str
    start: int = 0
    end: int = 0
    address: str | None = None
    etag: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.end - self.start


class FileMade(BaseModel):
    """What became of a file of a batch. `output` and `rejects` are names in the archive, with where their bytes lie in it."""

    model_config = ConfigDict(frozen=True)

    number: int
    name: str
    output: str | None = None
    start: int = 0
    bytes_out: int = 0
    outcome: RunOutcome | None = None
    rows: dict[str, int | None] | None = None
    rejects: str | None = None
    notes: tuple[str, ...] = ()
    broken_checks: tuple[dict[str, object], ...] = ()
    error: Problem | None = None


_GIVEN, _MADE = TypeAdapter(list[FileGiven]), TypeAdapter(list[FileMade])


def given_as_json(files: list[FileGiven]) -> bytes:
    """The content of `inputs.json`."""
    return _GIVEN.dump_json(files, exclude_defaults=True)


def given_of(data: bytes) -> list[FileGiven]:
    """What `inputs.json` says."""
    return _GIVEN.validate_json(data)


def made_as_json(files: list[FileMade]) -> bytes:
    """The content of `outputs.json`."""
    return _MADE.dump_json(files, exclude_defaults=True)


def made_of(data: bytes) -> list[FileMade]:
    """What `outputs.json` says."""
    return _MADE.validate_json(data)


def output_names(names: Iterable[str], output_format: OutputFormat) -> list[str]:
    """A name for each file's output: the file's own with the output's ending, none twice, none that leads out of a folder."""
    taken: set[str] = set()
    return [_free(_plain(name), f".{output_format}", taken) for name in names]


def _plain(name: str) -> str:
    """The name without an ending, and without what a file system or an archive's reader may stumble over."""
    parts = [part for part in re.split(r"[/\\]", re.sub(r'[\x00-\x1f\x7f:*?"<>|]', "_", name)) if part not in ("", ".", "..")]
    *folders, last = parts or ["file"]
    stem = re.sub(r"(\.(csv|tsv|txt|xlsx|xls|ods|gz|xz|bz2|zst|zip))+$", "", last, flags=re.IGNORECASE) or "file"
    if folders and f"{folders[0]}/".casefold() == REJECTS:
        folders[0] += "_"
    return "/".join([*folders, stem])[-_NAME_CHARACTERS:].lstrip("/") or "file"


def _free(stem: str, ending: str, taken: set[str]) -> str:
    for number in range(1, MOST_FILES + 2):
        name = f"{stem}{ending}" if number == 1 else f"{stem} ({number}){ending}"
        # As file systems that know no case have it.
        if name.casefold() not in taken:
            break
    taken.add(name.casefold())
    return name


def portions(files: Sequence[FileGiven], most_files: int, most_bytes: int) -> Iterator[range]:
    """The places of files that are converted together, in order: so many and so large at most.

    A file that is larger is by itself.
    """
    start, size = 0, 0
    for at, one in enumerate(files):
        if at > start and (at - start == most_files or size + one.size > most_bytes):
            yield range(start, at)
            start, size = at, 0
        size += one.size
    if start < len(files):
        yield range(start, len(files))
