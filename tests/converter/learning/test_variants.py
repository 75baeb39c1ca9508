"""Rows that could come: those of groups stay few, however large the example's groups are."""

from converter.learning.bank import frame_of
from converter.learning.variants import GROUPS, MOST_IN_GROUP, of_groups
from converter.table import Table

HEADER = ("region", "units")


def test_changed_rows_of_large_groups_are_few() -> None:
    rows = tuple(("north" if at % 2 else "south", str(at)) for at in range(4000))
    frame = frame_of(Table(HEADER, rows, HEADER))

    changed, groups = of_groups(frame, [range(0, 4000, 2), range(1, 4000, 2)])

    assert changed.size == sum(map(len, groups)) == GROUPS * MOST_IN_GROUP
    assert all({changed.columns[0][at] for at in group} <= {"north", "south"} for group in groups)


def test_small_groups_keep_their_sizes() -> None:
    frame = frame_of(Table(HEADER, (("north", "1"), ("north", "2"), ("south", "3")), HEADER))

    _, groups = of_groups(frame, [(0, 1), (2,)])

    assert {len(group) for group in groups} == {1, 2}
