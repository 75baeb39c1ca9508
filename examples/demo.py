"""The product in one minute: start the service, learn from an example, convert another file, stop.

Run it with `make demo`. It talks to the service over HTTP as any client would.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
DATA = ROOT / ".demo"
USER = "demo"
START_SECONDS = 180
JOB_SECONDS = 120
KEY = "demo-key-of-this-machine-only"


def main() -> int:
    """Runs the demonstration; gives an exit status."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir()
    port, dashboard = free_port(), free_port()
    service = start(port, dashboard)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-API-KEY": KEY}, timeout=30) as client:
            wait_until_healthy(client, service)
            print(f"the service runs: http://127.0.0.1:{port}/docs, dashboard http://127.0.0.1:{dashboard}\n")
            return demonstrate(client)
    finally:
        stop(service)


def start(port: int, dashboard: int) -> subprocess.Popen[bytes]:
    """Starts the service as `make serve` does, with ports and data of its own, its log beside the data."""
    print("starting the service …", flush=True)
    environment = {
        **os.environ,
        "PORT": str(port),
        "DASHBOARD_PORT": str(dashboard),
        "DATA_DIR": str(DATA),
        "FASTAPI_AND_WEP_APP_SECRET_KEY": KEY,
    }
    with (DATA / "service.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "serve_app.py")], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def wait_until_healthy(client: httpx.Client, service: subprocess.Popen[bytes]) -> None:
    """Returns when `GET /health` answers; ends the program when the service ended or never answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if service.poll() is not None:
            sys.exit(f"the service ended at its start; see {DATA / 'service.log'}")
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pass  # It does not listen yet.
        time.sleep(0.2)
    sys.exit(f"the service did not answer within {START_SECONDS} s; see {DATA / 'service.log'}")


def demonstrate(client: httpx.Client) -> int:
    """Trains on the example, runs inference on the larger file, shows what came out."""
    print("training: examples/orders.csv → examples/expected.csv")
    training = submit(
        client,
        "/api/v1/train",
        user_id=USER,
        input_file=data_uri("orders.csv"),
        expected_output_file=data_uri("expected.csv"),
        job_title="Orders for the shop's accounts",
        description=None,
        owner="demo",
        general_instructions=None,
        column_instructions={},
    )
    if not follow(client, training):
        return 1
    statement = client.get(f"/api/v1/{USER}/{training}/converter").raise_for_status().text
    print(f"\nwhat was learned:\n{statement.partition('*/')[2].strip()}\n")

    print("inference: examples/more_orders.csv, which was not in the example")
    inference = submit(client, "/api/v1/inference/run", user_id=USER, job_id=training, input_file=data_uri("more_orders.csv"))
    if not follow(client, inference):
        return 1
    output = DATA / "output.csv"
    output.write_bytes(client.get(f"/api/v1/{USER}/{inference}/output").raise_for_status().content)
    with output.open(encoding="utf-8") as lines:
        print("\nthe first rows of the result:\n" + "".join(islice(lines, 6)))
    print(f"the result: {output}\nrecords and files: {DATA}\nthe service's log: {DATA / 'service.log'}")
    return 0


def submit(client: httpx.Client, path: str, **body: Any) -> str:
    """Posts a job; gives its id."""
    answer = client.post(path, json=body)
    if answer.status_code != 202:
        sys.exit(f"{path} answered {answer.status_code}: {answer.text}")
    return str(answer.json()["job_id"])


def follow(client: httpx.Client, job: str) -> bool:
    """Prints the job's states until it ends; gives whether it succeeded."""
    shown, deadline = "", time.monotonic() + JOB_SECONDS
    while time.monotonic() < deadline:
        record = client.get(f"/api/v1/{USER}/{job}").raise_for_status().json()
        state = record["status"] + (f" ({record['phase']})" if record["phase"] and record["status"] == "running" else "")
        if state != shown:
            print(f"  {job}: {state}", flush=True)
            shown = state
        if record["status"] in ("succeeded", "failed", "cancelled"):
            if record["error"]:
                print(json.dumps(record["error"], indent=2))
            return bool(record["status"] == "succeeded")
        time.sleep(0.1)
    print(f"  {job} did not end within {JOB_SECONDS} s")
    return False


def data_uri(name: str) -> str:
    """The example file as a data URI."""
    return f"data:text/csv;name={name};base64,{base64.b64encode((EXAMPLES / name).read_bytes()).decode()}"


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(service: subprocess.Popen[bytes]) -> None:
    """Asks the service to stop and waits for it."""
    service.send_signal(signal.SIGTERM)
    try:
        service.wait(60)
        print("the service has stopped")
    except subprocess.TimeoutExpired:
        service.kill()
        print("the service did not stop within 60 s and was killed", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
