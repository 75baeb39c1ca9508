"""The wheel, installed where nothing else of the project is, by somebody who has what it needs."""

import subprocess
from pathlib import Path

import pytest

from converter import __version__
from tests.documented import ROOT, environment, fresh_copy, installed, new_venv, uv
from tests.integration.service import Service

pytestmark = pytest.mark.integration

EXAMPLES = ROOT / "examples"
TYPED = """
import client
import converter

reveal_type(client.Client("", "", "").train("a.csv", "b.csv"))
lesson = converter.learn("a.csv", "b.csv")
reveal_type(lesson.converter)
reveal_type(converter.run)
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment in which the wheel is installed, and nothing of the project beside."""
    source = fresh_copy(tmp_path_factory.mktemp("fresh"))
    uv("build", "--quiet", "--wheel", "--no-build-isolation", "--python", str(source / ".venv/bin/python"), str(source))
    folder = tmp_path_factory.mktemp("elsewhere")
    (wheel,) = (source / "dist").glob("*.whl")
    installed(new_venv(folder / ".venv"), str(wheel))
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    settings = environment(folder, {"PYTHONPATH": ""})
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=120)


def test_the_command_learns_runs_and_compares(elsewhere: Path) -> None:
    example = [str(EXAMPLES / "orders.csv"), str(EXAMPLES / "expected.csv")]

    for command in (
        ["learn", *example, "-o", "c.sql", "--instructions", str(EXAMPLES / "instructions.json")],
        ["run", "c.sql", example[0], "-o", "made.csv"],
        ["compare", "made.csv", example[1]],
    ):
        done = run(elsewhere, "csv-converter", *command)
        assert done.returncode == 0, done.stderr

    assert run(elsewhere, "csv-converter", "--version").stdout == f"csv-converter {__version__}\n"


def test_what_is_imported_is_typed(elsewhere: Path) -> None:
    (elsewhere / "typed.py").write_text(TYPED)

    done = run(elsewhere, "python", "-m", "mypy", "--ignore-missing-imports", "--follow-imports=silent", "typed.py")

    assert 'Revealed type is "client.models.Job"' in done.stdout
    assert 'Revealed type is "converter.manifest.Converter | None"' in done.stdout
    assert "def (converter: converter.manifest.Converter" in done.stdout


def test_the_service_starts_and_learns(elsewhere: Path) -> None:
    folder = elsewhere / "service"
    folder.mkdir()

    service = Service(folder, [str(elsewhere / ".venv/bin/csv-converter"), "serve"], {"PYTHONPATH": ""}, cwd=folder)
    try:
        assert service.client.get("/health").json()["version"] == __version__
        assert service.client.get("/app/js/main.js").status_code == 200
        assert service.ended(service.train())["status"] == "succeeded"
    finally:
        assert service.stop() == 0
