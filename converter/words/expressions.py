"""An expression in words: what an output column is, for somebody who reads no SQL.

`phrase` gives a noun ("the first 3 characters of code"), `condition` a clause ("amount is below 0"). One function a kind of
node, listed in `_PHRASES` and `_CONDITIONS`; what is in neither is told by its function's name and what it is made of.
"""

from collections.abc import Callable, Sequence

from sqlglot import exp

from converter.words.formats import (
    ISO_DATE,
    ISO_MOMENT,
    date_format,
    dropped,
    has_time,
    number_format,
    ordinal,
    picked,
    quoted,
)

BLANK = "blank"
_MOST_LISTED = 4
_WHOLE = ("BIGINT", "INT", "HUGEINT", "SMALLINT")
_LONGEST = 600
_READINGS = {"DECIMAL", "DOUBLE", "BIGINT", "INT", "FLOAT", "HUGEINT", "INT128", "VARCHAR", "TEXT", "SMALLINT", "REAL"}


def phrase(tree: exp.Expr) -> str:
    """The expression as a noun phrase."""
    found = next((say for kind, say in _PHRASES.items() if isinstance(tree, kind)), None)
    if found is None and isinstance(tree, (exp.Predicate, exp.Connector, exp.Not, *_CONDITIONS)):
        return f"whether {condition(tree)}"
    said = found(tree) if found is not None else _call(tree)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def condition(tree: exp.Expr) -> str:
    """The expression as a clause that is true or not."""
    found = next((say for kind, say in _CONDITIONS.items() if isinstance(tree, kind)), None)
    return found(tree) if found is not None else f"{phrase(tree)} is true"


def texts(tree: exp.Expr) -> list[str]:
    """The literals of a list, or the one literal."""
    items = tree.expressions if isinstance(tree, (exp.Array, exp.Tuple)) else [tree]
    return [one.name for one in items if isinstance(one, exp.Literal)]


def listed(words: Sequence[str], word: str = "and") -> str:
    """a, b and c; the first few where there are many."""
    if len(words) > _MOST_LISTED:
        return f"{', '.join(words[: _MOST_LISTED - 1])} {word} {len(words) - _MOST_LISTED + 1} more"
    return f" {word} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _column(tree: exp.Expr) -> str:
    return "the row's number" if tree.name == "_row" else tree.name


def _literal(tree: exp.Expr) -> str:
    return (quoted(tree.name) if tree.name else BLANK) if tree.args.get("is_string") else tree.name


def _cast(tree: exp.Expr) -> str:
    inner, kind = bare(tree.this), tree.args["to"].sql(dialect="duckdb").partition("(")[0].upper()
    read = read_date(inner)
    if read is not None and kind in ("DATE", "TIMESTAMP"):
        source, formats = read
        return f"{_date_in(source, is_moment=kind == 'TIMESTAMP')}, from {listed(formats, 'or')} to {_written(kind)}"
    if kind in _READINGS:
        if isinstance(inner, exp.Round) and inner.args.get("decimals") is None and kind in _WHOLE:
            return f"{phrase(inner.this)}, as a whole number"
        said = phrase(inner)
        is_whole = kind in _WHOLE and not isinstance(inner, (exp.Round, exp.Count, exp.Column))
        return f"{said}, as a whole number" if is_whole and not _is_count(inner) else said
    if kind in ("DATE", "TIMESTAMP", "TIME"):
        return f"the {'time' if kind == 'TIME' else 'date'} of {phrase(inner)}"
    return phrase(inner)


def _written(kind: str) -> str:
    return ISO_DATE if kind == "DATE" else ISO_MOMENT


def _is_count(tree: exp.Expr) -> bool:
    return isinstance(tree, (exp.Count, exp.RowNumber, exp.Window, exp.Length))


def _date_in(source: exp.Expr, *, is_moment: bool = False) -> str:
    word = "date and time" if is_moment else "date"
    name = phrase(source)
    return f"the {word}" if name.casefold() == "date" else f"the {word} in {name}"


def bare(tree: exp.Expr) -> exp.Expr:
    """The expression without brackets around it."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return tree


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
        return f"{_date_in(source, is_moment=has_time(format_))}, from {listed(formats, 'or')} to {date_format(format_)}"
    return f"{phrase(tree.this)}, written as {date_format(format_)}"


def _anonymous(tree: exp.Expr) -> str:
    name, given = tree.name.upper(), tree.expressions
    if name == "TRY_STRPTIME" and (read := read_date(tree)) is not None:
        return f"{_date_in(read[0])}, read as {listed(read[1], 'or')}"
    if name == "PRINTF" and len(given) == 2:
        return " ".join(filter(None, (phrase(given[1]), number_format(given[0].name))))
    if name == "DATE_PART" and len(given) == 2:
        return _part(given[0].name, given[1])
    if name in ("DATE_SUB", "DATESUB") and len(given) == 3:
        return f"the full {given[0].name}s from {phrase(given[1])} to {phrase(given[2])}"
    if name in _NAMED and given:
        return _NAMED[name].format(*(phrase(one) for one in given))
    return _call(tree)


_NAMED = {
    "STRIP_ACCENTS": "{0} without accents",
    "LIST_SUM": "the sum of {0}",
    "LIST_DISTINCT": "each once of {0}",
    "LIST_SORT": "{0} in order",
    "LIST_REVERSE": "{0} in reverse order",
    "LIST_COUNT": "how many of {0} there are",
    "REVERSE": "{0} backwards",
}


def _part(name: str, of: exp.Expr) -> str:
    word = {"isodow": "day of the week (1 is Monday)", "week": "week's number"}.get(name.lower(), name.lower())
    read = read_date(of)
    return f"the {word} of {_date_in(read[0]) if read is not None else phrase(of)}"


def _split_part(tree: exp.Expr) -> str:
    at, mark = tree.args["part_index"].sql(), quoted(tree.args["delimiter"].name)
    source = phrase(tree.this)
    if at == "1":
        return f"what stands before the first {mark} in {source}"
    if at == "-1":
        return f"what stands after the last {mark} in {source}"
    number = int(at) if at.lstrip("-").isdigit() else 0
    return f"the {ordinal(abs(number))} part{' from the end' * (number < 0)} of {source}, parted by {mark}"


def _joined_list(tree: exp.Expr) -> str:
    made = tree.this
    if isinstance(made, exp.Transform) and isinstance(made.expression, exp.Lambda):
        body = made.expression.this
        if _is_capitalised(body):
            parts = made.this
            source = parts.this if isinstance(parts, exp.Split) else parts
            return f"{phrase(source)} with each word capitalised"
        return f"each part of {_list(made.this)} as {phrase(body)}, joined by {quoted(tree.expression.name)}"
    if isinstance(made, exp.ArrayFilter):
        return f"those parts of {_list(made.this)} that are kept, joined by {quoted(tree.expression.name)}"
    return f"{_list(made)}, joined by {quoted(tree.expression.name)}"


def _list(tree: exp.Expr) -> str:
    if isinstance(tree, exp.Split):
        return f"{phrase(tree.this)}, parted by {quoted(tree.expression.name)}"
    if isinstance(tree, exp.Array):
        return listed([phrase(one) for one in tree.expressions])
    return phrase(tree)


def _is_capitalised(tree: exp.Expr) -> bool:
    return (
        isinstance(tree, exp.DPipe)
        and isinstance(tree.this, exp.Upper)
        and isinstance(tree.expression, exp.Lower)
        and isinstance(tree.this.this, exp.Bracket)
    )


def _concatenated(tree: exp.Expr) -> str:
    if _is_capitalised(tree):
        return f"{phrase(bare(tree.this.this.this))} with a capital first letter"
    pieces: list[exp.Expr] = []
    waiting = [tree]
    while waiting:
        one = bare(waiting.pop())
        if isinstance(one, exp.DPipe) and not _is_capitalised(one):
            waiting += [one.expression, one.this]
        else:
            pieces.append(one)
    first, *others = [phrase(one) for one in pieces]
    return f"{first}, then {', then '.join(others)}" if len(pieces) > 2 else f"{first} followed by {others[0]}"


def _bracket(tree: exp.Expr) -> str:
    (place,) = tree.expressions if len(tree.expressions) == 1 else (None,)
    source = phrase(tree.this)
    offset = tree.args.get("offset") or 0
    if isinstance(place, exp.Slice):
        begin, end = place.this, place.expression
        if begin is None or begin.sql() in ("1", ""):
            return f"the first {end.sql()} characters of {source}" if end is not None else source
        if end is None or end.sql() == "":
            if begin.sql().lstrip("-").isdigit() and begin.sql().startswith("-"):
                return f"the last {begin.sql()[1:]} characters of {source}"
            return f"{source} from its {ordinal(int(begin.sql()))} character on" if begin.sql().isdigit() else source
        return f"characters {begin.sql()} to {end.sql()} of {source}"
    if isinstance(place, exp.Literal) and not place.is_string:
        number = int(place.name) + (1 - offset if offset == 0 and not _is_one_based(tree) else 0)
        part = "part" if isinstance(tree.this, exp.Split) else "character"
        return f"the {ordinal(number)} {part} of {_list(tree.this)}"
    return f"a part of {source}"


def _is_one_based(tree: exp.Expr) -> bool:
    return tree.args.get("offset") == 1


def _case(tree: exp.Expr) -> str:
    base, default = tree.this, tree.args.get("default")
    branches = tree.args["ifs"]
    if base is not None and all(isinstance(one.this, exp.Literal) and isinstance(one.args["true"], exp.Literal) for one in branches):
        pairs = [f"{phrase(one.args['true'])} for {phrase(one.this)}" for one in branches]
        return f"a word for {phrase(base)}: {listed(pairs)}, else {_else(default)}"
    told = []
    for one in branches:
        when = condition(one.this) if base is None else f"{phrase(base)} is {phrase(one.this)}"
        told.append(f"{phrase(one.args['true'])} where {when}")
    return f"{'; '.join(told[:_MOST_LISTED])}{'; …' * (len(told) > _MOST_LISTED)}, else {_else(default)}"


def _else(default: exp.Expr | None) -> str:
    return BLANK if default is None or isinstance(default, exp.Null) else phrase(default)


def _coalesce(tree: exp.Expr) -> str:
    return f"{phrase(tree.this)}, or {listed([phrase(one) for one in tree.expressions], 'or')} where that is blank"


def _nullif(tree: exp.Expr) -> str:
    other = tree.expression
    if isinstance(other, exp.Literal) and other.name in ("", "0"):
        return phrase(tree.this)
    return f"{phrase(tree.this)}, blank where it is {phrase(other)}"


def _regexp_replaced(tree: exp.Expr) -> str:
    pattern, other = tree.expression.name, tree.args["replacement"].name
    source = phrase(tree.this)
    if not other:
        gone = dropped(pattern)
        return f"{gone.removeprefix('all but its ')} of {source} alone" if gone.startswith("all but") else f"{source} without {gone}"
    return f"{source} with {dropped(pattern)} rewritten as {quoted(other)}"


def _replaced(tree: exp.Expr) -> str:
    mark, other = tree.expression.name, tree.args["replacement"].name
    source = phrase(tree.this)
    return f"{source} without {quoted(mark)}" if not other else f"{source} with {quoted(other)} in place of {quoted(mark)}"


def _padded(tree: exp.Expr) -> str:
    fill = tree.args.get("fill_pattern")
    side = "in front" if tree.args.get("is_left") else "behind"
    return f"{phrase(tree.this)}, filled up {side} with {quoted(fill.name) if fill else 'spaces'} to {tree.expression.sql()} characters"


def _rounded(tree: exp.Expr) -> str:
    places = tree.args.get("decimals")
    said = phrase(tree.this)
    if isinstance(bare(tree.this), (exp.Cast, exp.TryCast, exp.Column)) and places is None:
        return f"{said}, as a whole number"
    return f"{said}, rounded" + (f" to {places.sql()} decimal place{'s' * (places.sql() != '1')}" if places is not None else "")


def _shifted(tree: exp.Expr) -> str:
    sign = "later" if isinstance(tree, exp.Add) else "earlier"
    one, other = bare(tree.this), bare(tree.expression)
    if isinstance(other, exp.Interval):
        amount = other.this.name if other.this is not None else ""
        unit = other.args["unit"].name.lower() if other.args.get("unit") is not None else ""
        return f"{phrase(one)}, {amount} {unit}{'s' * (amount != '1')} {sign}"
    return _arithmetic(tree)


def _arithmetic(tree: exp.Expr) -> str:
    one, other = phrase(bare(tree.this)), phrase(bare(tree.expression))
    word = next(text for kind, text in _ARITHMETIC.items() if isinstance(tree, kind))
    left = f"({one})" if isinstance(bare(tree.this), (exp.Add, exp.Sub)) and isinstance(tree, (exp.Mul, exp.Div)) else one
    right = f"({other})" if isinstance(bare(tree.expression), (exp.Add, exp.Sub)) else other
    return f"{left} {word} {right}"


_ARITHMETIC = {
    exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times", exp.Div: "divided by", exp.IntDiv: "divided by", exp.Mod: "modulo",
}  # fmt: skip


def _window(tree: exp.Expr) -> str:
    made, groups, order = tree.this, tree.args.get("partition_by") or [], tree.args.get("order")
    within = f" within each {listed([phrase(one) for one in groups])}" if groups else ""
    keys = [] if order is None else [one for one in order.expressions if one.this.name != "_row"]
    by = f", by {ordering(keys)}" if keys else ""
    if isinstance(made, exp.IgnoreNulls):
        made = made.this
    if isinstance(made, (exp.RowNumber, exp.Rank, exp.DenseRank)):
        return f"the {'number' if isinstance(made, exp.RowNumber) else 'rank'} of the row{within}{by}"
    if isinstance(made, (exp.Lag, exp.Lead)):
        return f"{phrase(made.this)} of the row {'before' if isinstance(made, exp.Lag) else 'after'}{within}{by}"
    if isinstance(made, (exp.FirstValue, exp.First)):
        return f"the first {phrase(made.this)}{within}{by}"
    if isinstance(made, (exp.LastValue, exp.Last)):
        return f"the last {phrase(made.this)} so far{within}{by}"
    return f"{phrase(made)}{' so far' if order is not None else ''}{within}{by}"


def ordering(keys: Sequence[exp.Expr]) -> str:
    """Sort keys in words."""
    return listed([f"{phrase(one.this)}{' (highest first)' if one.args.get('desc') else ''}" for one in keys])


def _counted(tree: exp.Expr) -> str:
    if isinstance(tree.this, exp.Star) or tree.this is None:
        return "how many rows there are"
    if isinstance(tree.this, exp.Distinct):
        return f"how many different {listed([phrase(one) for one in tree.this.expressions])} there are"
    return f"how many {phrase(tree.this)} there are"


def _gathered(tree: exp.Expr) -> str:
    mark = tree.args.get("separator")
    made = tree.this.this if isinstance(tree.this, exp.Order) else tree.this
    if isinstance(made, exp.Distinct):
        made, each = made.expressions[0], "each "
    else:
        each = "all "
    return f"{each}{phrase(made)} of the group, joined by {quoted(mark.name) if mark is not None else 'a comma'}"


def _filtered(tree: exp.Expr) -> str:
    return f"{phrase(tree.this)} where {condition(tree.expression.this)}"


def _aggregate(word: str) -> Callable[[exp.Expr], str]:
    return lambda tree: f"{word} {phrase(bare(tree.this))}"


def _of(word: str) -> Callable[[exp.Expr], str]:
    return lambda tree: f"{word} {phrase(bare(tree.this))}"


def _after(word: str) -> Callable[[exp.Expr], str]:
    return lambda tree: f"{phrase(bare(tree.this))} {word}"


def _extremes(word: str) -> Callable[[exp.Expr], str]:
    return lambda tree: f"the {word} of {listed([phrase(bare(one)) for one in (tree.this, *tree.expressions)])}"


def _left(tree: exp.Expr) -> str:
    return f"the {'first' if isinstance(tree, exp.Left) else 'last'} {tree.expression.sql()} characters of {phrase(tree.this)}"


def _length(tree: exp.Expr) -> str:
    if isinstance(tree.this, exp.ArrayFilter) and isinstance(tree.this.this, exp.Array):
        return f"how many of {_list(tree.this.this)} are filled"
    if isinstance(tree.this, (exp.Split, exp.Array)):
        return f"the number of parts of {_list(tree.this)}"
    return f"the number of characters of {phrase(bare(tree.this))}"


def _bucketed(tree: exp.Expr) -> str:
    span = tree.this
    unit = span.args["unit"].name.lower() if isinstance(span, exp.Interval) and span.args.get("unit") is not None else ""
    amount = span.this.name if isinstance(span, exp.Interval) and span.this is not None else ""
    return f"the beginning of the {amount} {unit}s that {_moment(tree.expression)} lies in"


def _columns(tree: exp.Expr) -> str:
    pattern = tree.this
    return f"all columns named like {quoted(pattern.name)}" if isinstance(pattern, exp.Literal) else "all columns"


def _comprehended(tree: exp.Expr) -> str:
    source = tree.args.get("iterator")
    return _list(source) if source is not None else "a list"


def _between_dates(tree: exp.Expr) -> str:
    unit = tree.args["unit"].name.lower() if tree.args.get("unit") is not None else "day"
    # DuckDB's date_diff('day', from, to) is parsed as DateDiff(this=to, expression=from).
    return f"the {unit}s from {_moment(tree.expression)} to {_moment(tree.this)}"


def _moment(tree: exp.Expr) -> str:
    read = read_date(tree)
    return phrase(read[0]) if read is not None else phrase(tree)


def _call(tree: exp.Expr) -> str:
    """Any other function, by its name and what it is made of."""
    given = [one for one in tree.iter_expressions() if not isinstance(one, (exp.DataType, exp.Identifier))]
    name = (tree.name if isinstance(tree, exp.Anonymous) else type(tree).__name__).replace("_", " ")
    name = "".join(f" {one.lower()}" if one.isupper() and not name.isupper() else one for one in name).strip().lower()
    said = [phrase(one) for one in given]
    return f"{name} of {listed(said)}" if said else name


_PHRASES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Column: _column,
    exp.Identifier: lambda tree: tree.name,
    exp.Literal: _literal,
    exp.Boolean: lambda tree: "true" if tree.this else "false",
    exp.Null: lambda _: BLANK,
    exp.Paren: lambda tree: phrase(tree.this),
    exp.Alias: lambda tree: phrase(tree.this),
    exp.Cast: _cast,
    exp.TimeToStr: _strftime,
    exp.StrToTime: lambda tree: phrase(exp.cast(tree.copy(), "TIMESTAMP")),
    exp.Anonymous: _anonymous,
    exp.Extract: lambda tree: _part(tree.this.name, tree.expression),
    exp.Year: lambda tree: _part("year", tree.this),
    exp.Month: lambda tree: _part("month", tree.this),
    exp.Day: lambda tree: _part("day", tree.this),
    exp.SplitPart: _split_part,
    exp.ArrayToString: _joined_list,
    exp.Split: _list,
    exp.Array: _list,
    exp.DPipe: _concatenated,
    exp.ConcatWs: lambda tree: f"{listed([phrase(one) for one in tree.expressions[1:]])}, joined by {phrase(tree.expressions[0])}",
    exp.Bracket: _bracket,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.RegexpExtract: lambda tree: f"{picked(tree.expression.name)} in {phrase(tree.this)}",
    exp.RegexpReplace: _regexp_replaced,
    exp.Replace: _replaced,
    exp.Trim: lambda tree: f"{phrase(tree.this)} without {quoted(tree.expression.name) if tree.expression else 'spaces'} around it",
    exp.Upper: _after("in capitals"),
    exp.Lower: _after("in small letters"),
    exp.Initcap: _after("with each word capitalised"),
    exp.Pad: _padded,
    exp.Left: _left,
    exp.Right: _left,
    exp.Length: _length,
    exp.Round: _rounded,
    exp.Floor: _after("rounded down"),
    exp.Ceil: _after("rounded up"),
    exp.Trunc: _after("without its decimals"),
    exp.Abs: _after("without its sign"),
    exp.Neg: lambda tree: f"-{tree.this.name}" if isinstance(tree.this, exp.Literal) else f"{phrase(bare(tree.this))} with its sign changed",
    exp.Window: _window,
    exp.Add: _shifted,
    exp.Sub: _shifted,
    exp.Mul: _arithmetic,
    exp.Div: _arithmetic,
    exp.IntDiv: _arithmetic,
    exp.Mod: _arithmetic,
    exp.Greatest: _extremes("largest"),
    exp.Least: _extremes("smallest"),
    exp.DateDiff: _between_dates,
    exp.TimestampTrunc: lambda tree: f"the beginning of the {tree.args['unit'].name.lower()} of {_moment(tree.this)}",
    exp.DateTrunc: lambda tree: f"the beginning of the {tree.args['unit'].name.lower()} of {_moment(tree.this)}",
    exp.LastDay: lambda tree: f"the last day of the month of {_moment(tree.this)}",
    exp.Sum: _aggregate("the sum of"),
    exp.Avg: _aggregate("the average of"),
    exp.Min: _aggregate("the smallest"),
    exp.Max: _aggregate("the largest"),
    exp.Count: _counted,
    exp.GroupConcat: _gathered,
    exp.ArrayAgg: lambda tree: f"all {phrase(tree.this.this if isinstance(tree.this, exp.Order) else tree.this)} of the group",
    exp.ArgMin: lambda tree: f"the first {phrase(tree.this)}",
    exp.ArgMax: lambda tree: f"the last {phrase(tree.this)}",
    exp.First: _aggregate("the first"),
    exp.Last: _aggregate("the last"),
    exp.AnyValue: _aggregate("the"),
    exp.Filter: _filtered,
    exp.Explode: lambda tree: f"each part of {_list(tree.this)}, gets a row of its own",
    exp.JSONExtractScalar: lambda tree: f"{quoted(tree.expression.sql().strip(chr(39)).removeprefix('$.'))} in {phrase(tree.this)}",
    exp.Format: lambda tree: " ".join(filter(None, (phrase(tree.expressions[0]), number_format(tree.this.name)))),
    exp.Star: lambda _: "all columns",
    exp.Columns: _columns,
    exp.Comprehension: _comprehended,
    exp.DateBin: _bucketed,
    exp.TimeToUnix: lambda tree: f"the seconds from 1970 to {_moment(tree.this)}",
    exp.Monthname: lambda tree: f"the month's name of {_moment(tree.this)}",
    exp.Dayname: lambda tree: f"the weekday's name of {_moment(tree.this)}",
    exp.Subquery: lambda tree: _looked_up(tree),
    exp.If: lambda tree: f"{phrase(tree.args['true'])} where {condition(tree.this)}, else {_else(tree.args.get('false'))}",
}


def _looked_up(tree: exp.Expr) -> str:
    inner = tree.this
    if isinstance(inner, exp.Select) and len(inner.expressions) == 1:
        source = inner.args.get("from_") or inner.args.get("from")
        name = source.this.name if source is not None else ""
        where = inner.args.get("where")
        told = f" where {condition(where.this)}" if where is not None else ""
        place = {"preamble": "the lines above the table", "footer": "the lines below the table", "input": "another row"}.get(name, name)
        return f"{phrase(inner.expressions[0])}, from {place}{told}" if place else phrase(inner.expressions[0])
    return "what is looked up elsewhere"


def _compared(word: str) -> Callable[[exp.Expr], str]:
    def say(tree: exp.Expr) -> str:
        one, other = bare(tree.this), bare(tree.expression)
        if isinstance(other, exp.Literal) and not other.is_string and other.name == "0" and word in ("is below", "is above"):
            return f"{phrase(one)} is {'negative' if word == 'is below' else 'positive'}"
        return f"{phrase(one)} {word} {phrase(other)}"

    return say


def _not(tree: exp.Expr) -> str:
    inner = bare(tree.this)
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return f"{phrase(inner.this)} is filled"
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Boolean):
        return f"it is not so that {condition(bare(inner.this))}"
    if isinstance(inner, exp.In):
        return f"{phrase(inner.this)} is none of {listed([phrase(one) for one in inner.expressions])}"
    return f"it is not so that {condition(inner)}"


def _is(tree: exp.Expr) -> str:
    return f"{phrase(tree.this)} is blank" if isinstance(tree.expression, exp.Null) else condition(bare(tree.this))


def _equal(tree: exp.Expr) -> str:
    one, other = bare(tree.this), bare(tree.expression)
    if isinstance(other, exp.Literal) and other.is_string and not other.name:
        inner = one.this if isinstance(one, exp.Coalesce) else one
        return f"{phrase(inner)} is {'blank' if isinstance(tree, exp.EQ) else 'filled'}"
    return f"{phrase(one)} is {'' if isinstance(tree, (exp.EQ, exp.NullSafeEQ)) else 'not '}{phrase(other)}"


_CONDITIONS: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Paren: lambda tree: condition(tree.this),
    exp.And: lambda tree: f"{condition(tree.this)} and {condition(tree.expression)}",
    exp.Or: lambda tree: f"{condition(tree.this)} or {condition(tree.expression)}",
    exp.Not: _not,
    exp.Is: _is,
    exp.EQ: _equal,
    exp.NEQ: _equal,
    exp.NullSafeNEQ: _equal,
    exp.NullSafeEQ: _equal,
    exp.LT: _compared("is below"),
    exp.GT: _compared("is above"),
    exp.LTE: _compared("is at most"),
    exp.GTE: _compared("is at least"),
    exp.In: lambda tree: f"{phrase(tree.this)} is {listed([phrase(one) for one in tree.expressions], 'or')}",
    exp.Between: lambda tree: f"{phrase(tree.this)} is from {phrase(tree.args['low'])} to {phrase(tree.args['high'])}",
    exp.StartsWith: lambda tree: f"{phrase(tree.this)} begins with {phrase(tree.expression)}",
    exp.EndsWith: lambda tree: f"{phrase(tree.this)} ends with {phrase(tree.expression)}",
    exp.Contains: lambda tree: f"{phrase(tree.this)} contains {phrase(tree.expression)}",
    exp.ArrayContains: lambda tree: f"{phrase(tree.expression)} is among {_list(tree.this)}",
    exp.RegexpLike: lambda tree: f"{phrase(tree.this)} looks like {phrase(tree.expression)}",
    exp.Like: lambda tree: f"{phrase(tree.this)} looks like {phrase(tree.expression)}",
    exp.Exists: lambda _: "there is such a row",
}
