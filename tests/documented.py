"""The commands that README and docs/ have a person type, and a fresh copy of the project to type them in."""

import os
import re
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")))
PROGRAMS = ("csv-converter", "python", ".venv/bin/", "make", "ray", "serve", "apt", "pip", "uv", "curl", "source")
_NOT_OURS = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", ".bench", ".demo", "data", ".env", "*.egg-info", "build", "dist"
)


@dataclass(frozen=True)
class Commands:
    """What stands in one block, or within one line, to be typed."""

    page: str
    text: str

    @property
    def lines(self) -> list[str]:
        """Each line without its comment."""
        return [line.split("    #")[0].rstrip() for line in self.text.splitlines() if line.strip()]


def blocks() -> Iterator[Commands]:
    """The blocks of shell commands, in order."""
    for page in PAGES:
        for text in re.findall(r"^```bash\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE):
            yield Commands(page, text)


def inline() -> Iterator[Commands]:
    """The commands within sentences."""
    starts = "|".join(map(re.escape, PROGRAMS))
    for page in PAGES:
        prose = re.sub(r"^```.*?^```", "", (ROOT / page).read_text(), flags=re.DOTALL | re.MULTILINE)
        for text in re.findall(r"`([^`]+)`", prose):
            # `serve_app.py` is a file, `make` alone a program to install.
            if (re.match(rf"({starts})(?![\w:])", text) and " " in text) or text.startswith(".venv/bin/"):
                yield Commands(page, text)


def fresh_copy(folder: Path) -> Path:
    """The project as somebody who fetched it and typed `make` has it, with the packages of the running interpreter."""
    copy = folder / "csv-converter"
    shutil.copytree(ROOT, copy, ignore=_NOT_OURS)
    venv = new_venv(copy / ".venv")
    installed(venv, "--editable", str(copy))
    # For `make`: it is installed.
    for name in (".runtime", ".development"):
        (venv / name).touch()
    return copy


def new_venv(folder: Path) -> Path:
    """An environment of its own that has the packages of the running interpreter, and their programs, but nothing of ours."""
    uv("venv", "--quiet", "--python", sys.executable, str(folder))
    ours = {Path(path) for path in site.getsitepackages()}
    (site_packages,) = (folder / "lib").glob("python*/site-packages")
    # As a folder of another environment, whose own .pth files (an editable install of ours) do not count.
    (site_packages / "others.pth").write_text("".join(f"{path}\n" for path in ours))
    for program in Path(sys.executable).parent.iterdir():
        if not (folder / "bin" / program.name).exists() and program.name != "csv-converter":
            (folder / "bin" / program.name).symlink_to(program)
    return folder


def installed(venv: Path, *what: str) -> None:
    """Installs a package without what it needs, which is there, from what it is built by here."""
    uv("pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", str(venv / "bin" / "python"), *what)


def uv(*arguments: str) -> None:
    """Runs the installer."""
    subprocess.run(
        [str(Path(sys.executable).parent / "uv"), *arguments], check=True, capture_output=True, text=True, timeout=200
    )


def environment(copy: Path, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """A person's environment after `source .venv/bin/activate` in the copy. No setting of ours is in it."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "USER", "TMPDIR") if name in os.environ}
    # Programs of packages, as `serve`, run by the other environment's interpreter.
    return kept | {"PATH": f"{copy}/.venv/bin:{os.environ['PATH']}", "PYTHONPATH": str(copy)} | more


def typed(text: str, copy: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """What the commands print when they are typed in the copy's folder, one after the other until one fails."""
    return subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", text],
        cwd=copy,
        env=environment(copy, settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
    )
