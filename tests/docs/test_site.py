"""The documentation: the site builds with every link leading somewhere, and the reference has all that there is and no more."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from actors import metrics
from cli.commands import _parser
from tools import rest_page, terminal_picture

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def built(folder: Path, configuration: Path = ROOT / "mkdocs.yml") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(configuration)]
    return subprocess.run([*command, "--site-dir", str(folder / "site")], capture_output=True, text=True, cwd=folder)


def test_the_site_builds_and_no_link_in_it_leads_nowhere(tmp_path: Path) -> None:
    done = built(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "tutorial" / "index.html").exists()
    pages = [path.read_text() for path in (tmp_path / "site").rglob("*.html")]
    assert not [page for page in pages if "fonts.googleapis.com" in page]


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A\n\n[b](b.md)\n")
    text = (ROOT / "mkdocs.yml").read_text()
    (tmp_path / "mkdocs.yml").write_text(text[: text.index("nav:")])

    assert built(tmp_path, tmp_path / "mkdocs.yml").returncode != 0


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_repositorys_own_pages_link_to_files_that_there_are(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text())

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_reference_has_every_operation_of_the_api() -> None:
    assert rest_page.PAGE.read_text() == rest_page.page(), "write it anew: python -m tools.rest_page"


def test_the_reference_has_every_command() -> None:
    (choices,) = [one.choices for one in _parser()._actions if isinstance(one.choices, dict)]

    written = re.findall(r"^\| `(\w+)` \|", (REFERENCE / "command-line.md").read_text(), re.MULTILINE)

    assert sorted(written) == sorted(choices)


def test_the_reference_has_every_metric() -> None:
    found = re.findall(r'(Gauge|Counter|Histogram)\(\s*"(\w+)"', Path(metrics.__file__).read_text())
    told = {f"ray_{name}" + ("_total" if kind == "Counter" else "") for kind, name in found}

    assert set(re.findall(r"^\| `(\w+)`", (REFERENCE / "metrics.md").read_text(), re.MULTILINE)) == told


def test_the_picture_shows_what_the_commands_print() -> None:
    drawn = re.sub(r"<[^>]+>", "", terminal_picture.PICTURE.read_text()).replace("&#160;", "").replace(" ", "")

    shown = terminal_picture.shown()
    # How sure it is, and in which words, changes with the learner; what is typed and what comes out does not.
    for line in [*(command for command, _ in shown), *shown[-1][1].splitlines()]:
        assert line.replace(" ", "") in drawn


def test_every_how_to_says_what_it_is_for() -> None:
    for path in (ROOT / "docs" / "how-to").glob("*.md"):
        title = path.read_text().splitlines()[0]
        assert title.startswith("# How to ") or path.name == "page.md", path
