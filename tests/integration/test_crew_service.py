"""The crew's scripted models through the real service: each job ends as it should, with the right record."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.service import Service, eventually
from tests.model_server import CLIENT_EXPECTED, CLIENT_INPUT, CLIENT_INSTRUCTIONS, ModelServer

pytestmark = pytest.mark.integration

KEY = "sk-very-secret"
SCRIPTS = (
    "right", "third-time", "busy", "malformed", "plain",
    "never", "memoriser", "garbled", "broken", "hangs-up", "slow", "hostile",
)  # fmt: skip


@pytest.fixture(scope="module")
def models() -> Iterator[ModelServer]:
    with ModelServer(slow_seconds=3) as server:
        yield server


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, models: ModelServer) -> Iterator[Service]:
    settings = {
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": models.base_url,
        "OPENAI_MODEL": "scripted",
        "MODEL_CALL_SECONDS": "2",
        "MODEL_RETRIES": "1",
        "JOB_SECONDS": "3",
        "LOG_LEVEL": "DEBUG",
    }
    running = Service(tmp_path_factory.mktemp("service"), settings=settings)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ended(service: Service) -> dict[str, dict[str, Any]]:
    """The records of one job a script, when all have come to their end."""
    ids = {script: train(service, script) for script in SCRIPTS}
    return {script: service.ended(job_id) for script, job_id in ids.items()}


def train(service: Service, script: str, mode: str = "crew") -> str:
    return service.submit(
        "/api/v1/train",
        user_id="ada",
        input_file=CLIENT_INPUT,
        expected_output_file=CLIENT_EXPECTED,
        job_title=script,
        owner="sales",
        mode=mode,
        general_instructions=f"[script {script}]",
        column_instructions=CLIENT_INSTRUCTIONS,
    )


@pytest.mark.parametrize(("script", "rounds"), [("right", 1), ("third-time", 3), ("busy", 1), ("malformed", 1), ("plain", 1)])
def test_a_model_that_gets_there_ends_in_a_converter(ended: dict[str, dict[str, Any]], script: str, rounds: int) -> None:
    record = ended[script]

    assert record["status"] == "succeeded", record
    assert record["report"]["learned_by"] == "crew"
    assert record["report"]["crew"]["rounds"] == rounds
    assert record["report"]["crew"]["prompt_tokens"] > 0


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("never", "6 of 9 cells match; columns with wrong cells: 'order_status'"),
        ("memoriser", "holds the answers of column 'total_price' as constants"),
        ("garbled", "gave no answer that can be read"),
        ("broken", "answers with status 500"),
        ("hangs-up", "the connection to the model"),
        ("slow", "did not answer within 2 s"),
        ("hostile", "none of 5 programs reproduces the example"),
    ],
)
def test_a_model_that_does_not_ends_in_a_failure_with_the_reason(
    ended: dict[str, dict[str, Any]], script: str, said: str
) -> None:
    record = ended[script]

    assert record["status"] == "failed"
    assert said in record["error"]["detail"]
    assert record["report"]["crew"]["requests"] > 0


def test_hostile_programs_were_refused_or_stopped(ended: dict[str, dict[str, Any]]) -> None:
    problems = " ".join(one["problem"] for one in ended["hostile"]["report"]["crew"]["candidates"])

    assert "read_text is not allowed" in problems
    assert "more memory than its limit" in problems
    assert "ran longer than 3 s" in problems


def test_the_crews_converter_carries_its_checks_into_inference(service: Service, ended: dict[str, dict[str, Any]]) -> None:
    record = ended["right"]

    job_id = service.submit(
        "/api/v1/inference/run", user_id="ada", job_id=record["job_id"], input_file=CLIENT_INPUT + "3,1.25,shipped\n"
    )

    report = service.ended(job_id)["report"]
    assert [(one["check"], one["rows"]) for one in report["broken_checks"]] == [("the total is quantity times price", [4])]


def test_mode_auto_takes_the_crew_for_instructions(service: Service) -> None:
    record = service.ended(train(service, "right", mode="auto"))

    assert (record["status"], record["report"]["learned_by"]) == ("succeeded", "crew")


def test_progress_is_seen_and_a_cancelled_job_asks_no_more(service: Service, models: ModelServer) -> None:
    models.latency = 1.0
    try:
        job_id = train(service, "never")
        eventually(lambda: (seen(service, job_id)["round"] or 0) >= 2, 60)
        running = seen(service, job_id)
        service.client.post(f"/api/v1/ada/{job_id}/cancel").raise_for_status()
        eventually(lambda: service.client.get("/api/v1/queue/status").json()["queue_info"]["active_jobs"] == 0, 30)
        asked = len(models.bodies)
    finally:
        models.latency = 0.0

    assert running["phase"] in ("coding", "testing")
    assert running["best_match"] == pytest.approx(6 / 9)
    assert seen(service, job_id)["status"] == "cancelled"
    service.ended(train(service, "right"))
    assert len(models.bodies) == asked + 3


def test_a_job_whose_worker_is_killed_pays_for_no_answer_twice(service: Service, models: ModelServer) -> None:
    models.latency = 1.5
    try:
        job_id = train(service, "right")
        eventually(lambda: seen(service, job_id)["phase"] == "coding", 60)
        worker = next(one for one in service.family() if job_id in " ".join(one.cmdline()))
        worker.kill()
        record = service.ended(job_id)
    finally:
        models.latency = 0.0

    assert (record["status"], record["attempt"]) == ("succeeded", 2)
    assert record["report"]["crew"]["answers_reused"] == 1
    assert [one["is_reused"] for one in record["report"]["crew"]["asked"]] == [True, False, False]
    assert record["tokens"] > 0


def test_the_key_stands_in_no_log_record_or_prompt(
    service: Service, ended: dict[str, dict[str, Any]], models: ModelServer
) -> None:
    assert set(models.keys) == {KEY}
    assert KEY not in f"{service.log.read_text()}{ended}{models.bodies}"


def seen(service: Service, job_id: str) -> dict[str, Any]:
    record: dict[str, Any] = service.client.get(f"/api/v1/ada/{job_id}").json()
    return record
