"""Runs the whole house on this machine: `manage.py demo`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from vetting.demo.environment import add_arguments
from vetting.demo.processes import ARCHIVE_HOSTS, Processes, claim_port
from vetting.demo.welcome import welcome
from vetting.supervisor.errors import CannotStart, StopRequested
from vetting.supervisor.house import House, stopping_on_signals
from vetting.supervisor.orphans import end_orphans, only_house

TITLES = {"postgres": "PostgreSQL", "redis": "Redis"}


class Command(BaseCommand):
    help = "Runs everything on this machine: PostgreSQL, Redis, web servers, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Start everything, say where it is, and stay until a signal asks to stop."""
        processes = Processes(dict(os.environ))
        logs = processes.var / "log"
        logs.mkdir(mode=0o700, exist_ok=True)
        house = House(logs, self.say)
        try:
            with only_house(processes.var), stopping_on_signals(house):
                self.start(house, processes)
                house.watch()
                self.say("Stopping; a check that is under way may take some seconds.")
        except CannotStart as refusal:
            sys.exit(f"\n{refusal}")
        except StopRequested:
            self.say("\nStopping.")
        self.say("Stopped. What was entered is kept.")

    def start(self, house: House, processes: Processes) -> None:
        """Start every process in order, each with a line that says how long it took."""
        began = time.monotonic()
        end_orphans(processes.var)
        claim_port(processes.port)
        claim_port(processes.archive_port, "ARCHIVE_PORT", ARCHIVE_HOSTS)
        accounts = processes.var / "accounts.txt"
        first = not accounts.exists()
        for number, (words, action) in enumerate(steps := self.steps(house, processes), start=1):
            with self.timed(f"{number}/{len(steps)} {words}"):
                action()
        self.say(welcome(processes, time.monotonic() - began, accounts, first=first))

    def steps(self, house: House, processes: Processes) -> list[tuple[str, Callable[[], None]]]:
        """Return what is done at a start: words for it, and the action."""
        prepare = ("Bring tables, case and accounts up to date", partial(house.run, processes.prepare()))
        servers = [(f"Start {TITLES[server.name]}", server) for server in processes.servers()]
        ours = [
            ("Start the web server", processes.web()),
            ("Start the server of the archived copies", processes.copies()),
            ("Start the worker", processes.worker()),
            ("Start beat", processes.beat()),
        ]
        return [
            *((words, partial(house.start, service)) for words, service in servers),
            prepare,
            *((words, partial(house.start, service)) for words, service in ours),
        ]

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    @contextmanager
    def timed(self, words: str) -> Iterator[None]:
        """Print `words`, and behind them the seconds it took."""
        self.stdout.write(f"{words} … ", ending="")
        self.stdout.flush()
        began = time.monotonic()
        yield
        self.say(f"{time.monotonic() - began:.1f} s")
