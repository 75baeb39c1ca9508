"""The Ray Serve application: wires settings, store, queue and HTTP together. Holds no logic.

`python serve_app.py` starts it on this machine (or on the cluster that RAY_ADDRESS names); `serve run serve_app:app` too.
"""

import logging
import os
import signal
import threading

# Before Ray starts: its faster proxy, and no reports home.
os.environ.setdefault("RAY_SERVE_ENABLE_HA_PROXY", "1")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

from fastapi import FastAPI
from ray import serve

from settings import Settings


def _application() -> FastAPI:
    """The FastAPI application, made in the replica that serves it."""
    from actors.gateway import JobGateway
    from api.app import create_app
    from jobs.location import job_store

    settings = Settings().with_api_key()
    logging.basicConfig(level=settings.log_level)
    return create_app(settings, job_store(settings), JobGateway(settings))


@serve.deployment(ray_actor_options={"num_cpus": 0}, max_ongoing_requests=256)
@serve.ingress(_application)
class Ingress:
    """The replica that answers HTTP; it takes no workflow's CPU."""


app = Ingress.bind()  # type: ignore[attr-defined]


def main() -> None:
    """Starts Ray where none runs, the service in it, and stops both at SIGINT or SIGTERM."""
    import asyncio

    import ray

    from actors.gateway import JobGateway
    from jobs.location import object_store
    from jobs.objects import probe

    settings = Settings().with_api_key()
    probe(object_store(settings))
    stop = threading.Event()
    address = os.environ.get("RAY_ADDRESS")
    local = {
        "address": "local",
        "num_cpus": settings.slots,
        "_node_ip_address": "127.0.0.1",
        "include_dashboard": True,
        "dashboard_host": settings.dashboard_host,
        "dashboard_port": settings.dashboard_port,
    }
    context = ray.init(**({"address": address} if address else local), logging_level=logging.WARNING)
    # After Ray's start, since it sets handlers of its own, which end the process before it has cleaned up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        serve.start(http_options={"host": settings.host, "port": settings.port}, logging_config={"log_level": "WARNING"})
        serve.run(app, name="ai-csv-converter")
        asyncio.run(JobGateway(settings).start())
        print(f"the API: http://{settings.host}:{settings.port}/docs, its key: {settings.key_path}", flush=True)
        print(f"the dashboard: http://{context.dashboard_url}", flush=True)
        stop.wait()
    finally:
        serve.shutdown()
        ray.shutdown()


if __name__ == "__main__":
    main()
