"""`ops/install`: the head fetches wheels once, a worker installs from them without a registry, and neither does it twice."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / "ops" / "install"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A folder that stands for the registry, with one package."""
    folder = tmp_path / "registry"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "name = 'tiny'\n")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    return folder


def node(folder: Path) -> Path:
    """A project's folder on a machine."""
    (folder / "ops").mkdir(parents=True)
    shutil.copy(INSTALL, folder / "ops")
    (folder / "requirements.txt").write_text("tiny==1.0\n")
    return folder


def install(folder: Path, kind: str, wheels: Path, registry: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "WHEELS": str(wheels),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(registry),
    }
    return subprocess.run([folder / "ops" / "install", kind], env=environment, capture_output=True, text=True)


def test_a_worker_needs_only_what_the_head_has_fetched(tmp_path: Path, registry: Path) -> None:
    wheels = tmp_path / "wheels"
    head, worker = node(tmp_path / "head"), node(tmp_path / "worker")

    assert install(head, "head", wheels, registry).returncode == 0
    done = install(worker, "worker", wheels, tmp_path / "no registry")

    assert done.returncode == 0, done.stderr
    assert [path.name for path in wheels.iterdir()] == ["tiny-1.0-py3-none-any.whl"]
    subprocess.run([worker / ".venv" / "bin" / "python", "-c", "import tiny"], check=True)


def test_what_is_installed_is_not_installed_again_unless_it_changed(tmp_path: Path, registry: Path) -> None:
    head, wheels = node(tmp_path / "head"), tmp_path / "wheels"
    install(head, "head", wheels, registry)
    python = head / ".venv" / "bin" / "python"
    before = python.lstat().st_mtime_ns

    assert install(head, "head", wheels, tmp_path / "no registry").returncode == 0
    assert python.lstat().st_mtime_ns == before

    (head / "requirements.txt").write_text("tiny==2.0\n")
    assert install(head, "head", wheels, registry).returncode != 0


def test_an_install_that_failed_is_done_anew(tmp_path: Path, registry: Path) -> None:
    worker, wheels = node(tmp_path / "worker"), tmp_path / "wheels"
    wheels.mkdir()
    assert install(worker, "worker", wheels, registry / "none").returncode != 0

    shutil.copy(next(registry.iterdir()), wheels)

    assert install(worker, "worker", wheels, registry / "none").returncode == 0
