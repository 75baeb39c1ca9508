from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from actors.schedule import Schedule, Waiting
from jobs.record import JobKind


def job(user: str, number: int, kind: JobKind = JobKind.TRAIN) -> Waiting:
    return Waiting(user, str(number), kind)


def drained(schedule: Schedule) -> list[Waiting]:
    return list(iter(schedule.next, None))


def test_users_take_turns_whoever_submits_most() -> None:
    schedule = Schedule()
    for waiting in (*(job("many", n) for n in range(100)), job("few", 0), job("few", 1)):
        schedule.add(waiting)

    first = [waiting.user_id for waiting in drained(schedule)[:4]]

    assert first == ["many", "few", "many", "few"]


def test_an_inference_goes_before_trainings() -> None:
    schedule = Schedule()
    for waiting in (job("a", 0), job("b", 0), job("c", 0, JobKind.INFERENCE)):
        schedule.add(waiting)

    assert schedule.next() == job("c", 0, JobKind.INFERENCE)


def test_a_removed_job_does_not_run() -> None:
    schedule = Schedule()
    schedule.add(job("a", 0))

    assert schedule.remove("a", "0")
    assert not schedule.remove("a", "0")
    assert schedule.next() is None


jobs = st.lists(st.builds(Waiting, st.sampled_from("abc"), st.sampled_from("123456"), st.sampled_from(list(JobKind))))


@given(jobs)
def test_every_job_comes_out_once(waiting: list[Waiting]) -> None:
    schedule = Schedule()
    for one in waiting:
        schedule.add(one)

    out = Counter((one.user_id, one.job_id) for one in drained(schedule))

    assert set(out) == {(one.user_id, one.job_id) for one in waiting}
    assert all(times == 1 for times in out.values())
    assert len(schedule) == 0
