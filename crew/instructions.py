"""What a person says in words about the converter that they want."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Instructions:
    """Words about the whole and about single columns. An empty instruction for a column means: same as in the input."""

    general: str | None = None
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def same_as_input(self) -> tuple[str, ...]:
        """The columns that equal the input's column of that name."""
        return tuple(name for name, words in self.columns.items() if not words.strip())

    @property
    def need_a_model(self) -> bool:
        """Whether there are words that only a language model can read."""
        return any(True for _ in self._worded())

    def lines(self) -> list[str]:
        """The instructions, one a line, for a prompt."""
        same = [f"column {name!r}: same as the input column of that name" for name in self.same_as_input]
        return [*self._worded(), *same]

    def _worded(self) -> Iterator[str]:
        if self.general and self.general.strip():
            yield f"in general: {' '.join(self.general.split())}"
        for name, words in self.columns.items():
            if words.strip():
                yield f"column {name!r}: {' '.join(words.split())}"
