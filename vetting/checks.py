"""Deployment checks: what production refuses to start with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

DEFAULT_SECRETS = ("change-me", "insecure", "secret", "demo")


@register(Tags.security, deploy=True)
def refuse_what_is_unfit_for_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name every setting that is right for a demo and wrong on a public server."""
    problems = {
        "E001": (settings.DEMO, "DEMO is on.", "Unset DEMO; it is for trying the software on one machine."),
        "E002": (settings.DEBUG, "DEBUG is on.", "Unset DEBUG."),
        "E003": (
            any(word in settings.SECRET_KEY.lower() for word in DEFAULT_SECRETS),
            "SECRET_KEY is a default.",
            "Make one of your own, at least 50 random characters.",
        ),
        "E004": (
            _is_embedded(),
            "The database or Redis is the embedded one.",
            "Set DATABASE_URL and REDIS_URL to servers of your own.",
        ),
        "E005": (
            settings.CELERY_TASK_TIME_LIMIT >= settings.VISIBILITY_TIMEOUT,
            "A task may run longer than the broker waits.",
            "Keep CELERY_TASK_TIME_LIMIT below VISIBILITY_TIMEOUT.",
        ),
        "E006": (
            settings.CELERY_ACCEPT_CONTENT != ["json"],
            "Celery accepts more than JSON.",
            'Set CELERY_ACCEPT_CONTENT to ["json"].',
        ),
        "E007": (
            bool(settings.LINKS_ALLOW),
            "LINKS_ALLOW lifts the address rule of the link checks.",
            "Unset LINKS_ALLOW; it is for tests.",
        ),
        "E008": (
            settings.LINKS_CONTACT == "https://localhost/",
            "LINKS_CONTACT is not set.",
            "Set it to a page that says who checks links and how to reach you.",
        ),
    }
    return [Error(message, hint=hint, id=f"vetting.{code}") for code, (bad, message, hint) in problems.items() if bad]


def _is_embedded() -> bool:
    host = str(settings.DATABASES["default"].get("HOST", ""))
    return str(settings.VAR_DIR) in host or "election-vetting-" in host + settings.REDIS_URL
