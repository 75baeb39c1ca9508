"""What one small run in the sandbox costs: wall and processor time of the first in a process, and of those that follow.

    .venv/bin/python bench/sandbox.py [--runs 40]

A converter of one line over three rows, by `converter.conversion`: nothing but the sandbox and the engine's own start counts.
Prints one table. Machines are shared: take magnitudes.
"""

import argparse
import resource
import statistics
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    options = parser.parse_args()
    costs = [cost() for _ in range(1 + options.runs)]
    show("the first run, wall time", costs[0][0])
    show("the first run, processor time", costs[0][1])
    show("a later run, wall time (median)", statistics.median(wall for wall, _ in costs[1:]))
    show("a later run, processor time (mean)", statistics.mean(used for _, used in costs[1:]))
    for child in psutil.Process().children():
        print(f"{'memory of the warm process (PSS)':48} {child.memory_full_info().pss / (1 << 20):8.1f} MiB")


def cost() -> tuple[float, float]:
    """Wall and processor time of one run, in seconds."""
    from converter.conversion import run_table
    from converter.manifest import Converter
    from converter.sandbox import Limits
    from converter.table import Table

    table = Table(("a", "b"), (("1", "x"), ("2", "y"), ("3", "z")), ("a", "b"))
    converter = Converter("SELECT a, upper(b) AS b FROM input", ("a", "b"), output_header=("a", "b"))
    began, used = time.monotonic(), processor_time()
    run_table(converter, table, limits=Limits(threads=1))
    return time.monotonic() - began, processor_time() - used


def processor_time() -> float:
    """Seconds of this process and of all that it started, ended or not."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times) + living_children_time()


def living_children_time() -> float:
    """Seconds of the children of this process that live, and of those that these have had."""
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def show(name: str, seconds: float) -> None:
    """One line of the table."""
    print(f"{name:48} {1000 * seconds:8.1f} ms", flush=True)


if __name__ == "__main__":
    main()
