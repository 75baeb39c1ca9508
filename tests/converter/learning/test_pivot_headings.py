"""Pivots: the order of headings, marks, counts beside the cells."""

from tests.converter.learning.learned import converted, rows, statement, table, turned


def test_cells_that_count_rows():
    given = table(
        "lot|test|result\nL4|visc|FAIL\nL1|pH|FAIL\nL1|dens|PASS\nL2|dens|RETEST\nL4|visc|PASS\nL1|visc|FAIL\n"
        "L1|pH|RETEST\nL3|visc|FAIL\nL3|dens|RETEST\nL3|dens|PASS\nL2|pH|PASS\nL2|visc|FAIL\nL1|pH|RETEST\n"
        "L2|pH|PASS\nL1|dens|PASS\nL3|dens|PASS"
    )
    expected = table("lot|FAIL|PASS|RETEST\nL1|2|2|2\nL2|1|2|1\nL3|1|2|1\nL4|1|1|0")
    further = table(
        "lot|test|result\nL3|dens|FAIL\nL2|dens|RETEST\nL2|pH|PASS\nL4|visc|FAIL\nL3|dens|PASS\nL4|visc|FAIL\n"
        "L4|dens|PASS\nL3|pH|RETEST\nL4|pH|PASS\nL3|visc|PASS\nL2|pH|FAIL\nL3|visc|PASS\nL4|pH|FAIL\nL3|pH|FAIL\n"
        "L1|dens|PASS\nL1|visc|PASS"
    )

    found = converted(given, expected, further)

    assert found == rows(("L1", "0", "2", "0"), ("L2", "1", "1", "1"), ("L3", "2", "3", "1"), ("L4", "3", "2", "0"))


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


def test_weekdays_stand_in_the_order_of_the_week():
    given = table(
        "shift|person|weekday|hours\nS12|Jana|Mon|2\nS1|Mo|Tue|6\nS3|Ivo|Wed|5\nS9|Ada|Thu|3\nS0|Mo|Fri|5\n"
        "S10|Ada|Wed|8\nS11|Ada|Tue|4\nS5|Ivo|Thu|3\nS7|Rosa|Thu|3\nS2|Mo|Thu|6\nS6|Rosa|Fri|7\nS8|Rosa|Mon|6\n"
        "S13|Jana|Fri|4\nS14|Jana|Wed|2\nS4|Ivo|Tue|2"
    )
    expected = table("person|Mon|Tue|Wed|Thu|Fri\nAda||4|8|3|\nIvo||2|5|3|\nJana|2||2||4\nMo||6||6|5\nRosa|6|||3|7")
    further = table(
        "shift|person|weekday|hours\nS11|Eva|Mon|8\nS8|Pia|Wed|4\nS3|Ada|Mon|2\nS10|Eva|Tue|3\nS13|Ivo|Mon|6\n"
        "S12|Ivo|Thu|6\nS5|Ada|Thu|3\nS4|Ada|Fri|8\nS14|Ivo|Tue|3\nS0|Dov|Wed|3\nS1|Dov|Thu|4\nS6|Pia|Fri|7\n"
        "S9|Eva|Wed|3\nS2|Dov|Tue|6\nS7|Pia|Mon|7"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Ada", "2", None, None, "3", "8"),
        ("Dov", None, "6", "3", "4", None),
        ("Eva", "8", "3", "3", None, None),
        ("Ivo", "6", "3", None, "6", None),
        ("Pia", "7", None, "4", None, "7"),
    )


def test_weekdays_stand_in_the_order_of_the_week_whatever_their_first_rows():
    given = table(
        "shift|person|weekday|hours\nS13|Gus|Mon|7\nS1|Pia|Wed|2\nS2|Pia|Fri|7\nS10|Hana|Thu|7\nS0|Pia|Tue|8\n"
        "S7|Otis|Fri|8\nS14|Gus|Thu|6\nS11|Hana|Mon|4\nS8|Otis|Wed|6\nS9|Hana|Fri|8\nS5|Lea|Tue|2\nS12|Gus|Wed|8\n"
        "S3|Lea|Fri|6\nS6|Otis|Thu|6\nS4|Lea|Wed|3"
    )
    expected = table("person|Mon|Tue|Wed|Thu|Fri\nGus|7||8|6|\nHana|4|||7|8\nLea||2|3||6\nOtis|||6|6|8\nPia||8|2||7")
    further = table(
        "shift|person|weekday|hours\nS0|Eva|Wed|5\nS12|Finn|Mon|5\nS13|Finn|Fri|5\nS9|Sam|Tue|7\nS4|Pia|Thu|2\n"
        "S5|Pia|Mon|5\nS3|Pia|Tue|8\nS6|Ivo|Fri|2\nS1|Eva|Thu|2\nS7|Ivo|Wed|7\nS2|Eva|Fri|2\nS14|Finn|Tue|4\n"
        "S8|Ivo|Thu|2\nS10|Sam|Wed|3\nS11|Sam|Thu|2"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Eva", None, None, "5", "2", "2"),
        ("Finn", "5", "4", None, None, "5"),
        ("Ivo", None, None, "7", "2", "2"),
        ("Pia", "5", "8", None, "2", None),
        ("Sam", None, "7", "3", "2", None),
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


def test_a_mark_where_a_row_stands_for_others():
    given = table(
        "student|club\nGus|robot\nGus|choir\nLea|choir\nLea|drama\nNora|robot\nNora|choir\nFinn|robot\nOtis|robot\nOtis|drama"
    )
    expected = table("student|choir|drama|robot\nGus|x||x\nLea|x|x|\nNora|x||x\nFinn|||x\nOtis||x|x")
    further = table(
        "student|club\nSam|robot\nSam|choir\nIvo|choir\nIvo|robot\nAda|drama\nAda|robot\nFinn|robot\nFinn|choir\nHana|robot"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Sam", "x", None, "x"),
        ("Ivo", "x", None, "x"),
        ("Ada", None, "x", "x"),
        ("Finn", "x", None, "x"),
        ("Hana", None, None, "x"),
    )
