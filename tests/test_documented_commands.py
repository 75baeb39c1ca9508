"""Every command of README and docs/ is run as it stands, or has its reason here.

Those of the service are run by tests/integration/test_documented_commands.py, against one that is started once.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.documented import ROOT, Commands, blocks, environment, fresh_copy, inline, typed

BENCHMARK = "a benchmark: it takes minutes, and proves nothing by ending"
SERVICE = "run by tests/integration/test_documented_commands.py"
CLOUD = "asks for an account with a cloud; tests/test_cluster_yaml.py holds the file to Ray's own schema"
NOT_RUN = {
    "make test": "this is a part of it",
    "make demo": SERVICE,
    "make serve": SERVICE,
    "csv-converter serve": "tests/integration/test_installing.py",
    "pip install .": "tests/integration/test_installing.py",
    "serve run serve_app:app": SERVICE,
    "apt install chromium": "changes the machine",
    "apt install prometheus": "changes the machine",
    "MONITORING=true make serve": "tests/integration/test_monitoring.py",
    "ray attach": CLOUD,
    "ray attach cluster.yaml -p 8000 -p 8265 -p 9090": CLOUD,
    "ray get-auth-token --generate": "makes a token in the home folder, which is no folder of ours",
    "csv-converter store backup backup": "tests/cli/test_store.py, with jobs in the store",
    "DATA_DIR=restored csv-converter store restore backup": "tests/cli/test_store.py",
    "make image-test": "fetches a system, as root",
    "make upgrade": "tests/ops/test_upgrade.py",
    "ray status": "tests/integration/test_seen_from_outside.py asks the dashboard for the same",
    "ray up cluster.yaml": CLOUD,
    "ray up": CLOUD,
    "ray start": "what stands in its place is python -m actors.forking start",
    "python -m actors.forking start": "tests/integration/started_cluster.py starts nodes so",
    "ray drain-node": "tests/integration/test_nodes.py drains a node",
    "make lint": "looks at this project, as CI does before this",
    "make types": "the same",
    "make unit": "this is a part of it",
    "make integration": "the rest of the tests",
    "make docs": "tests/docs/test_site.py builds it",
    "make pin": "asks the registry for all that is new",
    "python -m tools.rest_page": "tests/docs/test_site.py holds the page to it",
    "make relations": "rewrites the learner's knowledge; tests/tools/test_relations.py",
    "make chaos": "ten minutes of it",
    "python -m tests.model_server --latency 2": "runs until it is stopped; tests/integration/test_crew.py starts it",
    "csv-converter learn parts.csv wanted.csv -o parts.sql --explain": "tests/docs/test_learning_page.py",
    "python -m tools.learning_page": "tests/docs/test_learning_page.py holds the page to it",
    "python -m bench.learning bench/cases/open --out .bench/learning": BENCHMARK,
    "python -m bench.composed --count 200 --seed 1": BENCHMARK,
    "python -m tools.fit_ranking --choices choices.jsonl --collect bench/cases/open": "tests/tools/test_fit_ranking.py",
    "python -m bench.nodes --nodes 4": BENCHMARK,
    "python -m bench.warm_workers 8 60": BENCHMARK,
    "python -m bench.waiting_jobs": BENCHMARK,
    "python -m bench.listing": BENCHMARK,
    "python -m bench.batch": BENCHMARK,
    "python -m bench.reference": BENCHMARK,
    "python -m bench.upload": BENCHMARK,
}
# The service's blocks are told by the program that asks it.
RUN_HERE = [
    *(block for block in blocks() if not re.search("curl|--server", block.text) and not set(block.lines) & set(NOT_RUN)),
    *(one for one in inline() if one.text not in NOT_RUN),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh_copy(tmp_path_factory.mktemp("fresh"))


def test_the_pages_have_commands_to_run() -> None:
    assert {one.page for one in RUN_HERE} >= {"README.md", "docs/tutorial.md", "docs/explanation/crew.md"}


def test_every_reason_is_for_a_command_that_stands_somewhere() -> None:
    written = {line for block in blocks() for line in block.lines} | {one.text for one in inline()}

    assert set(NOT_RUN) <= written


def test_the_interpreter_is_the_oldest_that_is_supported() -> None:
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].split(",")[0].removeprefix(">=")

    if sys.version_info[:2] != tuple(map(int, oldest.split("."))):
        pytest.skip(f"the commands run on {sys.version.split()[0]}, since `make` found no Python {oldest}")


@pytest.mark.parametrize("commands", RUN_HERE, ids=lambda commands: f"{commands.page}: {commands.lines[0]}")
def test_a_command_does_what_its_page_says(copy: Path, commands: Commands) -> None:
    done = typed(commands.text, copy)

    assert done.returncode == 0, done.stderr


def test_the_programs_of_the_pages_that_use_the_library_run(copy: Path) -> None:
    (program,) = re.findall(
        r"^```python\n(import converter\n.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )

    done = subprocess.run(
        [copy / ".venv/bin/python", "-c", program], cwd=copy, env=environment(copy), capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("True\n")
