"""Values that a converter's mappings were never shown: told by a check, since their cells would be empty without a word."""

from collections.abc import Iterator
from typing import Any

from converter.manifest import Check
from converter.statement import expression_sql, nodes, parsed

_Node = dict[str, Any]


def unseen_value_checks(statement: str) -> Iterator[Check]:
    """A check for each `CASE x WHEN 'a' THEN … END` without ELSE among the columns of a plain SELECT … FROM input.

    It gives the input rows whose value is none of those, and the value.
    """
    node = parsed(statement)["statements"][0]["node"]
    if node["type"] != "SELECT_NODE" or node.get("from_table", {}).get("table_name", "").casefold() != "input":
        return
    if node["from_table"].get("alias") or (node.get("cte_map") or {}).get("map"):
        return
    kept = node.get("where_clause")
    seen = set()
    for item in node["select_list"]:
        for subject, values in _mappings(item):
            unknown = f"{subject} <> '' AND {subject} NOT IN ({', '.join(values)})"
            condition = f"{unknown} AND ({expression_sql(kept)})" if kept else unknown
            name = f"{item.get('alias') or 'the output'} is known for every {subject}"
            if name not in seen:
                seen.add(name)
                yield Check(name, f"SELECT _row, {subject} FROM input WHERE {condition}")


def _mappings(item: _Node) -> Iterator[tuple[str, list[str]]]:
    """What is mapped, and the values that are, as SQL."""
    for case in nodes(item):
        if case.get("class") != "CASE" or not _is_null(case.get("else_expr")):
            continue
        pairs = [_compared(check["when_expr"]) for check in case["case_checks"]]
        subjects = {pair[0] for pair in pairs if pair is not None}
        if len(pairs) > 1 and len(subjects) == 1 and None not in pairs:
            yield subjects.pop(), [pair[1] for pair in pairs if pair is not None]


def _compared(when: _Node) -> tuple[str, str] | None:
    """What is compared with which text, as SQL."""
    right = when.get("right", {})
    if when.get("type") != "COMPARE_EQUAL" or right.get("literal", {}).get("kind") != "STRING":
        return None
    return expression_sql(when["left"]), expression_sql(right)


def _is_null(node: _Node | None) -> bool:
    return node is None or node.get("literal", {}).get("kind") == "NULL_LITERAL"
