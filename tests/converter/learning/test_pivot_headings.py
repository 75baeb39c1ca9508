"""Pivots: the order of headings, marks, counts beside the cells."""

from tests.converter.learning.learned import rows, statement, table, turned


def test_mapped_values_and_a_dash_where_nothing_stands():
    given = table(
        "day|pupil|state\n2025-03-03|Finn|absent\n2025-03-03|Tess|absent\n2025-03-03|Eva|absent\n"
        "2025-03-03|Ada|late\n2025-03-05|Tess|absent\n2025-03-05|Ada|present\n2025-03-09|Finn|late\n"
        "2025-03-09|Tess|present\n2025-03-09|Eva|present\n2025-03-09|Ada|late\n2025-03-25|Tess|late\n"
        "2025-03-25|Eva|present"
    )
    expected = table("pupil|2025-03-03|2025-03-05|2025-03-09|2025-03-25\nAda|L|P|L|-\nEva|A|-|P|P\nFinn|A|-|L|-\nTess|A|A|P|L")
    further = table(
        "day|pupil|state\n2025-03-10|Gus|present\n2025-03-10|Otis|present\n2025-03-10|Tess|present\n"
        "2025-03-10|Cleo|late\n2025-03-14|Gus|late\n2025-03-14|Otis|present\n2025-03-14|Tess|present\n"
        "2025-03-14|Cleo|present\n2025-03-15|Gus|present\n2025-03-15|Otis|late\n2025-03-15|Tess|late\n"
        "2025-03-15|Cleo|present\n2025-03-18|Gus|present\n2025-03-18|Otis|late\n2025-03-18|Tess|late\n"
        "2025-03-18|Cleo|late"
    )

    found = turned(statement(given, expected), further)

    assert found == rows(
        ("pupil", "2025-03-10", "2025-03-14", "2025-03-15", "2025-03-18"),
        ("Cleo", "L", "P", "P", "L"),
        ("Gus", "P", "L", "P", "P"),
        ("Otis", "P", "P", "L", "L"),
        ("Tess", "P", "P", "L", "L"),
    )


def test_headings_in_the_order_in_which_they_appear():
    given = table(
        "user|question|answer\nCleo|pets|yes\nCleo|age|yes\nCleo|size|no\nCleo|car|no\nTess|pets|yes\nTess|age|no\n"
        "Tess|car|yes\nOtis|pets|yes\nOtis|age|maybe\nOtis|car|no\nDov|age|no\nDov|size|no\nDov|car|yes\n"
        "Rosa|pets|yes\nRosa|age|no\nRosa|size|maybe\nRosa|car|no"
    )
    expected = table(
        "user|pets|age|size|car\nCleo|yes|yes|no|no\nTess|yes|no||yes\nOtis|yes|maybe||no\nDov||no|no|yes\nRosa|yes|no|maybe|no"
    )
    further = table(
        "user|question|answer\nEva|car|no\nEva|size|maybe\nEva|age|yes\nEva|pets|yes\nSam|car|yes\nSam|size|maybe\n"
        "Sam|age|yes\nQuin|car|maybe\nQuin|age|no\nHana|car|maybe\nHana|size|maybe\nHana|pets|yes\nAda|size|yes\n"
        "Ada|age|yes\nAda|pets|maybe"
    )

    found = turned(statement(given, expected), further)

    assert found == rows(
        ("user", "car", "size", "age", "pets"),
        ("Eva", "no", "maybe", "yes", "yes"),
        ("Sam", "yes", "maybe", "yes", None),
        ("Quin", "maybe", None, "no", None),
        ("Hana", "maybe", "maybe", None, "yes"),
        ("Ada", None, "yes", "yes", "maybe"),
    )


def test_names_of_months_stand_in_the_order_of_the_year():
    given = table(
        "month|store|sales\nJuly|Turin|87\nJuly|Basel|28\nJuly|Kiel|96\nApril|Turin|96\nJuly|Lyon|15\n"
        "November|Turin|68\nApril|Kiel|53\nNovember|Kiel|31\nNovember|Lyon|95\nApril|Basel|11\nNovember|Basel|26\n"
        "April|Lyon|60"
    )
    expected = table("store|April|July|November\nBasel|11|28|26\nKiel|53|96|31\nLyon|60|15|95\nTurin|96|87|68")
    further = table(
        "month|store|sales\nApril|Turin|86\nJanuary|Turin|22\nJanuary|Porto|61\nApril|Porto|21\nApril|Gent|37\n"
        "July|Turin|52\nJuly|Gent|39\nJuly|Leeds|41\nJanuary|Leeds|13\nApril|Leeds|78\nJuly|Porto|81\nJanuary|Gent|40"
    )

    found = turned(statement(given, expected), further)

    assert found == rows(
        ("store", "January", "April", "July"),
        ("Gent", "40", "37", "39"),
        ("Leeds", "13", "78", "41"),
        ("Porto", "61", "21", "81"),
        ("Turin", "22", "86", "52"),
    )


def test_a_count_of_one_value_beside_the_cells():
    given = table(
        "sample|test|result\nS-11|Salt|FAIL\nS-11|Zinc|PASS\nS-12|Iron|FAIL\nS-12|Zinc|FAIL\nS-13|Salt|PASS\n"
        "S-13|Iron|FAIL\nS-13|Zinc|FAIL\nS-14|Salt|FAIL\nS-14|Iron|FAIL\nS-14|Zinc|FAIL\nS-15|Iron|FAIL"
    )
    expected = table(
        "sample|Iron|Salt|Zinc|fails\nS-11|-|FAIL|PASS|1\nS-12|FAIL|-|FAIL|2\nS-13|FAIL|PASS|FAIL|2\n"
        "S-14|FAIL|FAIL|FAIL|3\nS-15|FAIL|-|-|1"
    )
    further = table(
        "sample|test|result\nS-11|Lead|PASS\nS-12|Lead|PASS\nS-12|pH|PASS\nS-12|Zinc|FAIL\nS-13|Lead|PASS\n"
        "S-13|pH|FAIL\nS-13|Zinc|PASS\nS-14|Lead|PASS\nS-14|pH|PASS\nS-14|Zinc|PASS\nS-15|Lead|PASS\nS-15|pH|PASS\n"
        "S-15|Zinc|PASS"
    )

    found = turned(statement(given, expected), further)

    assert found == rows(
        ("sample", "Lead", "Zinc", "pH", "fails"),
        ("S-11", "PASS", "-", "-", "0"),
        ("S-12", "PASS", "FAIL", "PASS", "1"),
        ("S-13", "PASS", "PASS", "FAIL", "1"),
        ("S-14", "PASS", "PASS", "PASS", "0"),
        ("S-15", "PASS", "PASS", "PASS", "0"),
    )


def test_a_count_of_one_value_beside_other_cells():
    given = table(
        "sample|test|result\nS-11|Lead|PASS\nS-11|Iron|PASS\nS-11|pH|FAIL\nS-12|Lead|PASS\nS-12|pH|PASS\n"
        "S-13|Lead|PASS\nS-13|Iron|PASS\nS-13|pH|PASS\nS-14|Lead|PASS\nS-14|pH|PASS\nS-15|Lead|PASS\nS-15|Iron|FAIL\n"
        "S-15|pH|FAIL"
    )
    expected = table(
        "sample|Iron|Lead|pH|fails\nS-11|PASS|PASS|FAIL|1\nS-12|-|PASS|PASS|0\nS-13|PASS|PASS|PASS|0\n"
        "S-14|-|PASS|PASS|0\nS-15|FAIL|PASS|FAIL|2"
    )
    further = table(
        "sample|test|result\nS-11|Lead|FAIL\nS-11|pH|PASS\nS-11|Zinc|FAIL\nS-12|Lead|PASS\nS-12|pH|PASS\n"
        "S-12|Zinc|FAIL\nS-13|Lead|PASS\nS-13|pH|PASS\nS-13|Zinc|PASS\nS-14|pH|PASS\nS-15|Lead|PASS\nS-15|pH|FAIL\n"
        "S-15|Zinc|PASS"
    )

    found = turned(statement(given, expected), further)

    assert found == rows(
        ("sample", "Lead", "Zinc", "pH", "fails"),
        ("S-11", "FAIL", "FAIL", "PASS", "2"),
        ("S-12", "PASS", "FAIL", "PASS", "1"),
        ("S-13", "PASS", "PASS", "PASS", "0"),
        ("S-14", "-", "-", "PASS", "0"),
        ("S-15", "PASS", "PASS", "FAIL", "1"),
    )


def test_a_mark_where_a_row_stands():
    given = table(
        "student|club\nDov|drama\nDov|robot\nAda|drama\nPia|choir\nPia|robot\nIvo|drama\nIvo|robot\nRosa|choir\nRosa|drama"
    )
    expected = table("student|choir|drama|robot\nDov||x|x\nAda||x|\nPia|x||x\nIvo||x|x\nRosa|x|x|")
    further = table(
        "student|club\nCleo|chess\nCleo|robot\nLea|robot\nPia|robot\nPia|chess\nQuin|robot\nQuin|chess\nDov|chess\nDov|drama"
    )

    found = turned(statement(given, expected), further)

    assert found == rows(
        ("student", "chess", "drama", "robot"),
        ("Cleo", "x", None, "x"),
        ("Lea", None, None, "x"),
        ("Pia", "x", None, "x"),
        ("Quin", "x", None, "x"),
        ("Dov", "x", "x", None),
    )
