"""Events as they come, over as many connections as it takes."""

from client.errors import Unreachable
from client.events import Stream, followed
from tests.client.driving import Driver, Reply

FIRST = b'retry: 2000\n\n: waiting\n\nid: a-1\nevent: status\ndata: {"status":"queued"}\n\n'
SECOND = b'id: a-2\nevent: phase\ndata: {"status":"running","phase":"learning","best_match":0.5}\n\n'
LAST = b'id: a-3\nevent: end\ndata: {"status":"succeeded"}\n\n'


def test_a_stream_that_is_cut_goes_on_behind_the_last_event() -> None:
    cut = Reply(200, (FIRST, SECOND[:20], Unreachable("it broke off")))
    driver = Driver(cut, Unreachable("refused", was_sent=False), Reply(200, (SECOND, LAST)))

    driver.run(followed(driver.requesting(), "/events", None))

    assert [(event.name, event.phase) for event in driver.told] == [("status", None), ("phase", "learning"), ("end", None)]
    assert [one.headers.get("Last-Event-ID") for one in driver.requests] == [None, "a-1", "a-1"]


def test_a_stream_that_ends_before_the_job_is_followed_by_another() -> None:
    driver = Driver(Reply(200, (FIRST,)), Reply(204))

    driver.run(followed(driver.requesting(), "/events", None))

    assert len(driver.told) == 1


def test_events_come_out_whole_however_their_bytes_are_cut() -> None:
    text = FIRST + SECOND + LAST
    for size in (1, 2, 7, len(text)):
        stream = Stream()

        found = [event for at in range(0, len(text), size) for event in stream.feed(text[at : at + size])]

        assert [event.id for event in found] == ["a-1", "a-2", "a-3"]


def test_lines_may_end_as_on_windows_and_data_have_several_lines() -> None:
    (event,) = Stream().feed(b'data: {"phase":\r\ndata: "x"}\r\nid: 7\r\n\r\n')

    assert (event.id, event.name, event.phase) == ("7", "message", "x")
