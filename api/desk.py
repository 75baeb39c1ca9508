"""A few sandboxes of the replica that answers HTTP, for what people wait for."""

from collections.abc import Callable
from typing import Any

from anyio import to_thread

from api.problems import Busy


class Desk:
    """So many places; who comes when all are taken comes again."""

    def __init__(self, places: int) -> None:
        self._free = places

    async def work(self, task: Callable[..., Any], *arguments: object) -> Any:
        """The task's result, made in a thread. Raises `Busy` where no place is free."""
        if not self._free:
            raise Busy("all that people wait for is in use now; try again soon")
        self._free -= 1
        try:
            return await to_thread.run_sync(lambda: task(*arguments))
        finally:
            self._free += 1
