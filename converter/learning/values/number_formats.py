"""How numbers are written in an output column: decimals, marks, signs, and what stands around them."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from converter.learning.kinds import Kind
from converter.learning.nodes import Function, Node
from converter.learning.sql import literal
from converter.learning.values.numbers import decimals, rounded

_BODY = re.compile(
    r"(?P<sign>[-+]?)(?P<before>[^\d\s.,+-]{0,3}[ ]?)(?P<whole>\d{1,3}(?P<group>[,.' ])\d{3}(?:(?P=group)\d{3})*|\d+)"
    r"(?:(?P<mark>[.,])(?P<fraction>\d+))?(?P<after>[ ]?[^\d\s.,()+-]{0,4})\Z"
)


_UNGROUPED = re.compile(_BODY.pattern.replace(r"\d{1,3}(?P<group>[,.' ])\d{3}(?:(?P=group)\d{3})*|\d+", r"\d+(?P<group>(?!))?"))


_NO_CURRENCY = "*#@/\\|_~=^'\"`:;!?"
"""With these marks begin numbers of things, not amounts: they are texts."""
FLOAT_DIGITS = 15
"""So many digits of a floating number are sure."""
LEAST_SIGNIFICANT = 3
_TWO_DIGITS = 2
_ENDLESS, _LOST = 0.3, 0.5


@dataclass(frozen=True)
class NumberFormat:
    """A way to write numbers. `places` None: as many digits as the number has; `float_like` at least one."""

    places: int | None
    decimal: str = "."
    group: str = ""
    before: str = ""
    after: str = ""
    width: int = 0
    """The least characters, zeros in front; where no places are fixed, the least digits before the mark."""
    plus: bool = False
    float_like: bool = False
    significant: int = 0
    most: int = 0
    """At most so many decimals, fewer where zeros would follow."""
    lost: int = field(default=0, compare=False)
    """In so many cells more than in another format of the same numbers a zero would have followed: that is chance."""

    def tolerance(self, value: float) -> float:
        """How far a number may be from the value that the format shows."""
        if self.significant:
            return 0.5000001 * 10.0 ** (math.floor(math.log10(abs(value))) + 1 - self.significant) if value else 1e-12
        places = self.places if self.places is not None else self.most
        return 0.5000001 * 10.0**-places if self.places is not None or self.most else 1e-9

    def write(self, number: Decimal) -> str:
        """The number's text."""
        value = number if self.places is None else rounded(number, self.places)
        if self.places is None:
            value = rounded(value, self.most) if self.most else value
            value = Decimal(f"{value:.{self.significant or FLOAT_DIGITS}g}").normalize()
            value = value.quantize(Decimal(1)) if value == value.to_integral() else value
        if value == 0:
            value = abs(value)
        text = f"{abs(value):,f}" if self.group else f"{abs(value):f}"
        if self.float_like and "." not in text:
            text += ".0"
        if self.group or self.decimal != ".":
            text = text.translate(str.maketrans(",.", "\0" + self.decimal)).replace("\0", self.group)
        if self.width and self.places is None:
            text = f"0{text}" if 0 <= value < 10 ** (self.width - 1) else text
        elif self.width:
            # The engine counts a minus among the characters.
            text = text.zfill(self.width - (value < 0))
        sign = "-" if value < 0 else "+" if self.plus and value > 0 else ""
        return f"{sign}{self.before}{text}{self.after}" if self.is_signed_before else f"{self.before}{sign}{text}{self.after}"

    @property
    def is_plain(self) -> bool:
        """Whether the number's own SQL type prints it so."""
        return (
            self.decimal == "."
            and not self.significant
            and not self.most
            and not (self.group or self.before or self.after or self.width or self.plus)
        )

    @property
    def _cut(self) -> str:
        return f"round({{0}}, {self.most})" if self.most else "{0}"

    def template(self, *, exact: bool) -> str:
        """SQL that writes `{0}`; a value of the right SQL type where that prints as wanted."""
        number = "{0}"
        if self.float_like:
            number = "CAST({0} AS DOUBLE)"
        elif self.places is None:
            number = f"printf('%.{self.significant or FLOAT_DIGITS}g', CAST({self._cut} AS DOUBLE))"
        elif self.places == 0:
            number = "CAST(round({0}) AS BIGINT)"
        elif exact:
            number = f"CAST({{0}} AS DECIMAL(28, {self.places}))"
        else:
            number = f"CAST({{0}} AS DECIMAL(28, {self.places}))"
        if self.is_plain:
            return number
        if self.group:
            digits = f"{FLOAT_DIGITS}g" if self.places is None else f"{self.places}f"
            number = f"format('{{{{:,.{digits}}}}}', CAST({self._cut} AS DOUBLE))"
            if self.group != ",":
                number = f"translate({number}, ',.', {literal(self.group + self.decimal)})"
        elif self.width and self.places:
            number = f"format('{{{{:0{self.width}.{self.places}f}}}}', CAST({number} AS DOUBLE))"
        elif self.width and self.places == 0:
            number = f"format('{{{{:0{self.width}d}}}}', {number})"
        if self.decimal != "." and not self.group:
            number = f"replace(CAST({number} AS VARCHAR), '.', {literal(self.decimal)})"
        if self.width and self.places is None:
            below = 10 ** (self.width - 1)
            number = f"CASE WHEN {{0}} >= 0 AND {{0}} < {below} THEN '0' ELSE '' END || {number}"
        if self.plus:
            number = f"CASE WHEN {{0}} > 0 THEN '+' ELSE '' END || {number}"
        if self.before:
            bare = replace(self, before="", after="", plus=False).template(exact=exact).replace("{0}", "abs({0})")
            if self.is_signed_before:
                return f"CASE WHEN {{0}} < 0 THEN '-' ELSE '' END || {literal(self.before)} || {bare}" + (
                    f" || {literal(self.after)}" if self.after else ""
                )
            number = f"{literal(self.before)} || {number}"
        return f"{number} || {literal(self.after)}" if self.after else number

    @property
    def is_signed_before(self) -> bool:
        """Whether a minus goes before what stands before the digits."""
        # It stands before a currency's mark or code, but behind a word or a blank.
        return bool(self.before.strip()) and not any(map(str.islower, self.before))

    def of(self, node: Node) -> Node:
        """The number written: what SQL counts prints as it is."""
        if node.is_count and self.is_plain and not self.float_like and not self.places:
            return Function("written", Kind.TEXT, "{0}", self.write, self.cost, (self, True), typed=True)(node)
        return self.function(exact=node.exact)(node)

    @lru_cache(maxsize=1024)  # noqa: B019 - formats are values, and few are in use at once
    def function(self, *, exact: bool) -> Function:
        """The writer as a function from number to text."""
        # A number that no digits end, such as an average, is rounded by whoever writes one of them.
        cost = self.cost - _ENDLESS * (not exact and self.places == 1)
        # As many digits as there are: that is printed, so it is a text.
        typed = self.is_plain and (self.places is not None or self.float_like)
        return Function("written", Kind.TEXT, self.template(exact=exact), self.write, cost, (self, exact), typed=typed)

    @property
    def cost(self) -> float:
        """What the format adds to a program's length."""
        spent = (0.7 if self.places == 1 else 0.4) if self.places is not None else 0.5
        spent += 0.8 * bool(self.group) + 0.5 * (self.decimal != ".") + 0.7 * bool(self.width) + 0.7 * self.plus
        spent += 0.6 * bool(self.significant or self.most) + _LOST * self.lost
        return spent + 0.5 * bool(self.before.strip()) + 0.5 * bool(self.after.strip())


def parsed(text: str, *, grouped: bool = True) -> tuple[Decimal, re.Match[str]] | None:
    """The number that an output cell shows, in the usual notations.

    Without `grouped` a mark before three digits is the decimal one.
    """
    match = (_BODY if grouped else _UNGROUPED).match(text)
    if match is None:
        return None
    whole = match["whole"]
    group = match["group"]
    if group and group == match["mark"]:
        return None
    number = Decimal(f"{whole.replace(group, '') if group else whole}.{match['fraction'] or '0'}")
    if not match["fraction"]:
        number = number.to_integral()
    return (-number if match["sign"] == "-" else number), match


@dataclass(frozen=True)
class NumericTarget:
    """An output column read as numbers: the value of each cell (None where it is none), and the formats that may write it."""

    values: tuple[Decimal | None, ...]
    formats: tuple[NumberFormat, ...]


def numeric_target(texts: tuple[str | None, ...]) -> NumericTarget | None:
    """The column as numbers, where at least half of its filled cells are and one format can write them all."""
    found = [parsed(text) if text else None for text in texts]
    if _is_decimal_mark(found):
        found = [parsed(text, grouped=False) if text else None for text in texts]
    shown = [one for one in found if one]
    if not shown or 2 * len(shown) < sum(bool(text) for text in texts):
        return None
    befores, afters = {m["before"] for _, m in shown}, {m["after"] for _, m in shown}
    if len(befores) > 1 or len(afters) > 1:
        return None
    before, after = befores.pop(), afters.pop()
    if before and before[0] in _NO_CURRENCY:
        return None
    marks = {m["mark"] for _, m in shown if m["mark"]}
    groups = {m["group"] for _, m in shown if m["group"]}
    values = [one[0] if one else None for one in found]
    if len(groups) > 1 or len(marks) > 1:
        return None
    mark, group = (marks.pop() if marks else "."), (groups.pop() if groups else "")
    if group in (",", ".") and not marks and group == mark:
        mark = "," if group == "." else "."
    places = [len(m["fraction"] or "") for _, m in shown]
    plus = any(m["sign"] == "+" for _, m in shown)
    width = min(len(m["whole"]) for _, m in shown)
    zero_led = {len(m["whole"]) for _, m in shown if re.match(r"0\d", m["whole"])}
    if zero_led and (zero_led != {width} or group):
        return None
    width = width if zero_led else 0
    return NumericTarget(tuple(values), tuple(_formats(places, values, mark, group, before, after, width, plus)))


def _significant(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _is_decimal_mark(found: list[tuple[Decimal, re.Match[str]] | None]) -> bool:
    """Whether what could mark thousands is the decimal mark: it is elsewhere, or it is a point that never comes twice."""
    groups = {one[1]["group"] for one in found if one and one[1]["group"]}
    marks = {one[1]["mark"] for one in found if one and one[1]["mark"]}
    once = all(one[1]["whole"].count(".") < 2 for one in found if one)
    return bool(groups & marks) or (groups == {"."} and not marks and once)


def _formats(
    places: list[int],
    values: list[Decimal | None],
    mark: str,
    group: str,
    before: str,
    after: str,
    width: int,
    plus: bool,
) -> Iterator[NumberFormat]:
    if len(set(places)) == 1:
        fixed = places[0]
        yield NumberFormat(fixed, mark, group, before, after, width and width + (fixed + 1 if fixed else 0), plus)
        if fixed == 1 and not group and mark == "." and not before and not after and not width and not plus:
            yield NumberFormat(None, float_like=True)
    shown = [value for value in values if value is not None]
    trimmed = all(not count or decimals(value.normalize()) == count for value, count in zip(shown, places, strict=True))
    if trimmed and (width in (0, _TWO_DIGITS)) and (places or not width):
        yield NumberFormat(None, mark, group, before, after, width, plus)
    most = max((_significant(value) for value in shown), default=0)
    if trimmed and len(set(places)) > 1 and not width and not group:
        lost = sum(count < max(places) for count in places) - sum(_significant(value) < most for value in shown)
        yield NumberFormat(None, mark, group, before, after, 0, plus, most=max(places), lost=max(0, lost))
    is_cut = 2 * sum(_significant(value) >= most - 1 for value in shown) > len(shown)
    if trimmed and is_cut and most >= LEAST_SIGNIFICANT and len(set(places)) > 1 and not width and not group:
        yield NumberFormat(None, mark, group, before, after, 0, plus, significant=most)
    is_plain = not group and mark == "." and not before and not after and not width
    if (
        is_plain
        and len(set(places)) > 1
        and all(
            count >= 1 and (count == 1 or decimals(value.normalize()) == count)
            for value, count in zip(shown, places, strict=True)
        )
    ):
        yield NumberFormat(None, float_like=True)
