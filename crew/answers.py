"""Answers of a model that are kept, so that no question is paid for twice: by a job that is tried again, or in tests."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Protocol


class Answers(Protocol):
    """Where answers are kept, by the digest of their question."""

    def get(self, key: str) -> str | None:
        """The answer, if it is there."""

    def put(self, key: str, answer: str) -> None:
        """Keeps an answer."""


def question_key(model: str, place: str, task: str, asked: str) -> str:
    """The digest of a question: the model, where it is asked, which task, and its whole text."""
    return hashlib.sha256(json.dumps([model, place, task, asked]).encode()).hexdigest()


class AnswersInFolder:
    """Answers as files of a folder, which is made when there is one to keep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> str | None:
        try:
            return (self._folder / key).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def put(self, key: str, answer: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self._folder, encoding="utf-8", delete=False) as file:
            file.write(answer)
        os.replace(file.name, self._folder / key)
