"""`ops/supervise`, with a systemd that only takes down what it is told."""

import os
import subprocess
from pathlib import Path

SUPERVISE = Path(__file__).parents[1] / "ops" / "supervise"


def supervised(folder: Path, *words: str, **environment: str) -> tuple[str, list[str]]:
    """The unit file that is written, and what systemctl is asked for."""
    sudo = folder / "sudo"
    sudo.write_text(f'#!/bin/sh\nif [ "$1" = tee ]; then cat > {folder}/unit; else echo "$@" >> {folder}/asked; fi\n')
    sudo.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    subprocess.run([SUPERVISE, *words], env={"PATH": path, **environment}, check=True, stdout=subprocess.DEVNULL)
    return (folder / "unit").read_text(), (folder / "asked").read_text().splitlines()


def test_the_command_runs_in_the_projects_folder_and_again_whenever_it_ends(tmp_path: Path) -> None:
    unit, asked = supervised(tmp_path, "ray", "A=b", ".venv/bin/ray", "start", "--block")

    assert f"WorkingDirectory={SUPERVISE.parents[1]}\n" in unit
    assert "Restart=always\n" in unit
    assert 'ExecStart=/usr/bin/env "A=b" ".venv/bin/ray" "start" "--block"\n' in unit
    assert asked == ["systemctl daemon-reload", "systemctl enable --quiet ray", "systemctl restart ray"]


def test_words_reach_the_command_as_they_are(tmp_path: Path) -> None:
    unit, _ = supervised(tmp_path, "x", 'a "b" \\ $HOME 5%')

    assert r'ExecStart=/usr/bin/env "a \"b\" \\ $$HOME 5%%"' in unit


def test_rays_settings_go_with_it_and_no_others(tmp_path: Path) -> None:
    unit, _ = supervised(tmp_path, "ray", "x", RAY_OVERRIDE_RESOURCES='{"CPU": 32}', AWS_SECRET_ACCESS_KEY="secret")

    assert r'Environment="RAY_OVERRIDE_RESOURCES={\"CPU\": 32}"' in unit
    assert "secret" not in unit
