"""Families of columns: input columns under a pattern in place of names, and headings that the data decides.

A statement says both itself: `COLUMNS('regex')` and `*` take what columns there are, `PIVOT … ON …` makes what columns the
values are. A pattern is a regular expression as the engine reads it (RE2), found anywhere in a column's name.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from converter.pivots import COLUMNS_FOUND
from converter.statement import matching, nodes, parsed

ANY_COLUMN = ".*"
"""The pattern of a statement that takes all further columns."""

_Node = dict[str, Any]


@lru_cache(maxsize=16)
def _all_nodes(statement: str) -> tuple[_Node, ...]:
    return tuple(nodes(parsed(statement)))


@lru_cache(maxsize=16)
def patterns(statement: str) -> tuple[str, ...]:
    """The patterns under which the statement takes columns of its relations, each once."""
    tree = _all_nodes(statement)
    named = [text for star in tree if star.get("class") == "STAR" and (text := _regex(star)) is not None]
    takes_all = any(_takes_all(star) for unpivot in tree for star in _unpivoted(unpivot))
    takes_all |= _has_top_star(parsed(statement)) and any(_has_star_over_input(node) for node in tree)
    return tuple(dict.fromkeys([*named, ANY_COLUMN] if takes_all else named))


@lru_cache(maxsize=16)
def takes_heading_from_data(statement: str) -> bool:
    """Whether the names of the result's columns follow from the data or from the input's heading."""
    return finds_columns(statement) or (_has_top_star(parsed(statement)) and bool(patterns(statement)))


@lru_cache(maxsize=16)
def finds_columns(statement: str) -> bool:
    """Whether the statement has a PIVOT whose columns are found in the data."""
    return any(node.get("pivot_enum") == COLUMNS_FOUND for node in _all_nodes(statement))


def columns_listed(statement: str) -> int:
    """How many of the result's columns the statement lists one by one, before it takes what columns there are."""
    items = parsed(statement)["statements"][0]["node"].get("select_list", [])
    return next((at for at, item in enumerate(items) if any(_output_stars(item))), len(items))


@lru_cache(maxsize=16)
def names_in(statement: str) -> frozenset[str]:
    """All names of columns that the statement says, given or made ones, in lower case."""
    found: set[str] = set()
    for node in _all_nodes(statement):
        for key in ("column_names", "exclude_list", "groups", "unpivot_names", "using_columns"):
            found |= {name.casefold() for name in node.get(key) or () if isinstance(name, str)}
        found |= {node[key].casefold() for key in ("alias", "key") if isinstance(node.get(key), str)}
    return frozenset(found)


def reads_unnamed_columns(statement: str) -> bool:
    """Whether the statement may read columns that it does not name: by `*`, position, pivot, natural join, or whole rows."""
    tree = _all_nodes(statement)
    tables = [node for node in tree if node.get("type") == "BASE_TABLE"]
    relations = {node.get(key, "").casefold() for node in tables for key in ("table_name", "alias")}
    return any(
        node.get("class") in ("STAR", "POSITIONAL_REFERENCE")
        or node.get("type") == "PIVOT"
        or node.get("ref_type") == "NATURAL"
        or (len(node.get("column_names") or ()) == 1 and node["column_names"][0].casefold() in relations)
        for node in tree
    )


def fixed_columns(statement: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Those of an example's columns that each further file must have: what no pattern takes, or what the statement names."""
    families = set(members(columns, patterns(statement)))
    named = names_in(statement)
    return tuple(name for name in columns if name not in families or name.casefold() in named)


def members(columns: Sequence[str], families: Sequence[str]) -> tuple[str, ...]:
    """The columns that belong to one of the families, given by their patterns."""
    found = {name for pattern in families for name in matching(pattern, columns)}
    return tuple(name for name in columns if name in found)


def _stars(tree: Any) -> Iterator[_Node]:
    return (node for node in nodes(tree) if node.get("class") == "STAR")


def _regex(star: _Node) -> str | None:
    """The pattern of a `COLUMNS('pattern')`."""
    literal = star.get("expr", {}).get("literal", {})
    return literal.get("text", "") if star.get("columns") and literal.get("kind") == "STRING" else None


def _takes_all(star: _Node) -> bool:
    """Whether it is a `*`, or COLUMNS with a condition on names that is not a pattern."""
    return _regex(star) is None and star.get("expr", {}).get("function_name") != "list_value"


def _unpivoted(node: _Node) -> Iterator[_Node]:
    """The stars in an UNPIVOT's list of columns."""
    if node.get("type") == "PIVOT" and node.get("unpivot_names"):
        yield from _stars([pivot.get("entries") for pivot in node.get("pivots") or ()])


def _has_star_over_input(node: _Node) -> bool:
    if node.get("type") != "SELECT_NODE":
        return False
    from_input = node.get("from_table", {}).get("table_name", "").casefold() == "input"
    return from_input and any(_takes_all(star) for star in _output_stars(node["select_list"]))


def _has_top_star(tree: _Node) -> bool:
    """Whether the result has columns that are not listed."""
    waiting = [tree["statements"][0]["node"]]
    while waiting:
        node = waiting.pop()
        if any(_output_stars(node.get("select_list") or [])):
            return True
        waiting += [node[side] for side in ("left", "right") if side in node]
    return False


def _output_stars(value: Any) -> Iterator[_Node]:
    """The stars that give a column each, other than `*COLUMNS(…)` among a function's arguments."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict) and one.get("class") == "STAR":
            yield one
        elif isinstance(one, dict) and one.get("type") != "OPERATOR_UNPACK" and one.get("class") != "SUBQUERY":
            waiting += one.values()
