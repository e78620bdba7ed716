"""The guard where names become addresses and sockets are made: every address is judged, every connection compared."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum, auto
from functools import partial
from typing import Any, Protocol

import pycurl

from allegations.links.addresses import Judge
from allegations.links.exchange import Deferred, Failure, Stopped
from allegations.links.urls import is_literal, site

UNKNOWN_NAME = frozenset(
    code for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if (code := getattr(socket, name, None))
)
# Not the loop's own threads: it waits for those when it closes, and a name server may keep one for a minute. There are
# twice as many as the batches of one sweep use at once, for those that a batch before has left behind.
MOST_LOOKUPS = 256
LOOKUPS = ThreadPoolExecutor(max_workers=MOST_LOOKUPS, thread_name_prefix="name-lookup")
FREE_THREADS = threading.BoundedSemaphore(MOST_LOOKUPS)
NAMES_AT_ONCE = 32  # of one batch
NAMES_OF_SITE = 8  # of one batch: whoever holds a thousand names has one slow name server for all of them
QUEUE_S = 15.0  # a name whose turn does not come sooner is looked up another time
AGAIN_IN_S = 60.0
NOT_LOOKED_UP = "Many names were being looked up; the check was put off before this one’s turn had come."
NO_SOCKET: int = pycurl.SOCKET_BAD
GO_ON: int = pycurl.PREREQFUNC_OK
HANG_UP: int = pycurl.PREREQFUNC_ABORT


class Resolver(Protocol):
    """Turns a host name into addresses, or raises `socket.gaierror`, or `Deferred` where it could not even begin."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of `host`."""


class SystemResolver:
    """Asks the operating system."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of `host`, each once, in the order of preference."""
        if not FREE_THREADS.acquire(blocking=False):
            raise Deferred(AGAIN_IN_S, NOT_LOOKED_UP)
        lookup = LOOKUPS.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        lookup.add_done_callback(_free)  # not when nobody waits for it any more, but when its thread is free
        found = await asyncio.wrap_future(lookup)
        return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _free(_lookup: Future[Any]) -> None:
    FREE_THREADS.release()


class Names:
    """Whose names are looked up now: so many of one batch, and fewer of one site. To wait is no fault of a name."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(NAMES_AT_ONCE)
        self._sites: defaultdict[str, asyncio.Semaphore] = defaultdict(partial(asyncio.Semaphore, NAMES_OF_SITE))

    def turn(self, host: str) -> _Turn:
        """Return the turn of one name, to be held while it is looked up."""
        return _Turn(self._sites[site(host)], self._all)


class _Turn:
    """A place of each of two queues, held together; raises Deferred where they do not come in time."""

    __slots__ = ("_all", "_site")

    def __init__(self, site_queue: asyncio.Semaphore, all_queue: asyncio.Semaphore) -> None:
        self._site, self._all = site_queue, all_queue

    async def __aenter__(self) -> None:
        if not (self._site.locked() or self._all.locked()):  # the usual case: nobody has to wait, nor a timer to be set
            await self._take()
            return
        try:
            async with asyncio.timeout(QUEUE_S):
                await self._take()
        except TimeoutError as error:
            raise Deferred(AGAIN_IN_S, NOT_LOOKED_UP) from error

    async def _take(self) -> None:
        await self._site.acquire()
        try:
            await self._all.acquire()
        except BaseException:
            self._site.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._all.release()
        self._site.release()


Gap = Callable[[str, str], Awaitable[None]]


async def no_gap(_host: str, _address: str) -> None:
    """Let every address be asked at once."""


class Phase(Enum):
    """How far a request has come."""

    NAME = auto()
    CONNECT = auto()
    ANSWER = auto()


class Guard:
    """Judges the addresses of one request: as name answers, as sockets are made, and once connected.

    The name is looked up once, here, and libcurl is given the judged answers; the rule holds where the socket is made,
    which addresses in digits pass too. Its callbacks never raise: they note why, and let no connection come about.
    """

    def __init__(self, judge: Judge, resolver: Resolver, names: Names | None = None, gap: Gap = no_gap) -> None:
        self.judge, self.resolver = judge, resolver
        self._names, self._gap = names, gap
        self.waited_s = 0.0  # for a turn: no fault of the other side
        self.phase = Phase.NAME
        self.refused: str | None = None
        self.helpless = False
        self.peer: str | None = None
        self.name_ms: float | None = None
        self.connect_ms: float | None = None
        self._made: set[tuple[str, int]] = set()
        self._connecting_since = 0.0

    async def vet(self, host: str, port: int, within_s: float) -> Sequence[str]:
        """Return the addresses of a name, all of them fit to be asked, or raise `Stopped`.

        Nothing is returned for a host that is an address itself: it needs no lookup, and its socket is judged.
        """
        if is_literal(host):
            return ()
        asked = time.monotonic()
        async with (self._names or Names()).turn(host):
            began = time.monotonic()
            self.waited_s += began - asked
            addresses = await self._addresses(host, port, within_s)
        self.name_ms = (time.monotonic() - began) * 1000
        for address in addresses:
            if not self._judge(address, port):
                raise Stopped(Failure.REFUSED_SSRF, f"{host} was refused: {self.refused}.")
        return addresses

    async def _addresses(self, host: str, port: int, within_s: float) -> Sequence[str]:
        try:
            async with asyncio.timeout(within_s):
                addresses = await self.resolver.resolve(host, port)
        except socket.gaierror as error:
            if error.errno in UNKNOWN_NAME:
                raise Stopped(Failure.DNS_NXDOMAIN, f"The name {host} does not exist.") from error
            raise Stopped(Failure.DNS_TEMPFAIL, f"The name {host} could not be looked up just now.") from error
        except TimeoutError as error:
            raise Stopped(Failure.DNS_TEMPFAIL, f"The name {host} could not be looked up in time.") from error
        except (OSError, UnicodeError) as error:
            raise Stopped(Failure.DNS_TEMPFAIL, f"The name {host} could not be looked up just now.") from error
        if not addresses:
            raise Stopped(Failure.DNS_NXDOMAIN, f"The name {host} has no address.")
        return addresses

    async def keep_gap(self, host: str, address: str) -> None:
        """Wait until a server may be asked that other hosts have too; raise Deferred where that takes long."""
        began = time.monotonic()
        try:
            await self._gap(host, address)
        finally:
            self.waited_s += time.monotonic() - began

    def make_socket(self, _purpose: int, where: pycurl.CurlSockAddr) -> int:
        """Make the socket for one connection, or none; one refusal refuses every later socket of this request."""
        address, port = where.addr[:2]
        if self.refused or not self._judge(address, port):
            return NO_SOCKET
        if self.phase is Phase.NAME:
            self.phase, self._connecting_since = Phase.CONNECT, time.monotonic()
        try:
            made = socket.socket(where.family, where.socktype, where.protocol).detach()
        except OSError:  # out of descriptors; or this machine knows no such addresses, but others may follow
            self.helpless = not self._made
            return NO_SOCKET
        self.helpless = False
        self._made.add((address, port))
        return made

    def _judge(self, address: str, port: int) -> bool:
        words = self.judge.refusal(address, port)
        self.refused = self.refused or words
        return words is None

    def compare(self, peer: str, _local: str, port: int, _local_port: int) -> int:
        """Compare the other end of the open connection with the judged addresses, before the request is written."""
        self.connect_ms = (time.monotonic() - self._connecting_since) * 1000
        self.peer = peer
        if (peer, port) not in self._made:
            self.refused = self.refused or f"the connection led to {peer} port {port}, which was not judged"
        if self.refused:
            return HANG_UP
        self.phase = Phase.ANSWER
        return GO_ON
