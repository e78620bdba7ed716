"""How the tests of links ask: tiny limits, names from a table, nothing but loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings

from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import Exchange, Limits
from allegations.links.fetcher import fetch
from tests.servers.hostile import HostileServer

# Amounts are tiny; of time there is more than a machine that is busy with other things can lose.
TINY = Limits(
    name_s=30.0,
    connect_s=30.0,
    header_s=30.0,
    total_s=60.0,
    wire_bytes=300_000,
    pdf_bytes=600_000,
    decoded_bytes=2_000_000,
    decoded_slack=100_000,
    rate_bytes=200.0,
    rate_window_s=30.0,
)
# For what is slow on purpose, one of them for each: what is not slow may be late by a second and more.
SLOW_NAME = {"name_s": 0.3}
SLOW_HEAD = {"header_s": 1.5}
SLOW_BODY = {"rate_window_s": 0.5}
SLOW = {"/drip": SLOW_BODY, "/header-drip": SLOW_HEAD, "/silent": SLOW_HEAD}
# What ended sooner was not kept waiting until some other limit of `TINY`.
SOON_S = 20.0


# How long an example takes says something about the machine, nothing about the code.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class NamesFromTable:
    """A resolver with fixed answers; a list of lists is given out one after the other."""

    def __init__(self, **answers: Sequence[Any]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.answers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        found = self.answers[host]
        if isinstance(found[0], Exception):
            raise found[0]
        return found if isinstance(found[0], str) else found.pop(0)


@contextmanager
def deaf(family: socket.AddressFamily = socket.AF_INET, port: int = 0) -> Iterator[int]:
    """Give a port on which connections are begun and never made, as behind a firewall that drops what comes."""
    address = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    with ExitStack() as open_ones:
        listening = open_ones.enter_context(socket.create_server((address, port), family=family, backlog=0))
        port = listening.getsockname()[1]
        for _ in range(4):  # the first fills the queue of what waits to be accepted; the rest is dropped
            waiting = open_ones.enter_context(socket.socket(family))
            waiting.setblocking(False)
            waiting.connect_ex((address, port))
        yield port


def policy_for(*servers: HostileServer) -> AddressPolicy:
    """Allow exactly these servers."""
    return AddressPolicy(allow=frozenset(server.netloc for server in servers))


def ask(url: str, policy: AddressPolicy, **asking: Any) -> Exchange:
    """Fetch once with tiny limits and an empty table of names."""
    limits = replace(TINY, **asking.pop("limits", {}))
    asking.setdefault("resolver", NamesFromTable())
    return asyncio.run(fetch(url, user_agent="TestBot/1.0", policy=policy, limits=limits, **asking))
