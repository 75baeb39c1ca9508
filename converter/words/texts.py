"""Texts and lists in words."""

from collections.abc import Callable

from sqlglot import exp

from converter.words.formats import dropped, ordinal, picked, quoted
from converter.words.saying import after, bare, listed, phrase


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
        return f"each part of {list_words(made.this)} as {phrase(body)}, joined by {quoted(tree.expression.name)}"
    if isinstance(made, exp.ArrayFilter):
        return f"those parts of {list_words(made.this)} that are kept, joined by {quoted(tree.expression.name)}"
    return f"{list_words(made)}, joined by {quoted(tree.expression.name)}"


def list_words(tree: exp.Expr) -> str:
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
        and isinstance(tree.this.this, exp.Bracket | exp.Left)
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
        if isinstance(tree.this, exp.Column) and tree.this.name == "cells":
            return f"the {ordinal(number)} cell"
        part = "part" if isinstance(tree.this, exp.Split) else "character"
        return f"the {ordinal(number)} {part} of {list_words(tree.this)}"
    return f"a part of {source}"


def _is_one_based(tree: exp.Expr) -> bool:
    return tree.args.get("offset") == 1


def _regexp_replaced(tree: exp.Expr) -> str:
    pattern, other = tree.expression.name, tree.args["replacement"].name
    source = phrase(tree.this)
    if not other:
        gone = dropped(pattern)
        only = gone.removeprefix("all but its ")
        return f"the {only} of {source} alone" if only != gone else f"{source} without {gone}"
    return f"{source} with {dropped(pattern)} rewritten as {quoted(other)}"


def _replaced(tree: exp.Expr) -> str:
    mark, other = tree.expression.name, tree.args["replacement"].name
    source = phrase(tree.this)
    return f"{source} without {quoted(mark)}" if not other else f"{source} with {quoted(other)} in place of {quoted(mark)}"


def _padded(tree: exp.Expr) -> str:
    fill = tree.args.get("fill_pattern")
    side, mark = "in front" if tree.args.get("is_left") else "behind", quoted(fill.name) if fill else "spaces"
    return f"{phrase(tree.this)}, filled up {side} with {mark} to {tree.expression.sql()} characters"


def _left(tree: exp.Expr) -> str:
    side, count = "first" if isinstance(tree, exp.Left) else "last", tree.expression.sql()
    return f"the {side} {'character' if count == '1' else f'{count} characters'} of {phrase(tree.this)}"


def _length(tree: exp.Expr) -> str:
    if isinstance(tree.this, exp.ArrayFilter) and isinstance(tree.this.this, exp.Array):
        return f"how many of {list_words(tree.this.this)} are filled"
    if isinstance(tree.this, (exp.Split, exp.Array)):
        return f"the number of parts of {list_words(tree.this)}"
    return f"the number of characters of {phrase(bare(tree.this))}"


def _columns(tree: exp.Expr) -> str:
    pattern = tree.this
    return f"all columns named like {quoted(pattern.name)}" if isinstance(pattern, exp.Literal) else "all columns"


def _comprehended(tree: exp.Expr) -> str:
    source = tree.args.get("iterator")
    return list_words(source) if source is not None else "a list"


PHRASES: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.SplitPart: _split_part,
    exp.ArrayToString: _joined_list,
    exp.Split: list_words,
    exp.Array: list_words,
    exp.DPipe: _concatenated,
    exp.ConcatWs: lambda tree: (
        f"{listed([phrase(one) for one in tree.expressions[1:]])}, joined by {phrase(tree.expressions[0])}"
    ),
    exp.Bracket: _bracket,
    exp.RegexpExtract: lambda tree: f"{picked(tree.expression.name)} in {phrase(tree.this)}",
    exp.RegexpReplace: _regexp_replaced,
    exp.Replace: _replaced,
    exp.Trim: lambda tree: (
        f"{phrase(tree.this)} without {quoted(tree.expression.name) if tree.expression else 'spaces'} around it"
    ),
    exp.Upper: after("in capitals"),
    exp.Lower: after("in small letters"),
    exp.Initcap: after("with each word capitalised"),
    exp.Pad: _padded,
    exp.Left: _left,
    exp.Right: _left,
    exp.Length: _length,
    exp.JSONExtractScalar: lambda tree: (
        f"{quoted(tree.expression.sql().strip(chr(39)).removeprefix('$.'))} in {phrase(tree.this)}"
    ),
    exp.Columns: _columns,
    exp.Comprehension: _comprehended,
}
