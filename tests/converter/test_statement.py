import duckdb
import pytest

from converter.errors import RefusedStatement
from converter.statement import check, references_row_position

ALLOWED = [
    "SELECT upper(trim(a)) || '-' || b AS x FROM input WHERE a IS DISTINCT FROM 'x' AND b IN ('1', '2') ORDER BY _row LIMIT 3",
    "WITH t AS (SELECT *, row_number() OVER (PARTITION BY a ORDER BY _row) AS n FROM input) SELECT a FROM t WHERE n = 1",
    "SELECT CASE WHEN a = '1' THEN 'x' ELSE b END FROM input",
    "SELECT strftime(strptime(a, '%d/%m/%Y'), '%Y-%m-%d'), CAST(b AS DECIMAL(18, 2)) * 2 FROM input",
    "SELECT list(a ORDER BY _row) AS cells FROM input GROUP BY b",
    "SELECT list_transform(string_split(a, ','), lambda x: trim(x)) AS cells FROM input",
    "SELECT unnest(string_split(a, ',')) FROM input",
    "SELECT n, v FROM (UNPIVOT input ON a, b INTO NAME n VALUE v)",
    "SELECT * FROM (PIVOT input ON a IN ('x', 'y') USING first(b) GROUP BY c)",
    "SELECT * FROM (PIVOT input ON a USING first(b) GROUP BY c)",
    "WITH t AS (SELECT * FROM input) PIVOT t ON a || 'é', c IN (SELECT a FROM t GROUP BY a ORDER BY min(_row)) ORDER BY b",
    "SELECT * FROM (PIVOT (SELECT * FROM (PIVOT input ON a USING max(b))) ON c IN (SELECT a FROM input) USING max(d))",
    "SELECT a, q, v FROM (UNPIVOT input ON COLUMNS('^Q') INTO NAME q VALUE v)",
    "SELECT m.v FROM input JOIN (VALUES ('a', '1')) AS m(k, v) ON input.a = m.k",
    "SELECT a FROM input UNION ALL SELECT b FROM input",
    "WITH t AS MATERIALIZED (SELECT a FROM input), u AS (SELECT * FROM t) SELECT * FROM u WHERE EXISTS (SELECT 1 FROM T)",
    "SELECT * EXCLUDE (a) REPLACE (lower(b) AS b) FROM input",
    "SELECT COLUMNS(*)::VARCHAR FROM input",
    "SELECT any_value(a) FILTER (WHERE b = 'x') FROM input GROUP BY ALL",
    "SELECT a FROM input QUALIFY row_number() OVER (PARTITION BY a ORDER BY _row) = 1",
    "SELECT lag(a IGNORE NULLS) OVER (ORDER BY _row) FROM input",
    "SELECT a FROM input WHERE a LIKE 'x%' AND a BETWEEN '1' AND '2' AND NOT EXISTS (SELECT 1)",
    "SELECT a[1:2], a[-1], {'k': a}.k, [a, b], try_cast(a AS INTEGER), coalesce(a, b), nullif(a, '') FROM input",
]

REFUSED = [
    ("SELECT * FROM read_csv('/etc/passwd')", "table function read_csv"),
    ("SELECT * FROM read_text('/etc/passwd')", "table function read_text"),
    ("SELECT * FROM '/etc/passwd'", "the table /etc/passwd"),
    ("SELECT * FROM glob('*')", "table function glob"),
    ("SELECT * FROM duckdb_settings()", "duckdb_settings"),
    ("SELECT * FROM information_schema.tables", "information_schema.tables"),
    ("SELECT * FROM main.input", "main.input"),
    ("SELECT * FROM query('SELECT 1')", "query"),
    ("SELECT * FROM query_table('input')", "query_table"),
    ("SELECT getenv('HOME') FROM input", "getenv"),
    ("SELECT current_setting('threads') FROM input", "current_setting"),
    ("SELECT getvariable('x') FROM input", "getvariable"),
    ("SELECT random() FROM input", "random"),
    ("SELECT now() FROM input", "now"),
    ("SELECT sleep_ms(1000) FROM input", "sleep_ms"),
    ("SELECT system.main.getenv('HOME') FROM input", "getenv"),
    ("SELECT 1; SELECT 2", "2 statements"),
    ("COPY input TO 'x.csv'", "only a SELECT"),
    ("ATTACH 'x.db'", "only a SELECT"),
    ("INSTALL httpfs", "only a SELECT"),
    ("SET threads = 1", "only a SELECT"),
    ("DELETE FROM input", "only a SELECT"),
    ("WITH d AS (DELETE FROM input RETURNING *) SELECT * FROM d", "delete query is not allowed"),
    ("WITH d AS (INSERT INTO input VALUES (1) RETURNING *) SELECT * FROM d", "insert query is not allowed"),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r", "recursive cte"),
    ("PIVOT input ON a IN (SELECT content FROM read_text('/etc/passwd')) USING max(b)", "table function read_text"),
    ("PIVOT input ON getenv('HOME') USING max(b)", "getenv"),
    ("PIVOT input ON a USING max(getenv('HOME'))", "getenv"),
    ("PIVOT '/etc/passwd' ON a", "the table /etc/passwd"),
    ("WITH t AS (SELECT 1) SELECT * FROM (PIVOT input ON a IN (SELECT b FROM u))", "the table u"),
    ("PIVOT input ON a; PIVOT input ON b", "2 statements"),
    ("CREATE TABLE t AS PIVOT input ON a", "only a SELECT"),
    ("COPY (PIVOT input ON a) TO 'x.csv'", "only a SELECT"),
    ("DESCRIBE input", "show ref"),
    ("SUMMARIZE input", "show ref"),
    ("WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings", "the table duckdb_settings"),
    ("SELECT * FROM (WITH sqlite_master AS (SELECT 1) SELECT 1), sqlite_master", "the table sqlite_master"),
    ("WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", "the table b"),
    ("SELECT a FROM input USING SAMPLE 10%", "random sample"),
    ("SELECT a FROM input TABLESAMPLE 10%", "random sample"),
    ("SELECT a FROM input AT (VERSION => 1)", "point in time"),
    ("SELECT $1 FROM input", "parameter"),
    ('WITH "duckdb_table\u017f" AS (SELECT 1 AS a) SELECT a FROM duckdb_tables', "the table duckdb_tables"),
    ('SELECT "\u017fum"(a) FROM input', "the function \u017fum"),
    ("SELECT age(CAST(a AS TIMESTAMP)) FROM input", "age of one moment"),
    ("SELEC a FROM input", "syntax error"),
    ("", "0 statements"),
]


@pytest.mark.parametrize("statement", ALLOWED)
def test_a_select_over_the_input_passes(statement: str) -> None:
    check(statement)


@pytest.mark.parametrize(("statement", "problem"), REFUSED)
def test_anything_else_is_refused_by_name(statement: str, problem: str) -> None:
    with pytest.raises(RefusedStatement, match=problem):
        check(statement)


def test_a_refusal_says_where() -> None:
    with pytest.raises(RefusedStatement, match=r"line 2, column 8") as refused:
        check("SELECT\n  'é', getenv('HOME') FROM input")

    assert refused.value.position == 15


def test_an_endless_statement_is_refused() -> None:
    with pytest.raises(RefusedStatement, match="characters"):
        check("SELECT '" + "x" * 300_000 + "' FROM input")


def test_other_relations_are_known_only_when_named() -> None:
    check("SELECT _row FROM output WHERE a = ''", relations=("input", "output"))
    with pytest.raises(RefusedStatement, match="the table output"):
        check("SELECT _row FROM output")


def test_the_use_of_the_position_is_seen() -> None:
    assert references_row_position("SELECT a FROM input ORDER BY input._row")
    assert not references_row_position("SELECT a, '_row' FROM input")


VALUE_NAMES = """current_catalog current_date current_role current_schema current_time current_timestamp current_user
    localtime localtimestamp session_user user USER "Current_Date\""""


@pytest.mark.parametrize("name", VALUE_NAMES.split())
def test_the_clock_and_the_session_are_no_columns(name: str) -> None:
    column = name.strip('"').lower()

    with pytest.raises(RefusedStatement, match="no column of the input"):
        check(f"SELECT {name} FROM input", columns=("a",))
    check(f"SELECT {name} FROM input", columns=("a", column))
    check(f"SELECT input.{name} FROM input", columns=("a",))


def test_every_value_name_of_the_engine_is_known() -> None:
    """What resolves without a column is the clock or the session, whichever DuckDB adds."""
    known = {name.lower() for name, *_ in duckdb.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()}
    known |= {name for (name,) in duckdb.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    resolved = set()
    for name in sorted(known):
        try:
            check(f"SELECT {name} FROM input", columns=())
            duckdb.execute(f"WITH input AS (SELECT 1) DESCRIBE SELECT {name} FROM input")
        except (RefusedStatement, duckdb.Error):
            continue
        resolved.add(name)

    assert resolved <= {"null", "true", "false", "default"}
