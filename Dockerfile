# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md ./
COPY bot bot
COPY storage storage
RUN python -m venv /opt/paperwire \
    && /opt/paperwire/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt .

FROM python:3.12-slim
COPY --from=build /opt/paperwire /opt/paperwire
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin paperwire \
    && install -d -o paperwire -g paperwire -m 0750 /data
ENV PATH=/opt/paperwire/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PAPERWIRE_STORAGE__PATH=/data/paperwire.db
USER paperwire
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5m --timeout=30s --start-period=1m CMD ["paperwire", "check"]
ENTRYPOINT ["paperwire"]
CMD ["run"]
