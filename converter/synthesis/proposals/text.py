"""Text in a cell: whole, in another case, split at a delimiter, or the k-th run of one kind of character.

Source: FlashFill (Gulwani, POPL 2011): substrings between positions that tokens name, counted from either end.
"""

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from converter.synthesis.piece import Operator, Piece, call, cells_of, column
from converter.table import Table

_DELIMITERS = (", ", ",", " ", "; ", ";", "-", "/", "|", "_", "@", ".", ":", "=", "(", ")", "[", "]", "\t", "#", "&", "?")
_RUNS = (r"[0-9]+", r"[A-Za-z]+", r"[A-Z]+", r"[a-z]+", r"[A-Za-z0-9]+", r"[0-9.]+", r"[A-Z][a-z]+")
_MOST_PARTS = 6

_Source = tuple[exp.Expression, tuple[str, ...], float]


def propose(table: Table, target: Sequence[str]) -> Iterator[Piece]:
    """Pieces of every column of which something stands in the target."""
    for at in range(table.width):
        whole: _Source = (column(table, at), cells_of(table, at), 1.0)
        for source in (whole, *_parts(whole), *_runs(whole), *_ends(whole)):
            yield from _cased(source)


def _parts(source: _Source) -> Iterator[_Source]:
    expression, cells, cost = source
    for delimiter in _DELIMITERS:
        split = [cell.split(delimiter) for cell in cells]
        if sum(len(parts) > 1 for parts in split) * 2 <= len(cells):
            continue
        for index in range(min(_MOST_PARTS, max(map(len, split)))):
            found = tuple(parts[index] if index < len(parts) else "" for parts in split)
            yield call("split_part", expression, delimiter, index + 1), found, cost + 1 + 0.1 * index
            if len({len(parts) for parts in split}) > 1:
                last = tuple(parts[-1 - index] if index < len(parts) else "" for parts in split)
                yield call("split_part", expression, delimiter, -1 - index), last, cost + 1.1 + 0.1 * index


def _runs(source: _Source) -> Iterator[_Source]:
    expression, cells, cost = source
    for pattern in _RUNS:
        found = [re.findall(pattern, cell) for cell in cells]
        most = min(map(len, found), default=0)
        for index in range(min(_MOST_PARTS, most)):
            texts = tuple(runs[index] for runs in found)
            runs_of = call("regexp_extract_all", expression, pattern)
            one = call("regexp_extract", expression, pattern) if index == 0 else call("list_extract", runs_of, index + 1)
            yield one, texts, cost + 1.5 + 0.2 * index
        if most > 1 and len({len(runs) for runs in found}) > 1:
            yield (
                call("list_extract", call("regexp_extract_all", expression, pattern), -1),
                tuple(r[-1] for r in found),
                cost + 1.9,
            )


def _ends(source: _Source) -> Iterator[_Source]:
    expression, cells, cost = source
    longest = max(map(len, cells), default=0)
    for length in range(1, min(8, longest)):
        yield call("left", expression, length), tuple(cell[:length] for cell in cells), cost + 1.6 + 0.15 * length
        yield call("right", expression, length), tuple(cell[-length:] for cell in cells), cost + 1.7 + 0.15 * length
        yield (
            call("substr", expression, length + 1),
            tuple(cell[length:] for cell in cells),
            cost + 2 + 0.15 * length,
        )
        if length + 1 < longest:
            rest = tuple(cell[: max(0, len(cell) - length)] for cell in cells)
            yield call("left", expression, -length), rest, cost + 2.1 + 0.15 * length


def _cased(source: _Source) -> Iterator[Piece]:
    expression, cells, cost = source
    yield Piece(expression, cells, cost, "copy" if cost == 1 else "text")
    trimmed = tuple(cell.strip(" ") for cell in cells)
    if trimmed != cells:
        yield Piece(call("trim", expression), trimmed, cost + 0.5, "text")
        expression, cells, cost = call("trim", expression), trimmed, cost + 0.5
    if not any(cell.isascii() and cell.upper() != cell.lower() for cell in cells):
        return
    forms = {
        "upper": (call("upper", expression), [cell.upper() for cell in cells]),
        "lower": (call("lower", expression), [cell.lower() for cell in cells]),
        "capital": (_capital(expression), [cell[:1].upper() + cell[1:].lower() for cell in cells]),
        "initial": (call("left", expression, 1), [cell[:1] for cell in cells]),
        "title": (_title(expression), [" ".join(w[:1].upper() + w[1:].lower() for w in cell.split(" ")) for cell in cells]),
    }
    given = {cells}
    for extra, (made, texts) in enumerate(forms.values()):
        if tuple(texts) not in given:
            given.add(tuple(texts))
            yield Piece(made, tuple(texts), cost + 0.6 + 0.05 * extra, "text")


def _capital(expression: exp.Expression) -> exp.Expression:
    first = call("upper", call("left", expression.copy(), 1))
    return call("concat", first, call("lower", call("substr", expression.copy(), 2)))


def _title(expression: exp.Expression) -> exp.Expression:
    word = exp.to_identifier("word")
    capital = _capital(exp.column("word"))
    words = call("string_split", expression.copy(), " ")
    return call("array_to_string", call("list_transform", words, exp.Lambda(this=capital, expressions=[word])), " ")


TEXT = Operator("text", propose)
