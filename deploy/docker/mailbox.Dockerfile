# syntax=docker/dockerfile:1
# The mailbox of demos: takes every message by SMTP, shows it on a page, sends none on.
#   docker build -f deploy/docker/mailbox.Dockerfile -t mutua/mailbox:dev .

FROM python:3.11.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock ./
COPY deploy/docker/service_lock.py deploy/docker/
RUN python deploy/docker/service_lock.py maildump > mailbox.lock \
 && python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r mailbox.lock

FROM python:3.11.13-slim-bookworm
LABEL org.opencontainers.image.title="mutua mailbox"
RUN groupadd --gid 10001 mutua \
 && useradd --uid 10001 --gid mutua --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mutua
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8025 8080
HEALTHCHECK --interval=10s --timeout=5s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/', timeout=3)"]
ENTRYPOINT ["maildump", "--foreground", "--no-quit", "--smtp-ip", "0.0.0.0", "--smtp-port", "8025", "--http-ip", "0.0.0.0", "--http-port", "8080"]
CMD ["--db", "/tmp/mailbox.sqlite"]
