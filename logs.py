"""Log lines that say which job they are about, for people (`text`) or for machines (`json`)."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from settings import Settings

_NOTHING = MappingProxyType[str, str]({})
_about: ContextVar[MappingProxyType[str, str]] = ContextVar("about", default=_NOTHING)


@contextmanager
def about(**names: str) -> Iterator[None]:
    """Has every line logged in the block bear these names, as `job_id`."""
    token = _about.set(MappingProxyType({**_about.get(), **names}))
    try:
        yield
    finally:
        _about.reset(token)


def configure(settings: Settings) -> None:
    """Sets this process's logging up as the settings say. May be called again."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    # It tells of every index that it translates.
    logging.getLogger("sqlglot").setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[settings.log_level]))


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """The usual line, with the names in brackets."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """The line."""
        names = " ".join(f"{name}={value}" for name, value in _about.get().items())
        return super().formatMessage(record) + (f" [{names}]" if names else "")
