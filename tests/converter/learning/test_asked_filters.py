"""Groups of the rows of one kind: what every column asks is a filter, though each group has rows of that kind."""

from tests.converter.learning.learned import learned, table

_GIVEN = """day | member | what | amount
    2024-11-28 | Weber | gift | 250
    2024-01-03 | Abt | fee | 60
    2024-02-05 | Weber | gift | 1000
    2024-02-17 | Celik | gift | 35.5
    2024-03-01 | Abt | gift | 100
    2024-03-19 | Berg | refund | -48.2
    2024-04-30 | Celik | gift | 35.5
    2024-05-02 | Berg | gift | 1500
    2024-06-11 | Weber | fee | 60
    2024-12-09 | Abt | gift | 50"""
_EXPECTED = """member | gifts | total | first | last
    Abt | 2 | 150 | 2024-03-01 | 2024-12-09
    Berg | 1 | 1500 | 2024-05-02 | 2024-05-02
    Celik | 2 | 71 | 2024-02-17 | 2024-04-30
    Weber | 2 | 1250 | 2024-02-05 | 2024-11-28"""


def test_the_condition_is_said_once() -> None:
    statement = learned(table(_GIVEN), table(_EXPECTED)).query().sql(dialect="duckdb")
    assert statement.count("'gift'") == 1
