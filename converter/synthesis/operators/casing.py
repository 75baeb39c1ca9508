"""Upper, lower, title and sentence case of another term's text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from sqlglot import exp

from converter.synthesis.term import Term, call, template
from converter.table import Cell, Row

_SPECIAL_UPPER = {"ß": "ẞ"}
_SPECIAL_LOWER = {"İ": "i"}


def upper(text: str) -> str:
    """The text in upper case, one character for one, as DuckDB does it (`ŉ` stays, `ß` is `ẞ`)."""
    if text.isascii():
        return text.upper()
    return "".join(_SPECIAL_UPPER.get(char) or (char.upper() if len(char.upper()) == 1 else char) for char in text)


def lower(text: str) -> str:
    """The text in lower case, one character for one, as DuckDB does it."""
    if text.isascii():
        return text.lower()
    return "".join(_SPECIAL_LOWER.get(char) or (char.lower() if len(char.lower()) == 1 else char) for char in text)


def sentence(text: str) -> str:
    """A capital first, the rest in lower case."""
    return upper(text[:1]) + lower(text[1:])


def title(text: str) -> str:
    """Each word, as spaces part them, with a capital first and the rest in lower case."""
    return " ".join(sentence(word) for word in text.split(" "))


def capital(text: str) -> str:
    """A capital first, the rest as it is."""
    return upper(text[:1]) + text[1:]


_CASES: dict[str, tuple[float, Callable[[str], str]]] = {
    "upper": (0.7, upper),
    "lower": (0.7, lower),
    "sentence": (1.0, sentence),
    "title": (1.1, title),
    "capital": (1.2, capital),
}


@dataclass(frozen=True)
class Cased(Term):
    """The text of `source` in the case `how`: upper, lower, sentence, title or capital."""

    kind: ClassVar[str] = "case"
    source: Term
    how: str

    @property
    def cost(self) -> float:
        return self.source.cost + _CASES[self.how][0]

    def value(self, row: Row) -> Cell:
        text = self.source.value(row)
        return None if text is None else _CASES[self.how][1](text)

    def sql(self) -> exp.Expression:
        text = self.source.sql()
        if self.how in ("upper", "lower"):
            return call(self.how, text)
        if self.how == "title":
            words = (
                "array_to_string(list_transform(string_split(t, ' '), lambda w: concat(upper(left(w, 1)), lower(w[2:]))), ' ')"
            )
            return template(words, t=text)
        rest = call("substring", text.copy(), 2)
        return call("concat", call("upper", call("left", text, 1)), call("lower", rest) if self.how == "sentence" else rest)


def cased(term: Term, texts: tuple[Cell, ...], target: tuple[str, ...]) -> Iterator[Term]:
    """The term as it is where its texts are in the target's; else in each case that brings them there."""
    if all((text or "") in wanted for text, wanted in zip(texts, target, strict=True)):
        yield term
        return
    for how, (_, change) in _CASES.items():
        if all(change(text or "") in wanted for text, wanted in zip(texts, target, strict=True)):
            yield Cased(term, how)
            return
