"""Rows that count for two: matches, transfers."""

from tests.converter.learning.learned import converted, rows, table


def test_points_and_games_of_both_sides():
    given = table(
        "home|away|home_goals|away_goals\nGent|Bergen|1|2\nGent|Lyon|1|2\nGent|Leeds|0|2\nLyon|Bergen|1|1\n"
        "Lyon|Gent|0|1\nLyon|Leeds|0|1\nLeeds|Gent|1|1\nLeeds|Lyon|4|3"
    )
    expected = table("team|played|points\nLeeds|4|10\nBergen|2|4\nGent|5|4\nLyon|5|4")
    further = table(
        "home|away|home_goals|away_goals\nGent|Bergen|3|3\nGent|Kiel|4|3\nBergen|Gent|4|3\nBergen|Kiel|0|0\n"
        "Oslo|Bergen|4|1\nOslo|Kiel|4|1\nKiel|Gent|2|3\nKiel|Bergen|3|2\nKiel|Oslo|4|1"
    )

    found = converted(given, expected, further)

    assert found == rows(("Gent", "4", "7"), ("Kiel", "6", "7"), ("Oslo", "3", "6"), ("Bergen", "5", "5"))


def test_goals_for_and_against_where_the_columns_have_initials():
    given = table(
        "Date|Home Team|Away Team|HG|AG\n2025-02-23|Graz|Kiel|3|1\n2025-05-22|Graz|Turin|3|2\n"
        "2025-06-25|Kiel|Graz|3|1\n2025-07-27|Oslo|Kiel|0|1\n2025-09-09|Turin|Kiel|3|3\n2025-05-15|Turin|Graz|1|3\n"
        "2025-08-27|Kiel|Turin|5|3\n2025-03-04|Oslo|Turin|0|3\n2025-11-01|Turin|Oslo|3|1"
    )
    expected = table("team|played|scored|conceded\nGraz|4|10|7\nKiel|5|13|10\nOslo|3|1|7\nTurin|6|15|15")
    further = table(
        "Date|Home Team|Away Team|HG|AG\n2025-04-22|Gent|Kiel|0|2\n2025-04-08|Turin|Leeds|2|2\n"
        "2025-01-06|Leeds|Gent|2|1\n2025-05-04|Turin|Kiel|0|3\n2025-08-22|Kiel|Leeds|1|1\n2025-06-20|Leeds|Kiel|3|3\n"
        "2025-04-14|Kiel|Gent|4|3\n2025-09-17|Turin|Gent|2|3\n2025-04-16|Kiel|Turin|1|1"
    )

    found = converted(given, expected, further)

    assert found == rows(("Gent", "4", "7", "10"), ("Kiel", "6", "14", "8"), ("Leeds", "4", "8", "7"), ("Turin", "4", "5", "9"))


def test_what_is_given_and_taken():
    given = table(
        "from|to|amount\nOtis|Ivo|13\nIvo|Hana|28\nIvo|Ben|22\nIvo|Ben|70\nOtis|Ben|22\nIvo|Hana|35\nIvo|Ben|72\n"
        "Ivo|Otis|15\nHana|Ivo|42"
    )
    expected = table("person|balance\nBen|186\nHana|21\nIvo|-187\nOtis|-20")
    further = table(
        "from|to|amount\nCleo|Finn|64\nGus|Cleo|42\nPia|Cleo|7\nCleo|Pia|25\nPia|Gus|41\nCleo|Gus|80\nFinn|Gus|17\n"
        "Cleo|Pia|86\nCleo|Pia|62"
    )

    found = converted(given, expected, further)

    assert found == rows(("Cleo", "-268"), ("Finn", "47"), ("Gus", "96"), ("Pia", "125"))


def test_a_league_table_from_scores_in_one_cell():
    given = table(
        "round|home|score|away\n5|Costa|0-0|Lund\n4|Costa|0-2|Fiala\n1|Lund|4-1|Costa\n6|Lund|1-0|Moreau\n"
        "3|Lund|4-3|Fiala\n5|Moreau|1-0|Costa\n3|Moreau|1-3|Lund\n1|Moreau|3-1|Fiala\n3|Fiala|2-1|Costa\n"
        "1|Fiala|2-3|Lund\n1|Fiala|1-3|Moreau"
    )
    expected = table("team|P|W|D|L|points\nLund|6|5|1|0|16\nMoreau|5|3|0|2|9\nFiala|6|2|0|4|6\nCosta|5|0|1|4|1")
    further = table(
        "round|home|score|away\n3|Gomez|4-1|Novak\n1|Gomez|3-0|Kovac\n5|Gomez|0-1|Park\n6|Novak|4-1|Kovac\n"
        "2|Kovac|2-3|Gomez\n1|Kovac|4-2|Novak\n4|Kovac|0-0|Park\n1|Park|0-0|Gomez\n5|Park|0-2|Novak\n5|Park|3-2|Kovac"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Gomez", "5", "3", "1", "1", "10"),
        ("Park", "5", "2", "2", "1", "8"),
        ("Novak", "4", "2", "0", "2", "6"),
        ("Kovac", "6", "1", "1", "4", "4"),
    )
