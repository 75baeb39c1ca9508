"""Dates, times and casts in words."""

from collections.abc import Callable

from sqlglot import exp

from converter.words.formats import ISO_DATE, ISO_MOMENT, date_format, has_time
from converter.words.saying import bare, listed, phrase, texts

_READINGS = {"DECIMAL", "DOUBLE", "BIGINT", "INT", "FLOAT", "HUGEINT", "INT128", "VARCHAR", "TEXT", "SMALLINT", "REAL"}


_WHOLE = ("BIGINT", "INT", "HUGEINT", "SMALLINT")


def _cast(tree: exp.Expr) -> str:
    inner, kind = bare(tree.this), tree.args["to"].sql(dialect="duckdb").partition("(")[0].upper()
    read = read_date(inner)
    if read is not None and kind in ("DATE", "TIMESTAMP"):
        source, formats = read
        return f"{date_in(source, is_moment=kind == 'TIMESTAMP')}, from {listed(formats, 'or')} to {_written(kind)}"
    if kind in _READINGS:
        if isinstance(inner, exp.Round) and inner.args.get("decimals") is None and kind in _WHOLE:
            return f"{phrase(inner.this)}, as a whole number"
        said = phrase(inner)
        scale = tree.args["to"].expressions[1:]
        if kind == "DECIMAL" and scale and scale[0].name not in ("0", "6", "10"):
            return f"{said} with {scale[0].name} decimal place{'s' * (scale[0].name != '1')}"
        is_whole = kind in _WHOLE and not isinstance(inner, (exp.Round, exp.Count, exp.Column))
        return f"{said}, as a whole number" if is_whole and not _is_count(inner) else said
    if kind in ("DATE", "TIMESTAMP", "TIME"):
        return f"the {'time' if kind == 'TIME' else 'date'} of {phrase(inner)}"
    return phrase(inner)


def _written(kind: str) -> str:
    return ISO_DATE if kind == "DATE" else ISO_MOMENT


def _is_count(tree: exp.Expr) -> bool:
    return isinstance(tree, (exp.Count, exp.RowNumber, exp.Window, exp.Length))


def date_in(source: exp.Expr, *, is_moment: bool = False) -> str:
    word = "date and time" if is_moment else "date"
    name = phrase(source)
    return f"the {word}" if name.casefold() == "date" else f"the {word} in {name}"


def read_date(tree: exp.Expr) -> tuple[exp.Expr, list[str]] | None:
    """What a date is read from, and in which formats, in words; None where it is no reading of a date."""
    tree = bare(tree)
    while isinstance(tree, exp.Cast) and tree.args["to"].this in (exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP):
        tree = bare(tree.this)
    if isinstance(tree, exp.Anonymous) and tree.name.upper() == "TRY_STRPTIME":
        source, formats = tree.expressions
    elif isinstance(tree, exp.StrToTime):
        source, formats = tree.this, tree.args["format"]
    else:
        return None
    return _text_of(source), [date_format(text) for text in texts(formats)]


def _text_of(tree: exp.Expr) -> exp.Expr:
    """The text that is read, without what only tidies it."""
    tree = bare(tree)
    return _text_of(tree.this) if isinstance(tree, (exp.Trim, exp.Nullif)) else tree


def _strftime(tree: exp.Expr) -> str:
    format_ = tree.args["format"].name
    read = read_date(tree.this)
    if read is not None:
        source, formats = read
        return f"{date_in(source, is_moment=has_time(format_))}, from {listed(formats, 'or')} to {date_format(format_)}"
    return f"{phrase(tree.this)}, written as {date_format(format_)}"


def part_of(name: str, of: exp.Expr) -> str:
    word = {"isodow": "day of the week (1 is Monday)", "week": "week's number"}.get(name.lower(), name.lower())
    read = read_date(of)
    return f"the {word} of {date_in(read[0]) if read is not None else phrase(of)}"


def _moment(tree: exp.Expr) -> str:
    read = read_date(tree)
    return phrase(read[0]) if read is not None else phrase(tree)


def _between_dates(tree: exp.Expr) -> str:
    unit = tree.args["unit"].name.lower() if tree.args.get("unit") is not None else "day"
    # DuckDB's date_diff('day', from, to) is parsed as DateDiff(this=to, expression=from).
    return f"the {unit}s from {_moment(tree.expression)} to {_moment(tree.this)}"


def _bucketed(tree: exp.Expr) -> str:
    span = tree.this
    unit = span.args["unit"].name.lower() if isinstance(span, exp.Interval) and span.args.get("unit") is not None else ""
    amount = span.this.name if isinstance(span, exp.Interval) and span.this is not None else ""
    return f"the beginning of the {amount} {unit}s that {_moment(tree.expression)} lies in"


PHRASES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Cast: _cast,
    exp.TimeToStr: _strftime,
    exp.StrToTime: lambda tree: phrase(exp.cast(tree.copy(), "TIMESTAMP")),
    exp.Extract: lambda tree: part_of(tree.this.name, tree.expression),
    exp.Year: lambda tree: part_of("year", tree.this),
    exp.Month: lambda tree: part_of("month", tree.this),
    exp.Day: lambda tree: part_of("day", tree.this),
    exp.DateDiff: _between_dates,
    exp.TimestampTrunc: lambda tree: f"the beginning of the {tree.args['unit'].name.lower()} of {_moment(tree.this)}",
    exp.DateTrunc: lambda tree: f"the beginning of the {tree.args['unit'].name.lower()} of {_moment(tree.this)}",
    exp.LastDay: lambda tree: f"the last day of the month of {_moment(tree.this)}",
    exp.DateBin: _bucketed,
    exp.TimeToUnix: lambda tree: f"the seconds from 1970 to {_moment(tree.this)}",
    exp.Monthname: lambda tree: f"the month's name of {_moment(tree.this)}",
    exp.Dayname: lambda tree: f"the weekday's name of {_moment(tree.this)}",
}
