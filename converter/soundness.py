"""When a row of a run is not sound: what kinds of problems there are, by the check that finds them.

The names of checks that we make ourselves stand here alone, so that a person is told what kind of problem each is.
"""

from collections.abc import Iterator
from enum import StrEnum

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from converter.manifest import Check, Converter


class Kind(StrEnum):
    """What is wrong with a row."""

    BLANK = "blank"
    """A column is blank that was filled throughout the example."""

    UNKNOWN = "unknown"
    """A value that the converter's list of values does not have."""

    UNREADABLE = "unreadable"
    """A value that is no number or date as the converter reads them."""

    CHECK = "check"
    """An assertion from the instructions does not hold."""


_NEVER_EMPTY, _KNOWN, _READABLE = " is never empty", " is known for every ", " can be read wherever it is filled"


def kind_of(name: str) -> Kind:
    """The kind of problem that a check of this name finds."""
    if name.endswith(_NEVER_EMPTY):
        return Kind.BLANK
    if name.endswith(_READABLE):
        return Kind.UNREADABLE
    return Kind.UNKNOWN if _KNOWN in name else Kind.CHECK


def column_of(name: str) -> str | None:
    """The column that a check of ours is about."""
    for mark in (_NEVER_EMPTY, _READABLE):
        if name.endswith(mark):
            return name.removesuffix(mark)
    return name.partition(_KNOWN)[2] if _KNOWN in name else None


def reading_checks(statement: str) -> Iterator[Check]:
    """A check for each column of a plain SELECT … FROM input that is read as a number or date: that it can be, where filled.

    It gives the input's rows, and the values that cannot be read.
    """
    try:
        tree = parse_one(statement, read="duckdb")
    except (SqlglotError, RecursionError):
        return
    source = tree.args.get("from_")
    if not isinstance(tree, exp.Select) or tree.ctes or source is None or source.this.name.casefold() != "input":
        return
    readings: dict[str, list[exp.Expr]] = {}
    for node in tree.find_all(exp.TryCast, exp.Anonymous):
        is_reading = isinstance(node, exp.TryCast) or node.name.upper() == "TRY_STRPTIME"
        columns = {one.name: one for one in node.find_all(exp.Column)}
        # A text that is parted or cut may well be none: only a column as a whole is held to it.
        is_whole = isinstance(_read(node), exp.Column) and "_row" not in columns if is_reading else False
        if is_whole and len(columns) == 1 and node.find_ancestor(exp.Case) is None:
            readings.setdefault(next(iter(columns)), []).append(node)
    where = tree.args.get("where")
    for name, nodes in readings.items():
        column = exp.column(exp.to_identifier(name, quoted=True)).sql(dialect="duckdb")
        # Read in several ways, one that succeeds is enough.
        tries = dict.fromkeys(node.sql(dialect="duckdb") for node in nodes)
        failed = " AND ".join(f"{one} IS NULL" for one in tries)
        kept = f" AND ({where.this.sql(dialect='duckdb')})" if where is not None and not where.find(exp.Window) else ""
        yield Check(f"{name}{_READABLE}", f"SELECT _row, {column} FROM input WHERE {column} <> '' AND {failed}{kept}")


def _read(node: exp.Expr) -> exp.Expr:
    inner = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
    while isinstance(inner, (exp.Trim, exp.Nullif, exp.Paren, exp.Replace)):
        inner = inner.this
    return inner


def checks_of_a_run(converter: Converter, *, is_thorough: bool) -> tuple[Check, ...]:
    """What a run holds its rows against: the converter's checks, and those on what it reads.

    Unless the run is to part sound rows from others, only where no check of the converter's tells of it: reading a column a
    second time takes time.
    """
    if is_thorough:
        return all_checks(converter)
    guarded = {column_of(check.name) for check in converter.checks if kind_of(check.name) is Kind.BLANK}
    header = converter.output_header or ()
    if not header or all(name in guarded for name in header):
        return converter.checks
    unguarded = _sources(converter.statement, [at for at, name in enumerate(header) if name not in guarded])
    known = {check.name for check in converter.checks}
    further = (one for one in reading_checks(converter.statement) if one.name not in known and column_of(one.name) in unguarded)
    return (*converter.checks, *further)


def _sources(text: str, places: list[int]) -> set[str]:
    """The columns that these output columns read."""
    try:
        items = parse_one(text, read="duckdb").expressions
    except (SqlglotError, RecursionError):
        return set()
    return {one.name for at in places if at < len(items) for one in items[at].find_all(exp.Column)}


def all_checks(converter: Converter) -> tuple[Check, ...]:
    """The converter's checks, and those on what it reads that it does not carry."""
    known = {check.name for check in converter.checks}
    return (*converter.checks, *(check for check in reading_checks(converter.statement) if check.name not in known))
