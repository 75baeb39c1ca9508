"""Where results go."""

import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from converter.destination import Destination

PUT = "import sys; from pathlib import Path; from tests.converter.test_destination import put; put(Path(sys.argv[1]), 'new\\n')"


def put(path: Path, text: str) -> None:
    with Destination.opened(path) as destination:
        (destination.scratch / "made").write_text(text)
        destination.put(destination.scratch / "made")


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()

    put(tmp_path / "made.csv", "new")

    assert (tmp_path / "made.csv").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.csv", "other"]


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text("old")
    (tmp_path / "made.csv").chmod(0o640)

    put(tmp_path / "made.csv", "new")

    assert (tmp_path / "made.csv").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "made.csv").stat().st_mode) == 0o640


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there yet"])
def test_a_symbolic_link_is_followed_and_stays(tmp_path: Path, there: bool) -> None:
    (tmp_path / "folder").mkdir()
    if there:
        (tmp_path / "folder" / "made.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("folder/made.csv")

    put(tmp_path / "link.csv", "new")

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "folder" / "made.csv").read_text() == "new"


def test_a_fifo_is_written_to_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=put, args=(tmp_path / "fifo", "new"))
    writer.start()

    assert (tmp_path / "fifo").read_text() == "new"
    writer.join()
    assert (tmp_path / "fifo").is_fifo()


def test_the_reader_of_a_fifo_learns_that_nothing_comes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")

    def fail() -> None:
        with pytest.raises(ValueError, match="no result"), Destination.opened(tmp_path / "fifo"):
            raise ValueError("no result")

    writer = threading.Thread(target=fail)
    writer.start()

    assert (tmp_path / "fifo").read_text() == ""
    writer.join()


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    # A terminal of our own: no test touches a device of the machine.
    ours, theirs = os.openpty()

    put(Path(os.ttyname(theirs)), "new\n")

    assert os.read(ours, 100) == b"new\r\n"
    assert stat.S_ISCHR(os.stat(os.ttyname(theirs)).st_mode)


@pytest.mark.parametrize("path", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_what_a_shell_has_opened_is_added_to(tmp_path: Path, path: str) -> None:
    with (tmp_path / "out").open("w") as file:
        file.write("old\n")
        file.flush()
        subprocess.run([sys.executable, "-c", PUT, path], stdout=file, check=True)
        # As the shell's next command does.
        subprocess.run(["echo", "more"], stdout=file, check=True)

    assert (tmp_path / "out").read_text() == "old\nnew\nmore\n"


def test_a_device_that_is_full_is_named() -> None:
    with pytest.raises(OSError, match="No space left") as error:
        put(Path("/dev/full"), "new")

    assert error.value.filename == "/dev/full"


def test_a_link_to_standard_output_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/stdout")

    printed = subprocess.run([sys.executable, "-c", PUT, str(tmp_path / "link")], stdout=subprocess.PIPE, check=True).stdout

    assert printed == b"new\n"
    assert (tmp_path / "link").is_symlink()


def test_a_folder_whose_name_the_engine_cannot_be_told_gets_its_file(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()

    with Destination.opened(folder / "made.csv") as destination:
        str(destination.scratch).encode()
    put(folder / "made.csv", "new")

    assert [path.read_text() for path in folder.iterdir()] == ["new"]


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text("old")

    def fail() -> None:
        with Destination.opened(tmp_path / "made.csv") as destination:
            (destination.scratch / "made").write_text("half of it")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("made.csv", "old")]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "is a folder"),
        ("nothing/made.csv", "there is no folder"),
        ("socket", "a disk or a socket"),
        ("loop", "symbolic links"),
    ],
)
def test_an_error_names_the_path_that_was_given(
    tmp_path: Path, name: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        # Its path may not be long.
        monkeypatch.chdir(tmp_path)
        one.bind("socket")
        (tmp_path / "loop").symlink_to("loop")

        with pytest.raises(OSError, match=problem) as error, Destination.opened(tmp_path / name):
            pass

    assert error.value.filename == str(tmp_path / name)


def test_an_error_in_the_scratch_folder_is_told_of_the_path_that_was_given(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as error, Destination.opened(tmp_path / "made.csv") as destination:
        (destination.scratch / "nothing").read_text()

    assert error.value.filename == str(tmp_path / "made.csv")
