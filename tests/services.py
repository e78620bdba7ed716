"""Runs a command with a throwaway PostgreSQL and Redis: `python tests/services.py -- pytest -n 2`."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vetting.embedded.place import settle
from vetting.embedded.postgres import UNSAFE_BUT_FAST, Postgres
from vetting.embedded.redis import Redis
from vetting.supervisor.errors import StopRequested
from vetting.supervisor.house import House, stopping_on_signals


def run_with_services(command: list[str], folder: Path) -> int:
    """Run `command` with DATABASE_URL and REDIS_URL set; return its exit code."""
    folder.chmod(0o711)  # started by root, the servers are someone else
    place = settle(folder / "var")
    postgres, redis = Postgres(place, UNSAFE_BUT_FAST), Redis(place)
    house = House(logs=folder, say=sys.stderr.write)
    with stopping_on_signals(house):
        house.start(postgres.service())
        house.start(redis.service())
        environment = {**os.environ, "DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
        return follow(subprocess.Popen(command, env=environment), house)


def follow(process: subprocess.Popen, house: House) -> int:
    """Wait for `process`; pass a request to stop on to it."""
    while process.poll() is None:
        try:
            house.pause(0.2)
        except StopRequested:
            process.send_signal(signal.SIGTERM)
            process.wait()
    return process.returncode


def main() -> int:
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        sys.exit("Say what to run: python tests/services.py -- pytest")
    with tempfile.TemporaryDirectory(prefix="vetting-", ignore_cleanup_errors=True) as folder:
        return run_with_services(command, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
