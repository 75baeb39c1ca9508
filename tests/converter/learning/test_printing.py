"""SQL comes out as an analyst writes it, and as the engine reads it."""

from sqlglot import parse_one

from converter.learning.printing import printed


def laid_out(sql: str) -> str:
    return printed(parse_one(sql, read="duckdb"))


def test_a_clause_and_a_column_a_line() -> None:
    text = laid_out("SELECT a, round(b, 2) AS c FROM input WHERE a <> '' ORDER BY _row")

    assert text == "SELECT\n  a,\n  ROUND(b, 2) AS c\nFROM input\nWHERE a <> ''\nORDER BY _row"


def test_short_queries_within_others_stay_in_one_line() -> None:
    text = laid_out("WITH kept AS (SELECT a FROM input WHERE b = '1') SELECT a FROM kept CROSS JOIN (SELECT max(a) FROM kept)")

    assert "WITH kept AS (\n  SELECT a FROM input WHERE b = '1'\n)\n" in text
    assert "CROSS JOIN (SELECT MAX(a) FROM kept)" in text


def test_long_expressions_are_broken() -> None:
    word = "long" * 12

    text = laid_out(f"SELECT concat(replace(a, '{word}', ''), replace(b, '{word}', ''), c) AS d FROM input")

    assert max(map(len, text.splitlines())) < 100
    assert f"    REPLACE(a, '{word}', '')" in text


def test_a_line_break_in_a_text_stays_as_it_is() -> None:
    text = laid_out("SELECT a FROM input WHERE concat(a, 'one\ntwo') = 'three\n\nfour'")

    assert "'one\ntwo'" in text
    assert "'three\n\nfour'" in text


def test_a_list_in_an_order_stays_whole_where_its_line_is_broken() -> None:
    listed = "STRING_AGG(name || ' of ' || town, ' and ' ORDER BY _row)"
    other = "MIN(a_rather_long_name) || ', Ivy and Ruby'"
    text = laid_out(f"SELECT CASE WHEN MAX(year) = '8' THEN {listed} ELSE {other} END AS who FROM input")

    assert "(name || ' of ' || town, ' and ' ORDER BY _row)" in text
