"""The archive that is made in pieces is one that everybody can read."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.archive import Member, append, directory

NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\\:"), min_size=1, max_size=20)


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=6), st.integers(1, 3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_pieces_with_a_directory_behind_them_are_a_zip_whose_files_are_ranges(
    tmp_path: Path, files: dict[str, bytes], pieces: int
) -> None:
    whole, members = made(tmp_path, files, pieces)

    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == files
    assert {one.name: whole[one.start : one.start + one.size] for one in members} == files


def test_an_archive_over_four_gibibytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("w+b") as file:
        # A hole, in place of files before these.
        file.seek(5 << 30)
        (tmp_path / "one").write_bytes(b"a\n1\n")
        member = append(file, "one.csv", tmp_path / "one")
        at = file.tell()
        file.write(directory([member], at))

    with zipfile.ZipFile(path) as read:
        assert read.read("one.csv") == b"a\n1\n"


def made(folder: Path, files: dict[str, bytes], pieces: int) -> tuple[bytes, list[Member]]:
    whole, members = b"", []
    named = list(files.items())
    for start in range(pieces):
        piece = io.BytesIO()
        for name, data in named[start::pieces]:
            (folder / "file").write_bytes(data)
            one = append(piece, name, folder / "file")
            members.append(replace(one, at=one.at + len(whole)))
        whole += piece.getvalue()
    return whole + directory(members, len(whole)), members
