"""Many small files through one converter: as one batch, and as single jobs that eight clients submit.

    .venv/bin/python -m bench.batch --files 1000 --single 200

One machine, `--slots` workers, a local folder as the store. Time counts from the first request to the last output's end. The
table has a line for each way: files a second, and how long the request took.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from bench import throughput
from bench.throughput import System

USER = "bench"
CLIENTS = 8
LONGEST_WAIT_SECONDS = 60


def main() -> None:
    """Measures both, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000, help="files in the batch")
    parser.add_argument("--single", type=int, default=200, help="files that are converted by a job each")
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--rows", type=int, default=3, help="rows in a file")
    options = parser.parse_args()
    throughput.WORKERS = options.slots
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as folder, System("ours", Path(folder), None) as system:
        measure(system, options)


def measure(system: System, options: argparse.Namespace) -> None:
    """Prints the table."""
    with system.client() as client:
        body = {"user_id": USER, "input_file": throughput.PLAIN_INPUT, "expected_output_file": throughput.PLAIN_EXPECTED}
        training = ended(client, client.post("/api/v1/train", json=body).json()["links"]["job"])
        fields = {"user_id": USER, "job_id": training["job_id"]}
        print("| way | files | files a second | the request, ms |\n| --- | --- | --- | --- |")
        single = singles(system, fields, options)
        print(f"| a job each | {options.single} | {single:.1f} | |", flush=True)
        files = [
            ("input_files", (f"{number}.csv", content(number, options.rows), "text/csv")) for number in range(options.files)
        ]
        began = time.monotonic()
        answer = client.post("/api/v1/inference/batch", data=fields, files=files)
        asked = time.monotonic() - began
        record = ended(client, answer.json()["links"]["job"])
        seconds = time.monotonic() - began
        if record["status"] != "succeeded" or record["batch"]["failed"]:
            raise SystemExit(f"the batch has {record['status']}: {record['error']} {record['batch']}")
        print(f"| one batch | {options.files} | {options.files / seconds:.1f} | {asked * 1000:.0f} |")
        print(f"\n{options.files / seconds / single:.1f} times as many")


def singles(system: System, fields: dict[str, str], options: argparse.Namespace) -> float:
    """Files a second where each is a job."""

    def submit(numbers: range) -> list[str]:
        with system.client() as client:
            bodies = (fields | {"input_file": content(number, options.rows).decode()} for number in numbers)
            return [client.post("/api/v1/inference/run", json=body).json()["links"]["job"] for body in bodies]

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients, system.client() as client:
        shares = [range(start, options.single, CLIENTS) for start in range(CLIENTS)]
        for link in [link for links in clients.map(submit, shares) for link in links]:
            ended(client, link)
    return float(options.single / (time.monotonic() - began))


def ended(client: httpx.Client, link: str) -> dict[str, object]:
    """A job's record once it has ended."""
    while True:
        record: dict[str, object] = client.get(link, headers={"Prefer": f"wait={LONGEST_WAIT_SECONDS}"}, timeout=120).json()
        if record["status"] in ("succeeded", "failed", "cancelled"):
            return record


def content(number: int, rows: int) -> bytes:
    """A small file."""
    return ("id,name,city\n" + "".join(f"{number}-{row},Ada {row},Paris\n" for row in range(rows))).encode()


if __name__ == "__main__":
    main()
