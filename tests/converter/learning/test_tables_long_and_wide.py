"""Wide tables made long and long ones wide, with one value column or several; transposed tables; pairs of keys and values."""

from tests.converter.learning.lessons import learned


def test_columns_become_rows_with_their_names() -> None:
    given = "city,2019,2020,2021\nOslo,5,6,7\nBern,1,2,3"
    expected = "city,year,value\nOslo,2019,5\nOslo,2020,6\nOslo,2021,7\nBern,2019,1\nBern,2020,2\nBern,2021,3"

    rows = learned(given, expected, "city,2019,2020,2021\nRome,9,9,8\nKyiv,4,4,4")

    assert rows == ["Rome,2019,9", "Rome,2020,9", "Rome,2021,8", "Kyiv,2019,4", "Kyiv,2020,4", "Kyiv,2021,4"]


def test_parts_of_the_names_become_cells() -> None:
    given = "id,sales_q1,sales_q2,sales_q3\na,10,20,30\nb,11,21,31"
    expected = "id,quarter,sales\na,Q1,10\na,Q2,20\na,Q3,30\nb,Q1,11\nb,Q2,21\nb,Q3,31"

    rows = learned(given, expected, "id,sales_q1,sales_q2,sales_q3\nz,7,8,9")

    assert rows == ["z,Q1,7", "z,Q2,8", "z,Q3,9"]


def test_blank_cells_get_no_row() -> None:
    given = "id,mon,tue,wed\na,1,,3\nb,,5,\nc,7,8,"
    expected = "id,day,hours\na,mon,1\na,wed,3\nb,tue,5\nc,mon,7\nc,tue,8"

    rows = learned(given, expected, "id,mon,tue,wed\nx,,,4\ny,2,,9")

    assert rows == ["x,wed,4", "y,mon,2", "y,wed,9"]


def test_several_value_columns() -> None:
    given = "shop,jan_in,jan_out,feb_in,feb_out\na,1,2,3,4\nb,5,6,7,8"
    expected = "shop,month,in,out\na,jan,1,2\na,feb,3,4\nb,jan,5,6\nb,feb,7,8"

    rows = learned(given, expected, "shop,jan_in,jan_out,feb_in,feb_out\nc,10,20,30,40")

    assert rows == ["c,jan,10,20", "c,feb,30,40"]


def test_unpivoted_rows_may_have_computed_columns() -> None:
    given = "city,2019,2020\nOslo,5,6\nBern,1,2\nRome,8,4"
    expected = "place,label\nOSLO,5 in 2019\nOSLO,6 in 2020\nBERN,1 in 2019\nBERN,2 in 2020\nROME,8 in 2019\nROME,4 in 2020"

    assert learned(given, expected, "city,2019,2020\nKyiv,3,7") == ["KYIV,3 in 2019", "KYIV,7 in 2020"]


def test_keys_become_columns() -> None:
    given = "id,field,value\n1,name,Ann\n1,age,31\n2,name,Bob\n2,age,27\n3,name,Cy\n3,age,44"
    expected = "id,name,age\n1,Ann,31\n2,Bob,27\n3,Cy,44"

    rows = learned(given, expected, "id,field,value\n8,age,5\n8,name,Dee\n9,name,Eve")

    assert rows == ["8,Dee,5", "9,Eve,"]


def test_keys_become_columns_with_sums() -> None:
    given = "region,quarter,units\nnorth,Q1,5\nsouth,Q1,7\nnorth,Q2,1\nnorth,Q1,10\nsouth,Q2,2\nsouth,Q2,3"
    expected = "region,Q1,Q2\nnorth,15,1\nsouth,7,5"

    rows = learned(given, expected, "region,quarter,units\nwest,Q1,1\nwest,Q2,2\nwest,Q1,3\neast,Q1,4\neast,Q2,4\neast,Q2,5")

    assert rows == ["west,4,2", "east,4,9"]


def test_keys_become_columns_with_zeros() -> None:
    given = "region,quarter,units\nnorth,Q1,5\nsouth,Q1,7\nnorth,Q2,1\neast,Q2,3"
    expected = "region,Q1,Q2\nnorth,5,1\nsouth,7,0\neast,0,3"

    assert learned(given, expected, "region,quarter,units\nwest,Q2,9\nmid,Q1,4") == ["west,0,9", "mid,4,0"]


def test_keys_become_columns_for_several_values() -> None:
    given = "shop,month,in,out\na,jan,1,2\na,feb,3,4\nb,jan,5,6\nb,feb,7,8"
    expected = "shop,jan_in,jan_out,feb_in,feb_out\na,1,2,3,4\nb,5,6,7,8"

    rows = learned(given, expected, "shop,month,in,out\nc,jan,10,20\nc,feb,30,40")

    assert rows == ["c,10,20,30,40"]


def test_a_table_is_transposed() -> None:
    given = "measure,mon,tue,wed\nrain,1,2,3\nwind,4,5,6"
    expected = "day,rain,wind\nmon,1,4\ntue,2,5\nwed,3,6"

    rows = learned(given, expected, "measure,mon,tue,wed\nrain,9,8,7\nwind,3,2,1")

    assert rows == ["mon,9,3", "tue,8,2", "wed,7,1"]


def test_a_table_without_a_header_is_transposed() -> None:
    given = "rain,1,2,3\nwind,4,5,6"
    expected = "rain,wind\n1,4\n2,5\n3,6"

    assert learned(given, expected, "sun,9,8,5\nfog,3,2,6\nice,7,7,4", header=False) == [
        "sun,fog,ice", "9,3,7", "8,2,7", "5,6,4",
    ]  # fmt: skip


def test_pairs_of_keys_and_values_become_records() -> None:
    given = "key,value\nname,Ann\nage,31\ncity,Rome\nname,Bob\nage,27\ncity,Oslo\nname,Cy\nage,44\ncity,Bern"
    expected = "name,age,city\nAnn,31,Rome\nBob,27,Oslo\nCy,44,Bern"

    rows = learned(given, expected, "key,value\nname,Dee\nage,5\ncity,Kyiv\nname,Eve\ncity,Linz\nname,Fay\nage,7\ncity,Graz")

    assert rows == ["Dee,5,Kyiv", "Eve,,Linz", "Fay,7,Graz"]


def test_labelled_lines_become_records() -> None:
    given = "Name: Ann\nAge: 31\nCity: Rome\nName: Bob\nAge: 27\nCity: Oslo"
    expected = "Ann,31,Rome\nBob,27,Oslo"

    rows = learned(given, expected, "Name: Dee\nAge: 5\nCity: Kyiv\nName: Eve\nAge: 7\nCity: Graz", header=False)

    assert rows == ["Dee,5,Kyiv", "Eve,7,Graz"]
