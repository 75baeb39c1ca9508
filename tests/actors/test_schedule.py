from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.schedule import Bounds, Schedule
from jobs.errors import QueueFull
from jobs.open_job import OpenJob
from jobs.record import JobKind

START = datetime(2026, 1, 1, tzinfo=UTC)


def job(user: str, number: int, kind: JobKind = JobKind.TRAIN) -> OpenJob:
    return OpenJob(user, str(number), kind, START + timedelta(seconds=number))


def scheduled(*jobs: OpenJob) -> Schedule:
    schedule = Schedule()
    for one in jobs:
        schedule.add(one)
    return schedule


def started(schedule: Schedule, slots: int, **options: bool) -> list[OpenJob]:
    """All that start now."""
    return list(iter(lambda: schedule.next(slots, **options), None))


def test_users_take_turns_whoever_submits_most() -> None:
    schedule = scheduled(*(job("many", n) for n in range(100)), job("few", 0), job("few", 1))

    first = [one.user_id for one in started(schedule, 4)]

    assert first == ["many", "few", "many", "few"]


def test_a_user_whose_long_jobs_run_waits_for_those_who_have_fewer() -> None:
    schedule = scheduled(*(job("long", n) for n in range(3)))
    started(schedule, 3)
    for one in (job("long", 9), job("short", 1), job("short", 2)):
        schedule.add(one)

    assert [one.user_id for one in started(schedule, 5)] == ["short", "short"]


def test_an_inference_goes_before_trainings() -> None:
    schedule = scheduled(job("a", 0), job("b", 0), job("c", 0, JobKind.INFERENCE))

    assert schedule.next(1) == job("c", 0, JobKind.INFERENCE)


def test_trainings_keep_a_share_however_many_inferences_wait() -> None:
    schedule = scheduled(*(job("a", n, JobKind.INFERENCE) for n in range(100)), *(job("b", n) for n in range(100)))

    kinds = Counter(one.kind for one in started(schedule, 8))

    assert kinds == {JobKind.INFERENCE: 6, JobKind.TRAIN: 2}


def test_trainings_leave_a_slot_where_inferences_come() -> None:
    schedule = scheduled(*(job("a", n) for n in range(100)))

    assert len(started(schedule, 8, inferences_come=True)) == 7

    schedule.add(job("a", 100, JobKind.INFERENCE))
    assert started(schedule, 8, inferences_come=True) == [job("a", 100, JobKind.INFERENCE)]


def test_trainings_take_all_slots_where_no_inference_comes() -> None:
    assert len(started(scheduled(*(job("a", n) for n in range(100))), 8)) == 8


def test_no_more_run_than_there_are_slots_and_an_end_frees_one() -> None:
    schedule = scheduled(job("a", 0), job("a", 1))
    started(schedule, 1)

    assert schedule.next(1) is None
    schedule.ended(("a", "0"))
    assert schedule.next(1) == job("a", 1)


def test_a_removed_job_does_not_run() -> None:
    schedule = scheduled(job("a", 0))

    assert schedule.remove(("a", "0"))
    assert not schedule.remove(("a", "0"))
    assert schedule.next(1) is None


def test_the_oldest_of_those_that_still_wait_is_known() -> None:
    schedule = scheduled(job("a", 3), job("b", 2), job("a", 1))
    schedule.remove(("a", "1"))

    assert schedule.oldest() == {JobKind.TRAIN: START + timedelta(seconds=2), JobKind.INFERENCE: None}


def test_what_may_wait_is_bounded_by_user_and_in_all() -> None:
    schedule = Schedule(Bounds(waiting=3, waiting_per_user=2))
    schedule.admit("a")
    for one in (job("a", 0), job("a", 1)):
        schedule.add(one)

    with pytest.raises(QueueFull, match="of a wait"):
        schedule.admit("a")
    schedule.admit("b")
    schedule.add(job("b", 0))
    with pytest.raises(QueueFull, match="3 jobs wait"):
        schedule.admit("c")


jobs = st.lists(st.builds(job, st.sampled_from("abc"), st.integers(0, 6), st.sampled_from(list(JobKind))))


@given(jobs, st.integers(1, 9))
def test_every_job_comes_out_once(waiting: list[OpenJob], slots: int) -> None:
    schedule, out = scheduled(*waiting), []
    while batch := started(schedule, slots):
        assert len(batch) <= slots
        out += [one.name for one in batch]
        for one in batch:
            schedule.ended(one.name)

    assert sorted(out) == sorted({one.name for one in waiting})
    assert len(schedule) == 0


@given(jobs)
def test_the_place_in_the_queue_is_the_one_it_starts_at(waiting: list[OpenJob]) -> None:
    schedule = scheduled(*(one for one in waiting if one.kind is JobKind.TRAIN))
    places = {one.name: sum((schedule.ahead(one.name) or Counter()).values()) for one in waiting if one.name in schedule}

    order = []
    while (one := schedule.next(1)) is not None:
        order.append(one.name)
        schedule.ended(one.name)

    assert places == {name: place for place, name in enumerate(order)}


def test_the_busiest_users_are_told_with_what_waits_and_runs() -> None:
    schedule = scheduled(*(job("many", n) for n in range(3)), job("few", 0), job("few", 1), job("one", 0))
    started(schedule, 2)

    assert schedule.users(2) == [("many", 2, 1), ("few", 1, 1)]
