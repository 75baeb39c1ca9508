"""A look at a file before it is converted."""

from pathlib import Path

import pytest

from converter.errors import BadCsv, InputMismatch, LimitExceeded
from converter.forecast import forecast
from converter.manifest import Check, Converter
from converter.preview import Bounds, look, preview
from converter.sandbox import Limits
from tests.converter.asked import LIMITS

BLANK = "SELECT _row FROM output WHERE coalesce(b, '') = ''"
UPPER = Converter("SELECT UPPER(a) AS b FROM input", ("a",), output_header=("b",), is_rowwise=True)
LOWER = "SELECT CASE WHEN a = 'Z' THEN 'z' ELSE UPPER(a) END AS b FROM input"


def seen(
    folder: Path, text: str, converter: Converter = UPPER, rivals: tuple[str, ...] = (), **more: object
) -> dict[str, object]:
    """What is told of a file with this text."""
    (folder / "in.csv").write_text(text)
    found = look(converter, rivals, folder / "in.csv", limits=LIMITS, name="in.csv", bounds=Bounds(**more))
    return forecast(found, converter, rivals)


def test_the_first_rows_are_shown_beside_what_they_become(tmp_path: Path) -> None:
    told = seen(tmp_path, "a\nx\ny\nw\n", first=2)

    assert told["rows"] == [
        {"row": 1, "given": {"a": "x"}, "made": [{"b": "X"}], "marks": []},
        {"row": 2, "given": {"a": "y"}, "made": [{"b": "Y"}], "marks": []},
    ]
    assert told["counts"] == {"rows_in": 3, "rows_out": 3, "doubtful": 0, "problems": 0}
    assert told["looked_at"] == {"rows": 3, "whole_file": True}


def test_rows_on_which_programs_differ_are_found_wherever_they_are(tmp_path: Path) -> None:
    told = seen(tmp_path, "a\n" + "x\n" * 500 + "Z\n", rivals=(LOWER,))

    assert told["doubtful"] == [
        {
            "row": 501,
            "given": {"a": "Z"},
            "column": "b",
            "answers": [
                {"answer": 0, "cell": "Z", "rows": [{"b": "Z"}], "explanation": "a in capitals", "is_converter": True,
                 "programs": [0]},
                {"answer": 1, "cell": "z", "rows": [{"b": "z"}], "explanation": "“z” where a is “Z”, else a in capitals",
                 "is_converter": False, "programs": [1]},
            ],
        }
    ]  # fmt: skip


def test_rows_on_which_programs_differ_can_be_asked_for_alone(tmp_path: Path) -> None:
    text = 'a\nx\nZ\n""\n'
    checked = Converter(UPPER.statement, ("a",), output_header=("b",), checks=(Check("b is never empty", BLANK),))
    whole = seen(tmp_path, text, checked, (LOWER,))

    told = seen(tmp_path, text, checked, (LOWER,), first=0, checks=False)

    assert whole["problems"]
    assert (told["doubtful"], told["looked_at"]) == (whole["doubtful"], whole["looked_at"])
    assert (told["rows"], told["output"], told["problems"]) == ([], [], [])


def test_a_rival_that_fails_says_nothing(tmp_path: Path) -> None:
    assert seen(tmp_path, "a\nx\n", rivals=("SELECT CAST(a AS INT) AS b FROM input",))["doubtful"] == []


def test_checks_that_break_are_told_by_kind_with_the_inputs_rows(tmp_path: Path) -> None:
    checks = (
        Check("b is never empty", "SELECT _row FROM output WHERE coalesce(b, '') = ''"),
        Check("b is known for every a", "SELECT _row, a FROM input WHERE a = 'q'"),
        Check("odd", "SELECT nothing FROM input"),
    )
    kept = Converter("SELECT UPPER(a) AS b FROM input WHERE coalesce(a, '') <> 'no'", ("a", "c"), output_header=("b",),
                     is_rowwise=True, checks=checks)  # fmt: skip

    told = seen(tmp_path, "a,c\nno,1\n,2\nq,3\n", kept)

    blank, unknown, odd = told["problems"]
    assert (blank["kind"], blank["rows"], blank["of"], blank["column"]) == ("blank", [2], "input", "b")
    assert (unknown["kind"], unknown["rows"], unknown["values"]) == ("unknown", [3], ["q"])
    assert "failed" in odd
    assert [row["marks"] for row in told["rows"]] == [[], ["blank"], ["unknown"]]


def test_where_rows_have_no_single_origin_the_output_stands_alone(tmp_path: Path) -> None:
    counted = Converter("SELECT a, COUNT(*) AS n FROM input GROUP BY a ORDER BY a", ("a",), output_header=("a", "n"))

    told = seen(tmp_path, "a\nx\ny\nx\n", counted, ("SELECT a, 1 AS n FROM input GROUP BY a ORDER BY a",))

    assert told["one_to_one"] is False
    assert told["output"] == [["x", "2"], ["y", "1"]]
    assert told["rows"][0] == {"row": 1, "given": {"a": "x"}, "made": None, "marks": []}
    assert [(one["row"], one["given"]) for one in told["doubtful"]] == [(1, None)]


def test_one_row_that_becomes_two_is_doubtful_as_a_whole(tmp_path: Path) -> None:
    spread = "WITH t AS (SELECT *, UNNEST(STRING_SPLIT(a, ';')) AS m FROM input) SELECT UPPER(m) AS b FROM t"

    (told,) = seen(tmp_path, "a\nx\ny;z\n", rivals=(spread,))["doubtful"]

    assert (told["row"], told["column"]) == (2, None)
    assert [one["rows"] for one in told["answers"]] == [[{"b": "Y;Z"}], [{"b": "Y"}, {"b": "Z"}]]


def test_a_large_file_is_looked_at_up_to_its_bound_and_cut_between_records(tmp_path: Path) -> None:
    told = seen(tmp_path, "a\n" + '"x\ny"\n' * 1000, bytes=2000)

    rows = told["looked_at"]["rows"]
    assert told["looked_at"]["whole_file"] is False
    assert 200 < rows < 400
    assert told["rows"][0]["made"] == [{"b": "X\nY"}]


def test_a_look_that_takes_too_long_still_has_the_first_rows(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a\n" + "x\n" * 5000)
    slow = "SELECT (SELECT CAST(SUM(length(a.a || b.a)) AS VARCHAR) FROM input AS a, input AS b) AS b FROM input"
    limits = Limits(seconds=3, threads=1)

    try:
        found = preview(Converter(slow, ("a",), output_header=("b",)), (), tmp_path / "in.csv", limits=limits, name="in.csv")
    except LimitExceeded:
        pytest.skip("this machine is too slow for the first rows")

    assert found.rows_in in (2000, 5000)
    assert found.is_whole == (found.rows_in == 5000)


@pytest.mark.parametrize(("text", "error"), [("b\n1\n", InputMismatch), ("a\n1,2\n1\n3,4,5\n", BadCsv)])
def test_a_file_that_does_not_fit_is_told(tmp_path: Path, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        seen(tmp_path, text)
