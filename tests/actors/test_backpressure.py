"""A body is read as fast as it is taken, and a client that goes away is noticed all the same."""

import asyncio
from typing import Any

from actors.backpressure import BoundedReceive

PIECES = 500


def client(sent: list[int]) -> Any:
    """What a fast client sends: so many pieces, then nothing more."""

    async def receive() -> dict[str, Any]:
        sent.append(1)
        if len(sent) > PIECES:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"x", "more_body": len(sent) < PIECES}

    return receive


async def test_what_is_not_taken_is_not_read() -> None:
    sent: list[int] = []
    receive = BoundedReceive({"type": "http"}, client(sent), asyncio.get_running_loop())
    reading = receive.fetch_until_disconnect_task()
    for _ in range(3 * PIECES):
        await asyncio.sleep(0)  # Every chance to read on.
    before = len(sent)

    taken = [await receive() for _ in range(PIECES)]
    await reading

    assert before < 20
    assert [message["more_body"] for message in taken] == [True] * (PIECES - 1) + [False]
    assert (await receive())["type"] == "http.disconnect"


async def test_an_application_in_a_loop_of_its_own_gets_all() -> None:
    own = asyncio.new_event_loop()
    running = asyncio.get_running_loop().run_in_executor(None, own.run_forever)
    receive = BoundedReceive({"type": "http"}, client([]), own)
    reading = receive.fetch_until_disconnect_task()

    async def take() -> int:
        count = 0
        while (await receive())["type"] == "http.request":
            count += 1
        return count

    count = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(take(), own))
    await reading
    own.call_soon_threadsafe(own.stop)
    await running
    own.close()

    assert count == PIECES
