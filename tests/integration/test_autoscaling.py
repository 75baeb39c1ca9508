"""Waiting jobs make Ray's autoscaler add nodes, and idleness takes them away: shown with Ray's fake provider."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.service import ROOT

pytestmark = pytest.mark.integration

_APART = ("unshare", "--mount", "--pid", "--net", "--fork", "--mount-proc")


def test_nodes_come_for_jobs_that_wait_and_go_when_there_are_none() -> None:
    if subprocess.run([*_APART, "true"], capture_output=True).returncode:
        pytest.skip("namespaces of one's own need root")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    ran = subprocess.run(
        [*_APART, sys.executable, "-m", "tests.integration.autoscaling"],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=280,
    )

    told = json.loads(next(line for line in ran.stdout.splitlines() if line.startswith('{"slots"')))
    slots = [number for _, number in told["slots"]]
    assert slots[0] == 0
    assert max(slots) == 4
    assert slots[-1] == 0
    assert set(told["ended"]) == {"succeeded"}
