"""Many small files in one sandbox come out as each does by itself, and what is wrong with one is no other's matter."""

from pathlib import Path

import pytest

from converter.batch import Given, run_batch
from converter.conversion import RunReport, run
from converter.errors import BadCsv, ConverterError, InputMismatch, LimitExceeded
from converter.manifest import Check, Converter
from converter.sandbox import Limits

FILLED = Check("b is filled", "SELECT _row FROM output WHERE coalesce(b, '') = ''")
SWAPPED = Converter("SELECT b, a FROM input ORDER BY _row", ("a", "b"), output_header=("b", "a"), checks=(FILLED,))
LIMITS = Limits(seconds=60, threads=1)

CONTENTS = {
    "plain": b"a,b\n1,x\n2,y\n",
    "quoted": b'a,b\r\n"1, or 2","x ""and"" y"\r\n3,"two\nlines"\r\n',
    "windows-1252": "a;b\n1;größer\n2;kleiner\n".encode("cp1252"),
    "mark": b"\xef\xbb\xbfa,b\n007,NULL\n",
    "swapped": b"b,a,c\nx,1,no\n",
    "broken check": b"a,b\n1,\n2,y\n",
    "footer": b"a,b\n1,x\nTotal,\n",
    "no rows": b"a,b\n",
}


def in_batch(folder: Path, contents: dict[str, bytes], converter: Converter = SWAPPED, **options: Limits) -> dict[str, object]:
    given = []
    for at, (name, content) in enumerate(contents.items()):
        (folder / f"input-{at}").write_bytes(content)
        given.append(Given(folder / f"input-{at}", name, folder / f"output-{at}.csv"))
    reports = run_batch(converter, given, limits=options.get("limits", LIMITS))
    return dict(zip(contents, reports, strict=True))


def told(report: object) -> object:
    assert isinstance(report, RunReport), report
    return {name: value for name, value in report.to_json().items() if name != "seconds"}


def test_each_file_comes_out_as_it_does_alone(tmp_path: Path) -> None:
    reports = in_batch(tmp_path, CONTENTS)

    for at, name in enumerate(CONTENTS):
        alone = run(SWAPPED, tmp_path / f"input-{at}", tmp_path / "alone.csv", limits=LIMITS, name=name)
        assert told(reports[name]) == told(alone), name
        assert (tmp_path / f"output-{at}.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes(), name


def test_a_file_that_cannot_be_converted_takes_no_other_with_it(tmp_path: Path) -> None:
    bad = {"empty": b"", "other columns": b"x,y\n1,2\n", "a JSON": b'{"a": 1}'}

    reports = in_batch(tmp_path, {"first": b"a,b\n1,x\n", **bad, "last": b"a,b\n2,y\n"})

    assert [type(reports[name]) for name in bad] == [BadCsv, InputMismatch, BadCsv]
    assert "other columns" in str(reports["other columns"])
    assert [(tmp_path / f"output-{at}.csv").read_text() for at in (0, 4)] == ["b,a\nx,1\n", "b,a\ny,2\n"]


def test_a_file_that_takes_too_long_is_told_of_and_the_others_are_done(tmp_path: Path) -> None:
    slow = "SELECT CAST(sum(length(x.a || y.a || z.a)) AS VARCHAR) AS a FROM input AS x, input AS y, input AS z"
    converter = Converter(slow, ("a",), output_header=("a",))
    endless = b"a\n" + b"1\n" * 20_000

    reports = in_batch(
        tmp_path, {"one": b"a\n1\n", "endless": endless, "two": b"a\n12\n"}, converter, limits=Limits(3, threads=1)
    )

    assert isinstance(reports["endless"], LimitExceeded)
    assert [(tmp_path / f"output-{at}.csv").read_text() for at in (0, 2)] == ["a\n3\n", "a\n6\n"]


def test_nothing_of_one_file_is_there_for_the_next(tmp_path: Path) -> None:
    counting = Converter("SELECT CAST(count(*) AS VARCHAR) AS n FROM input", ("a",), output_header=("n",))

    in_batch(tmp_path, {str(rows): b"a\n" + b"1\n" * rows for rows in range(1, 6)}, counting)

    assert [(tmp_path / f"output-{at}.csv").read_text() for at in range(5)] == [f"n\n{rows}\n" for rows in range(1, 6)]


@pytest.mark.parametrize("ending", ["csv.gz", "xlsx"])
def test_outputs_are_packed_as_their_names_say(tmp_path: Path, ending: str) -> None:
    given = []
    for at in range(3):
        (tmp_path / f"{at}.csv").write_text(f"a,b\n{at},x\n")
        given.append(Given(tmp_path / f"{at}.csv", str(at), tmp_path / f"made-{at}.{ending}"))

    reports = run_batch(SWAPPED, given, limits=LIMITS)

    assert not [one for one in reports if isinstance(one, ConverterError)]
    run(SWAPPED, tmp_path / "2.csv", tmp_path / f"alone.{ending}", limits=LIMITS)
    if ending == "csv.gz":
        assert (tmp_path / f"made-2.{ending}").read_bytes() == (tmp_path / f"alone.{ending}").read_bytes()
    assert (tmp_path / f"made-2.{ending}").read_bytes()[:2] == (b"\x1f\x8b" if ending == "csv.gz" else b"PK")
