"""A large file named where it lies: how soon its request is answered, and how much memory the API takes until its end.

    .venv/bin/python -m bench.reference [GIB] [s3|url]...

Makes a CSV of GIB (5 where not given), has rclone serve it as S3 and a web server as a URL, and puts it through a learned
converter both ways, on 2 slots over a store in a folder. Takes five times the file's size of disk. Ends with a table.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from bench.upload import Watched, pieces
from tests.integration.service import Service, eventually, free_port

BUCKET, NAME = "large", "orders.csv"
_POSTS = 20


def main() -> None:
    """Runs and prints."""
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 5) * (1 << 30))
    ways = sys.argv[2:] or ["s3", "url"]
    with tempfile.TemporaryDirectory(prefix="reference-") as name:
        folder = Path(name)
        path = folder / "served" / BUCKET / NAME
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            file.writelines(pieces(size))
        s3, web = rclone(folder / "served"), WebServer(path)
        settings = {
            "AWS_BUCKET_NAME": "",
            "AWS_ENDPOINT_URL": s3.url,
            "AWS_ACCESS_KEY_ID": "access",
            "AWS_SECRET_ACCESS_KEY": "secret12",
            "ALLOWED_BUCKETS": f'["{BUCKET}"]',
            "ALLOWED_URL_HOSTS": '["localhost"]',
            "TMPDIR": name,
            "JOB_SECONDS": "3600",
        }
        service = None
        try:
            service = Service(folder, settings=settings)
            training = service.train()
            service.ended(training)
            print("| way | MiB | POST p50 and max, ms | API's memory before and beyond, MiB | seconds |")
            print("| --- | --- | --- | --- | --- |", flush=True)
            for way in ways:
                address = f"s3://{BUCKET}/{NAME}" if way == "s3" else web.url
                print(f"| {way} | {path.stat().st_size >> 20} | {measured(service, training, address)} |", flush=True)
        finally:
            if service is not None:
                service.stop()
            s3.process.terminate()
            web.shutdown()


def measured(service: Service, training: str, address: str) -> str:
    """Names the file to the service, and waits for its conversion."""
    body = {"user_id": "ada", "job_id": training, "input_file": address}
    process = next(one for one in service.family() if "ServeReplica" in " ".join(one.cmdline()))
    with Watched(process) as watched:
        began = time.monotonic()
        job_id, first = posted(service, body)
        others = []
        for _ in range(_POSTS - 1):
            other, took = posted(service, body)
            others.append(took)
            service.client.post(f"/api/v1/ada/{other}/cancel")
        record = eventually(lambda: final(service, job_id), 3600)
        seconds = time.monotonic() - began
    if record["status"] != "succeeded":
        raise SystemExit(f"the job has {record['status']}: {record['error']}")
    took = sorted([first, *others])
    output = service.client.head(f"/api/v1/ada/{job_id}/output").headers["Content-Length"]
    print(f"{way_of(record)}; the output has {output} bytes", file=sys.stderr)
    # A disk that still writes what was made takes its time to let go of it.
    service.client.delete(f"/api/v1/delete/job/ada/{job_id}", timeout=600)
    memory = f"{watched.before >> 20} and {watched.most - watched.before >> 20}"
    return f"{took[len(took) // 2] * 1000:.0f} and {took[-1] * 1000:.0f} | {memory} | {seconds:.0f}"


def way_of(record: dict[str, object]) -> str:
    """The phases that a job went through."""
    events = record["events"]
    assert isinstance(events, list)
    return " → ".join(str(one["phase"] or one["status"]) for one in events)


def posted(service: Service, body: dict[str, str]) -> tuple[str, float]:
    """A new job's id, and the seconds that its request took."""
    began = time.monotonic()
    answer = service.client.post("/api/v1/inference/run", json=body)
    if answer.status_code != 202:
        raise SystemExit(answer.text)
    return str(answer.json()["job_id"]), time.monotonic() - began


def final(service: Service, job_id: str) -> dict[str, object] | None:
    """The record of a job that has ended."""
    record: dict[str, object] = service.client.get(f"/api/v1/ada/{job_id}").raise_for_status().json()
    return record if record["status"] in ("succeeded", "failed", "cancelled") else None


class Rclone:
    """rclone, serving a folder's folders as buckets."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self.process, self.url = process, url


def rclone(folder: Path) -> Rclone:
    """Starts it."""
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "rclone"),
        "serve",
        "s3",
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        "access,secret12",
    ]
    process = subprocess.Popen([*command, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: any(one.laddr.port == port for one in psutil.Process(process.pid).net_connections()), 30)
    return Rclone(process, f"http://127.0.0.1:{port}")


class WebServer(ThreadingHTTPServer):
    """Serves one file, whole or from a byte on."""

    def __init__(self, path: Path) -> None:
        etag = f'"{path.stat().st_mtime_ns}"'

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
                start, size = int(asked[1]) if asked else 0, path.stat().st_size
                self.send_response(206 if asked else 200)
                if asked:
                    self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
                self.send_header("Content-Length", str(size - start))
                self.send_header("ETag", etag)
                self.end_headers()
                with path.open("rb") as file:
                    os.lseek(file.fileno(), start, os.SEEK_SET)
                    self.connection.sendfile(file, start)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server_port}/{NAME}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


if __name__ == "__main__":
    main()
