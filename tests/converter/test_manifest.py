from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.commands import main, write_whole
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
    ],
)
def test_a_damaged_converter_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(BadConverter, match=problem):
        Converter.loads(text)


def test_a_carriage_return_in_a_statement_and_a_name_is_kept_in_a_file(tmp_path: Path) -> None:
    statement = "SELECT CASE \"a\r\nb\" WHEN 'x\r\ny' THEN 'u\rv' END AS c FROM input"
    converter = Converter(statement, ("a\r\nb",), output_header=("c\rd",))
    write_whole(tmp_path / "converter.sql", converter.dumps())
    (tmp_path / "given.csv").write_bytes(b'"a\r\nb"\r\n"x\r\ny"\r\n')

    status = main(["run", str(tmp_path / "converter.sql"), str(tmp_path / "given.csv"), "-o", str(tmp_path / "made.csv")])

    assert status == 0
    assert (tmp_path / "made.csv").read_bytes() == b'"c\rd"\n"u\rv"\n'
