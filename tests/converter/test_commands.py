"""The commands as they are typed: what they print, write, and end with."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import converter
from converter.commands import BAD_CSV, BAD_USAGE, DIFFERENT, DONE, NOT_FOUND, REFUSED, main
from converter.manifest import Converter

ENDLESS = "SELECT CAST(count(*) AS VARCHAR) AS n FROM range(1000000) AS x, range(1000000) AS y"
INTERRUPTS_ITSELF = """
import os, signal, sys
from converter import lesson
from converter.__main__ import main

def searches(*_, **__):
    os.kill(os.getpid(), signal.SIGINT)
    yield

lesson.findings = searches
sys.argv = ["converter", "learn", "in.csv", "out.csv", "-o", "made.sql"]
main()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("a,b\n1,x\n2,y\n")
    Path("out.csv").write_text("B\nx\ny\n")
    Converter("SELECT b AS B FROM input", ("b",), output_header=("B",)).save("c.sql")
    return tmp_path


def command(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line(*arguments), capture_output=True, text=True, timeout=60, env=environment(), **more)


def line(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "converter", *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(converter.__file__).parents[1])}


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_learn_writes_a_converter_that_run_takes() -> None:
    assert main(["learn", "in.csv", "out.csv", "-o", "made.sql"]) == DONE
    assert main(["run", "made.sql", "in.csv", "-o", "made.csv"]) == DONE
    assert main(["compare", "made.csv", "out.csv"]) == DONE


def test_learn_says_what_it_learned_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["learn", "in.csv", "out.csv", "-o", "made.sql", "--json", "--ask", "in.csv"])

    told = printed(capsys)
    assert (told["learned"], told["converter"], told["ask"]) == (True, "made.sql", [])
    assert told["statement"] == Converter.load("made.sql").statement


def test_no_converter_has_its_own_status_and_its_reason_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out.csv").write_text("B\nqz7\nkw2\n")

    assert main(["learn", "in.csv", "out.csv", "-o", "made.sql", "--timeout", "2", "--json"]) == NOT_FOUND
    assert not printed(capsys)["learned"]
    assert not Path("made.sql").exists()


def test_explain_prints_what_competed_and_why_it_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "in.csv", "out.csv", "-o", "c.sql", "--explain"]) == 0

    told = capsys.readouterr().out
    assert "\nrows\n" in told
    assert "chosen" in told
    assert "lost" in told


ORDERS = "id,qty,price\n1,3,1.50\n2,10,2.25\n3,1,10.00\n4,4,0.75\n5,7,1.50\n6,2,2.25\n7,5,10.00\n8,8,0.75\n"
TOTALS = ["total", "4.50", "22.50", "10.00", "3.00", "10.50", "4.50", "51.00", "6.00"]


def test_a_mistaken_row_is_told_and_can_be_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text(ORDERS)
    Path("out.csv").write_text("\n".join(TOTALS) + "\n")

    main(["learn", "in.csv", "out.csv", "-o", "c.sql"])
    told = capsys.readouterr().err
    assert main(["learn", "in.csv", "out.csv", "-o", "c.sql", "--ignore-row", "7"]) == DONE

    assert "note: row 7: total expected 51.00, the rule gives 50.00\n" in told
    assert told.endswith("--ignore-row 7\n")
    assert "51" not in Converter.load("c.sql").statement


def test_a_row_to_ignore_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "in.csv", "out.csv", "-o", "c.sql", "--ignore-row", "9"]) == BAD_CSV

    assert "there is no row 9 to ignore" in capsys.readouterr().err


def test_a_part_can_be_had_where_not_all_is_explained() -> None:
    totals, codes = [*TOTALS[:7], "50.00", "6.00"], ["code", "qx", "7f", "zz", "p1", "m3", "w0", "kk", "u4"]
    Path("in.csv").write_text(ORDERS)
    Path("out.csv").write_text("\n".join(f"{one},{other}" for one, other in zip(totals, codes, strict=True)) + "\n")

    assert main(["learn", "in.csv", "out.csv", "-o", "part.sql"]) == NOT_FOUND
    assert not Path("part.sql").exists()
    assert main(["learn", "in.csv", "out.csv", "-o", "part.sql", "--partial"]) == DONE
    assert main(["run", "part.sql", "in.csv", "-o", "made.csv"]) == DONE

    assert Path("made.csv").read_text().splitlines()[:2] == ["total,code", "4.50,"]


def test_run_reports_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "c.sql", "in.csv", "-o", "made.csv", "--json"])

    told = printed(capsys)
    assert (told["rows_out"], told["output"], told["notes"]) == (2, "made.csv", ["columns not used: 'a'"])


def test_compare_and_show_speak_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "in.csv", "out.csv", "--json"]) == DIFFERENT
    assert not printed(capsys)["equal"]

    main(["show", "c.sql", "--json"])
    assert printed(capsys)["output_header"] == ["B"]


def test_ask_shows_the_rows_in_doubt(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text("name\nAda Byron\nAlan Turing\n")
    Path("out.csv").write_text("last\nByron\nTuring\n")
    Path("new.csv").write_text("name\nMary Ann Evans\n")

    main(["ask", "in.csv", "out.csv", "new.csv", "--json"])

    (question,) = printed(capsys)["questions"]
    assert (question["column"], question["row"]) == ("last", 1)
    assert len(question["answers"]) > 1


@pytest.mark.parametrize(
    ("arguments", "status", "kind"),
    [
        (["run", "c.sql", "nothing.csv", "-o", "made.csv"], BAD_USAGE, "FileNotFoundError"),
        (["run", "c.sql", "in.csv", "-o", "in.csv"], BAD_USAGE, "Misuse"),
        (["run", "c.sql", "in.csv", "-o", "c.sql"], BAD_USAGE, "Misuse"),
        (["learn", "in.csv", "out.csv", "-o", "out.csv"], BAD_USAGE, "Misuse"),
        (["learn", "-", "-", "-o", "made.sql"], BAD_USAGE, "Misuse"),
        (["run", "in.csv", "in.csv", "-o", "made.csv"], REFUSED, "BadConverter"),
        (["run", "c.sql", "empty.csv", "-o", "made.csv"], BAD_CSV, "BadCsv"),
    ],
)
def test_an_error_is_one_line_for_people_and_one_object_for_machines(
    arguments: list[str], status: int, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty.csv").touch()
    before = {path.name: path.read_bytes() for path in Path().iterdir()}

    assert main([*arguments, "--json"]) == status

    told = capsys.readouterr()
    assert json.loads(told.out)["kind"] == kind
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


def test_a_converter_is_written_through_a_link_and_keeps_its_mode() -> None:
    Path("kept.sql").touch(0o600)
    Path("link.sql").symlink_to("kept.sql")

    main(["learn", "in.csv", "out.csv", "-o", "link.sql"])

    assert Path("link.sql").is_symlink()
    assert Converter.load("kept.sql").output_header == ("B",)
    assert Path("kept.sql").stat().st_mode & 0o777 == 0o600


def test_a_converter_can_be_printed() -> None:
    done = command("learn", "in.csv", "out.csv", "-o", "-")

    assert Converter.loads(done.stdout).output_header == ("B",)
    assert done.stderr.startswith("learned from 2 rows")


def test_a_line_end_in_a_converter_comes_back_as_it_was() -> None:
    kept = Converter("SELECT 'a\r\nb\rc' AS \"B\r\n\" FROM input", ("b\r\n",), output_header=("B\r\n",))

    kept.save("kept.sql")

    assert Converter.load("kept.sql") == kept


@pytest.mark.parametrize("given", ["-", "/dev/stdin", "<(cat in.csv)"])
@pytest.mark.parametrize("made", ["-", "/dev/stdout", ">(cat)"])
def test_a_run_stands_in_a_pipe(given: str, made: str) -> None:
    text = f"{sys.executable} -m converter run c.sql {given} -o {made} < in.csv | cat"

    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, env=environment(), timeout=60)

    # To >(…) the shell's own standard output is another thing than ours.
    assert "B\nx\ny\n" in done.stdout if made == ">(cat)" else done.stdout == "B\nx\ny\n"


def test_a_reader_that_has_seen_enough_ends_a_run_quietly() -> None:
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(line("run", "c.sql", "in.csv", "-o", "-"), stdout=write, stderr=subprocess.PIPE, env=environment())
    os.close(write)

    assert (done.returncode, done.stderr) == (141, b"")


def test_names_that_are_no_text_are_names() -> None:
    folder = os.fsencode(Path.cwd()) + b"/caf\xe9"
    os.mkdir(folder)
    Path("in.csv").rename(os.fsdecode(folder + b"/\xff.csv"))

    done = command("run", "c.sql", os.fsdecode(folder + b"/\xff.csv"), "-o", os.fsdecode(folder + b"/made.csv"))

    assert done.returncode == DONE, done.stderr
    assert Path(os.fsdecode(folder + b"/made.csv")).read_text() == "B\nx\ny\n"


def test_an_interrupted_search_leaves_one_line_and_no_file() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTS_ITSELF], capture_output=True, text=True, env=environment(), timeout=60
    )

    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    assert not Path("made.sql").exists()


# An interrupt where an exception is swallowed: within an import, and while an object is thrown away.
SWALLOWED = """
import os, signal
def interrupt():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        pass
"""
THROWN_AWAY = """
import os, signal, time
class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(10):
            pass
def main():
    last = Last()
    del last
    time.sleep(30)
    return 0
"""


@pytest.mark.parametrize("module", [SWALLOWED + "interrupt()\ndef main(): return 0\n", THROWN_AWAY])
def test_an_interrupt_is_never_swallowed_nor_a_traceback(module: str) -> None:
    Path("interrupted_commands.py").write_text(module)
    code = (
        "import sys; sys.path.append('.'); from converter.entry import enter, loading; enter(loading('interrupted_commands'))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment())

    assert (done.returncode, done.stderr) == (130, "interrupted\n")


@pytest.mark.parametrize(("number", "status", "said"), [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, 143, "")])
def test_an_interrupted_run_leaves_one_line_and_the_old_file(number: signal.Signals, status: int, said: str) -> None:
    Converter(ENDLESS, ("b",), output_header=("n",)).save("endless.sql")
    Path("made").mkdir()
    Path("made", "made.csv").write_text("old")
    running = subprocess.Popen(
        line("run", "endless.sql", "in.csv", "-o", "made/made.csv"), stderr=subprocess.PIPE, text=True, env=environment()
    )
    # The engine's folder for what it spills stands before it is asked.
    _until(lambda: any(Path("made").glob(".converting-*/work/spill")))

    running.send_signal(number)

    assert running.communicate(timeout=30)[1] == said
    assert running.returncode == status
    assert [(path.name, path.read_text()) for path in Path("made").iterdir()] == [("made.csv", "old")]


def _until(holds: Any) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ends = os.openpty()
    yield ends
    for end in ends:
        os.close(end)


def test_a_terminal_is_shown_the_first_rows_in_colours(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal

    subprocess.run(line("run", "c.sql", "in.csv", "-o", "made.csv"), stdout=theirs, env=environment(), check=True)

    shown = os.read(ours, 1 << 16).decode()
    assert "in.csv" in shown
    assert "\x1b[" in shown


def test_a_terminal_is_shown_that_a_long_run_is_at_work(terminal: tuple[int, int]) -> None:
    Converter(ENDLESS, ("b",), output_header=("n",)).save("endless.sql")
    ours, theirs = terminal

    running = subprocess.Popen(line("run", "endless.sql", "in.csv", "-o", "made.csv"), stderr=theirs, env=environment())
    shown = b""
    # It never ends by itself, and it is not shown before it has lasted a while.
    while b"converting in.csv" not in shown:
        shown += os.read(ours, 1 << 16)
    running.terminate()

    assert running.wait(30) == 143


def test_nothing_but_plain_text_is_printed_into_a_pipe() -> None:
    done = command("compare", "in.csv", "out.csv")

    assert done.returncode == DIFFERENT
    assert "\x1b" not in done.stdout
    assert "┃" not in done.stdout


def test_what_a_file_says_does_not_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text("a,b\n1,\x1b]0;owned\x07\n2,\u202ey\n")

    main(["compare", "out.csv", "in.csv"])

    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_what_a_small_file_does_not_need_is_not_imported() -> None:
    program = "import sys; from converter.commands import main; main(sys.argv[1:]); print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program, "run", "c.sql", "in.csv", "-o", "made.csv"],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )

    assert not {"rich", "duckdb", "sqlglot", "numpy", "pydantic"} & set(done.stdout.split())


def test_what_a_person_says_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_bytes("a:b,c\n1:Ж,3\n".encode("koi8-r"))
    Converter('SELECT a, "b,c" FROM input', ("a", "b,c"), output_header=("a", "b,c")).save(tmp_path / "c.sql")
    said = ["--encoding", "koi8-r", "--delimiter", ":"]

    status = main(["run", str(tmp_path / "c.sql"), str(tmp_path / "given.csv"), "-o", str(tmp_path / "made.csv"), *said])

    assert status == DONE
    assert (tmp_path / "made.csv").read_text() == 'a,"b,c"\n1,"Ж,3"\n'


@pytest.mark.parametrize("said", [["--encoding", "klingon"], ["--delimiter", '"']])
def test_what_cannot_be_said_of_a_file_is_bad_usage(said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "c.sql", "given.csv", "-o", "made.csv", *said])

    assert ended.value.code == BAD_USAGE
    assert said[1] in capsys.readouterr().err


def test_a_converter_is_learned_from_a_sheet_and_what_was_guessed_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Data")
    for row in (["id", "name"], [1, "Zoë"], [2, "Bo"]):
        sheet.append(row)
    book.save(tmp_path / "input.xlsx")
    (tmp_path / "expected.csv").write_bytes("name\nZoë\nBo\n".encode("cp1252"))
    files = [str(tmp_path / name) for name in ("input.xlsx", "expected.csv")]

    status = main(["learn", *files, "-o", str(tmp_path / "c.sql"), "--sheet", "Data"])

    assert status == DONE
    told = capsys.readouterr().err
    assert "note: read from the sheet 'Data'" in told
    assert "note: the expected file: read as Windows-1252" in told
