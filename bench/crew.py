"""Many crews at once on one node: their wall time against one crew's model time, memory a worker, cost of importing CrewAI.

    .venv/bin/python bench/crew.py [--crews 32] [--latency 2]

Starts the stand-in model server and so many workers, each a process that imports CrewAI and runs one crew to be warm.
Then all run one more at the same moment: Planner, Coder, Tester on a small example with instructions, the engine's runs
of the program and of its checks in the sandbox included. Prints one table. Machines are shared: take magnitudes.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.model_server import serving  # noqa: E402


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crews", type=int, default=32)
    parser.add_argument("--latency", type=float, default=2.0, metavar="SECONDS", help="what each answer takes")
    parser.add_argument("--worker", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker)
    else:
        measure(options.crews, options.latency)


def measure(crews: int, latency: float) -> None:
    """Runs one warm crew alone, then all at once."""
    with serving(latency) as url:
        workers: list[subprocess.Popen[str]] = []
        try:
            began = time.monotonic()
            workers = [started(url) for _ in range(crews)]
            warm = [said(worker) for worker in workers]
            show("workers started and warm, all together", time.monotonic() - began, "s")
            show("importing CrewAI, one worker, processor time", min(one["import_cpu"] for one in warm), "s")
            memory = [psutil.Process(worker.pid).memory_full_info().pss for worker in workers]
            show("memory a warm worker (PSS), largest", max(memory) / (1 << 20), "MiB")
            show("memory of all workers (PSS)", sum(memory) / (1 << 20), "MiB")
            alone = run(workers[:1])
            show("one crew alone, wall time", alone["wall"], "s")
            model = alone["requests"] * latency
            show(f"its model time ({alone['requests']} calls of {latency:g} s)", model, "s")
            show("its own processor time", alone["own_cpu"], "s")
            show("its sandboxes' processor time", alone["sandbox_cpu"], "s")
            together = run(workers)
            show(f"{crews} crews at once, wall time", together["wall"], "s")
            show("as a multiple of one crew's model time", together["wall"] / model, "x")
            show("as a multiple of one crew's wall time alone", together["wall"] / alone["wall"], "x")
        finally:
            for process in workers:
                process.kill()
                process.wait()


def started(url: str) -> subprocess.Popen[str]:
    """A worker that warms itself up."""
    command = [sys.executable, __file__, "--worker", url]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(workers: list[subprocess.Popen[str]]) -> dict[str, Any]:
    """One crew in each worker at the same moment; the wall time until the last has ended."""
    began = time.monotonic()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("run\n")
        worker.stdin.flush()
    ran = [said(worker) for worker in workers]
    if not all(one["is_right"] for one in ran):
        sys.exit("a crew ended without a converter")
    return {"wall": time.monotonic() - began, **{name: max(one[name] for one in ran) for name in ran[0]}}


def said(worker: subprocess.Popen[str]) -> dict[str, Any]:
    """A worker's next line."""
    assert worker.stdout is not None
    line: dict[str, Any] = json.loads(worker.stdout.readline())
    return line


def show(name: str, value: float, unit: str) -> None:
    """One line of the table."""
    print(f"{name:52} {value:8.2f} {unit}", flush=True)


def work(url: str) -> None:
    """A worker: imports, warms up, then runs one crew for each line on standard input."""
    from bench.sandbox import living_children_time
    from crew.model import crewai

    began = time.process_time()
    crewai()
    imported = time.process_time() - began
    crew_of(url)
    print(json.dumps({"import_cpu": imported}), flush=True)
    for _ in sys.stdin:
        own, sandbox = time.process_time(), living_children_time()
        finished = crew_of(url)
        report = {
            "is_right": finished.converter is not None,
            "requests": finished.account.requests,
            "own_cpu": time.process_time() - own,
            "sandbox_cpu": living_children_time() - sandbox,
        }
        print(json.dumps(report), flush=True)


def crew_of(url: str) -> Any:
    """One crew's work on the stand-in's example, with no hint from synthesis."""
    from converter.lesson import Lesson
    from converter.sandbox import Limits
    from crew.agents import Budget
    from crew.instructions import Instructions
    from crew.model import ModelSettings
    from crew.rounds import Rounds
    from tests.crew.examples import CLIENT
    from tests.model_server import CLIENT_INSTRUCTIONS

    lesson = Lesson(None, (), "nothing was searched for", None, 0.0)
    model = ModelSettings(base_url=url, name="right")
    budget = Budget(300_000, time.monotonic() + 1500)
    return Rounds(CLIENT, lesson, Instructions(columns=CLIENT_INSTRUCTIONS), model, budget, limits=Limits(threads=1)).run()


if __name__ == "__main__":
    main()
