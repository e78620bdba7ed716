"""Deployment checks: what production refuses to start with."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.http.request import validate_host

TIMESTAMPS = re.compile(r"[a-z0-9][a-z0-9-]{0,30}=https?://\S+")
DEFAULT_SECRETS = ("change-me", "insecure", "secret", "demo")

# Number of the error: when it is one, what is said then, and what to do.
UNFIT: dict[str, tuple[Callable[[], bool], str, str]] = {
    "E001": (lambda: settings.DEMO, "DEMO is on.", "Unset DEMO; it is for trying the software on one machine."),
    "E002": (lambda: settings.DEBUG, "DEBUG is on.", "Unset DEBUG."),
    "E003": (
        lambda: any(word in settings.SECRET_KEY.lower() for word in DEFAULT_SECRETS),
        "SECRET_KEY is a default.",
        "Make one of your own, at least 50 random characters.",
    ),
    "E004": (
        lambda: _is_embedded(str(settings.DATABASES["default"]["HOST"])),
        "DATABASE_URL names the embedded PostgreSQL.",
        "Set DATABASE_URL to a server of your own.",
    ),
    "E005": (
        lambda: settings.CELERY_TASK_TIME_LIMIT >= settings.VISIBILITY_TIMEOUT,
        "A task may run longer than the broker waits.",
        "Keep CELERY_TASK_TIME_LIMIT below VISIBILITY_TIMEOUT.",
    ),
    "E006": (
        lambda: settings.CELERY_ACCEPT_CONTENT != ["json"],
        "Celery accepts more than JSON.",
        'Set CELERY_ACCEPT_CONTENT to ["json"].',
    ),
    "E007": (
        lambda: bool(settings.LINKS_ALLOW or settings.LINKS_RESOLVE),
        "LINKS_ALLOW or LINKS_RESOLVE lifts the address rule of the link checks.",
        "Unset both; they are for tests.",
    ),
    "E008": (
        lambda: settings.LINKS_CONTACT == "https://localhost/",
        "LINKS_CONTACT is not set.",
        "Set it to a page that says who checks links and how to reach you.",
    ),
    "E009": (
        lambda: _is_embedded(urlsplit(settings.REDIS_URL).path),
        "REDIS_URL names the embedded Redis.",
        "Set REDIS_URL to a server of your own.",
    ),
    "E010": (
        lambda: "*" in settings.ALLOWED_HOSTS,
        "ALLOWED_HOSTS allows every name.",
        "Name the hosts under which the site is reached.",
    ),
    "E011": (
        lambda: not _is_apart(settings.ARCHIVE_ORIGIN),
        "ARCHIVE_ORIGIN is missing, or is no origin apart from the site.",
        "Set it to https:// and a host name that is none of ALLOWED_HOSTS; archived copies are shown from there.",
    ),
    "E012": (
        lambda: not all(TIMESTAMPS.fullmatch(pair) for pair in settings.ARCHIVE_TIMESTAMPS),
        "ARCHIVE_TIMESTAMPS is not read as it stands.",
        "Write NAME=ADDRESS with commas between; names have small letters, digits and hyphens.",
    ),
}


@register(Tags.security, deploy=True)
def refuse_what_is_unfit_for_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name every setting that is right for a demo or a test and wrong on a public server."""
    return [
        Error(words, hint=hint, id=f"vetting.{code}") for code, (is_unfit, words, hint) in UNFIT.items() if is_unfit()
    ]


def _is_embedded(socket: str) -> bool:
    """Tell whether a socket is where vetting.embedded puts its own: in VAR_DIR, /var/lib or /tmp."""
    return Path(socket).is_relative_to(Path(settings.VAR_DIR).resolve()) or "/election-vetting-" in socket


def _is_apart(origin: str) -> bool:
    """Tell whether archived copies are shown over HTTPS from a host of which no page and no cookie of ours is."""
    parts = urlsplit(origin)
    ours = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    whole = parts.scheme == "https" and origin == f"https://{parts.netloc}" and "@" not in origin
    return whole and bool(parts.hostname) and not validate_host(parts.hostname or "", ours)
