"""Groups of the rows of one kind: what every column asks is a filter, though each group has rows of that kind."""

from tests.converter.learning.learned import converted, learned, table

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


def test_who_has_no_row_of_the_kind_has_no_group() -> None:
    further = """day | member | what | amount
        2025-03-01 | Diop | gift | 20
        2025-01-09 | Kern | fee | 60
        2025-02-01 | Diop | gift | 5
        2025-02-03 | Diop | refund | -5"""
    assert converted(table(_GIVEN), table(_EXPECTED), table(further)) == [("Diop", "2", "25", "2025-02-01", "2025-03-01")]


def test_the_condition_is_said_once() -> None:
    statement = learned(table(_GIVEN), table(_EXPECTED)).query().sql(dialect="duckdb")
    assert statement.count("'gift'") == 1


def test_members_joined_by_a_plus_are_counted_one_by_one() -> None:
    given = """user | licences | blocked
        Wren | Mail+Draw | no
        Bo | Office+Charts+Plans | no
        Ida | Mail | yes
        Carl | Mail+Charts | no
        Zara | Office+Draw | no
        Hugo | Charts+Draw | yes
        Amy | Mail | no"""
    expected = """licence | users | names
        Charts | 2 | Bo; Carl
        Draw | 2 | Wren; Zara
        Mail | 3 | Amy; Carl; Wren
        Office | 2 | Bo; Zara
        Plans | 1 | Bo"""
    further = """user | licences | blocked
        Eve | Draw+Chat | no
        Dan | Mail | yes
        Ann | Chat | no"""
    assert converted(table(given), table(expected), table(further)) == [("Chat", "2", "Ann; Eve"), ("Draw", "1", "Eve")]
