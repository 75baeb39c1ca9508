"""Who asks what has changed is told each change once, and that anything may have changed where it cannot be known."""

import asyncio

from actors.changes import Changes
from actors.watching import Watching
from jobs.errors import QueueUnavailable

ADA, BOB = ("ada", "1"), ("bob", "2")


async def test_what_changed_since_is_told_at_once_and_each_job_once() -> None:
    changes = Changes()
    mark, _ = await changes.since(None)
    for name in (ADA, BOB, ADA):
        changes.tell(name)

    now, names = await changes.since(mark)

    assert names == [ADA, BOB]
    changes.tell(BOB)
    assert (await changes.since(now))[1] == [BOB]


async def test_who_asks_when_nothing_has_changed_is_answered_when_something_does() -> None:
    changes = Changes()
    mark, _ = await changes.since(None)
    asked = asyncio.create_task(changes.since(mark))
    await asyncio.sleep(0)

    changes.tell(ADA)

    assert (await asked)[1] == [ADA]


async def test_a_mark_of_another_queue_or_too_old_tells_nothing() -> None:
    changes, other = Changes(), Changes()
    mark, _ = await changes.since(None)
    for number in range(10_001):
        changes.tell(("ada", str(number)))

    assert (await changes.since(mark))[1] is None
    assert (await other.since(mark))[1] is None


async def test_a_watch_hears_of_its_job_alone_and_of_a_queue_that_was_away() -> None:
    queues = [Changes(), Changes()]

    async def ask(mark: object) -> object:
        if not queues:
            raise QueueUnavailable("away")
        return await queues[0].since(mark)  # type: ignore[arg-type]

    watching = Watching(ask)  # type: ignore[arg-type]
    async with watching.watch(ADA) as mine, watching.watch(BOB) as other:
        await mine.changed(1)  # The first answer may tell of all.
        other.news.clear()
        queues[0].tell(ADA)
        await asyncio.wait_for(mine.news.wait(), 5)
        assert not other.news.is_set()
        queues.pop(0)
        queues[0].tell(BOB)
        await asyncio.wait_for(other.news.wait(), 30)
