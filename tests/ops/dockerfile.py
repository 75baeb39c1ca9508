"""The instructions of a Dockerfile, as far as ours has them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    """`RUN`, `COPY` and the like, with what stands behind it."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its arguments, also where they are a JSON list."""
        words: list[str] = json.loads(self.text) if self.text.startswith("[") else self.text.split()
        return words


def instructions(path: Path) -> list[Instruction]:
    """All of the file, in order, continued lines joined."""
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [Instruction(*line.split(" ", 1)) for line in text.splitlines() if line.strip()]


def environment(path: Path) -> dict[str, str]:
    """What the last image has in its environment."""
    return dict(word.split("=", 1) for one in instructions(path) if one.name == "ENV" for word in one.words)
