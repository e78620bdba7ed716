"""The settings that a demo makes for itself, where the environment does not already say."""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
from collections.abc import MutableMapping
from pathlib import Path

from vetting.embedded.place import settle
from vetting.embedded.postgres import Postgres
from vetting.embedded.redis import Redis
from vetting.supervisor.errors import CannotStart

PROJECT = Path(__file__).resolve().parents[2]
MADE = ("VAR_DIR", "PORT", "ARCHIVE_PORT", "ARCHIVE_ORIGIN", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DEMO")
ARCHIVE_HOST = "localhost"  # not the name of the site, which is 127.0.0.1: browsers keep cookies by name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be said on the command line."""
    parser.add_argument("--var", metavar="DIR", help="where data and logs are kept (default: VAR_DIR, or ./var)")
    parser.add_argument("--port", help="the port on this machine (default: PORT, or 8000)")
    parser.add_argument(
        "--archive-port", help="the port of the archived copies (default: ARCHIVE_PORT, or the one after the port)"
    )


def furnish(arguments: list[str], environment: MutableMapping[str, str]) -> None:
    """Add the settings that are missing, and keep them in `env` of the var folder for other commands.

    Raises CannotStart when the folder cannot be used.
    """
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    chosen, _ = parser.parse_known_args(arguments)
    var = Path(chosen.var or environment.get("VAR_DIR") or PROJECT / "var").resolve()
    port = chosen.port or environment.get("PORT") or "8000"
    archive_port = chosen.archive_port or environment.get("ARCHIVE_PORT") or _following(port)
    environment.update(VAR_DIR=str(var), PORT=port, ARCHIVE_PORT=archive_port, DEMO="1")
    environment["ARCHIVE_ORIGIN"] = f"http://{ARCHIVE_HOST}:{archive_port}"
    try:
        _furnish_servers(var, environment)
        if not environment.get("SECRET_KEY"):
            environment["SECRET_KEY"] = secret(var / "secret")
        keep_private(var / "env", "".join(f"{name}={shlex.quote(environment[name])}\n" for name in MADE))
    except PermissionError as error:
        raise CannotStart(
            f"{error.filename or var} may not be written by this user. "
            "Start as the user who owns it, or choose another folder: VAR_DIR=/some/folder make demo"
        ) from error


def secret(path: Path) -> str:
    """Return the secret key kept in `path`, made at the first start."""
    if not path.exists():
        keep_private(path, secrets.token_urlsafe(60))
    return path.read_text().strip()


def keep_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _following(port: str) -> str:
    """The next port; what is no port at all is refused when it is used."""
    return str(int(port) + 1) if port.isdecimal() else port


def _furnish_servers(var: Path, environment: MutableMapping[str, str]) -> None:
    place = settle(var)
    environment["DATABASE_URL"] = environment.get("DATABASE_URL") or Postgres(place, {}).url
    environment["REDIS_URL"] = environment.get("REDIS_URL") or Redis(place).url
