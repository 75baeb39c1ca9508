"""What a process that learns has ready, and what is told of an example that is not learned."""

import subprocess
import sys
import time
from typing import Any

import duckdb
import pytest

from converter.learning.programs import Outcome
from converter.lesson import learn
from converter.table import Example, Table
from converter.trial import verified

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


def _table(text: str) -> Table:
    rows = [tuple(cell or None for cell in line.split("|")) for line in text.splitlines()]
    names = tuple(cell or "" for cell in rows[0])
    return Table(names, tuple(rows[1:]), names)


def test_what_is_sure_of_an_example_that_is_not_learned_is_told_column_by_column() -> None:
    given = _table(
        "id|name|when\n41|Ann Lee|2024-03-05\n27|Bo Ray|2024-04-06\n93|Cy Day|2024-05-07\n64|Di Fox|2024-06-08\n"
        "35|Ed Poe|2024-07-09"
    )
    expected = _table(
        "no|name|day|secret\n41|Ann Lee|05.03.2024|q7Zk\n27|Bo Ray|06.04.2024|x1Lw\n93|Cy Day|07.05.2024|m0Vu\n"
        "64|Di Fox|08.06.2024|b5Td\n35|Ed Poe|09.07.2024|h8Rs"
    )
    lesson = learn(Example(given, expected))

    assert lesson.converter is None
    told = {one.name: (one.explained, one.confidence) for one in lesson.columns}
    assert told["secret"] == (False, 0.0) or told["secret"][1] < 0.5
    assert all(told[name][0] and told[name][1] >= 0.95 for name in ("no", "name", "day"))
    assert lesson.partial is not None
    assert "secret" in lesson.partial


def test_a_program_is_not_given_up_because_the_machine_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    example = Example(
        Table(("city", "name"), (("Paris", "Ada"), ("Rome", "Bob"), ("Oslo", "Eve")), ("city", "name")),
        Table(("name",), (("ADA",), ("BOB",), ("EVE",)), ("name",)),
    )

    def late(connection: duckdb.DuckDBPyConnection, *given: Any, **named: Any) -> Any:
        # In place of the other work that has the processor while the engine is at it.
        until = time.monotonic() + 1.5
        try:
            while time.monotonic() < until:
                connection.execute("SELECT sum(sqrt(a.range * b.range)) FROM range(10000) AS a, range(2000) AS b")
        except duckdb.InterruptException:
            return None
        return verified(connection, *given, **named)

    monkeypatch.setattr("converter.lesson.verified", late)

    assert learn(example, seconds=1.0).converter is not None


def test_a_hint_s_time_is_too_short_to_look_at_the_files_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Table(("column_1",), (("a|1",), ("b|2",)), None)
    example = Example(
        Table(("a|1",), (("b|2",),), ("a|1",)), Table(("x", "y"), (("b", "2"), ("c", "3")), ("x", "y")), lines=lines
    )
    looked = []

    def seen(given: Example, *, seconds: float) -> Outcome:
        looked.append(given.input)
        return Outcome()

    monkeypatch.setattr("converter.lesson.search", seen)

    learn(example, seconds=1.0)
    assert lines not in looked
    learn(example, seconds=30.0)
    assert lines in looked
