"""The Dockerfile's steps in a fresh root, by chroot since no container can be run here: what comes out answers and converts.

It fetches some 700 MB and takes minutes, so it is run on request alone: `make image-test`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.debian import needs
from tests.integration.service import ROOT, Service, free_port
from tests.ops.dockerfile import environment, instructions

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(1800),
    needs("debootstrap", "debootstrap"),
    pytest.mark.skipif(os.environ.get("FRESH_ROOT") != "1", reason="fetches a system; `make image-test` runs it"),
]
DOCKERFILE = ROOT / "Dockerfile"
# How this machine gets to its registries, which an image's builder is told by its own means.
_NETWORK = (
    "/etc/resolv.conf",
    "/etc/pip.conf",
    "/etc/xdg/pip",
    "/etc/apt/apt.conf.d",
    "/etc/apt/sources.list",
    "/etc/apt/sources.list.d",
    "/etc/ssl/certs/ca-certificates.crt",
)
_MOUNTS = ("proc", "sys", "dev")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Debian as `debian:bookworm-slim` begins, and all steps of the Dockerfile taken."""
    folder = tmp_path_factory.mktemp("root")
    # pytest's folders are their owner's alone; in a root everybody may look.
    folder.chmod(0o755)
    _done(["debootstrap", "--variant=minbase", "bookworm", str(folder)])
    mounted = []
    try:
        for name in _MOUNTS:
            _done(["mount", "--rbind", f"/{name}", str(folder / name)])
            mounted.append(folder / name)
        for path in _packages_here():
            (folder / path[1:]).mkdir(parents=True)
            _done(["mount", "--bind", path, f"{folder}{path}"])
            mounted.append(Path(f"{folder}{path}"))
        for one in instructions(DOCKERFILE):
            # Anew each time, since packages write files of their own in their places.
            _network(folder)
            _take(one.name, one.words, one.text, folder)
        yield folder
    finally:
        for path in reversed(mounted):
            _done(["umount", "--recursive", "--lazy", str(path)])


def _take(name: str, words: list[str], text: str, root: Path) -> None:
    if name == "RUN":
        _done(["chroot", str(root), "/bin/sh", "-c", text], env=_system())
    elif name == "COPY" and words[0] == ".":
        # As .dockerignore lets it through.
        for line in (ROOT / ".dockerignore").read_text().splitlines():
            if line.startswith("!"):
                _copy(ROOT / line[1:], root / words[1][1:] / line[1:])
    elif name == "COPY" and not words[0].startswith("--from"):
        _copy(ROOT / words[0], root / words[1][1:])


def _network(folder: Path) -> None:
    for name in _NETWORK:
        if Path(name).is_dir():
            shutil.copytree(name, folder / name[1:], symlinks=False, dirs_exist_ok=True, ignore_dangling_symlinks=True)
        elif Path(name).exists():
            (folder / name[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, folder / name[1:])


def _packages_here() -> set[str]:
    """Folders of this machine in which pip looks for packages."""
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"(?:file://|')(/[\w/.-]+)", told)
    return {path.removesuffix("/simple") for path in found if Path(path).is_dir() and not path.startswith("/etc")}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy(source, target)


def _system() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.lower().endswith("_proxy")}
    return kept | {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}


def _done(command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def test_what_the_steps_make_serves_without_root_and_converts_in_its_sandbox(root: Path, tmp_path: Path) -> None:
    port = free_port()
    settings = environment(DOCKERFILE) | {
        "HOME": "/home/converter",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DASHBOARD_PORT": str(free_port()),
        "SLOTS_PER_NODE": "1",
        "FASTAPI_AND_WEP_APP_SECRET_KEY": "key",
    }
    (command,) = [one.words for one in instructions(DOCKERFILE) if one.name == "CMD"]
    inside = ["chroot", "--userspec=1000:1000", str(root), "/usr/bin/env", "--chdir=/opt/ai-csv-converter", "-i"]
    service = Service(tmp_path, [*inside, *(f"{name}={value}" for name, value in settings.items()), *command], port=port)
    try:
        record = service.ended(service.train())
        owner = service.family()[0].username()
    finally:
        service.stop()

    assert record["status"] == "succeeded"
    assert owner != "root"


def test_nothing_that_is_secret_or_only_builds_is_in_it(root: Path) -> None:
    inside = {path.name for path in (root / "opt" / "ai-csv-converter").iterdir()}

    assert not inside & {".env", "data", "tests", ".git", ".venv"}
    assert not (root / "usr" / "bin" / "gcc").exists()
