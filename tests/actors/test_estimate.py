import math

from actors.estimate import MINUTES, RunningTimes, Throughput
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


def test_the_throughput_of_the_last_minutes_is_told_by_kind_and_older_ones_are_forgotten() -> None:
    throughput = Throughput()
    for moment in (0.0, 600.0, 659.0, 1200.0, 1201.0):
        throughput.count(JobKind.TRAIN, moment)

    assert throughput.by_minute(JobKind.TRAIN, 1230.0) == [0] * 9 + [2]
    assert throughput.by_minute(JobKind.TRAIN, 1290.0) == [0] * 8 + [2, 0]
    assert throughput.by_minute(JobKind.INFERENCE, 1230.0) == [0] * MINUTES
