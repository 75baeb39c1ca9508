"""What a value can be. Every expression has one kind, the same for all rows."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

Value = str | Decimal | datetime | bool | tuple[str, ...] | None
"""A value of a row: None is blank. Dates are midnights; what is a date alone has the kind DATE."""

Column = tuple[Value, ...]
"""The values of an expression, one a row."""


class Kind(StrEnum):
    """The kinds of values, named as SQL names them where it does."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    LIST = "list"

    @property
    def is_moment(self) -> bool:
        """Whether it is a date, with or without a time of day."""
        return self in (Kind.DATE, Kind.TIMESTAMP)
