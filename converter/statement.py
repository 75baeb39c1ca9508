"""The first of the two walls around a converter's statement: its parse tree against an allow-list.

DuckDB's own parser gives the tree, so what is checked is what would run. What is not listed here is refused. This wall
gives the good error messages; the sandbox is the one that holds.
"""

import atexit
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import duckdb

from converter import nesting
from converter.errors import RefusedStatement
from converter.pivots import with_named_columns

STATEMENT_LIMIT = 200_000
"""Characters in a statement, at most."""

RELATIONS = ("input", "preamble", "footer")
"""What a converter's statement may read: the table, and the lines above its heading and below its last row."""

_QUERY_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"}
_TABLE_REFERENCES = {"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "PIVOT", "EMPTY", "COLUMN_DATA"}
_MODIFIERS = {"ORDER_MODIFIER", "LIMIT_MODIFIER", "DISTINCT_MODIFIER"}
_EXPRESSION_CLASSES = {
    "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
    "LAMBDA_REF", "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW", "DEFAULT",
}  # fmt: skip
_TABLE_FUNCTIONS = {"unnest", "range", "generate_series"}

# Pure functions of their arguments, by theme. Absent on purpose: whatever reads files, settings, the clock, the catalog,
# the environment or chance, or sleeps.
_FUNCTION_THEMES = {
    "operators": "+ - * / // % ^ ** & | ~ << >> || ! !~~ ~~ ~~~ ~~* !~~* ^@ @ @> <@ && -> ->> and or not in",
    "text": """ascii bar base64 bit_length char_length character_length chr concat concat_ws contains ends_with format
        formatreadabledecimalsize formatreadablesize format_bytes from_base64 from_hex hash hex ilike_escape instr lcase
        left left_grapheme len length length_grapheme like_escape lower lpad ltrim md5 nfc_normalize not_ilike_escape
        not_like_escape octet_length ord overlay position prefix printf regexp_escape regexp_extract regexp_extract_all
        regexp_full_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table repeat replace
        reverse right right_grapheme rpad rtrim sha1 sha256 split split_part starts_with str_split str_split_regex
        string_split string_split_regex string_to_array strip_accents strlen strpos substr substring substring_grapheme
        suffix to_base64 to_hex translate trim ucase unhex unicode upper url_decode url_encode levenshtein
        damerau_levenshtein editdist3 hamming jaccard jaro_similarity jaro_winkler_similarity encode decode
        parse_filename parse_dirname parse_dirpath parse_path""",
    "numbers": """abs acos acosh add asin asinh atan atan2 atanh bin bit_count cbrt ceil ceiling cos cosh cot degrees divide
        even exp factorial fdiv floor fmod from_binary gamma gcd greatest greatest_common_divisor isfinite isinf isnan
        lcm least least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians round
        round_even roundbankers sign signbit sin sinh sqrt subtract tan tanh to_base to_binary trunc unbin xor
        width_bucket""",
    "dates": """age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
        dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear
        julian last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns microsecond millennium
        millisecond minute month monthname nanosecond quarter second strftime strptime time_bucket to_centuries to_days
        to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds
        to_timestamp to_weeks to_years try_strptime week weekday weekofyear year yearweek timezone date time""",
    "choice": "coalesce constant_or_null if ifnull nullif switch typeof error",
    "lists": """aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains
        array_distinct array_extract array_filter array_grade_up array_has array_has_all array_has_any array_indexof
        array_intersect array_length array_pop_back array_pop_front array_position array_prepend array_push_back
        array_push_front array_reduce array_resize array_reverse array_reverse_sort array_select array_slice array_sort
        array_to_string array_to_string_comma_default array_transform array_unique array_value array_where array_zip
        cardinality element element_at filter flatten generate_series generate_subscripts grade_up list_aggr
        list_aggregate list_any_value list_append list_apply list_avg list_bool_and list_bool_or list_cat list_concat
        list_contains list_count list_distinct list_element list_extract list_filter list_first list_grade_up list_has
        list_has_all list_has_any list_histogram list_indexof list_intersect list_last list_max list_median list_min
        list_mode list_pack list_position list_prepend list_product list_reduce list_resize list_reverse
        list_reverse_sort list_select list_slice list_sort list_string_agg list_sum list_transform list_unique
        list_value list_where list_zip range reduce unnest unpivot_list map map_concat map_contains map_entries
        map_extract map_extract_value map_from_entries map_keys map_values row struct_concat struct_contains
        struct_extract struct_extract_at struct_insert struct_keys struct_pack struct_update struct_values""",
    "aggregates": """any_value approx_count_distinct arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin array_agg
        avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy
        favg first fsum geomean geometric_mean group_concat histogram kahan_sum kurtosis last list listagg mad max max_by
        mean median min min_by mode product quantile quantile_cont quantile_disc skewness stddev stddev_pop stddev_samp
        string_agg sum sumkahan var_pop var_samp variance""",
    "windows": """cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense
        row_number""",
    "JSON": """from_json json_array json_array_length json_contains json_exists json_extract json_extract_path
        json_extract_path_text json_extract_string json_keys json_object json_quote json_type json_valid json_value
        to_json json_merge_patch""",
}  # fmt: skip
_FUNCTIONS = frozenset(name for names in _FUNCTION_THEMES.values() for name in names.split())

# Functions whose result is hardly larger than what they are given, and that take hardly longer than to read it.
_LIGHT_FUNCTIONS = """+ - * / // % ! !~~ ~~ ~~* !~~* and or not in abs ceil ceiling coalesce contains ends_with floor if
    ifnull isfinite isinf isnan left length lower ltrim nullif octet_length prefix regexp_full_match regexp_matches right round
    rtrim sign starts_with strip_accents strlen strpos strptime substr substring suffix trim trunc try_strptime upper
    list_contains len array_length date_part year month day hour minute second"""
_LIGHT_CHARACTERS = 4000
_LIGHT = frozenset(_LIGHT_FUNCTIONS.split())
_AGGREGATES = frozenset(_FUNCTION_THEMES["aggregates"].split())
# Functions that make several rows of one, or look at other rows.
_MULTIPLYING = frozenset({"unnest", "generate_subscripts", "regexp_split_to_table"})

# Names that DuckDB takes for the clock or the session where no column is called so.
_VALUES = """current_catalog current_database current_date current_role current_schema current_time current_timestamp
    current_user localtime localtimestamp session_user user"""
_VALUE_NAMES = frozenset(_VALUES.split())

_POSITION_COLUMNS = frozenset({"_row", "rowid"})

_LOWER = {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

_parser_lock = threading.Lock()


def check(statement: str, *, relations: Sequence[str] = RELATIONS, columns: Iterable[str] | None = None) -> None:
    """Lets a statement pass that is one SELECT over the `relations` and its own subqueries, of allowed functions only.

    `columns` are those of the relations: where they are known, names such as `user` or `current_date` pass only as one of
    them. Raises `RefusedStatement`, which names what is not allowed and where it stands.
    """
    values = frozenset() if columns is None else _VALUE_NAMES - {lowered(name) for name in columns}
    if (refusal := _refusal(statement, tuple(relations), values)) is not None:
        raise RefusedStatement(*refusal)


@lru_cache(maxsize=64)  # Of many small files each has the same statement and checks.
def _refusal(statement: str, relations: tuple[str, ...], values: frozenset[str]) -> tuple[str, int | None] | None:
    for node, known in _scoped(parsed(statement), frozenset(lowered(name) for name in relations)):
        if (problem := _problem(node, known, relations) or _value_problem(node, values)) is not None:
            return f"{problem}{_place(statement, node)}", _offset(node)
    return None


def check_in_sandbox(arguments: dict[str, Any]) -> dict[str, Any]:
    """`check` as a sandbox's target: for statements of strangers, whose parsing alone may take what a process has.

    Arguments: `statement`, `relations`. The answer is empty. Raises `RefusedStatement`.
    """
    check(arguments["statement"], relations=arguments["relations"])
    return {}


def lowered(name: str) -> str:
    """A name as the engine compares it: in lower case, but A to Z alone (`ſ` is no `s` to it)."""
    return name.translate(_LOWER)


def is_light(statement: str) -> bool:
    """Whether all functions of a statement take next to nothing, so that it may look at every row that passes."""
    if len(statement) > _LIGHT_CHARACTERS:
        return False
    functions = (node for node in nodes(parsed(statement)) if node.get("class") in ("FUNCTION", "WINDOW"))
    return all(lowered(node.get("function_name", "")) in _LIGHT for node in functions)


def references_row_position(statement: str) -> bool:
    """Whether the statement uses the column `_row`, or the engine's own number of a row."""
    return any(is_position(node) or excludes_position(node) for node in nodes(parsed(statement)))


def _reads_row_by_row(node: dict[str, Any], known: frozenset[str]) -> bool:
    """Whether the query is a plain SELECT over one of the relations `known`, or over such a SELECT of its own."""
    if node["type"] != "SELECT_NODE" or node.get("modifiers"):
        return False
    if any(node.get(key) for key in ("group_expressions", "group_sets", "having", "qualify", "sample")):
        return False
    for entry in (node.get("cte_map") or {}).get("map") or ():
        if not _reads_row_by_row(entry["value"]["query_node"], known):
            return False
        known |= {lowered(entry["key"])}
    source = node.get("from_table", {})
    return source.get("type") == "BASE_TABLE" and lowered(source.get("table_name", "")) in known and not source.get("sample")


@lru_cache(maxsize=64)
def row_condition(check: str, relation: str) -> str | None:
    """The condition of a check of the form `SELECT _row… FROM relation WHERE condition`, where it looks at one row alone.

    None for a check of another form.
    """
    tree = parsed(check)
    node = tree["statements"][0]["node"]
    condition = node.get("where_clause")
    if condition is None or not _reads_row_by_row(node, frozenset({relation})) or (node.get("cte_map") or {}).get("map"):
        return None
    if node["from_table"].get("alias") or any(looks_at_other_rows(one) or is_position(one) for one in nodes(condition)):
        return None
    return expression_sql(condition)


def expression_sql(expression: dict[str, Any]) -> str:
    """An expression of a parsed tree as SQL."""
    select = {"type": "SELECT_NODE", "modifiers": [], "cte_map": {"map": []}, "select_list": [expression]}
    select |= {
        "from_table": {"type": "EMPTY"},
        "group_expressions": [],
        "group_sets": [],
        "aggregate_handling": "STANDARD_HANDLING",
    }
    tree = {"error": False, "statements": [{"node": select, "named_param_map": []}]}
    with _parser_lock:
        rows = _connection().execute("SELECT json_deserialize_sql(CAST(? AS JSON))", [json.dumps(tree)]).fetchall()
    return str(rows[0][0]).removeprefix("SELECT ")


def tables_read(statement: str) -> frozenset[str]:
    """The names of all tables that the statement reads, in lower case; those of its own subqueries among them."""
    return frozenset(lowered(node["table_name"]) for node in nodes(parsed(statement)) if node.get("type") == "BASE_TABLE")


def is_position(node: dict[str, Any]) -> bool:
    """Whether a node names the column `_row`, or the engine's own number of a row."""
    return node.get("class") == "COLUMN_REF" and lowered(node.get("column_names", [""])[-1]) in _POSITION_COLUMNS


def excludes_position(node: dict[str, Any]) -> bool:
    """Whether a node is a `*` without `_row`, which has to be there for it."""
    names = [name for name in node.get("exclude_list") or () if isinstance(name, str)]
    return node.get("class") == "STAR" and any(lowered(name) in _POSITION_COLUMNS for name in names)


def looks_at_other_rows(node: dict[str, Any]) -> bool:
    """Whether an expression's value depends on rows other than its own, or makes several rows of one."""
    if node.get("class") in ("WINDOW", "SUBQUERY"):
        return True
    return node.get("class") == "FUNCTION" and lowered(node.get("function_name", "")) in _AGGREGATES | _MULTIPLYING


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    # What is left of it when the interpreter ends, the binding reports as leaks.
    atexit.register(_connection.cache_clear)
    # Without threads of its own, it can be had before a process forks.
    return duckdb.connect(config={"threads": 1, "async_threads": 0, "enable_external_access": "false"})


# A statement is looked at several times on its way, and parsing it costs more than most of what is done with it.
@lru_cache(maxsize=16)
def parsed(statement: str) -> dict[str, Any]:
    """The statement's tree: {"statements": [{"node": …}]}; it is shared, so only to be read.

    Raises `RefusedStatement` for what is no single SELECT.
    """
    if len(statement) > STATEMENT_LIMIT:
        raise RefusedStatement(f"it has {len(statement)} characters; at most {STATEMENT_LIMIT} are allowed")
    if (deep := nesting.depth(statement)) > nesting.DEEPEST:
        raise RefusedStatement(f"its brackets are nested {deep} deep; at most {nesting.DEEPEST} are allowed")
    tree = _serialized(statement)
    if tree.get("error_type") == "not implemented" and (told := with_named_columns(statement)) != statement:
        pivoted = _serialized(told)
        if not pivoted["error"]:
            tree = pivoted
            # They would be places in another text than the person's.
            for node in nodes(tree):
                node.pop("query_location", None)
    if tree["error"]:
        position = int(tree["position"]) if str(tree.get("position", "")).isdigit() else None
        place = f" at {_line_and_column(statement, position)}" if position is not None else ""
        message = str(tree["error_message"])
        if tree.get("error_type") == "not implemented":
            message = "only a SELECT is allowed"
        raise RefusedStatement(message + place, position)
    if len(tree["statements"]) != 1:
        raise RefusedStatement(f"there are {len(tree['statements'])} statements; one SELECT is allowed")
    return tree


def _serialized(statement: str) -> dict[str, Any]:
    with _parser_lock:
        rows = _connection().execute("SELECT json_serialize_sql(CAST(? AS VARCHAR), skip_null := true)", [statement]).fetchall()
    try:
        tree: dict[str, Any] = json.loads(rows[0][0])
    except RecursionError as error:
        raise RefusedStatement("it is nested too deeply") from error
    return tree


def matching(pattern: str, names: Sequence[str]) -> list[str]:
    """The names in which the pattern is found, as `COLUMNS('pattern')` finds columns; RE2 takes linear time.

    Raises `RefusedStatement` for what is no regular expression.
    """
    with _parser_lock:
        try:
            select = "SELECT name FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS name) WHERE regexp_matches(name, ?)"
            rows = _connection().execute(select, [list(names), pattern]).fetchall()
        except duckdb.Error as error:
            raise RefusedStatement(f"the pattern {pattern[:200]!r} is no regular expression ({error})") from error
    return [name for (name,) in rows]


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object of the tree, the outermost first."""
    pending = [tree]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)


def _scoped(tree: Any, known: frozenset[str]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every JSON object of the tree with the relations that it can name there, the outermost first.

    A CTE is known to the CTEs after it and to its query, not to itself and nowhere else: out of its scope, its name
    would mean whatever the catalog or the file system has under it.
    """
    pending = [(tree, known)]
    while pending:
        value, names = pending.pop()
        if isinstance(value, list):
            pending.extend((inner, names) for inner in value)
        if not isinstance(value, dict):
            continue
        for entry in (value.get("cte_map") or {}).get("map") or ():
            pending.append((entry["value"], names))
            names |= {lowered(entry["key"])}
        yield value, names
        pending.extend((inner, names) for key, inner in value.items() if key != "cte_map")


def _problem(node: dict[str, Any], known: frozenset[str], relations: Sequence[str]) -> str | None:
    if node.get("sample"):
        return "a random sample is not allowed; a converter gives the same result each time"
    kind = node.get("type")
    if not isinstance(kind, str):
        return None
    if "class" in node:
        return _expression_problem(node)
    if kind in _TABLE_REFERENCES:
        return _relation_problem(node, known, relations)
    # What is neither a query, a modifier nor an order is a node nobody thought of.
    if kind in _QUERY_NODES | _MODIFIERS | {"ASCENDING", "DESCENDING", "ORDER_DEFAULT"}:
        return None
    return f"{_phrase(kind)} is not allowed; a converter is one SELECT over {_listed(relations)}"


def _expression_problem(node: dict[str, Any]) -> str | None:
    if node["class"] not in _EXPRESSION_CLASSES:
        return f"{_phrase(node['class'])} is not allowed in an expression"
    if node["class"] not in ("FUNCTION", "WINDOW"):
        return None
    if _reads_the_clock(node):
        return "age of one moment is not allowed, since it depends on the day; give both moments"
    name = node.get("function_name", "")
    path = [part for part in node.get("qualified_name", {}).get("path", [name]) if part]
    if node["class"] == "WINDOW" and not name:
        return None
    if len(path) > 1:
        return f"the function {'.'.join(path)} is named with a schema; name it alone"
    return None if lowered(name) in _FUNCTIONS else f"the function {name} is not allowed"


def _reads_the_clock(node: dict[str, Any]) -> bool:
    return lowered(node.get("function_name", "")) == "age" and len(node.get("arguments") or node.get("children") or ()) < 2


def _value_problem(node: dict[str, Any], values: frozenset[str]) -> str | None:
    """What is wrong with a name that would mean the clock or the session."""
    names: list[str] = node.get("column_names") or []
    if node.get("class") != "COLUMN_REF" or len(names) != 1 or lowered(names[0]) not in values:
        return None
    return f"{names[0]} is no column of the input, and would mean the clock or the session; name it with its relation"


def _relation_problem(node: dict[str, Any], known: frozenset[str], relations: Sequence[str]) -> str | None:
    if node.get("at_clause"):
        return "a table at a point in time is not allowed"
    if node["type"] == "BASE_TABLE":
        path = [part for part in node.get("qualified_name", {}).get("path", [node.get("table_name", "")]) if part]
        if len(path) != 1 or lowered(path[0]) not in known:
            return f"the table {'.'.join(path)} is not allowed; a converter reads {_listed(relations)} only"
    if node["type"] == "TABLE_FUNCTION":
        name = node.get("function", {}).get("function_name", "")
        if lowered(name) not in _TABLE_FUNCTIONS:
            return f"the table function {name} is not allowed"
    return None


def _listed(relations: Sequence[str]) -> str:
    return " and ".join((", ".join(relations[:-1]), relations[-1])) if len(relations) > 1 else relations[0]


def _phrase(kind: str) -> str:
    return kind.removesuffix("_NODE").replace("_", " ").lower()


def _offset(node: dict[str, Any]) -> int | None:
    position = node.get("query_location", node.get("function", {}).get("query_location"))
    # The parser's largest number means that the node stands nowhere.
    return position if isinstance(position, int) and position < STATEMENT_LIMIT else None


def _place(statement: str, node: dict[str, Any]) -> str:
    position = _offset(node)
    return "" if position is None else f" ({_line_and_column(statement, position)})"


def _line_and_column(statement: str, position: int) -> str:
    # The parser counts bytes.
    before = statement.encode()[:position].decode(errors="ignore")
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"
