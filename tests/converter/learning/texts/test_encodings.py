"""Encodings: what they give in memory is what their SQL gives, and they compose with the text around them."""

import duckdb
import pytest

from converter.learning.expressions.encodings import encodings
from converter.learning.nodes import ColumnRef, Function
from tests.converter.learning.texts.learner import made_of

TEXTS = (
    "0", "1", "12", "21", "40", "99", "101", "111", "255", "1994", "3999", "10183", "100000", "1234567", "4294967295", "74",
    "999999999999", "FF", "0xff", "1010", "0b11", "123A", "III", "MCMXCIV", "iiii", "74657374", "zz", "a", "é", "a text",
    "aMOpeQ==", "a%20b", "192.168.0.1", "255.255.255.255", "256.1.1.1", "",
)  # fmt: skip


@pytest.mark.parametrize("function", encodings(), ids=lambda function: function.parameters[0])
def test_memory_and_engine_agree(function: Function) -> None:
    sql = function(ColumnRef("t")).sql().sql("duckdb")
    values = {text: function.compute(text) for text in TEXTS}

    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(f"SELECT t, {sql} FROM (SELECT unnest(?) AS t)", [list(TEXTS)]).fetchall()

    assert any(values.values())
    assert {text: made for text, made in rows if values[text] is not None} == {t: v for t, v in values.items() if v is not None}


@pytest.mark.parametrize(
    ("given", "wanted", "new", "made"),
    [
        (["255,0,16", "1,2,3", "9,99,100"], ["#FF0010", "#010203", "#096364"], "238,130,239", "#EE82EF"),
        (["XIV", "IX", "MM"], ["14", "9", "2000"], "CDXLIV", "444"),
        (["4", "19", "90"], ["IV.", "XIX.", "XC."], "3888", "MMMDCCCLXXXVIII."),
        (["7", "22", "105"], ["Seven", "Twenty-two", "One hundred five"], "1031", "One thousand thirty-one"),
        (["first_name", "zip_code"], ["firstName", "zipCode"], "home_phone_number", "homePhoneNumber"),
        (["1", "2", "11"], ["the 1st", "the 2nd", "the 11th"], "23", "the 23rd"),
    ],
)
def test_an_encoding_is_learned(given: list[str], wanted: list[str], new: str, made: str) -> None:
    assert made_of(given, wanted, new) == made
