"""Filters by two conditions, conditions on whole groups, the first of each group."""

from tests.converter.learning.learned import converted, rows, table


def test_a_value_and_a_blank():
    given = table(
        "member|status|email|town\nMo Novak 0|active||Turin\nNora Costa 1|lapsed|nora1@x.org|Oslo\n"
        "Ivo Costa 2|active||Bergen\nCleo Lund 3|guest|cleo3@x.org|Turin\nDov Costa 4|active|dov4@x.org|Kiel\n"
        "Ben Brandt 5|lapsed||Basel\nHana Park 6|lapsed|hana6@x.org|Kiel\nTess Park 7|guest|tess7@x.org|Leeds\n"
        "Gus Okafor 8|lapsed||Graz\nLea Ekman 9|guest|lea9@x.org|Turin\nDov Brandt 10|active||Kiel\n"
        "Rosa Park 11|lapsed||Leeds"
    )
    expected = table("member|town\nMo Novak 0|Turin\nIvo Costa 2|Bergen\nDov Brandt 10|Kiel")
    further = table(
        "member|status|email|town\nGus Adler 0|active||Gent\nTess Fiala 1|guest|tess1@x.org|Bergen\n"
        "Sam Novak 2|guest||Kiel\nGus Lund 3|active||Gent\nHana Park 4|lapsed|hana4@x.org|Oslo\n"
        "Quin Doyle 5|active||Turin\nTess Adler 6|active|tess6@x.org|Kiel\nGus Jensen 7|active||Oslo\n"
        "Hana Adler 8|active|hana8@x.org|Porto\nBen Park 9|lapsed|ben9@x.org|Gent\n"
        "Ada Kovac 10|guest|ada10@x.org|Kiel\nSam Ivanov 11|guest||Kiel"
    )

    found = converted(given, expected, further)

    assert found == rows(("Gus Adler 0", "Gent"), ("Gus Lund 3", "Gent"), ("Quin Doyle 5", "Turin"), ("Gus Jensen 7", "Oslo"))


def test_a_value_and_a_bound():
    given = table(
        "invoice|state|amount|due\nR-6810|open|75.37|2025-09-21\nR-8097|open|354.23|2025-04-01\n"
        "R-8111|paid|71.18|2025-02-25\nR-3659|open|503.74|2025-11-19\nR-2728|open|692.18|2025-05-20\n"
        "R-3959|void|105.84|2025-09-23\nR-8724|open|452.07|2025-09-15\nR-5471|void|571.22|2025-03-02\n"
        "R-6777|open|565.44|2025-05-21\nR-3426|open|799.50|2025-08-14\nR-7825|void|541.35|2025-02-14\n"
        "R-3147|open|197.98|2025-10-13"
    )
    expected = table(
        "invoice|amount|due\nR-3659|503.74|2025-11-19\nR-2728|692.18|2025-05-20\nR-6777|565.44|2025-05-21\n"
        "R-3426|799.50|2025-08-14"
    )
    further = table(
        "invoice|state|amount|due\nR-5677|paid|369.29|2025-03-09\nR-2384|void|38.95|2025-07-23\n"
        "R-8622|paid|226.58|2025-07-26\nR-4768|void|218.17|2025-09-10\nR-7321|void|442.72|2025-07-09\n"
        "R-6548|open|113.97|2025-05-22\nR-3226|open|876.58|2025-08-19\nR-3317|void|654.49|2025-04-18\n"
        "R-1182|open|150.25|2025-11-09\nR-6363|void|225.32|2025-08-04\nR-9431|paid|314.25|2025-05-22\n"
        "R-8129|paid|799.34|2025-04-18"
    )

    found = converted(given, expected, further)

    assert found == rows(("R-3226", "876.58", "2025-08-19"))


def test_one_date_is_there_and_another_is_not():
    given = table(
        "order|customer|shipped|returned|total\n4400|Fiala|2025-02-15||119.48\n4401|Costa|2025-08-22||384.04\n"
        "4402|Kovac|2025-08-17|2025-08-26|14.99\n4403|Ivanov|2025-07-27||96.33\n4404|Hauser|2025-05-01||14.91\n"
        "4405|Lund|||294.41\n4406|Doyle|2025-01-11||243.87\n4407|Kovac|||291.61\n4408|Moreau|||389.03\n"
        "4409|Novak|2025-06-27|2025-07-06|233.89\n4410|Adler|2025-03-08|2025-03-17|359.47\n4411|Ekman|||36.71"
    )
    expected = table(
        "order|customer|total\n4400|Fiala|119.48\n4401|Costa|384.04\n4403|Ivanov|96.33\n4404|Hauser|14.91\n4406|Doyle|243.87"
    )
    further = table(
        "order|customer|shipped|returned|total\n4400|Park|2025-03-06||299.03\n4401|Jensen|||279.92\n"
        "4402|Park|2025-03-02||328.43\n4403|Lund|2025-09-05|2025-09-14|251.34\n"
        "4404|Kovac|2025-01-30|2025-02-08|389.67\n4405|Fiala|||360.61\n4406|Novak|||302.80\n"
        "4407|Ekman|2025-07-09|2025-07-18|365.74\n4408|Gomez|||303.82\n4409|Hauser|||75.28\n"
        "4410|Fiala|2025-04-09||260.26\n4411|Fiala|2025-07-02||342.39"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("4400", "Park", "299.03"), ("4402", "Park", "328.43"), ("4410", "Fiala", "260.26"), ("4411", "Fiala", "342.39")
    )


def test_two_values_of_two_columns():
    given = table(
        "site|region|critical|owner\nGent 0|West|yes|Dov\nGraz 1|West|no|Pia\nKiel 2|South|no|Gus\n"
        "Gent 3|South|yes|Gus\nOslo 4|South|no|Ivo\nLyon 5|South|no|Cleo\nBasel 6|West|yes|Kai\n"
        "Porto 7|West|no|Rosa\nGraz 8|North|no|Pia\nLeeds 9|South|yes|Gus\nKiel 10|North|no|Hana\n"
        "Porto 11|West|no|Kai"
    )
    expected = table("site|owner\nGraz 8|Pia\nKiel 10|Hana")
    further = table(
        "site|region|critical|owner\nTurin 0|South|no|Mo\nLeeds 1|South|yes|Mo\nGraz 2|South|no|Ben\n"
        "Porto 3|South|yes|Jana\nGraz 4|South|no|Lea\nTurin 5|North|no|Mo\nPorto 6|South|yes|Kai\n"
        "Kiel 7|West|no|Kai\nGent 8|West|no|Ivo\nLeeds 9|West|yes|Pia\nLeeds 10|North|no|Cleo\nLeeds 11|South|no|Nora"
    )

    found = converted(given, expected, further)

    assert found == rows(("Turin 5", "Mo"), ("Leeds 10", "Cleo"))


def test_not_a_value_and_filled():
    given = table(
        "Beleg|Art|Betrag|Text\nB100|Rechnung|398,94|rug\nB101|Storno|130,63|mirror\nB102|Rechnung|386,66|stool\n"
        "B103|Storno||shelf\nB104|Storno|234,80|desk\nB105|Gutschrift|95,27|chair\nB106|Rechnung|157,78|stool\n"
        "B107|Gutschrift|316,80|shelf\nB108|Storno|152,67|desk\nB109|Gutschrift||stool\n"
        "B110|Gutschrift|387,67|chair\nB111|Gutschrift||shelf\nB112|Rechnung|324,29|lamp"
    )
    expected = table(
        "Beleg|Betrag|Text\nB100|398,94|rug\nB102|386,66|stool\nB105|95,27|chair\nB106|157,78|stool\n"
        "B107|316,80|shelf\nB110|387,67|chair\nB112|324,29|lamp"
    )
    further = table(
        "Beleg|Art|Betrag|Text\nB100|Rechnung||lamp\nB101|Rechnung|18,21|vase\nB102|Rechnung||mirror\n"
        "B103|Rechnung||desk\nB104|Storno||shelf\nB105|Rechnung|33,29|desk\nB106|Storno|48,48|mirror\n"
        "B107|Gutschrift|133,83|stool\nB108|Rechnung|311,01|vase\nB109|Storno|60,71|stool\n"
        "B110|Gutschrift|305,27|rug\nB111|Storno|221,04|desk\nB112|Rechnung|166,25|clock"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("B101", "18,21", "vase"),
        ("B105", "33,29", "desk"),
        ("B107", "133,83", "stool"),
        ("B108", "311,01", "vase"),
        ("B110", "305,27", "rug"),
        ("B112", "166,25", "clock"),
    )


def test_the_two_greatest_of_each_group_sorted():
    given = table(
        "region|product|units\nPorto|frame|800\nLeeds|mirror|418\nLyon|chair|549\nPorto|desk|211\nPorto|lamp|153\n"
        "Leeds|frame|287\nLeeds|desk|474\nLyon|shelf|952\nLyon|mirror|670\nLeeds|rug|845\nLeeds|stool|966\n"
        "Lyon|clock|611\nPorto|rug|282"
    )
    expected = table(
        "region|product|units\nLeeds|stool|966\nLeeds|rug|845\nLyon|shelf|952\nLyon|mirror|670\nPorto|frame|800\nPorto|rug|282"
    )
    further = table(
        "region|product|units\nLeeds|stool|300\nLeeds|lamp|931\nPorto|rug|866\nPorto|lamp|170\nPorto|mirror|168\n"
        "Porto|desk|799\nTurin|rug|915\nTurin|desk|293\nTurin|lamp|834\nPorto|stool|207\nLeeds|vase|112"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Leeds", "lamp", "931"),
        ("Leeds", "stool", "300"),
        ("Porto", "rug", "866"),
        ("Porto", "desk", "799"),
        ("Turin", "rug", "915"),
        ("Turin", "lamp", "834"),
    )


def test_the_two_greatest_of_each_group_in_the_order_they_came():
    given = table(
        "pupil|subject|points\nDov|Art|48.03\nRosa|Maths|89.02\nJana|Art|39.04\nJana|Maths|63.0\nRosa|Music|87.07\n"
        "Dov|Music|55.08\nTess|Art|41.05\nFinn|Maths|83.01\nCleo|Music|40.06"
    )
    expected = table(
        "pupil|subject|points\nDov|Art|48.03\nRosa|Maths|89.02\nRosa|Music|87.07\nDov|Music|55.08\nTess|Art|41.05\n"
        "Finn|Maths|83.01"
    )
    further = table(
        "pupil|subject|points\nHana|Music|85.09\nJana|Maths|95.03\nLea|Music|74.08\nHana|Art|99.07\nLea|Art|99.06\n"
        "Jana|Art|74.04\nGus|Music|38.11\nEva|Maths|78.01\nFinn|Music|76.1\nIvo|Maths|41.02\nDov|Art|74.05\n"
        "Kai|Maths|63.0"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Hana", "Music", "85.09"),
        ("Jana", "Maths", "95.03"),
        ("Hana", "Art", "99.07"),
        ("Lea", "Art", "99.06"),
        ("Eva", "Maths", "78.01"),
        ("Finn", "Music", "76.1"),
    )


def test_the_latest_three_of_each():
    given = table(
        "customer|ordered|total\nCosta|2025-02-06|286.29\nCosta|2025-09-21|167.26\nGomez|2025-11-21|339.76\n"
        "Costa|2025-10-02|103.52\nGomez|2025-09-02|385.61\nJensen|2025-04-20|74.37\nGomez|2025-01-18|207.85\n"
        "Costa|2025-08-30|167.86\nJensen|2025-06-16|241.37\nJensen|2025-10-15|28.32\nGomez|2025-02-08|22.76\n"
        "Jensen|2025-03-09|125.24"
    )
    expected = table(
        "customer|ordered|total\nCosta|2025-10-02|103.52\nCosta|2025-09-21|167.26\nCosta|2025-08-30|167.86\n"
        "Gomez|2025-11-21|339.76\nGomez|2025-09-02|385.61\nGomez|2025-02-08|22.76\nJensen|2025-10-15|28.32\n"
        "Jensen|2025-06-16|241.37\nJensen|2025-04-20|74.37"
    )
    further = table(
        "customer|ordered|total\nLund|2025-05-10|307.82\nLund|2025-08-17|245.50\nCosta|2025-03-15|76.74\n"
        "Costa|2025-02-12|251.62\nKovac|2025-06-02|194.29\nKovac|2025-01-27|43.51\nLund|2025-08-20|199.92\n"
        "Costa|2025-08-26|36.09\nCosta|2025-05-26|205.07\nLund|2025-04-04|229.63\nLund|2025-02-17|256.95"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Costa", "2025-08-26", "36.09"),
        ("Costa", "2025-05-26", "205.07"),
        ("Costa", "2025-03-15", "76.74"),
        ("Kovac", "2025-06-02", "194.29"),
        ("Kovac", "2025-01-27", "43.51"),
        ("Lund", "2025-08-20", "199.92"),
        ("Lund", "2025-08-17", "245.50"),
        ("Lund", "2025-05-10", "307.82"),
    )


def test_the_fastest_three_of_each_with_their_place():
    given = table(
        "class|runner|seconds\nU10|Finn|18.111\nU14|Eva|14.169\nU14|Ben|16.988\nU10|Jana|11.810\nU12|Eva|11.054\n"
        "U14|Lea|16.030\nU12|Ivo|16.255\nU12|Quin|15.326\nU10|Lea|12.593\nU12|Hana|15.227\nU10|Rosa|15.872"
    )
    expected = table(
        "class|place|runner|seconds\nU10|1|Jana|11.810\nU10|2|Lea|12.593\nU10|3|Rosa|15.872\nU12|1|Eva|11.054\n"
        "U12|2|Hana|15.227\nU12|3|Quin|15.326\nU14|1|Eva|14.169\nU14|2|Lea|16.030\nU14|3|Ben|16.988"
    )
    further = table(
        "class|runner|seconds\nU10|Tess|16.861\nU12|Otis|15.124\nU12|Pia|12.985\nU14|Cleo|16.058\nU14|Otis|12.570\n"
        "U10|Jana|13.452\nU10|Quin|11.090\nU12|Gus|16.753\nU14|Finn|12.297\nU12|Finn|12.126\nU14|Jana|18.521\n"
        "U14|Ivo|13.839"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("U10", "1", "Quin", "11.090"),
        ("U10", "2", "Jana", "13.452"),
        ("U10", "3", "Tess", "16.861"),
        ("U12", "1", "Finn", "12.126"),
        ("U12", "2", "Pia", "12.985"),
        ("U12", "3", "Otis", "15.124"),
        ("U14", "1", "Finn", "12.297"),
        ("U14", "2", "Otis", "12.570"),
        ("U14", "3", "Ivo", "13.839"),
    )


def test_groups_whose_sum_is_over_a_bound():
    given = table(
        "customer|day|amount\nCosta|2025-06-23|350.19\nJensen|2025-09-10|418.60\nNovak|2025-05-27|370.66\n"
        "Moreau|2025-08-10|475.35\nMoreau|2025-10-31|486.02\nNovak|2025-05-02|437.89\nHauser|2025-10-16|77.52\n"
        "Jensen|2025-09-12|401.31\nCosta|2025-06-19|359.60\nFiala|2025-07-11|127.68\nHauser|2025-10-08|31.22\n"
        "Ekman|2025-06-16|50.20\nFiala|2025-04-10|62.06\nJensen|2025-10-23|464.98"
    )
    expected = table("customer|total\nCosta|709.79\nJensen|1284.89\nMoreau|961.37\nNovak|808.55")
    further = table(
        "customer|day|amount\nPark|2025-10-30|83.34\nAdler|2025-04-28|89.69\nPark|2025-09-30|129.63\n"
        "Ivanov|2025-09-29|478.84\nNovak|2025-03-03|45.77\nFiala|2025-06-15|401.22\nDoyle|2025-10-19|19.86\n"
        "Brandt|2025-07-02|58.60\nPark|2025-01-24|63.98\nBrandt|2025-06-22|77.79\nAdler|2025-06-17|95.01\n"
        "Novak|2025-10-03|105.86\nDoyle|2025-11-19|23.29"
    )

    found = converted(given, expected, further)

    assert found == rows()


def test_groups_of_two_rows_or_more():
    given = table(
        "email|shop|date\nquin@mail.org|Basel|2025-06-01\nnora@mail.org|Turin|2025-10-27\n"
        "gus@mail.org|Graz|2025-09-07\nnora@mail.org|Gent|2025-01-16\njana@mail.org|Oslo|2025-06-15\n"
        "nora@mail.org|Bergen|2025-10-27\njana@mail.org|Kiel|2025-04-17\nada@mail.org|Turin|2025-05-08\n"
        "quin@mail.org|Porto|2025-06-21\nmo@mail.org|Kiel|2025-04-22\ncleo@mail.org|Leeds|2025-07-25\n"
        "quin@mail.org|Bergen|2025-02-16\nmo@mail.org|Graz|2025-04-24\nmo@mail.org|Oslo|2025-02-04\n"
        "dov@mail.org|Kiel|2025-06-03"
    )
    expected = table("email|visits\njana@mail.org|2\nmo@mail.org|3\nnora@mail.org|3\nquin@mail.org|3")
    further = table(
        "email|shop|date\nsam@mail.org|Porto|2025-04-24\nlea@mail.org|Turin|2025-10-18\n"
        "nora@mail.org|Leeds|2025-09-03\nlea@mail.org|Graz|2025-09-29\ntess@mail.org|Turin|2025-06-01\n"
        "jana@mail.org|Basel|2025-05-16\nnora@mail.org|Bergen|2025-11-03\nnora@mail.org|Oslo|2025-08-21\n"
        "rosa@mail.org|Graz|2025-09-08\ncleo@mail.org|Basel|2025-11-16\nlea@mail.org|Turin|2025-04-26\n"
        "sam@mail.org|Bergen|2025-01-14\nsam@mail.org|Basel|2025-09-03\nmo@mail.org|Oslo|2025-11-14\n"
        "rosa@mail.org|Leeds|2025-03-24"
    )

    found = converted(given, expected, further)

    assert found == rows(("lea@mail.org", "3"), ("nora@mail.org", "3"), ("rosa@mail.org", "2"), ("sam@mail.org", "3"))


def test_groups_whose_latest_date_is_before_a_day():
    given = table(
        "client|visit|note\nHauser|2025-07-12|shelf\nLund|2023-03-17|shelf\nAdler|2023-09-11|vase\n"
        "Costa|2023-05-28|chair\nHauser|2023-04-26|mirror\nAdler|2023-07-30|stool\nCosta|2023-01-19|desk\n"
        "Gomez|2023-07-19|vase\nFiala|2023-02-18|lamp\nGomez|2023-06-09|chair\nNovak|2023-02-27|stool\n"
        "Adler|2023-01-05|chair\nNovak|2023-06-28|stool\nHauser|2023-03-03|shelf\nAdler|2025-04-30|rug\n"
        "Hauser|2023-08-17|frame\nGomez|2025-05-26|vase\nNovak|2023-03-28|shelf\nLund|2023-01-01|desk"
    )
    expected = table("client|last visit|visits\nCosta|2023-05-28|2\nFiala|2023-02-18|1\nLund|2023-03-17|2\nNovak|2023-06-28|3")
    further = table(
        "client|visit|note\nMoreau|2023-08-13|mirror\nHauser|2025-10-09|chair\nAdler|2023-09-13|shelf\n"
        "Costa|2023-03-01|stool\nEkman|2023-06-10|shelf\nMoreau|2023-01-09|stool\nHauser|2023-03-27|clock\n"
        "Novak|2025-05-21|desk\nLund|2023-10-03|stool\nNovak|2023-08-18|stool\nAdler|2023-01-17|lamp\n"
        "Costa|2025-08-27|chair\nNovak|2023-10-17|shelf"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("Adler", "2023-09-13", "2"), ("Ekman", "2023-06-10", "1"), ("Lund", "2023-10-03", "1"), ("Moreau", "2023-08-13", "2")
    )


def test_groups_whose_sum_is_not_zero():
    given = table(
        "account|booked|amount\n1870|2025-03-21|151\n1574|2025-10-30|-161\n1574|2025-09-16|190\n1728|2025-08-03|216\n"
        "1257|2025-08-28|16\n1870|2025-03-20|-151\n1326|2025-01-24|232\n1728|2025-01-21|-193\n1730|2025-05-14|293\n"
        "1326|2025-05-13|-232\n1624|2025-07-03|-284\n1624|2025-04-05|284\n1257|2025-01-30|34\n1730|2025-04-02|-236"
    )
    expected = table("account|balance\n1257|50\n1574|29\n1728|23\n1730|57")
    further = table(
        "account|booked|amount\n1892|2025-10-12|213\n1680|2025-03-30|-170\n1892|2025-08-21|-213\n"
        "1790|2025-05-17|203\n1097|2025-05-31|-177\n1378|2025-04-15|135\n1358|2025-06-06|-154\n1378|2025-02-18|-135\n"
        "1790|2025-07-05|-203\n1781|2025-02-04|120\n1781|2025-08-14|-35\n1680|2025-02-23|225\n1358|2025-07-01|175\n"
        "1097|2025-03-19|254"
    )

    found = converted(given, expected, further)

    assert found == rows(("1097", "77"), ("1358", "21"), ("1680", "55"), ("1781", "85"))


def test_groups_by_a_sum_that_is_not_shown():
    given = table(
        "project|person|hours\nOslo|Hana|20\nBergen|Sam|7\nGraz|Tess|6\nLeeds|Quin|37\nOslo|Cleo|31\nLyon|Nora|39\n"
        "Gent|Sam|1\nGraz|Sam|4\nOslo|Nora|29\nGent|Tess|5\nLyon|Ben|26\nLeeds|Mo|26\nPorto|Quin|6\nLeeds|Jana|31\n"
        "Bergen|Ivo|3\nPorto|Hana|8\nBergen|Finn|1"
    )
    expected = table("project|people\nLeeds|3\nLyon|2\nOslo|3")
    further = table(
        "project|person|hours\nLeeds|Jana|7\nBasel|Otis|6\nPorto|Cleo|31\nPorto|Lea|27\nPorto|Jana|25\nLeeds|Kai|8\n"
        "Basel|Lea|3\nGent|Jana|24\nOslo|Kai|37\nBergen|Lea|2\nTurin|Eva|3\nOslo|Otis|26\nTurin|Mo|5\nBergen|Gus|4\n"
        "Bergen|Tess|8\nGent|Ada|26\nBasel|Sam|7\nTurin|Pia|1\nOslo|Ivo|37"
    )

    found = converted(given, expected, further)

    assert found == rows(("Gent", "2"), ("Oslo", "3"), ("Porto", "3"))


def test_rows_of_groups_all_of_whose_rows_have_a_value():
    given = table(
        "order|item|status\nO1|desk|open\nO1|shelf|open\nO2|vase|shipped\nO2|stool|shipped\nO3|mirror|open\n"
        "O3|chair|open\nO3|rug|shipped\nO4|lamp|shipped\nO4|rug|shipped\nO5|chair|open\nO5|rug|open\nO6|rug|shipped\n"
        "O6|mirror|shipped\nO6|clock|shipped"
    )
    expected = table(
        "order|item|status\nO2|vase|shipped\nO2|stool|shipped\nO4|lamp|shipped\nO4|rug|shipped\nO6|rug|shipped\n"
        "O6|mirror|shipped\nO6|clock|shipped"
    )
    further = table(
        "order|item|status\nO1|shelf|open\nO1|frame|open\nO2|rug|shipped\nO2|mirror|shipped\nO2|lamp|shipped\n"
        "O3|shelf|shipped\nO3|lamp|open\nO3|clock|shipped\nO4|shelf|shipped\nO4|mirror|shipped\nO5|stool|shipped\n"
        "O5|lamp|open\nO6|vase|shipped\nO6|stool|shipped\nO6|rug|shipped"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("O2", "rug", "shipped"),
        ("O2", "mirror", "shipped"),
        ("O2", "lamp", "shipped"),
        ("O4", "shelf", "shipped"),
        ("O4", "mirror", "shipped"),
        ("O6", "vase", "shipped"),
        ("O6", "stool", "shipped"),
        ("O6", "rug", "shipped"),
    )


def test_groups_all_of_whose_rows_have_a_value():
    given = table(
        "order|item|status\n701|frame|open\n701|shelf|sent\n701|clock|open\n702|desk|sent\n702|chair|sent\n"
        "702|lamp|sent\n703|chair|late\n703|mirror|late\n704|shelf|sent\n704|clock|sent\n705|lamp|open\n"
        "705|clock|open\n706|rug|sent\n706|desk|sent\n706|vase|sent\n707|frame|sent\n707|lamp|sent"
    )
    expected = table("order|items\n702|3\n704|2\n706|3\n707|2")
    further = table(
        "order|item|status\n701|lamp|open\n701|mirror|late\n702|chair|sent\n702|stool|sent\n703|chair|late\n"
        "703|vase|late\n703|rug|late\n704|clock|sent\n704|vase|sent\n705|lamp|open\n705|desk|sent\n705|mirror|late\n"
        "706|mirror|sent\n706|lamp|sent\n706|shelf|sent\n707|frame|sent\n707|stool|sent\n707|clock|sent"
    )

    found = converted(given, expected, further)

    assert found == rows(("702", "2"), ("704", "2"), ("706", "3"), ("707", "3"))


def test_a_column_says_whether_any_row_of_the_group_failed():
    given = table(
        "batch|check|outcome\nB10|colour|ok\nB10|seal|ok\nB10|weight|fail\nB11|weight|ok\nB11|colour|ok\n"
        "B11|seal|ok\nB12|label|ok\nB12|weight|fail\nB12|seal|ok\nB13|colour|ok\nB13|weight|ok\nB13|seal|fail\n"
        "B14|label|ok\nB14|weight|ok\nB14|seal|ok\nB15|colour|ok\nB15|seal|ok\nB15|weight|ok"
    )
    expected = table("batch|verdict\nB10|rejected\nB11|released\nB12|rejected\nB13|rejected\nB14|released\nB15|released")
    further = table(
        "batch|check|outcome\nB10|label|ok\nB10|seal|ok\nB10|colour|ok\nB11|colour|ok\nB11|weight|ok\nB11|seal|ok\n"
        "B12|label|ok\nB12|colour|fail\nB12|weight|ok\nB13|weight|ok\nB13|label|ok\nB13|seal|ok\nB14|seal|fail\n"
        "B14|weight|ok\nB14|label|ok\nB15|colour|ok\nB15|weight|ok\nB15|label|ok"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("B10", "released"),
        ("B11", "released"),
        ("B12", "rejected"),
        ("B13", "released"),
        ("B14", "rejected"),
        ("B15", "released"),
    )


def test_rows_of_groups_any_of_whose_rows_failed():
    given = table(
        "device|run|result\nD2|3|OK\nD2|2|OK\nD3|2|OK\nD3|1|OK\nD0|1|OK\nD4|2|FAIL\nD4|1|OK\nD1|2|OK\nD0|2|OK\n"
        "D3|3|OK\nD4|3|OK\nD0|3|FAIL\nD2|1|OK\nD1|1|OK\nD1|3|OK"
    )
    expected = table("device|run|result\nD0|1|OK\nD4|2|FAIL\nD4|1|OK\nD0|2|OK\nD4|3|OK\nD0|3|FAIL")
    further = table(
        "device|run|result\nD0|3|OK\nD0|2|OK\nD3|3|FAIL\nD2|2|OK\nD4|2|OK\nD3|1|OK\nD2|1|FAIL\nD1|2|FAIL\nD3|2|OK\n"
        "D4|1|OK\nD2|3|OK\nD0|1|OK\nD1|1|OK\nD4|3|FAIL\nD1|3|FAIL"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("D3", "3", "FAIL"),
        ("D2", "2", "OK"),
        ("D4", "2", "OK"),
        ("D3", "1", "OK"),
        ("D2", "1", "FAIL"),
        ("D1", "2", "FAIL"),
        ("D3", "2", "OK"),
        ("D4", "1", "OK"),
        ("D2", "3", "OK"),
        ("D1", "1", "OK"),
        ("D4", "3", "FAIL"),
        ("D1", "3", "FAIL"),
    )


def test_groups_all_of_whose_cells_are_filled():
    given = table(
        "case|step|done\nC3|intake|2025-03-24\nC3|check|2025-06-08\nC3|close|2025-07-13\nC4|intake|\n"
        "C4|check|2025-10-03\nC4|close|\nC5|intake|2025-11-10\nC5|check|2025-03-15\nC5|close|2025-09-18\n"
        "C6|intake|2025-07-30\nC6|check|\nC6|close|2025-08-19\nC7|intake|2025-01-20\nC7|check|2025-11-08\n"
        "C7|close|2025-03-18\nC8|intake|\nC8|check|2025-07-19\nC8|close|2025-01-25"
    )
    expected = table("case|finished\nC3|2025-07-13\nC5|2025-11-10\nC7|2025-11-08")
    further = table(
        "case|step|done\nC3|intake|2025-03-03\nC3|check|2025-05-28\nC3|close|2025-10-04\nC4|intake|\n"
        "C4|check|2025-06-08\nC4|close|2025-01-06\nC5|intake|2025-02-14\nC5|check|2025-04-05\nC5|close|2025-11-24\n"
        "C6|intake|2025-09-14\nC6|check|\nC6|close|\nC7|intake|2025-11-19\nC7|check|2025-01-08\nC7|close|2025-08-01\n"
        "C8|intake|\nC8|check|2025-07-31\nC8|close|"
    )

    found = converted(given, expected, further)

    assert found == rows(("C3", "2025-10-04"), ("C5", "2025-11-24"), ("C7", "2025-11-19"))


def test_rows_of_totals_are_left_out_by_their_words():
    given = table(
        "area|item|sold\nGraz|stool|5\nGraz|chair|26\nGraz|Total|31\nTurin|shelf|21\nTurin|frame|37\n"
        "Turin|mirror|24\nTurin|Total|82\nGent|lamp|34\nGent|shelf|37\nGent|mirror|40\nGent|Total|111\nTotal||999"
    )
    expected = table(
        "item|area|sold\nstool|Graz|5\nchair|Graz|26\nshelf|Turin|21\nframe|Turin|37\nmirror|Turin|24\nlamp|Gent|34\n"
        "shelf|Gent|37\nmirror|Gent|40"
    )
    further = table(
        "area|item|sold\nBasel|stool|49\nBasel|vase|6\nBasel|desk|8\nBasel|Total|63\nLyon|vase|33\nLyon|lamp|14\n"
        "Lyon|Total|47\nBergen|vase|11\nBergen|desk|30\nBergen|chair|9\nBergen|Total|50\nTotal||999"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("stool", "Basel", "49"),
        ("vase", "Basel", "6"),
        ("desk", "Basel", "8"),
        ("vase", "Lyon", "33"),
        ("lamp", "Lyon", "14"),
        ("vase", "Bergen", "11"),
        ("desk", "Bergen", "30"),
        ("chair", "Bergen", "9"),
    )


def test_rows_of_totals_are_left_out_though_a_bound_would_do():
    given = table(
        "area|item|sold\nKiel|shelf|59\nKiel|desk|54\nKiel|Total|113\nBergen|mirror|6\nBergen|chair|22\n"
        "Bergen|clock|33\nBergen|Total|61\nTurin|rug|33\nTurin|desk|29\nTurin|frame|26\nTurin|Total|88\nTotal||999"
    )
    expected = table(
        "item|area|sold\nshelf|Kiel|59\ndesk|Kiel|54\nmirror|Bergen|6\nchair|Bergen|22\nclock|Bergen|33\n"
        "rug|Turin|33\ndesk|Turin|29\nframe|Turin|26"
    )
    further = table(
        "area|item|sold\nBasel|stool|57\nBasel|shelf|41\nBasel|Total|98\nLyon|lamp|24\nLyon|clock|35\nLyon|Total|59\n"
        "Turin|frame|19\nTurin|chair|11\nTurin|Total|30\nTotal||999"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("stool", "Basel", "57"),
        ("shelf", "Basel", "41"),
        ("lamp", "Lyon", "24"),
        ("clock", "Lyon", "35"),
        ("frame", "Turin", "19"),
        ("chair", "Turin", "11"),
    )


def test_rows_of_totals_are_left_out_that_have_no_key():
    given = table(
        "Konto|Bezeichnung|Saldo\n4255|Costa frame|155.65\n2843|Costa stool|308.69\n|Summe Costa|171.12\n"
        "4075|Adler chair|48.34\n7295|Adler stool|56.24\n|Summe Adler|295.12\n5709|Brandt frame|154.13\n"
        "8769|Brandt vase|395.16\n|Summe Brandt|78.06"
    )
    expected = table(
        "Konto|Bezeichnung|Saldo\n4255|Costa frame|155.65\n2843|Costa stool|308.69\n4075|Adler chair|48.34\n"
        "7295|Adler stool|56.24\n5709|Brandt frame|154.13\n8769|Brandt vase|395.16"
    )
    further = table(
        "Konto|Bezeichnung|Saldo\n8794|Moreau mirror|97.95\n1209|Moreau clock|157.61\n|Summe Moreau|389.46\n"
        "7644|Costa vase|350.28\n5874|Costa clock|319.85\n|Summe Costa|155.42\n9561|Jensen rug|383.88\n"
        "3755|Jensen frame|376.23\n|Summe Jensen|135.09"
    )

    found = converted(given, expected, further)

    assert found == rows(
        ("8794", "Moreau mirror", "97.95"),
        ("1209", "Moreau clock", "157.61"),
        ("7644", "Costa vase", "350.28"),
        ("5874", "Costa clock", "319.85"),
        ("9561", "Jensen rug", "383.88"),
        ("3755", "Jensen frame", "376.23"),
    )


def test_rows_of_another_kind_are_left_out_before_grouping_though_their_groups_are_small_too():
    given = table(
        "lot|grade|role|weight\nL1|a|sample|2.5\nL1|a|sample|2.7\nL1|b|sample|3.0\nL1|b|sample|3.4\nL2|a|sample|1.9\nL2|a|sample|2.1\n"
        "ref|a|standard|9.0\nref|b|standard|9.2"
    )
    expected = table("lot|grade|n|mean\nL1|a|2|2.6\nL1|b|2|3.2\nL2|a|2|2.0")
    further = table(
        "lot|grade|role|weight\nL7|a|sample|4.0\nref|a|standard|9.1\nref|a|standard|9.3\nL8|b|sample|5.0\nL8|b|sample|5.2"
    )

    assert converted(given, expected, further) == rows(("L7", "a", "1", "4.0"), ("L8", "b", "2", "5.1"))
