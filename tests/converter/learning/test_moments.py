"""Dates and timestamps as texts have them: Python and the engine read the same."""

import duckdb
import pytest

from converter.learning.values.moments import formats, reader

DAYS = (
    "2024-05-14",
    "3/5/2024",
    "14.05.2024",
    "14 May 2024",
    "May 14, 2024",
    "20240514",
    "3 September 2024",
    "Tue 14 May 2024",
)
TIMES = ("", "07:03", "17:03:33", "17:03:33.867", "17:03:33.867123", "5:03 PM", "17:03:33Z", "17:03:33.867Z", "17:03Z")
ZONES = ("", "+02:00", "+0200", " +0200", "-05:30")
TEXTS = [
    f"{day}{mark}{time}{zone}"
    for day in DAYS
    for time in TIMES
    for mark in ((" ", "T") if time and day.startswith("2024-") else (" " if time else "",))
    for zone in (ZONES if time and not time.endswith(("Z", "M")) else ("",))
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_engine_reads_what_python_reads(text: str) -> None:
    found = formats([text])

    assert found, "no format was found"
    for format in found:
        function = reader(format)
        statement = f"SELECT CAST({function.template.format('$text')} AS TIMESTAMP)"
        with duckdb.connect() as connection:
            [(moment,)] = connection.execute(statement, {"text": text}).fetchall()
        assert moment == function.compute(text), function.template
