"""The benchmark's web server: one process, one loop over its sockets, answers made before the first question.

`python -m benchmarks.links_server` says its port and then serves until its standard input ends.
"""

from __future__ import annotations

import heapq
import itertools
import json
import resource
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection

from benchmarks.links_world import STATUS, Address, Writer, addresses

BACKLOG = 4096
SEND_BUFFER = 512 * 1024  # a page leaves with one call
# The word by which a server tells LinkChecker that it need not wait between its requests.
PLAIN = "Server: bench\r\nLinkChecker: welcome\r\n"


def head(status: int, length: int, more: str = "") -> bytes:
    """Return the head of an answer."""
    return (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{PLAIN}Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {length}\r\n{more}\r\n"
    ).encode()


def answers(found: list[Address], edition: int) -> dict[bytes, tuple[bytes, bytes, str]]:
    """Return for every path the head and the body of its answer, and what kind of address it is."""
    write, made = Writer(), {}
    for address in found:
        body, more = write.page(address.number, edition), ""
        if address.kind == "missing":
            body = b"<html><head><title>Not found</title></head><body><h1>Not found</h1></body></html>"
        if address.kind == "redirect":
            more = f"Location: /target/{address.number}\r\n"
            made[f"/target/{address.number}".encode()] = head(200, len(body)), body, "target"
            body = b"Moved."
        made[address.path.encode()] = head(STATUS[address.kind], len(body), more), body, address.kind
    index = "".join(f'<a href="{address.path}">{address.number}</a>\n' for address in found)
    index = f"<html><head><title>All links</title></head><body>\n{index}</body></html>"
    one = f'<html><body><a href="{found[0].path}">0</a></body></html>'
    made[b"/one.html"] = head(200, len(one)), one.encode(), "index"
    made[b"/index.html"] = head(200, len(index)), index.encode(), "index"
    made[b"/robots.txt"] = head(200, 0), b"", "robots"
    return made


class Server:
    """Answers GET and HEAD with what was made before; what is slow is answered after `delay_s` seconds."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.editions = {edition: answers(addresses(), edition) for edition in (1, 2)}
        self.answers = self.editions[1]
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(BACKLOG)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.poll = select.epoll()
        self.open: dict[int, socket.socket] = {}
        self.watched: dict[int, int] = {}
        self.unsent: dict[int, bytes] = {}
        self.later: list[tuple[float, int, socket.socket, bytes, bool]] = []
        self.turns = itertools.count()
        self.forget()

    def forget(self) -> None:
        """Count anew."""
        self.count: Counter[str] = Counter()
        self.seen: set[bytes] = set()
        self.began_cpu = time.process_time()

    def serve(self) -> None:
        """Serve until standard input ends."""
        self.poll.register(self.listener, select.EPOLLIN)
        self.poll.register(sys.stdin, select.EPOLLIN)
        watched, listening = sys.stdin.fileno(), self.listener.fileno()
        while True:
            for number, event in self.poll.poll(self._until_next()):
                if number == listening:
                    self._accept()
                elif number == watched:
                    return
                else:
                    self._turn(self.open[number], event)
            while self.later and self.later[0][0] <= time.monotonic():
                _, _, connection, answer, closes = heapq.heappop(self.later)
                self._send(connection, answer, closes)

    def _until_next(self) -> float:
        return max(0.0, self.later[0][0] - time.monotonic()) if self.later else -1

    def _accept(self) -> None:
        for _ in range(64):
            try:
                connection, _peer = self.listener.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            self.open[connection.fileno()] = connection
            self.count["connections"] += 1
            self._read(connection)  # the question is mostly there already

    def _turn(self, connection: socket.socket, event: int) -> None:
        if event & select.EPOLLOUT and (rest := self.unsent.pop(connection.fileno(), None)):
            self._send(connection, rest, closes=False)
        elif event & ~select.EPOLLOUT:
            self._read(connection)

    def _read(self, connection: socket.socket) -> None:
        try:
            asked = connection.recv(16384)
        except BlockingIOError:
            self._watch(connection, select.EPOLLIN)
            return
        except OSError:
            asked = b""
        if not asked:
            self._close(connection)
            return
        self._answer(connection, asked)

    def _answer(self, connection: socket.socket, asked: bytes) -> None:
        method, path, _ = asked.split(b" ", 2)
        if path.startswith(b"/control/"):
            self._send(connection, self._control(path), closes=True)
            return
        top, body, kind = self.answers.get(path) or (head(404, 0), b"", "unknown")
        self.count[f"{method.decode()} {kind}"] += 1
        self.seen.add(path)
        answer = top if method == b"HEAD" else top + body
        closes = b"\r\nconnection: close" in asked.lower()
        if kind == "slow":
            due = time.monotonic() + self.delay_s
            heapq.heappush(self.later, (due, next(self.turns), connection, answer, closes))
            self._watch(connection, select.EPOLLIN)
        else:
            self._send(connection, answer, closes)

    def _control(self, path: bytes) -> bytes:
        if path == b"/control/forget":
            self.forget()
        if path.startswith(b"/control/edition/"):
            self.answers = self.editions[int(path[-1:])]
        known = len([path for path in self.seen if self.answers.get(path, (0, 0, ""))[2] in STATUS])
        said = {"count": self.count, "addresses": known, "cpu_s": time.process_time() - self.began_cpu}
        body = json.dumps(said).encode()
        return head(200, len(body)) + body

    def _send(self, connection: socket.socket, answer: bytes, closes: bool) -> None:
        try:
            sent = connection.send(answer)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._close(connection)
            return
        if sent < len(answer):
            self.unsent[connection.fileno()] = answer[sent:]
            self._watch(connection, select.EPOLLIN | select.EPOLLOUT)
        elif closes:
            self._close(connection)
        else:
            self._watch(connection, select.EPOLLIN)

    def _watch(self, connection: socket.socket, events: int) -> None:
        number = connection.fileno()
        if number not in self.watched:
            self.poll.register(number, events)
        elif self.watched[number] != events:
            self.poll.modify(number, events)
        self.watched[number] = events

    def _close(self, connection: socket.socket) -> None:
        for kept in (self.open, self.watched, self.unsent):
            kept.pop(connection.fileno(), None)
        connection.close()


@dataclass(frozen=True)
class Served:
    """What the server saw since it was told to forget: requests by method and kind, addresses asked, own CPU."""

    count: Counter[str]
    addresses: int
    cpu_s: float

    @property
    def requests(self) -> int:
        return self.count.total() - self.count["connections"]


@dataclass(frozen=True)
class Site:
    """A running server."""

    port: int

    def forget(self) -> None:
        """Let it count anew."""
        self._ask("/control/forget")

    def edition(self, number: int) -> None:
        """Let it serve the first or the second edition of every page."""
        self._ask(f"/control/edition/{number}")

    def served(self) -> Served:
        """Return what it saw."""
        said = self._ask("/control/served")
        return Served(Counter(said["count"]), said["addresses"], said["cpu_s"])

    def _ask(self, path: str) -> dict:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        try:
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def serving(delay_s: float) -> Iterator[Site]:
    """Run the server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.links_server", str(delay_s)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Site(int(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait()


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server(float(sys.argv[1]) if sys.argv[1:] else 0.5)
    print(server.port, flush=True)
    server.serve()


if __name__ == "__main__":
    main()
