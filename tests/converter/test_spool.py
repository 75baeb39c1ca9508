"""Inputs that can be read once only."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from converter.spool import regular


def test_a_file_is_read_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("a\n1\n")

    with regular(tmp_path / "given.csv") as file:
        assert file == tmp_path / "given.csv"


def test_a_fifo_can_be_read_as_often_as_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=(tmp_path / "fifo").write_text, args=("a\n1\n",))
    writer.start()

    with regular(tmp_path / "fifo") as file:
        assert [file.read_text(), file.read_text()] == ["a\n1\n"] * 2
    writer.join()

    assert not file.exists()


def test_a_name_that_the_engine_cannot_be_told_is_no_hindrance(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))
    path.write_text("a\n1\n")

    with regular(path) as file:
        str(file).encode()
        assert file.read_text() == "a\n1\n"


def test_standard_input_is_read_from_where_it_stands() -> None:
    program = "from converter.spool import *\nwith regular(STANDARD) as file: print(file.read_text(), end='')"

    read = subprocess.run([sys.executable, "-c", program], input="a\n1\n", capture_output=True, text=True, check=True)

    assert read.stdout == "a\n1\n"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing, regular(tmp_path / "nothing.csv"):
        pass

    assert missing.value.filename == str(tmp_path / "nothing.csv")
