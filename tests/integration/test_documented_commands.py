"""The commands of README and docs/ that are about the service, typed as they stand against one that `make serve` started."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.documented import ROOT, blocks, environment, fresh_copy, typed
from tests.integration.service import eventually, free_port

pytestmark = pytest.mark.integration

# As a person does who sees the answers, it stops where one is an error.
_CURL = 'curl() { command curl --fail-with-body "$@"; }\n'
README = (ROOT / "README.md").read_text()
_ADDRESS = "127.0.0.1:8000"


class Served:
    """The service, left running in a fresh copy of the project as `make serve` does it, and somebody at its terminal."""

    def __init__(self, copy: Path) -> None:
        self._copy, self._port = copy, free_port()
        self._typed = ""
        self.job_ids: list[str] = []
        settings = {"PORT": str(self._port), "DASHBOARD_PORT": str(free_port()), "SLOTS_PER_NODE": "2"}
        with (copy / "log").open("wb") as log:
            # A group of its own, since Ctrl-C reaches all that run at a terminal.
            self._make = subprocess.Popen(
                ["make", "serve"],
                cwd=copy,
                env=environment(copy, settings),
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        eventually(self._announced, 150)

    def type(self, commands: str) -> str:
        """What the commands print, in the shell in which those before were typed; a job that they name is waited for."""
        text = commands.replace(_ADDRESS, f"127.0.0.1:{self._port}")
        done = typed(_CURL + self._typed + text, self._copy)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        self._typed += "".join(f"{line}\n" for line in text.splitlines() if re.match(r"[A-Z_]+=", line))
        for job_id in re.findall(r'"job_id": ?"([\w-]+)", ?"status": ?"queued"', done.stdout):
            self.job_ids.append(job_id)
            eventually(partial(self._has_succeeded, job_id), 60)
        return done.stdout

    def stop(self) -> None:
        """Ctrl-C, and the end of it."""
        os.killpg(self._make.pid, signal.SIGINT)
        self._make.wait(60)

    def _announced(self) -> bool:
        log = (self._copy / "log").read_text()
        assert self._make.poll() is None, log
        return f"the API: http://127.0.0.1:{self._port}" in log

    def _has_succeeded(self, job_id: str) -> bool:
        key = (self._copy / "data" / "api_key").read_text().strip()
        url = f"http://127.0.0.1:{self._port}/api/v1/ada/{job_id}"
        record = httpx.get(url, headers={"X-API-KEY": key}).raise_for_status().json()
        assert record["status"] not in ("failed", "cancelled"), record
        return bool(record["status"] == "succeeded")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh_copy(tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="module")
def served(copy: Path) -> Iterator[Served]:
    one = Served(copy)
    yield one
    one.stop()


def test_what_is_asked_of_the_service_is_answered_as_the_readme_shows(served: Served) -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    texts = [block.text for block in blocks() if "curl" in block.text]
    # What a person is to fill in stands as …: the job's id of the answer before.
    parts = [part for text in texts for part in re.split(r"^(?=\w+=…)", text, flags=re.MULTILINE)]

    answers = [served.type(part.replace("=…", f"={served.job_ids[-1]}", 1) if served.job_ids else part) for part in parts]

    answer = json.loads(answers[0].replace(served.job_ids[0], "…")) | {"created_at": "…"}
    assert answer == json.loads(shown)
    assert "total_price,order_status,shipping_category\n24.5,Shipped,Express\n" in answers


def test_the_program_of_the_readme_that_uses_the_client_runs(served: Served) -> None:
    (program,) = re.findall(r"^```python\n(from pathlib .*?)^```", README, re.DOTALL | re.MULTILINE)

    printed = served.type(f"python - <<'END'\n{program}END\nhead -n 1 output.csv")

    assert re.search(r"(clean|with_problems) \{'in': 5000,", printed)
    assert printed.endswith("order,customer,date,total,status,shipping\n")


def test_the_commands_that_a_service_carries_out_do(served: Served) -> None:
    (text,) = [block.text for block in blocks() if "--server" in block.text]

    printed = served.type(f"export CSV_CONVERTER_USER=ada\n{text}")

    assert "learned from 13 rows" in printed
    assert "wrote 3724 rows to output.csv" in printed


def test_the_demonstration_shows_what_it_says(copy: Path) -> None:
    done = typed("make demo", copy)

    assert done.returncode == 0, done.stderr
    assert "the first rows of the result:\norder,customer,date,total,status,shipping\n" in done.stdout
