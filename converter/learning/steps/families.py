"""Families of columns: headings that a person sees as members of one (years, dates, `Item 1`, `Item 2`), or side by side."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from converter.learning.values import moments

LEAST_MEMBERS = 2
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r"(.+?)[\s_\-./:]+(.+)\Z")


@dataclass(frozen=True)
class Family:
    """Columns by their places, with the pattern (RE2) that finds them and further ones; None where their names share none."""

    places: tuple[int, ...]
    pattern: str | None = None


@dataclass(frozen=True)
class Block:
    """Several families side by side: each field's name, and the place of its column for each member (None: it has none)."""

    members: tuple[str, ...]
    fields: tuple[tuple[str, tuple[int | None, ...]], ...]


def families(names: Sequence[str]) -> Iterator[Family]:
    """Columns whose names have a shape in common: dates, numbers, months, a number behind the same words."""
    seen: set[tuple[int, ...]] = set()
    for shape in (_with_numbers, _with_words, _with_start):
        groups: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            if any(character.isdigit() for character in name):
                groups[shape(name)].append(at)
        for pattern, places in groups.items():
            if len(places) >= LEAST_MEMBERS and tuple(places) not in seen:
                seen.add(tuple(places))
                yield Family(tuple(places), pattern)
    for calendar in (moments.MONTHS, moments.DAYS):
        starts = {word[:3] for word in calendar}
        places = [
            at
            for at, name in enumerate(names)
            if name.strip().casefold()[:3] in starts and name.strip().isalpha() and len(name.strip()) <= 9
        ]
        if len(places) >= LEAST_MEMBERS:
            yield Family(tuple(places), None)


def _with_numbers(name: str) -> str:
    """The name as a pattern, its numbers left open."""
    return "^" + _NUMBER.sub(lambda _: r"\\d+", _escaped(name)).replace(r"\\d", r"\d") + "$"


def _with_words(name: str) -> str:
    """The name as a pattern, its numbers and words left open."""
    parts = [
        r"\d+" if _NUMBER.fullmatch(part) else r"\w+" if _WORD.fullmatch(part) else _escaped(part)
        for part in re.findall(r"\d+|[^\W\d_]+|[\W_]", name)
    ]
    return "^" + "".join(parts) + "$"


def _with_start(name: str) -> str:
    """What the name begins with, up to its first number: `Qty 1-9` and `Qty 100+` are ranges of one kind."""
    at = next(place for place, character in enumerate(name) if character.isdigit())
    return "^" + _escaped(name[:at]) + r"\d.*$"


def _escaped(text: str) -> str:
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)


def shared_pattern(names: Sequence[str], others: Sequence[str]) -> str | None:
    """The pattern that all the names have and none of the others, where there is one."""
    for shape in (_with_numbers, _with_words):
        patterns = {shape(name) for name in names}
        if len(patterns) == 1 and any(character.isdigit() for character in names[0]):
            pattern = patterns.pop()
            if not any(re.search(pattern, other) for other in others):
                return pattern
    return None


def family_of(names: Sequence[str], places: tuple[int, ...]) -> Family:
    """The family of these columns, with the pattern that its headings alone have, where there is one."""
    others = [name for place, name in enumerate(names) if place not in places]
    return Family(places, shared_pattern([names[one] for one in places], others))


def named_in_part(names: Sequence[str], cells: Sequence[str | None]) -> tuple[int, ...]:
    """The columns of whose headings the cells each say a part that no other has, as `Zinc` does of `Zinc (mg/L)`."""
    texts = {cell for cell in cells if cell}
    if not 2 <= len(texts) <= len(names):
        return ()
    places = set()
    for text in texts:
        pattern = re.compile(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", re.IGNORECASE)
        hit = [place for place, name in enumerate(names) if pattern.search(name)]
        if len(hit) != 1 or hit[0] in places:
            return ()
        places.add(hit[0])
    return tuple(sorted(places))


def blocks(names: Sequence[str]) -> Iterator[Block]:
    """Families side by side: `SKU 1, Book 1, SKU 2, Book 2`, `Sold, EUR, Sold_2, EUR_2`, `Home name, Home goals, Away …`."""
    yield from _numbered(names)
    yield from _crossed(names)


def _numbered(names: Sequence[str]) -> Iterator[Block]:
    stems: dict[str, dict[str, int]] = defaultdict(dict)
    for at, name in enumerate(names):
        numbers = list(_NUMBER.finditer(name))
        if len(numbers) == 1:
            match = numbers[0]
            stems[f"{name[: match.start()]}#{name[match.end() :]}"][match.group()] = at
    for at, name in enumerate(names):
        again = f"{name}_#"
        if again in stems and "1" not in stems[again] and at < min(stems[again].values()):
            stems[again] = {"1": at, **stems[again]}
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for stem, places in stems.items():
        if len(places) >= LEAST_MEMBERS:
            groups[frozenset(places)].append(stem)
    together = sorted(groups.items(), key=lambda one: -len(one[1]))
    for members, fields in together:
        if len(fields) >= 2:
            yield _block(sorted(members, key=int), fields, stems)
    every = [stem for _, fields in together for stem in fields]
    if len(together) > 1 and len(every) >= 2:
        yield _block(sorted(frozenset().union(*groups), key=int), every, stems)


def _block(members: Sequence[str], fields: Sequence[str], stems: dict[str, dict[str, int]]) -> Block:
    found = [
        (re.sub(r"[\s_\-.#]*#[\s_\-.]*", " ", field).strip() or "value", tuple(stems[field].get(member) for member in members))
        for field in fields
    ]
    return Block(tuple(members), tuple(sorted(found, key=lambda one: min(at for at in one[1] if at is not None))))


def _crossed(names: Sequence[str]) -> Iterator[Block]:
    """Headings of two parts, every first part with every second one."""
    parted = {at: match.groups() for at, name in enumerate(names) if (match := _PARTS.match(name))}
    for own, other in ((0, 1), (1, 0)):
        fields: dict[str, dict[str, int]] = defaultdict(dict)
        for at, parts in parted.items():
            fields[parts[other]][parts[own]] = at
        kept = {field: places for field, places in fields.items() if len(places) >= LEAST_MEMBERS}
        if len(kept) < 2:
            continue
        members = set.intersection(*(set(places) for places in kept.values()))
        if len(members) >= LEAST_MEMBERS:
            ordered = sorted(members, key=lambda member: min(places[member] for places in kept.values()))
            yield Block(
                tuple(ordered), tuple((field, tuple(places[member] for member in ordered)) for field, places in kept.items())
            )
