"""The scripts behind `make`: what they say when something is missing."""

import os
import subprocess

from tests.machine import PROJECT


def run(*command, **environment):
    return subprocess.run(command, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True)


def test_make_alone_lists_what_can_be_made():
    listed = run("make", "--no-print-directory").stdout

    assert [line.split()[1] for line in listed.splitlines()] == [
        *("help", "demo", "test", "test-pure", "test-deep", "mutants", "check", "schema", "lock", "clean"),
    ]


def test_without_a_fitting_python_nothing_is_made(tmp_path):
    done = run("tools/environment.sh", "create", str(tmp_path / "venv"), PYTHON="/bin/false")

    assert done.returncode == 1
    assert "Python 3.11 or 3.12" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_missing_browser_fails_only_where_a_machine_decides(tmp_path):
    for name in ("sh", "id"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")

    by_hand = run("tools/browser.sh", PATH=str(tmp_path), CI="")
    by_machine = run("tools/browser.sh", PATH=str(tmp_path), CI="1")

    assert (by_hand.returncode, by_machine.returncode) == (0, 1)
    assert "Install the package chromium" in by_machine.stderr
