"""Column programs over texts: the likeliest one for few rows, run by the engine on a further row."""

import time

import duckdb

from converter.synthesis.columns import explain_column
from converter.table import Table


def made_of(pairs: dict[str, str], further: str) -> str | None:
    """What the likeliest program for the pairs makes of a further text."""
    table = Table(("t",), tuple((text,) for text in pairs))
    best = explain_column(table, tuple(pairs.values()), deadline=time.monotonic() + 5)[0]
    with duckdb.connect(config={"threads": 1}) as connection:
        sql = f"SELECT {best.expression.sql(dialect='duckdb')} FROM (SELECT ? AS t)"
        ((text,),) = connection.execute(sql, [further]).fetchall()
    return text if text is None else str(text)


def test_a_street_is_found_by_its_shape() -> None:
    streets = {
        "Ann Lee    45 Fifth Rd SW,Troy": "45 Fifth Rd SW",
        "Bo Ray Moe    1234 1st Ave NE ,Rome": "1234 1st Ave NE",
        "Cy K    7 Oak Ct NW,Oslo": "7 Oak Ct NW",
    }

    assert made_of(streets, "Di O'Dell   88 Third Blvd SE ,Cork") == "88 Third Blvd SE"


def test_a_part_after_a_bracket_ends_at_the_closing_one_at_the_latest() -> None:
    agents = {"A/1 (Unix; x64) B/2": "Unix", "C/3 (Plan 9; rv:1; en)": "Plan 9", "D/4 (OS 7; ppc) E": "OS 7"}

    assert made_of(agents, "F/5 (BeOS 5) G/6") == "BeOS 5"


def test_a_leading_number_is_blank_where_the_text_begins_otherwise() -> None:
    houses = {"23 Elm Road, Troy 41230": "23", "7 Oak Lane, Rome 12": "7", "456 48th Street, Cork 9": "456"}

    assert made_of(houses, "Old Mill, Oslo 4711") == ""


def test_the_last_link_is_told_from_its_target() -> None:
    links = {"[[Ann|A]] in [[Big (film)|Big]] x": "Big", "[[Bo]] in [[Up]] y": "Up", "[[Cy]] in [[Jaws|J]]": "J"}

    assert made_of(links, "[[Di]] in [[High Noon (1952)|High Noon]] z") == "High Noon"
