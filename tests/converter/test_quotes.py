"""The vectorised look at quotes agrees with the exact one wherever it says that all is regular."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter import scan
from converter.quotes import are_surely_regular

pieces = st.sampled_from(['"', '""', '"a"', '"a,b"', '"a""b"', ",", ",", "\n", "\r\n", "x", "x" * 61, '"' + "y" * 64 + '"'])


def exactly(lines: bytes, *, blanks: bool) -> bool:
    return scan._lines(",", blanks=blanks).fullmatch(lines) is not None


@settings(max_examples=1000)
@given(st.lists(pieces, max_size=40).map("".join), st.booleans())
def test_what_it_takes_for_regular_is(text: str, blanks: bool) -> None:
    lines = text.encode() + b"\n"

    if are_surely_regular(lines, b",", blanks=blanks):
        assert exactly(lines, blanks=blanks)


@pytest.mark.parametrize("seed", range(200))
def test_it_needs_no_closer_look_at_what_a_writer_of_csv_writes(seed: int) -> None:
    chance = random.Random(seed)
    texts = ("a", "a, b", 'said ""so""', "b" * 70, "é" * 33)
    cells = [chance.choice(texts) for _ in range(60)]
    quoted = (f'"{cell}"' if not set(cell).isdisjoint('",') or chance.random() < 0.5 else cell for cell in cells)
    lines = "".join(f"{cell}{chance.choice((',', chr(10)))}" for cell in quoted).encode() + b"z\n"

    assert exactly(lines, blanks=False)
    assert are_surely_regular(lines, b",", blanks=False)


@pytest.mark.parametrize(
    ("cell", "blanks", "regular"),
    [
        ('"a"', False, True),
        ('""', False, False),
        ('""', True, True),
        ('","', True, False),
        ('"a\nb"', True, False),
        ('"a"b', True, False),
        ('a"b"', True, False),
        ('"a', True, False),
        ("\n", False, True),
        ("\n", True, False),
    ],
)
@pytest.mark.parametrize("before", range(0, 70, 3))
def test_it_sees_each_kind_wherever_it_stands(cell: str, blanks: bool, regular: bool, before: int) -> None:
    lines = f"{'x' * before},{cell},y\n".encode()

    assert are_surely_regular(lines, b",", blanks=blanks) is regular
