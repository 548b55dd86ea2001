# syntax=docker/dockerfile:1
# One recipe for every Python service, from the root of the repository:
#   docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=claims-api -t mutua/claims-api:dev .
# API, worker and one-off commands are the same image: see deploy/docker/start.py.

FROM python:3.11.13-slim-bookworm AS build
ARG SERVICE
WORKDIR /build
# The locked packages that this service asks for, each by its hash; a layer that only a new lock makes anew.
COPY requirements.lock ./
COPY deploy/docker/service_lock.py deploy/docker/
COPY libs/kit/pyproject.toml libs/kit/
COPY services/${SERVICE}/pyproject.toml services/${SERVICE}/
RUN python deploy/docker/service_lock.py --project libs/kit --project "services/${SERVICE}" > service.lock \
 && python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r service.lock
# Our own packages run from their folders, as everywhere: the migrations lie beside src.
COPY libs/kit/src /app/libs/kit/src
COPY services/${SERVICE} /app/services/${SERVICE}
COPY deploy/docker/start.py deploy/docker/prepare_roles.py /app/
RUN rm -rf "/app/services/${SERVICE}/tests" \
 && /opt/venv/bin/python -m compileall -q /opt/venv/lib /app

FROM python:3.11.13-slim-bookworm
ARG SERVICE
LABEL org.opencontainers.image.title="mutua ${SERVICE}"
RUN groupadd --gid 10001 mutua \
 && useradd --uid 10001 --gid mutua --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mutua \
 && install -d -o mutua -g mutua -m 0700 /documents /keys /clock
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV SERVICE=${SERVICE} \
    PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app/libs/kit/src:/app/services/${SERVICE}/src \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
USER 10001:10001
# 8000 the API, 9100 a worker's figures
EXPOSE 8000 9100
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "/app/start.py", "health"]
ENTRYPOINT ["python", "/app/start.py"]
CMD ["api"]
