"""Supervision: started in order, started again after a crash, stopped without a process left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.machine import PROJECT, eventually, family, living, runs
from vetting.demo.processes import ARCHIVE_HOSTS, claim_port, port_number
from vetting.supervisor.account import current_account
from vetting.supervisor.errors import CannotStart, StopRequested
from vetting.supervisor.house import LARGEST_LOG, House, Restart, stopping_on_signals
from vetting.supervisor.orphans import MARK, end_orphans, only_house, orphans
from vetting.supervisor.service import Service

SLEEP = ("sh", "-c", "sleep 60 & echo ready; wait")  # a service with a child of its own
STUBBORN = ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 60; done")


def service(name, *command, **details):
    return Service(
        name=name,
        command=command,
        account=current_account(),
        folder=PROJECT,
        environment=dict(os.environ),
        **details,
    )


def start(house, name, *command, **details):
    """Start a service that says when it is ready; return its processes."""
    log = house.logs / f"{name}.log"
    house.start(service(name, *command, is_ready=lambda: "ready" in log.read_text(), **details))
    return family(house.running[name].process.pid)


@pytest.fixture
def said():
    return []


@pytest.fixture
def house(tmp_path, said):
    house = House(tmp_path, said.append)
    yield house
    house.stop()


def run_rounds(house, until):
    """Let the house look after its services until `until` holds or a minute is over."""
    deadline = time.monotonic() + 60

    def tick(seconds):
        house.stop_requested = until() or time.monotonic() > deadline

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vetting.supervisor.house.time.sleep", tick)
        house.watch()


def test_stopping_leaves_nothing_behind_and_goes_backwards(house):
    started = [*start(house, "first", *SLEEP), *start(house, "second", *SLEEP)]
    order = []
    for name, running in house.running.items():
        running.stop = lambda name=name, stop=running.stop: (order.append(name), stop())

    house.stop()

    assert order == ["second", "first"]
    assert len(started) == 4
    assert eventually(lambda: living(started) == [])


def test_a_service_that_does_not_listen_is_killed(house):
    started = start(house, "stubborn", *STUBBORN, stop_within=0.2)

    house.stop()

    assert eventually(lambda: living(started) == [])


def test_a_crashed_service_is_started_again(house, said):
    start(house, "crashing", *SLEEP)
    first = house.running["crashing"].process
    os.killpg(first.pid, signal.SIGKILL)

    run_rounds(house, until=lambda: house.running["crashing"].process is not first)

    assert house.running["crashing"].ended is None
    assert said == ["crashing ended with code -9; starting again in 1 s.", "  crashing | ready"]


def test_pauses_between_failures_grow_to_a_bound_and_are_forgotten_after_a_calm_life():
    restart = Restart()

    pauses = [restart.after_failure(now=0) for _ in range(7)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert restart.after_failure(now=61) == 1


def test_a_service_that_fails_says_why(house):
    failing = service("failing", "sh", "-c", "echo no disk left; exit 3")

    with pytest.raises(CannotStart, match=r"failing did not start(.|\n)*failing \| no disk left"):
        house.start(replace(failing, is_ready=lambda: False))


def test_a_service_gets_the_attempts_it_asks_for(house, tmp_path):
    attempts = tmp_path / "attempts"
    attempts.touch()
    third_works = f"echo once >> {attempts}; test $(wc -l < {attempts}) -eq 3 && exec sleep 60; exit 1"
    late = service("late", "sh", "-c", third_works, attempts=4)

    house.start(replace(late, is_ready=lambda: attempts.read_text().count("once") == 3))

    assert house.running["late"].ended is None


def test_a_step_that_fails_says_why(house):
    with pytest.raises(CannotStart, match=r"step failed:(.|\n)*step \| no such table"):
        house.run(service("step", "sh", "-c", "echo no such table; exit 1"))


def test_a_stop_is_noticed_while_something_starts(house):
    house.stop_requested = True

    with pytest.raises(StopRequested):
        start(house, "slow", "sleep", "60")


def test_signals_ask_the_house_to_stop_and_are_given_back(house):
    before = signal.getsignal(signal.SIGTERM)

    with stopping_on_signals(house):
        start(house, "some", *SLEEP)
        os.kill(os.getpid(), signal.SIGTERM)
        house.watch()

    assert house.running == {}
    assert signal.getsignal(signal.SIGTERM) is before


def test_logs_are_for_their_owner_only(house, tmp_path):
    house.run(service("step", "echo", "said"))

    assert (tmp_path / "step.log").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "step.log").read_text() == "said\n"


def test_a_link_is_not_taken_for_a_log(house, tmp_path):
    (tmp_path / "step.log").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"):
        house.run(service("step", "echo", "said"))


def test_a_large_log_is_set_aside(house, tmp_path):
    (tmp_path / "some.log").write_bytes(b"x" * (LARGEST_LOG + 1))

    start(house, "some", *SLEEP)

    assert (tmp_path / "some.log").read_text() == "ready\n"
    assert (tmp_path / "some.log.1").stat().st_size > LARGEST_LOG


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.integration.test_supervisor import House, start
process = start(House(Path(sys.argv[1]), print), "left", "sh", "-c", "echo ready; exec sleep 60")[0]
print(process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_killed_supervisor_takes_its_services_along(tmp_path):
    script = [sys.executable, "-c", KILLED, tmp_path]
    done = subprocess.run(script, cwd=PROJECT, stdout=subprocess.PIPE, text=True)

    assert done.returncode == -signal.SIGKILL
    assert eventually(lambda: not runs(int(done.stdout)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
def test_what_an_earlier_house_left_is_ended(tmp_path):
    environment = {**os.environ, MARK: str(tmp_path)}
    left = subprocess.Popen(STUBBORN, env=environment, start_new_session=True, stdout=subprocess.PIPE)
    assert left.stdout.readline() == b"ready\n"
    try:
        end_orphans(tmp_path, within=0)

        assert left.wait(60) == -signal.SIGKILL
    finally:
        with suppress(ProcessLookupError):
            os.killpg(left.pid, signal.SIGKILL)
        left.stdout.close()
    assert eventually(lambda: not orphans(tmp_path))


def test_one_folder_has_one_house(tmp_path):
    with only_house(tmp_path), pytest.raises(CannotStart, match=f"already runs from .* as process {os.getpid()}"):
        only_house(tmp_path).__enter__()
    with only_house(tmp_path):
        pass


def test_a_busy_port_is_named_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is busy.*PORT={port + 1} make demo"):
            claim_port(port)

    claim_port(port)


def test_a_port_of_the_copies_that_is_busy_under_either_address_is_named_with_its_setting():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        claim_port(port)
        with pytest.raises(CannotStart, match=f"Port {port} is busy.*ARCHIVE_PORT={port + 1} make demo"):
            claim_port(port, "ARCHIVE_PORT", ARCHIVE_HOSTS)


@pytest.mark.parametrize("text", ["", "web", "0", "65536", "-1", "8000.0"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(CannotStart, match="from 1 to 65535"):
        port_number(text)
