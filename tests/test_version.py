"""The version stands in one place, `converter/__init__.py`: all others take it from there."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from api.app import create_app
from converter import __version__
from jobs.folder import FolderStore
from jobs.store import JobStore
from settings import Settings
from tests.api.test_app import RememberingQueue

ROOT = Path(__file__).parents[1]


def test_the_package_takes_it_from_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"] == {"path": "converter/__init__.py"}
    # What is installed here may be older than the working copy; that it is installed under this name is not.
    assert version("ai-csv-converter")


def test_the_openapi_document_has_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, aws_bucket_name=None, _env_file=None)

    assert create_app(settings, JobStore(FolderStore(tmp_path)), RememberingQueue()).openapi()["info"]["version"] == __version__


def test_the_changelog_tells_of_it_first_and_of_every_release_its_day() -> None:
    headings = re.findall(r"^## (\S+) \((.+)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert headings[0][0] == __version__
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for _, day in headings[1:])
    assert headings[0][1] == "unreleased" or re.fullmatch(r"\d{4}-\d\d-\d\d", headings[0][1])
