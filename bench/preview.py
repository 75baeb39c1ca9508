"""How long a preview of a large file takes while every slot of the service is busy.

`python bench/preview.py [--megabytes 100] [--rounds 5]` starts a service of its own, fills its slots with long conversions, and
asks for previews of a file of that size, sent as a form. It prints a table: seconds until the answer, of these the service's
own after the upload, and what was looked at.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.integration.service import Service, eventually

_NAMES = ["ann", "bob", "cy", "di", "ed", "flo", "gus", "hal"]
_GIVEN = "name,code,amount\n" + "".join(f"{name},{name[0].upper()}-{at},{at}.50\n" for at, name in enumerate(_NAMES, 1))
_EXPECTED = "letter,amount\n" + "".join(f"{name[0].upper()},{at}.5\n" for at, name in enumerate(_NAMES, 1))


def main() -> None:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        file = Path(folder, "large.csv")
        _write(file, options.megabytes << 20)
        service = Service(Path(folder), settings={"MAX_UPLOAD_BYTES": str(1 << 30), "SLOTS_PER_NODE": "2"})
        try:
            _measure(service, file, options.rounds)
        finally:
            service.stop()


def _write(file: Path, size: int) -> None:
    block = "".join(f"{_NAMES[at % 8]} {at},Z-{at},{at}.25\n" for at in range(50_000))
    with file.open("w") as out:
        out.write("name,code,amount\n")
        while out.tell() < size:
            out.write(block)


def _measure(service: Service, file: Path, rounds: int) -> None:
    training = service.ended(service.submit("/api/v1/train", user_id="ada", input_file=_GIVEN, expected_output_file=_EXPECTED))
    path = f"/api/v1/ada/{training['job_id']}/preview"
    service.client.post(path, json={"input_file": _GIVEN}).raise_for_status()
    text = file.read_text()
    busy = [
        service.submit("/api/v1/inference/run", user_id="ada", job_id=training["job_id"], input_file=text) for _ in range(6)
    ]
    eventually(lambda: _is_full(service), 60)
    print(f"{'seconds':>8} {'service':>8} {'rows seen':>10} {'whole':>6} {'doubtful':>9} {'slots busy':>11}")
    times = []
    for _ in range(rounds):
        began = time.monotonic()
        with file.open("rb") as opened:
            answer = service.client.post(path, files={"input_file": ("large.csv", opened, "text/csv")}, timeout=60)
        seconds = time.monotonic() - began
        seen = answer.raise_for_status().json()
        times.append(seen["seconds"])
        print(
            f"{seconds:8.2f} {seen['seconds']:8.2f} {seen['looked_at']['rows']:10} {seen['looked_at']['whole_file']!s:>6} "
            f"{seen['counts']['doubtful']:9} {_is_full(service)!s:>11}"
        )
    print(f"median of the service's own: {median(times):.2f} s")
    for job_id in busy:
        service.client.post(f"/api/v1/ada/{job_id}/cancel")


def _is_full(service: Service) -> bool:
    status = service.client.get("/api/v1/queue/status").raise_for_status().json()
    return bool(status["queue_info"]["available_workers"] == 0)


if __name__ == "__main__":
    main()
