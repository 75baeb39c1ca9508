from hypothesis import given
from hypothesis import strategies as st

from converter.table import column_names


@given(st.lists(st.sampled_from(["a", "A", "a_2", "", " ", "_row", "column_2", "b"]), max_size=8))
def test_names_are_unique_whatever_the_header(header: list[str]) -> None:
    names = column_names(tuple(header), len(header))

    folded = [name.casefold() for name in names]
    assert len(set(folded)) == len(header)
    assert all(names)
    assert "_row" not in folded
