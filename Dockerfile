# One image for the web server, the worker and beat; docker-compose.yml says which runs what.
FROM python:3.12-slim-trixie

ENV PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/vetting

WORKDIR /srv/vetting
COPY requirements/base.txt requirements/
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt

COPY . .
# Static files need settings, but none of the real ones. They stay root's; the program may write to the archive only.
RUN SECRET_KEY=only-to-build DATABASE_URL=postgres:///none REDIS_URL=redis://none.invalid \
        python manage.py collectstatic --no-input \
    && python -m compileall -q vetting allegations candidates \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin vetting \
    && install -d -o vetting -g vetting -m 0700 "$VAR_DIR/archive"

USER vetting
EXPOSE 8000
# The question names a host that ALLOWED_HOSTS allows, as one from outside would.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz/live', headers={'Host': os.environ.get('ALLOWED_HOSTS', 'localhost').split(',')[0].strip().lstrip('.')}), timeout=4)"]
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "--http=1", "--no-ws", "--workers=2", "--blocking-threads=4", "--workers-kill-timeout=5", "--respawn-failed-workers", "vetting.wsgi:application"]
