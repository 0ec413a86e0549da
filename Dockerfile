# One image for web, worker and beat; docker-compose.yml says which of them a container is.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements.txt

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/lib/mandates STATIC_HASHED=on
RUN useradd --system --create-home --uid 10001 mandates \
 && install -d -o mandates -g mandates -m 0700 /var/lib/mandates
COPY --from=build /venv /venv
WORKDIR /srv/mandates
COPY --chown=root:root . .
# The key is made in a folder that is thrown away with this step: the real one comes from the environment.
RUN VAR_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/build
USER mandates
VOLUME /var/lib/mandates
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]
