r"""The elements of a splitting pattern: what one part of a text may be, as a regular expression and as sets of places.

Places are bits: bit `n` of a set stands for the place with `n` characters to the right of it. An element before the rest of a
pattern can start at `starts(line, ends)`, where `ends` are the places at which the rest matches; of these it takes `end(…)`,
the one that RE2 and Perl would take (leftmost first). So an element costs a few operations on whole numbers, after the
bit-parallel matchers of Wu & Manber (1992) and Myers (1999), and where a pattern's right half matches is found once for
all left halves.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from converter.learning.expressions.patterns import escaped


@dataclass
class Line:
    """One text and where its characters are of which class."""

    text: str
    _masks: dict[str, int] = field(default_factory=dict)

    @cached_property
    def full(self) -> int:
        """All places."""
        return (1 << (len(self.text) + 1)) - 1

    def mask(self, name: str, holds: Callable[[str], bool]) -> int:
        """The places in front of a character that the class named `name` has."""
        if name not in self._masks:
            bits = 0
            for char in self.text:
                bits = bits << 1 | holds(char)
            self._masks[name] = bits << 1
        return self._masks[name]


@dataclass(frozen=True)
class Element:
    """What one part of the text may be. `pattern` is RE2's, `cost` its description length."""

    @property
    def pattern(self) -> str:
        """The element in RE2's syntax."""
        raise NotImplementedError

    @property
    def cost(self) -> float:
        """How unlikely it is that this is meant."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether it matches any text at all, so that only its neighbours say where it ends."""
        return False

    def starts(self, line: Line, ends: int) -> int:
        """The places where the element can start, if it is to end at one of `ends`."""
        raise NotImplementedError

    def end(self, line: Line, ends: int, start: int) -> int:
        """The place among `ends` at which it ends when it starts at `start`, one of `starts(line, ends)`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Literal(Element):
    """The same text in every row. Punctuation parts fields; letters, digits and currency signs are likelier to be data."""

    text: str

    @property
    def pattern(self) -> str:
        return escaped(self.text)

    @property
    def cost(self) -> float:
        return 0.25 + 0.05 * len(self.text) + sum(map(_surprise, self.text))

    def starts(self, line: Line, ends: int) -> int:
        places, at = 0, line.text.find(self.text)
        while at >= 0:
            places |= 1 << (len(line.text) - at)
            at = line.text.find(self.text, at + 1)
        return places & (ends << len(self.text))

    def end(self, line: Line, ends: int, start: int) -> int:
        return start - len(self.text)


def _surprise(char: str) -> float:
    if char.isdigit():
        return 1.2
    return 0.35 if char.isalpha() else 0.8 if unicodedata.category(char) == "Sc" else 0.0


@dataclass(frozen=True)
class Anything(Element):
    """Any text, as far as the next place at which the rest of the pattern matches, or the last where greedy."""

    is_greedy: bool = False
    is_last: bool = False

    @property
    def pattern(self) -> str:
        return ".*" if self.is_greedy or self.is_last else ".*?"

    @property
    def cost(self) -> float:
        return 0.35 if self.is_last else 0.75 if self.is_greedy else 0.5

    @property
    def is_open(self) -> bool:
        return True

    def starts(self, line: Line, ends: int) -> int:
        return line.full & -(ends & -ends) if ends else 0

    def end(self, line: Line, ends: int, start: int) -> int:
        if self.is_greedy or self.is_last:
            return (ends & -ends).bit_length() - 1
        return (ends & ((1 << (start + 1)) - 1)).bit_length() - 1


@dataclass(frozen=True)
class Run(Element):
    """One or more characters of a class, as many as there are."""

    name: str
    weight: float
    holds: Callable[[str], bool] = field(compare=False)

    @property
    def pattern(self) -> str:
        return self.name + "+"

    @property
    def cost(self) -> float:
        return self.weight

    def starts(self, line: Line, ends: int) -> int:
        inside = line.mask(self.name, self.holds)
        seeds = (ends << 1) & inside
        # A carry runs through the ones of `inside` above each seed; what it flips is what can be reached.
        return (((seeds + inside) ^ inside) | seeds) & inside

    def end(self, line: Line, ends: int, start: int) -> int:
        inside = line.mask(self.name, self.holds)
        outside = ~inside & ((1 << (start + 1)) - 1)
        stop = outside.bit_length() - 1
        reached = (ends >> stop) << stop & ((1 << start) - 1)
        return (reached & -reached).bit_length() - 1


@dataclass(frozen=True)
class Word(Element):
    """A capital and the small letters after it: what a name in camel case is made of."""

    @property
    def pattern(self) -> str:
        return CAPITALS.name + SMALL.name + "*"

    @property
    def cost(self) -> float:
        return 0.95

    def starts(self, line: Line, ends: int) -> int:
        return ((ends | SMALL.starts(line, ends)) << 1) & line.mask(CAPITALS.name, CAPITALS.holds)

    def end(self, line: Line, ends: int, start: int) -> int:
        tail = start - 1
        return SMALL.end(line, ends, tail) if SMALL.starts(line, ends) >> tail & 1 else tail


@dataclass(frozen=True)
class Width(Element):
    """So many characters, whatever they are."""

    count: int
    is_of_words: bool = False
    """Whether words were met there: few of them are as long as one another by chance."""

    @property
    def pattern(self) -> str:
        return "." if self.count == 1 else f".{{{self.count}}}"

    @property
    def cost(self) -> float:
        return 1.2 + 0.01 * self.count + _WIDTH_OF_WORDS * self.is_of_words

    def starts(self, line: Line, ends: int) -> int:
        return (ends << self.count) & line.full

    def end(self, line: Line, ends: int, start: int) -> int:
        return start - self.count


_WIDTH_OF_WORDS = 2.5


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def _one_of(chars: str) -> Callable[[str], bool]:
    members = frozenset(chars)
    return members.__contains__


def _is_alphanumeric(char: str) -> bool:
    return char.isalpha() or _is_digit(char)


_BLANKS = _one_of(" \t\n\r\f")
CAPITALS = Run(r"\p{Lu}", 0.85, lambda char: unicodedata.category(char) == "Lu")
SMALL = Run(r"\p{Ll}", 0.85, lambda char: unicodedata.category(char) == "Ll")

NUMBER = Run("[0-9]", 0.6, _is_digit)

RUNS = (
    NUMBER,
    Run(r"\s", 0.6, _BLANKS),
    Run(r"\pL", 0.7, str.isalpha),
    Run("[^0-9]", 0.75, lambda char: not _is_digit(char)),
    Run(r"[\pL0-9]", 0.8, _is_alphanumeric),
    Run(r"\S", 0.8, lambda char: not _BLANKS(char)),
    CAPITALS,
    SMALL,
    Run(r"[^\pL0-9]", 0.9, lambda char: not _is_alphanumeric(char)),
    Run(r"[^\pL]", 1.0, lambda char: not char.isalpha()),
    Run("[0-9.]", 0.9, _one_of("0123456789.")),
    Run("[0-9,.]", 1.0, _one_of("0123456789,.")),
    Run("[0-9:]", 1.0, _one_of("0123456789:")),
    Run("[0-9/]", 1.0, _one_of("0123456789/")),
    Run("[0-9-]", 1.0, _one_of("0123456789-")),
    Run("[0-9.-]", 1.1, _one_of("0123456789.-")),
    Run(r"[\pL ]", 1.0, lambda char: char.isalpha() or char == " "),
    Run(r"[\pL0-9_.-]", 1.1, lambda char: _is_alphanumeric(char) or char in "_.-"),
)
"""Classes of characters, the general ones first."""
