"""Settings from the environment: each read fails early, in a sentence that helps."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}; .env.example shows every setting.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, str(int(default))).strip().lower()
    if value not in YES | NO:
        raise ImproperlyConfigured(f"{name} is “{value}”; write 1 or 0.")
    return value in YES


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is “{value}”; write a whole number.") from error


def listing(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def pairs(name: str) -> dict[str, str]:
    """Read NAME=VALUE pairs with commas between them."""
    found = [part.partition("=") for part in listing(name)]
    if bad := [key for key, equals, _ in found if not equals]:
        raise ImproperlyConfigured(f"{name} holds “{bad[0]}”; write NAME=VALUE, with commas between the pairs.")
    return {key.strip(): value.strip() for key, _, value in found}


def database(name: str) -> dict[str, object]:
    """Read postgres://user:password@host:port/name; ?host=/folder names the folder of a socket."""
    url = urlsplit(text(name))
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} must begin with postgres://; only PostgreSQL is supported.")
    options = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
    }


def broker(url: str) -> str:
    """Write a Redis address as Celery's broker library spells it."""
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url
