"""What a process that learns has ready."""

import subprocess
import sys

SCRIPT = """
import sys
from converter.lesson import learn, warm_up
from converter.table import Example, Table

warm_up()
before = set(sys.modules)
given = Table(("name", "city"), (("Ada", "Paris"), ("Bob", "Rome")), ("name", "city"))
wanted = Table(("city", "name"), (("Paris", "ADA"), ("Rome", "BOB")), ("city", "name"))
assert learn(Example(given, wanted)).converter
print(sorted(set(sys.modules) - before))
"""


def test_the_first_example_of_a_warm_process_imports_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")
