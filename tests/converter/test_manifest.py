import contextlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.commands import main
from converter.errors import BadConverter
from converter.manifest import Check, Converter

names = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=1, max_size=4)


@given(names, names)
def test_a_converter_is_the_same_after_writing_and_reading(inputs: list[str], outputs: list[str]) -> None:
    converter = Converter("SELECT 1", tuple(inputs), output_header=tuple(outputs), checks=(Check("c", "SELECT 1"),))

    assert Converter.loads(converter.dumps()) == converter


def test_a_name_cannot_close_the_comment() -> None:
    converter = Converter("SELECT a", ("*/ SELECT 2 /*",), output_header=("a",))

    text = converter.dumps()

    assert text.count("*/") == 1
    assert Converter.loads(text).input_columns == ("*/ SELECT 2 /*",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SELECT 1", "does not begin with a converter's manifest"),
        ("/* AI CSV Converter, converter format 9\n{}\n*/\nSELECT 1", "format 9"),
        ("/* AI CSV Converter, converter format 1\n{}\n*/\nSELECT 1", "cannot be read"),
        ("/* AI CSV Converter, converter format 1\n[1\n*/\nSELECT 1", "cannot be read"),
        ("/* AI CSV Converter, converter format 1\n{}\n*/\n", "no statement"),
        ("/* AI CSV Converter, converter format 1\n" + "[" * 100_000 + "\n*/\nSELECT 1", "nested too deep"),
        ("/* AI CSV Converter, converter format 1\n[" + "9" * 5000 + "]\n*/\nSELECT 1", "cannot be read"),
        ("/* AI CSV Converter, converter format " + "1" * 5000 + "\n{}\n*/\nSELECT 1", "a converter of format 111"),
        ("/* AI CSV Converter, converter format 1" + "\n" * 60_000, "does not begin"),
        ("/*" + " " * 60_000, "does not begin"),
        ("\n" * 60_000 + "/* AI CSV Converter, converter format 1\n" + "*\n" * 60_000, "does not begin"),
    ],
)
def test_a_damaged_converter_is_refused_with_the_reason(text: str, problem: str) -> None:
    started = time.monotonic()
    with pytest.raises(BadConverter, match=problem) as refused:
        Converter.loads(text)

    assert len(str(refused.value)) < 400
    assert time.monotonic() - started < 2


def test_a_carriage_return_in_a_statement_and_a_name_is_kept_in_a_file(tmp_path: Path) -> None:
    statement = "SELECT CASE \"a\r\nb\" WHEN 'x\r\ny' THEN 'u\rv' END AS c FROM input"
    converter = Converter(statement, ("a\r\nb",), output_header=("c\rd",))
    converter.save(tmp_path / "converter.sql")
    (tmp_path / "given.csv").write_bytes(b'"a\r\nb"\r\n"x\r\ny"\r\n')

    status = main(["run", str(tmp_path / "converter.sql"), str(tmp_path / "given.csv"), "-o", str(tmp_path / "made.csv")])

    assert status == 0
    assert (tmp_path / "made.csv").read_bytes() == b'"c\rd"\n"u\rv"\n'


@pytest.mark.parametrize("name", ["checks", "evidence", "input_columns", "output_header"])
@pytest.mark.parametrize("value", [1, "x", [1], [[]], {"a": 1}, [{"name": 1, "sql": 2}], None, ["x"] * 20_000])
def test_a_manifest_of_another_form_is_refused_or_read(name: str, value: object) -> None:
    manifest = json.loads(Converter("SELECT 1", ("a",)).dumps().split("\n", 1)[1].split("*/")[0]) | {name: value}

    with contextlib.suppress(BadConverter):
        Converter.loads(f"/* AI CSV Converter, converter format 1\n{json.dumps(manifest)}\n*/\nSELECT 1")


def test_what_is_shown_of_a_converter_has_no_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "a\x1b[2J\x07\u009b"
    converter = Converter("SELECT 1", (hostile,), output_header=(hostile,), checks=(Check(hostile, "SELECT 1"),))
    (tmp_path / "c.sql").write_text(converter.dumps())

    assert main(["show", str(tmp_path / "c.sql")]) == 0

    assert not {"\x1b", "\x07", "\u009b"} & {*capsys.readouterr().out}
