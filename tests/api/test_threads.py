"""Threads outlast a request in a loop that runs for ever, as a Serve replica's does."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from anyio import to_thread

from api.threads import kept_threads


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that another thread runs for ever."""
    made = asyncio.new_event_loop()
    running = threading.Thread(target=made.run_forever)
    running.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    running.join()
    made.close()


async def _request() -> threading.Thread:
    return await to_thread.run_sync(threading.current_thread)


def test_a_thread_serves_one_request_after_another_and_ends_with_the_context(loop: asyncio.AbstractEventLoop) -> None:
    context = kept_threads()
    asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result()
    threads = {asyncio.run_coroutine_threadsafe(_request(), loop).result() for _ in range(5)}
    assert len(threads) == 1
    asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result()
    (thread,) = threads
    thread.join(10)
    assert not thread.is_alive()


def test_without_it_each_request_has_a_thread_of_its_own(loop: asyncio.AbstractEventLoop) -> None:
    threads = {asyncio.run_coroutine_threadsafe(_request(), loop).result() for _ in range(3)}
    assert len(threads) == 3, "AnyIO keeps its threads: kept_threads can go"
