"""What is recited is told from what is a rule or a list of codes, by what chooses the constants."""

import pytest

from converter.table import Example
from crew.recited import findings
from tests import model_server as scripted
from tests.crew.examples import CLIENT, example

GRADES = example("name,percent\nAnn,81\nBob,64\nCy,38\nDi,97\n", "name,grade\nAnn,Pass\nBob,Merit\nCy,Fail\nDi,Distinction\n")
BANKS = example("iban,code\nDE1,20\nDE2,37\nDE3,50\nDE4,60\n", "bank\nPost\nCommerz\nSpar\nVolks\n")
RATES = example("rate,net\n19,5\n7,6\n0,7\n19,8\n", "account\n8400\n8300\n8120\n8400\n")
WIND = example("degrees\n0\n95\n181\n271\n", "wind\nN\nE\nS\nW\n")
CHECKED = example("id,value,low,high\n1,5,1,9\n2,0,1,9\n3,12,1,9\n4,3,1,9\n", "state\nOK\nLOW\nHIGH\nOK\n")
TOTALS = example("order,amount\nA-1001,2\nA-1002,3\nA-1003,4\nA-1004,9\n", "total\n12.50\n18.75\n25.00\n99.10\n")
FUELS = example("fuel,km\n10045678,5\n10045679,6\n10045690,7\n", "name\nDiesel\nPetrol\nElectric\n")
DAYS = example("day,km\n2024-01-03,5\n2024-02-07,6\n2024-03-01,7\n", "name\nDiesel\nPetrol\nElectric\n")
PEOPLE = example("name\nAnn Lee\nBob Roe\nCy Poe\nDi Fox\n", "team\nred\nblue\ngreen\ngrey\n")


@pytest.mark.parametrize(
    ("of", "statement"),
    [
        (
            GRADES,
            "SELECT name, CASE WHEN CAST(percent AS INT) >= 90 THEN 'Distinction' WHEN CAST(percent AS INT) >= 70 THEN 'Pass' "
            "WHEN CAST(percent AS INT) >= 40 THEN 'Merit' ELSE 'Fail' END AS grade FROM input",
        ),
        (
            WIND,
            "SELECT ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'][CAST(round(degrees::INT / 45) AS INT) % 8 + 1] AS wind "
            "FROM input",
        ),
        (
            CHECKED,
            "SELECT CASE WHEN value::INT < low::INT THEN 'LOW' WHEN value::INT > high::INT THEN 'HIGH' ELSE 'OK' END AS state "
            "FROM input",
        ),
        (RATES, "SELECT CASE rate WHEN '19' THEN '8400' WHEN '7' THEN '8300' ELSE '8120' END AS account FROM input"),
        (CLIENT, scripted.RIGHT),
        (GRADES, "SELECT name, CASE WHEN _row % 2 = 1 THEN 'Pass' ELSE 'Fail' END AS grade FROM input"),
    ],
    ids=["bands", "compass", "tolerance", "rate to account", "computed", "every other row"],
)
def test_constants_that_a_rule_or_a_category_chooses_are_fine(of: Example, statement: str) -> None:
    assert findings(statement, of) == []


@pytest.mark.parametrize(
    ("of", "statement", "why"),
    [
        (CLIENT, scripted.MEMORISED, "number of the row"),
        (CLIENT, "SELECT CASE _row WHEN 1 THEN 'x' WHEN 2 THEN 'y' WHEN 3 THEN 'z' END FROM input", "row is 1, 2, 3"),
        (
            CLIENT,
            "SELECT m.t FROM input JOIN (VALUES (1, '25.0'), (2, '50.0'), (3, '100.0')) AS m(n, t) ON m.n = input._row",
            "number of the row",
        ),
        (CLIENT, "SELECT * FROM (VALUES ('25.0', 'P', 'S'), ('50.0', 'S', 'E'), ('100.0', 'P', 'S')) AS t", "reads nothing"),
        (CLIENT, "SELECT split_part('25.0;50.0;100.0', ';', _row) AS total_price FROM input", "number of the row"),
        (CLIENT, "SELECT ['25.0', '50.0', '100.0'][row_number() OVER ()] AS total_price FROM input", "number of the row"),
        (
            CLIENT,
            "WITH t AS (SELECT *, _row AS n FROM input) SELECT CASE WHEN n = 1 THEN 'a' WHEN n IN (2, 3) THEN 'b' END FROM t",
            "row is",
        ),
        (CLIENT, "SELECT unnest(['25.0', '50.0', '100.0']) AS total_price FROM input LIMIT 3", "list that becomes rows"),
        (
            TOTALS,
            "SELECT CASE \"order\" WHEN 'A-1001' THEN '12.50' WHEN 'A-1002' THEN '18.75' WHEN 'A-1003' THEN '25.00' "
            "ELSE '99.10' END AS total FROM input",
            "single values of 'order'",
        ),
        (
            TOTALS,
            "SELECT CASE amount WHEN '2' THEN '12.50' WHEN '3' THEN '18.75' WHEN '4' THEN '25.00' ELSE '99.10' END AS total "
            "FROM input",
            "single values of 'amount'",
        ),
        (
            TOTALS,
            "SELECT CASE WHEN \"order\" LIKE '%1001' THEN '12.50' WHEN \"order\" LIKE '%1002' THEN '18.75' "
            "WHEN \"order\" LIKE '%1003' THEN '25.00' END AS total FROM input",
            "single values of 'order'",
        ),
        (
            DAYS,
            "SELECT CASE day WHEN '2024-01-03' THEN 'Diesel' WHEN '2024-02-07' THEN 'Petrol' ELSE 'Electric' END AS name "
            "FROM input",
            "single values of 'day'",
        ),
    ],
)
def test_answers_chosen_by_position_or_by_values_of_each_row_are_refused(of: Example, statement: str, why: str) -> None:
    found = findings(statement, of)

    assert found[0].is_refused
    assert why in found[0].why


@pytest.mark.parametrize(
    ("of", "statement", "named"),
    [
        (
            BANKS,
            "SELECT CASE code WHEN '20' THEN 'Post' WHEN '37' THEN 'Commerz' WHEN '50' THEN 'Spar' WHEN '60' THEN 'Volks' "
            "END AS bank FROM input",
            "'code'",
        ),
        (
            FUELS,
            "SELECT CASE fuel WHEN '10045678' THEN 'Diesel' WHEN '10045679' THEN 'Petrol' WHEN '10045690' THEN 'Electric' "
            "END AS name FROM input",
            "'fuel'",
        ),
        (
            PEOPLE,
            "SELECT m.team FROM input JOIN (VALUES ('Ann Lee', 'red'), ('Bob Roe', 'blue'), ('Cy Poe', 'green'), "
            "('Di Fox', 'grey')) AS m(name, team) USING (name)",
            "'name'",
        ),
    ],
)
def test_a_list_of_codes_that_the_example_alone_supports_is_a_question(of: Example, statement: str, named: str) -> None:
    (found,) = findings(statement, of)

    assert not found.is_refused
    assert named in found.why


def test_constants_that_a_person_told_are_not_recited() -> None:
    statement = (
        "SELECT CASE code WHEN '20' THEN 'Post' WHEN '37' THEN 'Commerz' WHEN '50' THEN 'Spar' ELSE 'Volks' END AS bank "
        "FROM input"
    )

    assert findings(statement, BANKS)
    assert findings(statement, BANKS, "20 is Post, 37 Commerz, 50 Spar, 60 Volks") == []
