"""Statements whose rows come in the input's order by themselves, so that sorting them by `_row` again changes nothing.

Sorting a large file takes most of its conversion's time and memory; what needs no sorting also can be split. DuckDB keeps
the order of rows through projections, filters and UNNEST.
"""

import re
from functools import lru_cache
from typing import Any

from converter.statement import excludes_position, is_position, looks_at_other_rows, matching, nodes, parsed

_FINAL_ORDER = re.compile(r'\s*\bORDER\s+BY\s+"?_row"?(?:\s+ASC)?\s*;?\s*\Z', re.IGNORECASE)
_Node = dict[str, Any]


# Of many small files each has the same statement.
@lru_cache(maxsize=16)
def without_needless_order(statement: str) -> str:
    """The statement without a final `ORDER BY _row` that its rows meet anyway; else the statement as it is."""
    node = parsed(statement)["statements"][0]["node"]
    if not _is_ordered_by_position(node) or _position_items(node) is None:
        return statement
    return _FINAL_ORDER.sub("", statement)


def is_rowwise(statement: str) -> bool:
    """Whether each output row comes from one input row alone, in the input's order.

    Then the outputs of an input's parts, one after the other, are the output of the whole. `_row` may order rows, no more.
    """
    node = parsed(statement)["statements"][0]["node"]
    if node.get("modifiers") and not _is_ordered_by_position(node):
        return False
    items = _position_items(node)
    if items is None or any(_may_give_position(star) for item in node["select_list"] for star in nodes(item)):
        return False
    # Of one tree, since nodes are told apart by what they are, not by what they say.
    allowed = {id(inner) for given in (*items, *(node.get("modifiers") or ())) for inner in nodes(given)}
    return not any(is_position(inner) and id(inner) not in allowed for inner in nodes(node))


def _is_ordered_by_position(node: _Node) -> bool:
    modifiers = node.get("modifiers") or []
    if len(modifiers) != 1 or modifiers[0]["type"] != "ORDER_MODIFIER" or len(modifiers[0]["orders"]) != 1:
        return False
    order = modifiers[0]["orders"][0]
    return order["type"] in ("ORDER_DEFAULT", "ASCENDING") and is_position(order["expression"])


def _position_items(node: _Node) -> list[_Node] | None:
    """The select items that give `_row` in the query's common table expressions, or None where order may be lost.

    Each expression, and the query, has to be a plain SELECT … FROM … WHERE … over `input` or one before it, and its `_row`
    one that grows with the rows: the one before, or `_row * n + UNNEST([0, …, n - 1])`.
    """
    known, items = {"input"}, []
    for entry in (node.get("cte_map") or {}).get("map") or ():
        query = entry["value"]["query_node"]
        given = [item for item in query.get("select_list", ()) if _gives_position(item)]
        if not _is_plain(query, known) or query.get("modifiers") or not all(_grows(item, query) for item in given):
            return None
        items += given
        known.add(entry["key"].casefold())
    if any(_unpivots(query) for query in nodes(node)) and any(_is_unnest(inner) for inner in nodes(node)):
        # Rows that an UNPIVOT makes of one share its `_row`; spread on, their numbers would not grow.
        return None
    is_kept = _is_plain(node, known) and not any(item.get("alias", "").casefold() == "_row" for item in node["select_list"])
    return items if is_kept else None


def _is_plain(node: _Node, known: set[str]) -> bool:
    if node["type"] != "SELECT_NODE":
        return False
    if any(node.get(key) for key in ("group_expressions", "group_sets", "having", "qualify", "sample")):
        return False
    source = _source(node.get("from_table", {}))
    if source.get("type") != "BASE_TABLE" or source.get("table_name", "").casefold() not in known or source.get("sample"):
        return False
    # What is said of the expressions before it is said by their own turn.
    own = (node["select_list"], node.get("where_clause"))
    return not any(looks_at_other_rows(inner) and not _is_unnest(inner) for part in own for inner in nodes(part))


def _source(table: _Node) -> _Node:
    """What the query reads, as it is or by an UNPIVOT, which makes the rows of each row in its place."""
    if table.get("type") == "SUBQUERY":
        inner = table["subquery"]["node"]
        is_whole = inner.get("select_list", [{}])[0].get("class") == "STAR" and _is_whole(inner)
        table = inner["from_table"] if is_whole and _unpivots(inner.get("from_table", {})) else table
    return table.get("source", {}) if _unpivots(table) else table


def _is_whole(query: _Node) -> bool:
    """Whether the query is a `SELECT *` without more."""
    more = ("modifiers", "where_clause", "group_expressions", "group_sets", "having", "qualify", "sample")
    star = query["select_list"][0]
    changed = any(star.get(key) for key in ("exclude_list", "replace_list", "rename_list", "columns", "expr"))
    own = (query.get("cte_map") or {}).get("map")
    return not (changed or own or len(query["select_list"]) > 1 or any(query.get(key) for key in more))


def _unpivots(node: _Node) -> bool:
    return node.get("type") == "PIVOT" and bool(node.get("unpivot_names"))


def _may_give_position(node: _Node) -> bool:
    """Whether it is a `*`, or a COLUMNS, that may have `_row` among its columns."""
    if node.get("class") != "STAR" or excludes_position(node):
        return False
    literal = node.get("expr", {}).get("literal", {})
    return literal.get("kind") != "STRING" or bool(matching(literal.get("text", ""), ["_row"]))


def _gives_position(item: _Node) -> bool:
    if item.get("class") == "STAR":
        return not item.get("columns")
    return item.get("alias", "").casefold() == "_row" or (not item.get("alias") and is_position(item))


def _grows(item: _Node, query: _Node) -> bool:
    lengths = {_unnested_length(inner) for one in query["select_list"] for inner in nodes(one) if _is_unnest(inner)}
    if item.get("class") == "STAR" or is_position(item):
        # Rows that come of one row would share its `_row`, which leaves their order open.
        return not lengths and not any(item.get(key) for key in ("exclude_list", "replace_list", "rename_list"))
    return len(lengths) == 1 and None not in lengths and _is_spread(item, lengths.pop() or 0)


def _is_spread(item: _Node, length: int) -> bool:
    """Whether the item is `_row * length + UNNEST([0, …, length - 1])`."""
    added = _operands(item, "+")
    scaled = _operands(added[0], "*") if added else None
    if not added or not scaled or not _is_unnest(added[1]):
        return False
    places = [_number(place) for place in _arguments(_arguments(added[1])[0])]
    return is_position(scaled[0]) and _number(scaled[1]) == length and places == list(range(length))


def _operands(node: _Node, operator: str) -> list[_Node] | None:
    is_it = node.get("class") == "FUNCTION" and node.get("function_name") == operator
    return _arguments(node) if is_it and len(_arguments(node)) == 2 else None


def _unnested_length(node: _Node) -> int | None:
    """How many rows an UNNEST makes of each row, or None where that depends on the row."""
    (given,) = _arguments(node) if len(_arguments(node)) == 1 else (None,)
    return len(_arguments(given)) if given is not None and given.get("function_name") == "list_value" else None


def _arguments(node: _Node) -> list[_Node]:
    return [argument["expression"] for argument in node.get("arguments", ())]


def _number(node: _Node) -> int | None:
    text = node.get("literal", {}).get("text") if node.get("class") == "CONSTANT" else None
    return int(text) if text is not None and text.isdigit() else None


def _is_unnest(node: _Node) -> bool:
    return node.get("class") == "FUNCTION" and node.get("function_name") == "unnest"
