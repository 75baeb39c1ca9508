"""`make upgrade`, with a systemd and a service that only take down what they are asked."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_packages_come_before_the_restart_and_the_answer_after_it(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    venv = tmp_path / ".venv" / "bin"
    programs = {venv / "uv": "install", venv / "python": "python", tmp_path / "sudo": "sudo", tmp_path / "curl": "curl"}
    venv.mkdir(parents=True)
    for program, name in programs.items():
        program.write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/asked\n')
        program.chmod(0o755)

    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["make", "upgrade", "PORT=8123"], cwd=tmp_path, env=environment, check=True, capture_output=True)

    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0].startswith("install pip install")
    assert asked[-2] == "sudo systemctl restart ai-csv-converter"
    assert asked[-1].endswith("http://127.0.0.1:8123/health")
