"""The Celery application. Its tasks are doorbells: the due row in PostgreSQL is the queue."""

import os

from celery import Celery
from celery.signals import worker_process_init

from allegations.links.collector import collect_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")

app = Celery("vetting")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def process_begins(**_: object) -> None:
    """Settle a process of a worker before its first task."""
    collect_seldom()
