# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md config.example.toml ./
COPY bot bot
COPY storage storage
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/paperwire \
    && /opt/paperwire/bin/pip install --disable-pip-version-check -c constraints.txt .

FROM python:3.12-slim
RUN groupadd --system --gid 10001 paperwire \
    && useradd --system --uid 10001 --gid paperwire --no-log-init --home-dir /data --shell /usr/sbin/nologin paperwire \
    && install -d -o paperwire -g paperwire -m 0750 /data
COPY --from=build /opt/paperwire /opt/paperwire
ENV PATH=/opt/paperwire/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PAPERWIRE_STORAGE__PATH=/data/paperwire.db
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# Reads when the bot last gave a sign of life; asks nobody.
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m CMD ["python", "-m", "bot.health"]
ENTRYPOINT ["paperwire"]
CMD ["run"]
