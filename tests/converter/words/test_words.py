"""Expressions and steps in sentences that somebody without SQL understands."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from converter.words import explained, expression_words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("amount", "amount, as it is"),
        ("'x'", "always “x”"),
        ("NULL", "always blank"),
        ("CAST(TRY_STRPTIME(\"date\", '%d.%m.%Y') AS DATE)", "the date, from day.month.year to year-month-day"),
        ("STRFTIME(TRY_STRPTIME(born, '%m/%d/%y'), '%-d %b %Y')",
         "the date in born, from month/day/year (two digits) to day (without zeros) month's short name year"),
        ("CASE WHEN TRY_CAST(amount AS DECIMAL(28, 6)) < 0 THEN ABS(TRY_CAST(amount AS DECIMAL(28, 6))) END",
         "amount without its sign where amount is negative, else blank"),
        ("CASE code WHEN 'a' THEN 'Large' WHEN 'b' THEN 'Small' END",
         "a word for code: “Large” for “a” and “Small” for “b”, else blank"),
        ("SPLIT_PART(code, '-', 1)", "what stands before the first “-” in code"),
        ("SPLIT_PART(code, '-', -1)", "what stands after the last “-” in code"),
        ("SPLIT_PART(code, ' ', 3)", "the 3rd part of code, parted by a space"),
        ("UPPER(LEFT(name, 1))", "the first character of name in capitals"),
        ("UPPER(name[1]) || LOWER(name[2:])", "name with a capital first letter"),
        ("first || ' ' || last", "first, then a space, then last"),
        ("ARRAY_TO_STRING(LIST_TRANSFORM(STRING_SPLIT(name, ' '), w -> UPPER(w[1]) || LOWER(w[2:])), ' ')",
         "name with each word capitalised"),
        ("REGEXP_REPLACE(phone, '[^0-9]', '', 'g')", "the digits of phone alone"),
        ("REPLACE(price, ',', '')", "price without “,”"),
        ("COALESCE(NULLIF(a, ''), b)", "a, or b where that is blank"),
        ("CAST(TRY_CAST(a AS DECIMAL(28, 6)) * TRY_CAST(b AS DECIMAL(28, 6)) AS DECIMAL(28, 2))",
         "a times b with 2 decimal places"),
        ("(TRY_CAST(a AS INT) + TRY_CAST(b AS INT)) * 2", "(a plus b) times 2"),
        ("PRINTF('%05d', n)", "n filled up with zeros to 5 digits"),
        ("DATE_DIFF('day', a, b)", "the days from a to b"),
        ("CAST(ROUND(SUM(TRY_CAST(n AS DECIMAL(28, 6)))) AS BIGINT)", "the sum of n, as a whole number"),
        ("SUM(n) OVER (PARTITION BY k ORDER BY _row)", "the sum of n so far within each k"),
        ("STRING_AGG(DISTINCT n, ', ')", "each n of the group, joined by “, ”"),
        ("(SELECT cells[2] FROM preamble WHERE cells[1] = 'Account:')",
         "the 2nd cell, from the lines above the table where the 1st cell is “Account:”"),
    ],
)  # fmt: skip
def test_an_expression_is_told_in_words(expression: str, words: str) -> None:
    assert expression_words(expression) == words


def test_what_nobody_has_words_for_is_told_by_its_name_and_parts() -> None:
    assert expression_words("LEVENSHTEIN(a, 'b')") == "levenshtein of a and “b”"


@pytest.mark.parametrize(
    ("statement", "steps"),
    [
        ("SELECT a FROM input", []),
        ("SELECT a FROM input WHERE TRY_CAST(a AS INT) >= 20 AND kind = 'x'",
         ["only rows where a is at least 20 and kind is “x” are kept"]),
        ("SELECT k, SUM(TRY_CAST(n AS INT)) AS n FROM input GROUP BY k ORDER BY MIN(_row)",
         ["rows with the same k become one"]),
        ("SELECT a FROM input ORDER BY TRY_CAST(n AS INT) DESC, _row LIMIT 3",
         ["rows are sorted by n (highest first)", "only the first 3 rows are kept"]),
        ("WITH t AS (SELECT *, UNNEST(STRING_SPLIT(v, ';')) AS m FROM input) SELECT m FROM t",
         ["each part of v, parted by “;”, gets a row of its own"]),
        ("SELECT a, q, v FROM (UNPIVOT input ON COLUMNS('^q') INTO NAME q VALUE v)",
         ["columns become rows: one for each of the columns (all columns named like “^q”)"]),
        ("SELECT DISTINCT a FROM input", ["rows that are alike are kept once"]),
    ],
)  # fmt: skip
def test_the_steps_of_the_rows_are_told_in_their_order(statement: str, steps: list[str]) -> None:
    assert [one.explanation for one in explained(statement, ["a"]).steps] == steps


def test_a_column_computed_before_is_told_as_what_it_is() -> None:
    words = explained("WITH t AS (SELECT *, UPPER(name) AS loud FROM input) SELECT loud FROM t", ["loud"])

    assert words.columns[0].explanation == "name in capitals"
    assert words.columns[0].sources == ("name",)


def test_a_column_behind_a_star_is_as_it_is() -> None:
    words = explained("SELECT UPPER(a) AS a, * EXCLUDE (a, _row) FROM input", ["a", "b"])

    assert [one.explanation for one in words.columns] == ["a in capitals", "b, as it is"]


@given(some.text(max_size=60))
def test_no_text_breaks_the_words(text: str) -> None:
    assert len(explained(text, ["a"]).columns) == 1
    assert isinstance(expression_words(text), str)
