"""The installed command: what `converter` can, with what `crew` adds, and the service."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.commands import main
from converter import __version__
from jobs.record import Mode


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("a\nx\ny\n")
    Path("out.csv").write_text("A\nx\ny\n")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "LEARN_MODE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_its_modes_are_those_of_requests(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["learn", "--help"])

    assert "{" + ",".join(Mode) + "}" in capsys.readouterr().out


def test_without_a_word_of_a_model_none_is_asked_nor_imported() -> None:
    program = "import sys; from cli.commands import main; main(sys.argv[1:]); print(*sys.modules)"
    command = [sys.executable, "-c", program, "learn", "in.csv", "out.csv", "-o", "made.sql"]

    done = subprocess.run(command, capture_output=True, text=True, cwd=Path.cwd(), check=True, env={"PYTHONPATH": _ROOT})

    assert not {"crew", "pydantic", "crewai", "rich"} & set(done.stdout.split())


_ROOT = str(Path(__file__).parents[2])


def test_instructions_are_read_and_what_becomes_of_them_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("words.txt").write_text("Keep it as it is.")

    assert main(["learn", "in.csv", "out.csv", "-o", "made.sql", "--instructions", "words.txt", "--json"]) == 0

    told = printed(capsys)
    assert (told["learned_by"], told["converter"]) == ("synthesis", "made.sql")
    assert "not read by a language model" in told["notes"][0]


def test_mode_crew_needs_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "in.csv", "out.csv", "-o", "made.sql", "--mode", "crew"]) == 2

    assert "OPENAI_API_KEY" in capsys.readouterr().err
    assert not Path("made.sql").exists()


def test_a_converter_that_was_learned_runs() -> None:
    assert main(["learn", "in.csv", "out.csv", "-o", "made.sql"]) == 0
    assert main(["run", "made.sql", "in.csv", "-o", "made.csv"]) == 0
    assert main(["compare", "made.csv", "out.csv"]) == 0


def test_its_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])

    assert capsys.readouterr().out == f"csv-converter {__version__}\n"
