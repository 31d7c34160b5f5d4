# SE Explorer's public server: docker build -t se-explorer . && docker run --read-only --tmpfs /tmp -p 8501:8501 se-explorer
# docs/deployment.md says more. The steps are scripts, which tests/deploy/test_container.py runs without an engine.
FROM python:3.11-slim-bookworm

COPY requirements.txt /app/requirements.txt
COPY deploy/container/install.sh /app/deploy/container/install.sh
RUN sh /app/deploy/container/install.sh /opt/venv

COPY streamlit_app.py pyproject.toml LICENSE /app/
COPY pages /app/pages
COPY se_explorer /app/se_explorer
COPY assets /app/assets
COPY deploy /app/deploy

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin explorer
USER 10001
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "deploy/container/health.py"]
ENTRYPOINT ["sh", "deploy/container/start.sh"]
