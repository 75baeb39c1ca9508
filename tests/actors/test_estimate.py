import math

from actors.estimate import RunningTimes
from jobs.record import JobKind


def test_the_first_job_of_a_kind_replaces_the_guess_and_later_ones_move_the_mean() -> None:
    times = RunningTimes()

    times.learn(JobKind.TRAIN, 100.0)
    times.learn(JobKind.TRAIN, 0.0)

    assert times.mean(JobKind.TRAIN) == 90.0


def test_nobody_waits_while_a_slot_is_free() -> None:
    assert RunningTimes().wait({JobKind.TRAIN: 1}, {JobKind.TRAIN: 1}, slots=3) == 0.0


def test_the_wait_is_the_work_ahead_shared_by_the_slots() -> None:
    times = RunningTimes()
    times.learn(JobKind.TRAIN, 60.0)
    times.learn(JobKind.INFERENCE, 1.0)

    wait = times.wait({JobKind.TRAIN: 4, JobKind.INFERENCE: 10}, {JobKind.TRAIN: 2}, slots=2)

    assert wait == (4 * 60 + 10 + 2 * 30) / 2


def test_without_a_slot_there_is_no_end_of_waiting() -> None:
    assert RunningTimes().wait({}, {}, slots=0) == math.inf
