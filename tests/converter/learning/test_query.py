from converter.learning.nodes import ColumnRef
from converter.learning.query import Query, SortKey
from converter.learning.steps.windows import ROW_NUMBER, Window


def test_windows_go_by_the_keys_to_sort_by_but_not_by_those_that_are_windows_themselves():
    user = ColumnRef("user")
    number = Window(ROW_NUMBER, None, [user])
    query = Query(order=(SortKey(user), SortKey(number)))

    written = query.select(("user", "visit"), (user, number)).sql(dialect="duckdb")

    assert 'ROW_NUMBER() OVER (PARTITION BY "user" ORDER BY "user" ASC, _row) AS visit' in written
    assert written.count("OVER") == 1
