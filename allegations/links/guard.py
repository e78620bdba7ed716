"""The guard where names become addresses and sockets are made: every address is judged, every connection verified."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, auto
from functools import partial
from ipaddress import ip_address
from types import SimpleNamespace
from typing import Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import Failure, Stopped

UNKNOWN_NAME = frozenset(
    code for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if (code := getattr(socket, name, None))
)
# Not the loop's own threads: it waits for those when it closes, and a name server may keep one for a minute.
LOOKUPS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="name-lookup")


class Resolver(Protocol):
    """Turns a host name into addresses, or raises `socket.gaierror`."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of `host`."""


class SystemResolver:
    """Asks the operating system."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of `host`, each once, in the order of preference."""
        lookup = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(LOOKUPS, lookup)
        return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Phase(Enum):
    """How far a request has come."""

    NAME = auto()
    CONNECT = auto()
    ANSWER = auto()


class AddressRefused(OSError):
    """No socket is made for this address."""


class Guard(AbstractResolver):
    """Judges the addresses of one fetch: as name answers, as sockets are made, and once connected.

    aiohttp asks no resolver for an address written in digits and tries several addresses at once; hence the
    socket is where the rule holds, and the name answers are judged only to refuse a name with any bad one.
    """

    def __init__(self, policy: AddressPolicy, resolver: Resolver) -> None:
        self.policy = policy
        self.resolver = resolver
        self.begin()

    def begin(self) -> None:
        """Forget the last hop."""
        self.phase = Phase.NAME
        self.refused: str | None = None
        self.peer: str | None = None
        self.sockets: list[tuple[socket.socket, str, int]] = []
        self.name_ms: float | None = None
        self.connect_ms: float | None = None
        self._connecting_since = time.monotonic()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of `host`, or stop the fetch when there is none or any of them is refused."""
        began = time.monotonic()
        addresses = await self._addresses(host, port)
        self.name_ms = (time.monotonic() - began) * 1000
        for address in addresses:
            self._judge(address, port)
        if self.refused:
            raise Stopped(Failure.REFUSED_SSRF, f"{host} was refused: {self.refused}.")
        return [_result(host, address, port) for address in addresses]

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = await self.resolver.resolve(host, port)
        except socket.gaierror as error:
            if error.errno in UNKNOWN_NAME:
                raise Stopped(Failure.DNS_NXDOMAIN, f"The name {host} does not exist.") from error
            raise Stopped(Failure.DNS_TEMPFAIL, f"The name {host} could not be looked up just now.") from error
        except (OSError, UnicodeError) as error:
            raise Stopped(Failure.DNS_TEMPFAIL, f"The name {host} could not be looked up just now.") from error
        if not addresses:
            raise Stopped(Failure.DNS_NXDOMAIN, f"The name {host} has no address.")
        return addresses

    async def close(self) -> None:
        """Release nothing: the resolver belongs to the caller."""

    def make_socket(self, info: AddrInfoType) -> socket.socket:
        """Make the socket for one connection, or raise `AddressRefused` before a byte is sent."""
        family, kind, protocol, _, sockaddr = info
        address, port = str(sockaddr[0]), int(sockaddr[1])
        if not self._judge(address, port):
            raise AddressRefused(self.refused)
        if self.phase is Phase.NAME:
            self.phase, self._connecting_since = Phase.CONNECT, time.monotonic()
        made = socket.socket(family=family, type=kind, proto=protocol)
        self.sockets.append((made, address, port))
        return made

    def _judge(self, address: str, port: int) -> bool:
        words = self.policy.refusal(address, port)
        self.refused = self.refused or words
        return words is None

    async def verify(self, _session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object) -> None:
        """Compare the other end of the open socket with the judged address; runs before the request is written."""
        self.connect_ms = (time.monotonic() - self._connecting_since) * 1000
        for made, address, port in self.sockets:
            if made.fileno() >= 0:
                self._compare(made.getpeername(), address, port)
        if self.peer is None or self.refused:
            self._hang_up()
            raise Stopped(Failure.REFUSED_SSRF, self.refused or "The connection was not made by the guard.")
        self.phase = Phase.ANSWER

    def _compare(self, peer: tuple[str, int], address: str, port: int) -> None:
        if ip_address(peer[0]) != ip_address(address) or peer[1] != port:
            self.refused = f"the connection led to {peer[0]} port {peer[1]} instead of {address} port {port}"
        self.peer = peer[0]

    def _hang_up(self) -> None:
        """End the open connections; their transports see it and close, which nobody else would do here."""
        for made, _, _ in self.sockets:
            if made.fileno() >= 0:
                made.shutdown(socket.SHUT_RDWR)

    def tracing(self) -> aiohttp.TraceConfig:
        """Return the hook that runs `verify` for every new connection."""
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(self.verify)
        return trace


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
