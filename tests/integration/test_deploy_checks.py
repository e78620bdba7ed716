"""`check --deploy` passes with the settings of a production, and names each that is unfit for one."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from vetting import checks, settings

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": secrets.token_hex(40),
    "DATABASES": {"default": {"HOST": "/run/postgresql"}},
    "REDIS_URL": "redis://redis.invalid:6379/0",
    "VAR_DIR": Path("var"),
    "LINKS_ALLOW": [],
    "LINKS_CONTACT": "https://vetting.example/",
    "ALLOWED_HOSTS": ["vetting.example", ".vetting.example"],
    "ARCHIVE_ORIGIN": "https://copies.example",
    "ARCHIVE_TIMESTAMPS": ["first=https://stamps.example/"],
}
VAR = Path("var").resolve()


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("E001", "DEMO", True),
        ("E002", "DEBUG", True),
        ("E003", "SECRET_KEY", "Change-Me" + "x1" * 30),
        ("E004", "DATABASES", {"default": {"HOST": f"{VAR}/servers/run"}}),
        ("E004", "DATABASES", {"default": {"HOST": "/tmp/election-vetting-0-a1b2"}}),
        ("E005", "CELERY_TASK_TIME_LIMIT", 300),
        ("E006", "CELERY_ACCEPT_CONTENT", ["json", "pickle"]),
        ("E007", "LINKS_ALLOW", ["127.0.0.1:8080"]),
        ("E008", "LINKS_CONTACT", "https://localhost/"),
        ("E009", "REDIS_URL", f"unix://{VAR}/servers/run/redis.sock"),
        ("E009", "REDIS_URL", "unix:///var/lib/election-vetting-a1b2/run/redis.sock"),
        ("E010", "ALLOWED_HOSTS", ["vetting.example", "*"]),
        ("E011", "ARCHIVE_ORIGIN", ""),
        ("E011", "ARCHIVE_ORIGIN", "http://copies.example"),
        ("E011", "ARCHIVE_ORIGIN", "copies.example"),
        ("E011", "ARCHIVE_ORIGIN", "https://copies.example/archive"),
        ("E011", "ARCHIVE_ORIGIN", "https://user@copies.example"),
        ("E011", "ARCHIVE_ORIGIN", "https://vetting.example"),
        ("E011", "ARCHIVE_ORIGIN", "https://vetting.example:8443"),
        ("E011", "ARCHIVE_ORIGIN", "https://copies.vetting.example"),
        ("E012", "ARCHIVE_TIMESTAMPS", ["First=https://stamps.example/"]),
        ("E012", "ARCHIVE_TIMESTAMPS", ["first=https://stamps.example/", "https://stamps.example/"]),
    ],
)
def test_each_setting_that_is_unfit_is_named_alone(monkeypatch, code, name, value):
    fit = SimpleNamespace(**vars(settings) | PRODUCTION)
    monkeypatch.setattr(checks, "settings", fit)
    assert not checks.refuse_what_is_unfit_for_production(None)

    setattr(fit, name, value)

    (problem,) = checks.refuse_what_is_unfit_for_production(None)
    assert problem.id == f"vetting.{code}"


@pytest.fixture
def production(tmp_path):
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_hex(40),
        "DATABASE_URL": "postgres://vetting:x@database.invalid/vetting",
        "REDIS_URL": "redis://:x@redis.invalid:6379/0",
        "ALLOWED_HOSTS": "vetting.example",
        "LINKS_CONTACT": "https://vetting.example/",
        "ARCHIVE_ORIGIN": "https://copies.example",
        "BEHIND_PROXY": "1",
        "VAR_DIR": str(tmp_path / "var"),
    }


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=PROJECT, env=environment, capture_output=True, text=True)


def check(environment: dict[str, str]) -> subprocess.CompletedProcess:
    return run(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")


def test_the_command_passes_a_production(production):
    done = check(production)

    assert done.returncode == 0, done.stderr


def test_the_command_fails_a_demo_and_names_all_that_is_wrong(production):
    demo = {
        "DEMO": "1",
        "DEBUG": "1",
        "SECRET_KEY": "change-me",
        "DATABASE_URL": f"postgres://v@/v?host={production['VAR_DIR']}/servers/run",
        "REDIS_URL": f"unix://{production['VAR_DIR']}/servers/run/redis.sock",
        "LINKS_ALLOW": "127.0.0.1:8080",
        "LINKS_CONTACT": "https://localhost/",
        "ALLOWED_HOSTS": "*",
        "ARCHIVE_ORIGIN": "http://localhost:8001",
        "ARCHIVE_TIMESTAMPS": "https://stamps.example/",
    }

    done = check(production | demo)

    assert done.returncode == 1
    for code, (_, words, hint) in checks.UNFIT.items():
        named = f"(vetting.{code}) {words}\n\tHINT: {hint}" in done.stderr
        assert named != (code in {"E005", "E006"}), code  # those two only a changed program could set
    for setting in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS"):
        assert setting in done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_setting_that_is_missing_stops_the_start_and_says_where_to_look(production, name):
    del production[name]

    done = run(production, "-c", "import vetting.settings")

    assert done.returncode == 1
    assert f"Set {name}; .env.example shows every setting." in done.stderr
