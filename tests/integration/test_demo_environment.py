"""The settings that a demo makes for itself."""

import errno
import subprocess
import sys

import pytest

from tests.machine import PROJECT, open_folder
from vetting.demo.environment import MADE, furnish
from vetting.demo.processes import Processes
from vetting.supervisor.errors import CannotStart


@pytest.fixture
def var():
    with open_folder() as folder:
        yield folder / "var"


def furnished(var, *arguments, **given):
    environment = {"VAR_DIR": str(var), **given}
    furnish(list(arguments), environment)
    return environment


def test_what_is_missing_is_made_and_stays_the_same(var):
    first, second = furnished(var), furnished(var)

    assert first == second
    assert set(first) == set(MADE)
    assert len(first["SECRET_KEY"]) >= 50


def test_every_demo_has_a_secret_of_its_own(var):
    assert furnished(var)["SECRET_KEY"] != furnished(var.parent / "other")["SECRET_KEY"]


def test_what_the_environment_says_is_kept(var):
    given = {
        "DATABASE_URL": "postgres://someone@elsewhere/db",
        "REDIS_URL": "redis://elsewhere:6379/0",
        "SECRET_KEY": "s" * 60,
        "PORT": "8001",
    }

    environment = furnished(var, **given)

    assert {name: environment[name] for name in given} == given
    assert Processes(environment).servers() == []
    assert not (var / "secret").exists()


def test_the_command_line_wins(var):
    environment = furnished(var, f"--var={var.parent / 'other'}", "--port=8002", PORT="8001")

    assert (environment["PORT"], environment["ARCHIVE_PORT"]) == ("8002", "8003")
    assert environment["VAR_DIR"] == str((var.parent / "other").resolve())


def test_copies_are_shown_under_another_name_and_port_than_the_site(var):
    environment = furnished(var, "--archive-port=9000", ARCHIVE_ORIGIN="http://127.0.0.1:8000")

    assert (environment["PORT"], environment["ARCHIVE_ORIGIN"]) == ("8000", "http://localhost:9000")


@pytest.mark.parametrize(
    ("port", "archive_port", "words"),
    [
        ("8000", "8000", "PORT and ARCHIVE_PORT are both 8000"),
        ("65535", "", "ARCHIVE_PORT is “65536”"),
        ("8000", "copies", "ARCHIVE_PORT is “copies”; write a number from 1 to 65535."),
    ],
)
def test_a_port_of_the_copies_that_cannot_be_is_refused(var, port, archive_port, words):
    with pytest.raises(CannotStart, match=words):
        Processes(furnished(var, PORT=port, ARCHIVE_PORT=archive_port)).archive_port  # noqa: B018


def test_other_commands_can_read_the_settings_and_other_accounts_cannot(var):
    environment = furnished(var)

    script = f'set -a; . {var}/env; exec "{sys.executable}" -c "import os; print(os.environ[\'DATABASE_URL\'])"'
    read = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True)

    assert read.stdout.strip() == environment["DATABASE_URL"]
    assert [(var / name).stat().st_mode & 0o077 for name in ("env", "secret")] == [0, 0]


def test_a_folder_that_may_not_be_written_is_explained(var, monkeypatch):
    def refuse(folder):
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr("vetting.demo.environment.settle", refuse)

    with pytest.raises(CannotStart, match=f"{var} may not be written by this user.*VAR_DIR=/some/folder make demo"):
        furnished(var)


def test_a_refusal_is_a_sentence_and_an_exit_code(var):
    command = [sys.executable, "manage.py", "demo", f"--var={var}", "--port=web"]

    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.strip() == "PORT is “web”; write a number from 1 to 65535."
