"""The row step that makes a row of each group: its keys, its aggregates, the order of the groups."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from bench.composed.columns import Column, Kind, Notation, Row, Rows
from bench.composed.outputs import Output, copied, named, one_of
from bench.composed.row_steps import Apply, Step

_Fold = Callable[[list[Any]], Any]


def _mean(values: list[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _sum(values: list[Any]) -> Any:
    return sum(values[1:], values[0])


_OF_ANY: dict[str, _Fold] = {"First": lambda values: values[0], "Last": lambda values: values[-1]}
_OF_NUMBERS: dict[str, _Fold] = {"Total": _sum, "Average": _mean, "Highest": max, "Lowest": min, **_OF_ANY}
_OF_DATES: dict[str, _Fold] = {"Earliest": min, "Latest": max, **_OF_ANY}


def group(chance: Random, columns: tuple[Column, ...]) -> Step | None:
    """A row of each group, by one or two columns or by the months of a date, with some aggregates."""
    keys = _keys(chance, columns)
    drawn = [_aggregate(chance, [one for one in columns if one not in keys]) for _ in range(chance.randint(1, 3))]
    made = {column.name: (column, fold, others) for column, fold, others in filter(None, drawn)}
    if not keys or not made or {one.name for one in keys} & set(made):
        return None
    key_columns = tuple(_month(one) if one.kind is Kind.DATE else one for one in keys)

    def key_of(row: Row) -> tuple[Any, ...]:
        return tuple(f"{row[one.name]:%Y-%m}" if one.kind is Kind.DATE else row[one.name] for one in keys)

    def folded(folds: dict[str, _Fold]) -> Apply:
        def apply(rows: Rows) -> Rows:
            groups: dict[tuple[Any, ...], Rows] = {}
            for row in rows:
                groups.setdefault(key_of(row), []).append(row)
            return [
                dict(zip((one.name for one in key_columns), key, strict=True))
                | {name: fold(held) for name, fold in folds.items()}
                for key, held in groups.items()
            ]

        return apply

    folds = {name: fold for name, (_, fold, _) in made.items()}
    after = (*key_columns, *(column for column, _, _ in made.values()))
    orders: list[Apply] = [
        lambda rows: rows,
        lambda rows: sorted(rows, key=lambda row: [_text(one, row) for one in key_columns]),
    ]
    for column in after[len(keys) :]:
        if column.kind is Kind.NUMBER:
            orders.append(lambda rows, name=column.name: sorted(rows, key=lambda row: -(row[name] or 0)))
    order = chance.choice(orders)
    apply = folded(folds)
    rivals: list[Apply] = [lambda rows, way=way: way(apply(rows)) for way in orders]
    for name, (_, _, others) in made.items():
        others_made = [folded(folds | {name: one}) for one in others]
        rivals += [lambda rows, other=one: order(other(rows)) for one in others_made]
    outputs: list[Output] = [copied(one, named(chance, one) if one in columns else None) for one in after]
    return Step(
        "group by month" if any(one.kind is Kind.DATE for one in keys) else "group",
        columns, after, lambda rows: order(apply(rows)), outputs=tuple(outputs), most=1, rivals=tuple(rivals),
    )  # fmt: skip


def _text(column: Column, row: Row) -> str:
    return column.write(row[column.name])


def _keys(chance: Random, columns: Sequence[Column]) -> tuple[Column, ...]:
    found = [one for one in columns if one.repeats]
    dates = [one for one in columns if one.kind is Kind.DATE and not one.blanks]
    if dates and chance.random() < 0.25:
        return (chance.choice(dates),)
    return tuple(chance.sample(found, min(len(found), chance.choice((1, 1, 1, 2)))))


def _month(column: Column) -> Column:
    return Column("Month", Kind.WORDS, column.draw)


def _aggregate(chance: Random, columns: Sequence[Column]) -> tuple[Column, _Fold, list[_Fold]] | None:
    """The column that it makes, how it is made of a group's rows, and what else it could be taken for."""
    way = chance.choice(("count", "number", "number", "number", "date", "span", "list", "distinct"))
    if way == "count":
        counts: list[_Fold] = [_filled_count(one) for one in columns if one.blanks]
        counts += [_distinct_count(one) for one in columns if one.repeats]
        return _number_column(chance.choice(("Count", "Rows", "Entries")), 0), lambda rows: Decimal(len(rows)), counts
    if way == "distinct":
        column = one_of(chance, [one for one in columns if one.repeats], Kind.WORDS, Kind.PERSON, Kind.STATE)
        others: list[_Fold] = [lambda rows: Decimal(len(rows))]
        return column and (_number_column(f"Distinct {column.name}", 0), _distinct_count(column), others)
    if way == "list":
        column = one_of(chance, [one for one in columns if not one.blanks], Kind.CODE, Kind.PERSON, Kind.WORDS)
        if column is None:
            return None
        mark = chance.choice((", ", ";", " / "))
        every, once = (_listed(column, mark, is_once=is_once) for is_once in (False, True))
        chosen = once if column.repeats and chance.random() < 0.5 else every
        return Column(f"{column.name} list", Kind.WORDS, column.draw), chosen, [every, once]
    if way == "span":
        column = one_of(chance, columns, Kind.SPAN)
        return column and (
            _renamed(column, f"Total {column.name}"),
            _folded(column, _sum),
            [_folded(column, max), _folded(column, min)],
        )
    folds, kind = (_OF_NUMBERS, Kind.NUMBER) if way == "number" else (_OF_DATES, Kind.DATE)
    column = one_of(chance, columns, kind)
    if column is None:
        return None
    name = chance.choice(list(folds))
    rivals = [_folded(column, fold) for fold in folds.values()]
    made = _renamed(column, f"{name} {column.name}")
    if kind is Kind.NUMBER:
        decimals = column.notation.decimals if column.notation else 0
        made = _number_column(made.name, max(decimals, 2) if name == "Average" else decimals, column.blanks)
    return made, _folded(column, folds[name]), rivals


def _renamed(column: Column, name: str) -> Column:
    return Column(
        name, column.kind, column.draw, column.format, notation=column.notation, pattern=column.pattern, blanks=column.blanks
    )


def _number_column(name: str, decimals: int, blanks: float = 0.0) -> Column:
    notation = Notation(decimals)
    return Column(name, Kind.NUMBER, lambda chance, at, row: None, notation.write, notation=notation, blanks=blanks)


def _folded(column: Column, fold: _Fold) -> _Fold:
    def folded(rows: Rows) -> Any:
        values = [row[column.name] for row in rows if row[column.name] is not None]
        return fold(values) if values else None

    return folded


def _filled_count(column: Column) -> _Fold:
    return lambda rows: Decimal(sum(row[column.name] is not None for row in rows))


def _distinct_count(column: Column) -> _Fold:
    return lambda rows: Decimal(len({row[column.name] for row in rows}))


def _listed(column: Column, mark: str, *, is_once: bool) -> _Fold:
    def listed(rows: Rows) -> str:
        texts = [column.write(row[column.name]) for row in rows]
        return mark.join(dict.fromkeys(texts) if is_once else texts)

    return listed
