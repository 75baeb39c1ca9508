"""What an answer says of the connection, by what was read of the request's body."""

from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from api.unread import UnreadBodies


async def answer_of(reads: int, pieces: int) -> httpx.Response:
    """The answer of an application that reads so many pieces of a body that has so many."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(reads):
            await receive()
        await PlainTextResponse("done")(scope, receive, send)

    async def body() -> Any:
        for _ in range(pieces):
            yield b"piece"

    transport = httpx.ASGITransport(UnreadBodies(application))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.post("/", content=body()) if pieces else await client.post("/")


@pytest.mark.parametrize("reads", [0, 1, 2])
async def test_a_body_that_is_not_read_to_its_end_ends_the_connection(reads: int) -> None:
    assert (await answer_of(reads, 3)).headers["connection"] == "close"


@pytest.mark.parametrize(("reads", "pieces"), [(4, 3), (0, 0), (1, 0)])
async def test_a_body_that_was_read_or_is_not_there_leaves_the_connection(reads: int, pieces: int) -> None:
    assert "connection" not in (await answer_of(reads, pieces)).headers
