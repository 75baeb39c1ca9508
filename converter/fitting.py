"""A file's columns under the names that a converter knows them by."""

from collections.abc import Sequence
from dataclasses import dataclass

from converter.errors import InputMismatch
from converter.manifest import Converter


@dataclass(frozen=True)
class Fit:
    """All columns of a file, those that the converter names under its names, and which of them it takes.

    `taken` are columns that are spelled otherwise than the converter's, each with the converter's name; `ignored` those that it
    does not take, as the file names them.
    """

    columns: tuple[str, ...]
    wanted: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]


def fitted(header: Sequence[str], columns: Sequence[str], converter: Converter, name: str) -> Fit:
    """The fit of the file `name`, whose columns stand in `header` and, made unique, in `columns`.

    The columns that the converter takes come in its order, or where it takes families, in the file's. Raises `InputMismatch`.
    """
    names = converter.input_columns
    places = _places(header, columns, names)
    renamed = _renamed(columns, places, names)
    missing = tuple(one for one in names if one not in places)
    taken = set(places.values())
    others = [one for at, one in enumerate(renamed) if at not in taken]
    unmatched, families = _families(converter.input_patterns, renamed, others)
    ignored = tuple(columns[at] for at, one in enumerate(renamed) if at not in taken and one not in families)
    if missing or unmatched:
        raise InputMismatch(name, missing, ignored, unmatched)
    wanted = {*names, *families}
    return Fit(
        columns=renamed,
        wanted=tuple(one for one in renamed if one in wanted) if converter.input_patterns else names,
        taken=tuple((header[at].strip(), one) for one, at in places.items() if one not in (header[at].strip(), columns[at])),
        # A column without a name is nothing to miss.
        ignored=tuple(one for one in ignored if header[columns.index(one)].strip()),
    )


def _places(header: Sequence[str], columns: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """The position of each name that is there. An exact one wins, then one in another case at the same place, then any such."""
    written = [one.strip() for one in header]
    places: dict[str, int] = {}
    taken: set[int] = set()
    for there, is_exact in ((written, True), (columns, True), (_folded(written), False), (_folded(columns), False)):
        free: dict[str, list[int]] = {}
        for at, one in enumerate(there):
            if at not in taken:
                free.setdefault(one, []).append(at)
        for place, name in enumerate(names):
            found = free.get(name if is_exact else name.casefold())
            if name in places or not found:
                continue
            at = place if place in found and not is_exact else found[0]
            found.remove(at)
            places[name] = at
            taken.add(at)
    return {name: places[name] for name in names if name in places}


def _renamed(columns: Sequence[str], places: dict[str, int], names: Sequence[str]) -> tuple[str, ...]:
    """The columns, those at the places under their names, and the others under names that are none of these."""
    known = {at: name for name, at in places.items()}
    there = {one.casefold() for one in names}
    renamed = []
    for at, one in enumerate(columns):
        name, count = known.get(at, one), 1
        while at not in known and name.casefold() in there:
            count += 1
            name = f"{one}_{count}"
        there.add(name.casefold())
        renamed.append(name)
    return tuple(renamed)


def _folded(names: Sequence[str]) -> list[str]:
    return [one.casefold() for one in names]


def _families(patterns: Sequence[str], names: Sequence[str], others: Sequence[str]) -> tuple[tuple[str, ...], set[str]]:
    """The patterns that no name has, and which of the other columns have one."""
    if not patterns:
        # The engine, which alone matches its own patterns, takes longer to import than a small file takes to run.
        return (), set()
    from converter.families import members
    from converter.statement import matching

    # The engine has COLUMNS('pattern') find one column at least.
    return tuple(pattern for pattern in patterns if not matching(pattern, names)), set(members(others, patterns))
