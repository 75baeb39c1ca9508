import subprocess
import sys

from actors.priority import NICENESS


def test_what_runs_jobs_and_its_children_give_way() -> None:
    # In a process of its own, since priority cannot be taken back.
    code = "import os; from actors.priority import give_way; give_way(); give_way(); os.system('nice')"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(said.stdout) >= NICENESS
