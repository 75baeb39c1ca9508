"""Cells that are a whole text rewritten: marks removed or replaced, ends dropped, words parted, digits in groups."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from converter.learning.expressions import texts
from converter.learning.expressions.patterns import compiled, escaped, substituted
from converter.learning.nodes import Function, Node, constant_cost
from converter.learning.proposals.goal import Goal
from converter.learning.proposals.members import each_rewritten

MOST_DROPPED = 3
_MOST_SOURCES, _MOST_KEPT_TEXTS = 256, 100
"""The rewritings of so many columns are kept, if they have no more texts: every output column asks for the same ones."""
_LEAST_OWN = 4
"""So many digits of a number each row has itself."""
# Rewritings that need nothing of the column to be known, with what they cost.
_USUAL = (
    (" +", " ", 1.4), (r"\s+", " ", 1.6), ("[^0-9]", "", 1.5), ("[^A-Za-z0-9]", "", 1.7), ("[^A-Za-z]", "", 1.7),
    ("[0-9]", "", 1.6),
    (r" *\([^)]*\)", "", 1.6), (r" *\[[^\]]*\]", "", 1.7), ("<[^>]*>", "", 1.7), ("([a-z])([A-Z])", r"\1 \2", 1.7),
    ("([a-z0-9])([A-Z])", r"\1_\2", 2.0),
    ("[^A-Za-z0-9]+", "-", 1.9), ("[^A-Za-z0-9]+", "_", 1.9), ("[^A-Za-z0-9]+", " ", 2.0), ("^0+", "", 1.5),
    (r"\.0+$", "", 1.7), ("[ -]", "", 1.6),
    (r"^(?:https?://)?(?:www\.)?", "", 1.9), ("[.,;:!?]+$", "", 1.7), (r"[.,;:!?'\"]", "", 1.9),
    (r"(\.[0-9]*?)0+$", r"\1", 2.0), ("^[^A-Za-z0-9]+", "", 1.8),
    (r"(\.[A-Za-z0-9]+)$", "", 1.6), (r" (\w+ )*", " ", 2.2), ("[^0-9.]", "", 1.6), ("[^0-9.-]", "", 1.7),
    (r" (\S)\S* ", r" \1. ", 2.2), (r" (\S)\S* ", r" \1 ", 2.3), (r"(\S)\S*\s*", r"\1", 2.0), (r"(\S)\S*\s*", r"\1.", 2.0),
    (r"(\S)\S*\s*", r"\1. ", 2.1), (r"(\S)\S*\s*", r"\1 ", 2.1),
)  # fmt: skip
_CLOSES = {"]": "[", ")": "(", "}": "{", ">": "<", '"': '"', "'": "'"}
_PARTED_BY_WORDS = re.compile("[0-9][^0-9]*[^\\W\\d_]{2}[^0-9]*[0-9]").search
"""Digits with a word in between are several numbers, each as long as it is."""
_NUMBERED_END_COST = 1.4
"""The figures of an end may be others; to it comes half of what its words cost, since several rows say them."""
_FRONT_COST = 0.8
"""Digits that lack in front are put in, such as the code of the own area; to it comes what the digits cost."""


def rewritten(goal: Goal) -> Iterator[tuple[Node, float]]:
    """Rewritings of a column's texts, or of the members of its lists, that give all the cells, in whatever case of letters."""
    yield from ((node, 0.0) for node in rewritten_as(goal, [goal.target[at] or "" for at in goal.places]) if goal.cells)
    yield from each_rewritten(goal)


def rewritten_as(goal: Goal, cells: Sequence[str]) -> Iterator[Node]:
    """Rewritings of a column's texts that give the texts, in whatever case of letters."""
    folded = [cell.casefold() for cell in cells]
    for entry in goal.bank.texts:
        sources = [entry.values[at] for at in goal.places]
        given = [source for source in sources if isinstance(source, str)]
        if len(given) < len(cells) or given == cells or len({*given}) < 2:
            continue
        for node, bare in ((entry.node, given), *_without_full_stop(entry.node, given, cells)):
            for function in _functions(bare, cells):
                if [function.compute(source).casefold() for source in bare] == folded:
                    yield function(node)
        usual = _usual if len(given) <= _MOST_KEPT_TEXTS else _usual.__wrapped__
        for function, made in usual(tuple(given)):
            if "-" in made[0] or "_" in made[0]:
                for mark in "-_":
                    if [text.strip(mark) for text in made] == folded and made != folded:
                        yield texts.trimmed(mark)(function(entry.node))
            if [text.strip(" ") for text in made] == folded:
                node = function(entry.node)
                yield node
                yield texts.TRIM(node)


def _without_full_stop(node: Node, sources: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[Node, list[str]]]:
    """The texts without the full stop at which all of them end, and none of the cells."""
    if all(source.endswith(".") and not cell.endswith(".") for source, cell in zip(sources, cells, strict=True)):
        yield texts.WITHOUT_FULL_STOP(node), [source[:-1] for source in sources]


@lru_cache(maxsize=_MOST_SOURCES)
def _usual(sources: tuple[str, ...]) -> Sequence[tuple[Function, list[str]]]:
    """The usual rewritings that change some of the texts, each with what it makes of them, in lower case."""
    found = []
    for pattern, other, cost in _USUAL:
        search = compiled(pattern).search
        if any(search(source) for source in sources):
            function = substituted(pattern, other, cost)
            found.append((function, [function.compute(source).casefold() for source in sources]))
    return found


def _functions(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    if any(not source.isascii() for source in sources):
        yield texts.WITHOUT_ACCENTS
    yield from _marks_replaced(sources, cells)
    yield from _characters_mapped(sources, cells)
    yield from _ends_dropped(sources, cells)
    yield from _numbered_ends_dropped(sources, cells)
    yield from _ended_once(sources, cells)
    yield from _digits_grouped(sources, cells)


def _marks_replaced(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    """One mark in place of another, everywhere."""
    at, source = next(((at, one) for at, one in enumerate(sources) if one.casefold() != cells[at].casefold()), (0, ""))
    cell = cells[at]
    marks = {*re.findall(r"[^\w]+|_", source), *re.findall(r"[^\w]|_", source)}
    for mark in sorted(marks, key=lambda mark: (len(mark), mark)):
        parts = source.split(mark)
        first, second = parts[0], parts[1] if len(parts) > 1 else ""
        if not cell.casefold().startswith(first.casefold()):
            continue
        end = cell.casefold().find(second.casefold(), len(first)) if second else len(cell)
        other = cell[len(first) : end] if end >= 0 else None
        if other is not None and other != mark and len(other) <= 5:
            yield texts.replaced(mark, other) if other else texts.removed(mark)


def _characters_mapped(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    """Several marks each replaced or removed."""
    gone = {character for source in sources for character in source} - {character for cell in cells for character in cell}
    gone = {character for character in gone if not character.isalnum()}
    if 2 <= len(gone) <= 8:
        listed = "".join(sorted(gone))
        yield Function(
            "translated",
            texts.TEXT,
            f"translate({{0}}, {texts.literal(listed)}, '')",
            lambda text: text.translate(str.maketrans("", "", listed)),
            1.5 + 0.1 * len(listed),
            (listed, ""),
        )
    mapped: dict[str, str] = {}
    for source, cell in zip(sources, cells, strict=True):
        if len(source) != len(cell):
            return
        for mine, theirs in zip(source, cell, strict=True):
            if mine.casefold() != theirs.casefold() and (mine.isalnum() or mapped.setdefault(mine, theirs) != theirs):
                return
    if 2 <= len(mapped) <= 6:
        before, after = "".join(mapped), "".join(mapped.values())
        yield Function(
            "translated",
            texts.TEXT,
            f"translate({{0}}, {texts.literal(before)}, {texts.literal(after)})",
            lambda text: text.translate(str.maketrans(before, after)),
            1.5 + 0.2 * len(before),
            (before, after),
        )


def _ends_dropped(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    """A beginning, or an end, of one or a few texts, where it stands."""
    pairs = list(zip(sources, cells, strict=True))
    for at_start in (True, False):
        dropped: dict[str, int] = {}
        for source, cell in pairs:
            if not (source.endswith(cell) if at_start else source.startswith(cell)) or not cell:
                break
            rest = source[: len(source) - len(cell)] if at_start else source[len(cell) :]
            if rest:
                dropped[rest] = dropped.get(rest, 0) + 1
        else:
            if not dropped or len(dropped) > MOST_DROPPED or len(dropped) >= sum(dropped.values()) > 1 or len(pairs) < 2:
                continue
            if len(dropped) == 1 and next(iter(dropped.values())) == 1 and len(pairs) < 3:
                continue
            inner = "|".join(escaped(one) for one in sorted(dropped, key=lambda one: -len(one)))
            group = f"(?:{inner})" if len(dropped) > 1 else inner
            cost = 1.2 + sum(0.3 + 0.1 * len(one) + 0.4 * (count == 1) for one, count in dropped.items())
            yield substituted(f"^{group}" if at_start else f"{group}$", "", cost)


def _numbered_ends_dropped(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    """An end that differs in its figures alone, which some texts lack: `part 2/5`, `(run 12)`."""
    pairs = list(zip(sources, cells, strict=True))
    if not all(cell and source.startswith(cell) for source, cell in pairs):
        return
    ends = {source[len(cell) :] for source, cell in pairs if source != cell}
    shapes = {re.sub("[0-9]+", "0", end) for end in ends}
    lacks = any(source == cell for source, cell in pairs)
    if lacks and len(ends) > 1 and len(shapes) == 1 and "0" in (shape := shapes.pop()) and not shape[0].isalnum():
        said = [escaped(part) for part in shape.split("0")]
        yield substituted("[0-9]+".join(said) + "$", "", _NUMBERED_END_COST + constant_cost(shape) / 2)


def _ended_once(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    """A mark at the end, or in front, where it does not stand yet: the slash of a folder, what closes a bracket."""
    last, first = cells[0][-1:], cells[0][:1]
    if last and not last.isalnum() and not last.isspace():
        lacking = [source for source in sources if not source.endswith(last)]
        opened = [source.count(_CLOSES.get(last, "")) - source.count(last) * (_CLOSES.get(last) != last) for source in lacking]
        # That none has it yet speaks for what all of them lack.
        closes = last in _CLOSES and all(count % 2 == 1 for count in opened)
        if lacking and (closes or len(lacking) < len(sources)):
            template = f"rtrim({{0}}, {texts.literal(last)}) || {texts.literal(last)}"
            yield Function("ended once", texts.TEXT, template, lambda text: text.rstrip(last) + last, 1.0, (last,))
    if (
        first
        and not first.isalnum()
        and not first.isspace()
        and 0 < sum(one.startswith(first) for one in sources) < len(sources)
    ):
        template = f"{texts.literal(first)} || ltrim({{0}}, {texts.literal(first)})"
        yield Function("begun once", texts.TEXT, template, lambda text: first + text.lstrip(first), 1.0, (first,))


def _front(bare: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The digits that those get in front which have too few; empty where all have enough, None where they differ."""
    fronts = {cell.removesuffix(one) for one, cell in zip(bare, wanted, strict=True) if len(one) < len(cell)}
    longest = max(fronts, key=len, default="")
    return longest if all(front and longest.endswith(front) for front in fronts) else None


def _digits_grouped(sources: Sequence[str], cells: Sequence[str]) -> Iterator[Function]:
    """The digits, however they are written, in groups of fixed lengths with marks in between."""
    bare = [re.sub("[^0-9]", "", source) for source in sources]
    shapes = {re.sub("[0-9]", "0", cell) for cell in cells}
    if len(shapes) != 1 or not any(mark in cells[0] for mark in " -./()+") or all(map(_PARTED_BY_WORDS, sources)):
        return
    shape = shapes.pop()
    count = shape.count("0")
    wanted = [re.sub("[^0-9]", "", cell) for cell in cells]
    front = _front(bare, wanted) if count >= 4 and all(len(one) >= _LEAST_OWN for one in bare) else None
    if front is None or any(not (front + one).endswith(cell) for one, cell in zip(bare, wanted, strict=True)):
        return
    groups = [len(run) for run in re.findall("0+", shape)]
    if len(groups) > 9:
        return
    other, at = "", 0
    for part in re.findall("0+|[^0]+", shape):
        if part[0] == "0":
            at += 1
            other += f"\\{at}"
        else:
            other += part.replace("\\", "\\\\")
    longer = any(len(one) > count for one in bare) and not front
    if len(groups) == 1 and not front and not longer and all(map(str.isdecimal, sources)):
        return  # With something around it a number of another length is as good.
    pattern = ("^.*" if longer else "^") + "".join(f"(.{{{size}}})" for size in groups) + "$"
    clean = all(one == source for one, source in zip(bare, sources, strict=True))
    inner = "{0}" if clean else "regexp_replace({0}, '[^0-9]', '', 'g')"
    inner = f"right({texts.literal(front)} || {inner}, {count})" if front else inner
    search = re.compile(pattern)

    def compute(text: str) -> str:
        digits = text if clean else re.sub("[^0-9]", "", text)
        return search.sub(other, (front + digits)[-count:] if front else digits)

    template = f"regexp_replace({inner}, {texts.literal(pattern)}, {texts.literal(other)})"
    cost = 2.4 + (_FRONT_COST + constant_cost(front) if front else 0.0)
    yield Function("grouped digits", texts.TEXT, template, compute, cost, (pattern, other, clean, front))
