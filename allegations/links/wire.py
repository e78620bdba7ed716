"""Requests on the wire: transfers of libcurl, driven by the running event loop, each on a connection of its own."""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pycurl

from allegations.links.alarm import Alarm
from allegations.links.answer import Answer
from allegations.links.certificates import certificate
from allegations.links.diagnosis import OWN_NETWORK, End, diagnose
from allegations.links.exchange import Failure, Limits, Stopped
from allegations.links.guard import Guard
from allegations.links.pace import Pace
from allegations.links.urls import Url

PIECE = 64 * 1024
UNCLEAN_END = "unexpected eof"
# Nothing of one request is left to another: no connection, no TLS session, no name; and nothing of this machine's
# settings enters it: no proxy, no password. libcurl follows no redirect and undoes no content coding.
ALWAYS = {
    pycurl.FRESH_CONNECT: 1,
    pycurl.FORBID_REUSE: 1,
    pycurl.SSL_SESSIONID_CACHE: 0,
    pycurl.PROXY: "",
    pycurl.NETRC: pycurl.NETRC_IGNORED,
    pycurl.NOSIGNAL: 1,
    pycurl.FOLLOWLOCATION: 0,
    pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
    pycurl.REDIR_PROTOCOLS: 0,
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.HTTP09_ALLOWED: 0,
    pycurl.HTTP_CONTENT_DECODING: 0,
    pycurl.BUFFERSIZE: PIECE,
}
EVENTS = {
    pycurl.POLL_IN: select.EPOLLIN,
    pycurl.POLL_OUT: select.EPOLLOUT,
    pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
}
WELL = End(pycurl.E_OK)


def trust_store() -> Path | None:
    """Return the file with the certificates that this machine trusts, or None; libcurl’s own TLS knows of none."""
    found = ssl.get_default_verify_paths()
    common = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
    paths = (Path(path) for path in (found.cafile, *common) if path)
    return next((path for path in paths if path.is_file()), None)


@dataclass(frozen=True)
class Request:
    """One GET, or a POST of `body`: where to, with which header lines, and whether the server must prove who it is."""

    url: Url
    lines: tuple[bytes, ...]
    verified: bool = True
    body: bytes | None = None

    def head(self) -> bytes:
        """Return the head as libcurl sends it."""
        netloc = self.url.origin.partition("://")[2]
        method = "GET" if self.body is None else "POST"
        return b"\r\n".join((f"{method} {self.url.target} HTTP/1.1\r\nHost: {netloc}".encode(), *self.lines, b"", b""))


@dataclass(slots=True)
class _Transfer:
    """What waits for a transfer and what watches over it; `done` is given libcurl’s code and words."""

    answer: Answer
    pace: Pace
    done: asyncio.Future[tuple[int, str]]

    def end(self, stop: Stopped) -> None:
        if not self.done.done():
            self.answer.stop = stop
            self.done.set_result((pycurl.E_OK, ""))


class Wire:
    """All requests of one batch. Made inside a running loop; closed when no request is under way any more.

    The loop watches one descriptor for all sockets, and keeps one timer for libcurl and one for all paces.
    """

    def __init__(self, trust: Path | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._trust = trust or trust_store()
        self._template = _template(self._trust)
        self._under_way: dict[pycurl.Curl, _Transfer] = {}
        self._sockets, self._watched = select.epoll(), set[int]()
        self._loop.add_reader(self._sockets.fileno(), self._sockets_ready)
        self._timeout = Alarm(self._loop, self._time_passed)
        self._paces = Alarm(self._loop, self._look_at_paces)
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._wake_in)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._timeout.stop()
        self._paces.stop()
        self._multi.close()
        self._template.close()
        self._loop.remove_reader(self._sockets.fileno())
        self._sockets.close()

    async def ask(self, request: Request, guard: Guard, answer: Answer, limits: Limits, left_s: float) -> None:
        """Send one request and take in its answer; raise `Stopped` when that fails or meets a limit."""
        host = request.url.host
        pinned = await guard.vet(host, request.url.port, min(limits.name_s, left_s))
        await guard.keep_gap(request.url.host_key, pinned[0] if pinned else host)
        curl = self._prepared(request, guard, answer, pinned)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, _ms(limits.connect_s))
        curl.setopt(pycurl.TIMEOUT_MS, _ms(left_s - (guard.name_ms or 0.0) / 1000))
        try:
            code, words = await self._run(curl, answer, Pace(guard, answer, limits, self._loop.time()))
            answer.certificate = certificate(curl) if request.url.scheme == "https" else None
            end = _end(curl, code, words, answer) if code else WELL
        finally:
            curl.close()
        _conclude(end, guard, answer)

    def _prepared(self, request: Request, guard: Guard, answer: Answer, pinned: Sequence[str]) -> pycurl.Curl:
        curl = self._template.duphandle()
        curl.setopt(pycurl.URL, request.url.origin)
        curl.setopt(pycurl.REQUEST_TARGET, request.url.target)  # as it is: libcurl would write %d9 as %D9
        curl.setopt(pycurl.HTTPHEADER, request.lines)
        if request.body is not None:
            curl.setopt(pycurl.POSTFIELDS, request.body)
        curl.setopt(pycurl.OPENSOCKETFUNCTION, guard.make_socket)
        curl.setopt(pycurl.PREREQFUNCTION, guard.compare)
        curl.setopt(pycurl.HEADERFUNCTION, answer.on_line)
        curl.setopt(pycurl.WRITEFUNCTION, answer.on_body)
        if pinned:
            curl.setopt(pycurl.RESOLVE, [_pin(request.url, pinned)])
            curl.setopt(pycurl.RESOLVER_START_FUNCTION, _look_up_nothing)
        if request.url.scheme == "https":
            self._secure(curl, answer, verified=request.verified)
        return curl

    def _secure(self, curl: pycurl.Curl, answer: Answer, *, verified: bool) -> None:
        if verified and self._trust is None:
            curl.close()
            raise Stopped(Failure.OWN_FAULT, "Our own fault: this machine has no list of certificates to trust.")
        curl.setopt(pycurl.OPT_CERTINFO, 1)
        curl.setopt(pycurl.VERBOSE, 1)
        curl.setopt(pycurl.DEBUGFUNCTION, answer.on_trace)
        if not verified:
            curl.setopt(pycurl.SSL_VERIFYPEER, 0)
            curl.setopt(pycurl.SSL_VERIFYHOST, 0)

    async def _run(self, curl: pycurl.Curl, answer: Answer, pace: Pace) -> tuple[int, str]:
        """Run one transfer until it ends, is too slow, or nobody waits for it any more."""
        self._multi.add_handle(curl)
        done: asyncio.Future[tuple[int, str]] = self._loop.create_future()
        self._under_way[curl] = _Transfer(answer, pace, done)
        self._paces.no_later_than(pace.due)
        try:
            return await done
        finally:
            del self._under_way[curl]
            self._multi.remove_handle(curl)

    def _watch(self, what: int, fd: int, _multi: pycurl.CurlMulti, _data: object) -> None:
        """Watch a socket for what libcurl waits for."""
        events = EVENTS.get(what)
        if events is None:
            if fd in self._watched:
                self._watched.remove(fd)
                with suppress(OSError):  # one that is closed is no longer watched
                    self._sockets.unregister(fd)
        elif fd in self._watched:
            self._sockets.modify(fd, events)
        else:
            self._watched.add(fd)
            self._sockets.register(fd, events)

    def _sockets_ready(self) -> None:
        for fd, event in self._sockets.poll(0):
            # An error is for whoever waits, to read or to write.
            reads = pycurl.CSELECT_IN if event & ~select.EPOLLOUT else 0
            self._act(fd, reads | (pycurl.CSELECT_OUT if event & ~select.EPOLLIN else 0))

    def _wake_in(self, ms: int) -> None:
        """Note when libcurl wants to be called."""
        self._timeout.at(self._loop.time() + ms / 1000 if ms >= 0 else None)

    def _time_passed(self) -> None:
        self._act(pycurl.SOCKET_TIMEOUT, 0)

    def _look_at_paces(self) -> None:
        now = self._loop.time()
        for transfer in self._under_way.values():
            if transfer.pace.due <= now and (stop := transfer.pace.look(now)):
                transfer.end(stop)
        if self._under_way:
            self._paces.at(min(transfer.pace.due for transfer in self._under_way.values()))

    def _act(self, fd: int, events: int) -> None:
        try:
            _, running = self._multi.socket_action(fd, events)
            if running < len(self._under_way):
                self._collect()
        except pycurl.error as error:  # the wire itself is broken: nobody may wait for it
            for transfer in self._under_way.values():
                if not transfer.done.done():
                    transfer.done.set_exception(error)

    def _collect(self) -> None:
        left = 1
        while left:
            left, well, failed = self._multi.info_read()
            for curl, code, words in (*((curl, pycurl.E_OK, "") for curl in well), *failed):
                done = self._under_way[curl].done
                if not done.done():
                    done.set_result((code, words))


def _end(curl: pycurl.Curl, code: int, words: str, answer: Answer) -> End:
    errno, verdict = curl.getinfo(pycurl.OS_ERRNO), curl.getinfo(pycurl.SSL_VERIFYRESULT)
    return End(code, words, errno, verdict, answer.certificate_wanted)


def _conclude(end: End, guard: Guard, answer: Answer) -> None:
    """Return when the answer came as far as it is wanted, or raise what stopped it."""
    if answer.error:
        raise answer.error
    if guard.refused:
        raise Stopped(Failure.REFUSED_SSRF, f"The address was refused: {guard.refused}.")
    if guard.helpless:
        raise Stopped(*OWN_NETWORK)
    if answer.stop:
        raise answer.stop
    if answer.leads_on:
        return
    if end.code == pycurl.E_RECV_ERROR and UNCLEAN_END in end.words and answer.ends_with_connection:
        end = WELL  # as browsers do: many servers close without a word of TLS
    if end.code != pycurl.E_OK or answer.status is None:
        raise diagnose(end, guard.phase, answered=answer.status is not None)
    answer.body.end()


def _template(trust: Path | None) -> pycurl.Curl:
    curl = pycurl.Curl()
    for option, value in ALWAYS.items():
        curl.setopt(option, value)
    if trust:
        curl.setopt(pycurl.CAINFO, str(trust))
    return curl


def _pin(url: Url, addresses: Sequence[str]) -> str:
    listed = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
    return f"{url.host}:{url.port}:{listed}"


def _look_up_nothing() -> int:
    """Refuse that libcurl looks a name up by itself."""
    return 1


def _ms(seconds: float) -> int:
    """Return whole milliseconds, at least one: libcurl takes none for no limit."""
    return max(1, round(seconds * 1000))
