"""A web server on loopback that misbehaves on request, and a canary that must stay silent."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

CERTIFICATE = Path(__file__).with_name("self_signed.pem")
# Certificates of the same key: by an authority that tests may trust, and with one fault each.
CERTIFICATES = Path(__file__).with_name("certificates")
AUTHORITY = CERTIFICATES / "authority.pem"
FILLER = "<p>The court heard the witness on the second day of the trial and adjourned until spring.</p>" * 12
ARTICLE = f"<!doctype html><title>Minister charged with fraud - News</title><h1>Minister charged</h1>{FILLER}"
LOGIN = "<title>Sign in</title><form action=/login><input name=u><input type='password' name=p></form>"
CHALLENGE = "<title>Just a moment...</title><p>Checking your browser</p><script src=/cdn-cgi/challenge-platform/x>"
PARKED = "<title>news.example</title><h1>This domain is for sale!</h1><a href='https://sedo.com/x'>Buy this domain</a>"


@dataclass(frozen=True)
class Request:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""


TURNS = 20
Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 200, body: str | bytes = ARTICLE, **headers: str) -> Handler:
    """Return a handler that gives this whole answer; underscores in header names become hyphens."""
    data = body.encode() if isinstance(body, str) else body
    named = {"content-type": "text/html; charset=utf-8", "content-length": str(len(data))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in named.items()), "", ""]

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join(lines).encode() + data)

    return handle


def redirect(location: str, status: int = 302) -> Handler:
    """Return a handler that sends the visitor on."""
    return answer(status, "", location=location)


def raw(data: bytes) -> Handler:
    """Return a handler that writes these bytes and closes."""

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return handle


def gzip_bomb(megabytes: int = 64) -> bytes:
    """Return a gzip stream that unpacks to this many megabytes of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    million = bytes(1_000_000)
    return b"".join(packer.compress(million) for _ in range(megabytes)) + packer.flush()


async def endless(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Send chunks for as long as somebody listens."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n")
    while not writer.transport.is_closing():
        writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0)  # over TLS draining may not wait, and then nobody learns that the other side has left


async def drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Send a byte of body every twentieth of a second."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.05)


async def header_drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Send a byte of header every twentieth of a second."""
    writer.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.05)


async def silent(_request: Request, _writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


async def reset(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Drop the connection without an answer."""
    _drop(writer)


def _drop(writer: asyncio.StreamWriter) -> None:
    with suppress(AttributeError):  # some 3.11.x fail at a connection with TLS that is closed already
        writer.transport.abort()


async def tagged(request: Request, writer: asyncio.StreamWriter) -> None:
    """Answer 304 to the right validator, else 200 with one."""
    known = request.headers.get("if-none-match") == '"v1"'
    handle = answer(304, "", etag='"v1"') if known else answer(200, ARTICLE, etag='"v1"')
    await handle(request, writer)


ROUTES: dict[str, Handler] = {
    "/ok": answer(),
    "/": answer(200, "<title>News</title><h1>Front page</h1><p>All the news of the day.</p>"),
    "/empty": answer(200, ""),
    "/challenge": answer(200, CHALLENGE),
    "/challenge-403": answer(403, "no", cf_mitigated="challenge"),
    "/login": answer(200, LOGIN),
    "/to-login": redirect("/login?next=/story"),
    "/parked": answer(200, PARKED),
    "/soft-404": answer(200, "<title>Page not found</title><h1>Sorry, this page does not exist.</h1>"),
    "/soft-404-fr": answer(200, "<title>Page introuvable</title><p>Cette page n’existe pas.</p>"),
    "/soft-404-es": answer(200, "<title>Página no encontrada</title><p>La página que busca no existe.</p>"),
    "/moved": redirect("/ok", 301),
    "/found": redirect("/ok", 302),
    "/to-root": redirect("/", 301),
    "/loop-a": redirect("/loop-b"),
    "/loop-b": redirect("/loop-a"),
    "/to-private": redirect("http://10.0.0.1/"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "/to-file": redirect("file:///etc/passwd"),
    "/to-script": redirect("javascript:alert(1)"),
    "/bomb": answer(200, gzip_bomb(), content_encoding="gzip"),
    "/gzip": answer(200, zlib.compress(ARTICLE.encode(), 9, 31), content_encoding="gzip"),
    "/deflate": answer(200, zlib.compress(ARTICLE.encode()), content_encoding="deflate"),
    "/raw-deflate": answer(200, zlib.compress(ARTICLE.encode(), 9, -15), content_encoding="deflate"),
    "/two-members": answer(
        200,
        zlib.compress(ARTICLE[:99].encode(), 9, 31) + zlib.compress(ARTICLE[99:].encode(), 9, 31),
        content_encoding="gzip",
    ),
    "/trailing-bytes": answer(200, zlib.compress(ARTICLE.encode(), 9, 31) + b"padding", content_encoding="gzip"),
    "/half-gzip": answer(200, zlib.compress(ARTICLE.encode(), 9, 31)[:60], content_encoding="gzip"),
    "/broken-gzip": answer(200, b"\x1f\x8bnonsense", content_encoding="gzip"),
    "/brotli": answer(200, b"\x0b\x02\x80abc\x03", content_encoding="br"),
    "/endless": endless,
    "/drip": drip,
    "/header-drip": header_drip,
    "/silent": silent,
    "/reset": reset,
    "/tagged": tagged,
    "/huge-length": raw(b"HTTP/1.1 200 OK\r\ncontent-length: 40000000000\r\n\r\nx"),
    "/huge-header": answer(200, ARTICLE, x_huge="x" * 200_000),
    "/many-headers": answer(200, ARTICLE, **{f"x_{number}": "1" for number in range(2000)}),
    "/cut-short": raw(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 900\r\n\r\nhalf"),
    "/garbage": raw(b"\x00\xff\x00 this is no HTTP \r\n\r\n"),
}


def route_for(path: str) -> Handler:
    """Return what answers on `path`: a route, `/status/<n>` or `/hops/<n>`; unknown paths are 404."""
    bare = path.partition("?")[0]
    _, _, last = bare.rpartition("/")
    if bare.startswith("/status/"):
        return answer(int(last), "" if last == "204" else f"<title>{last}</title><p>Answer {last}</p>")
    if bare.startswith("/hops/"):
        return redirect(f"/hops/{int(last) - 1}" if int(last) > 1 else "/ok")
    return ROUTES.get(bare, answer(404, "<title>404</title><p>No such page</p>"))


class HostileServer:
    """Serves `ROUTES` and what a test adds with `on`, in a thread of its own, while the `with` block runs.

    `connections` counts connections, `requests` lists what was asked, `most_at_once` is the most handled together.
    With `tls` it speaks TLS with that certificate, and `shape` may change how.
    """

    def __init__(
        self,
        *,
        tls: str | None = None,
        shape: Callable[[ssl.SSLContext], None] | None = None,
        family: socket.AddressFamily = socket.AF_INET,
        port: int = 0,
    ) -> None:
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self.requests: list[Request] = []
        self._extra: dict[str, Handler] = {}
        self._tls = _server_context(tls, shape) if tls else None
        self.address = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self._listening = socket.create_server((self.address, port), family=family)
        self.port: int = self._listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def netloc(self) -> str:
        """Return the pair to allow in an address policy."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def url(self, path: str = "/ok", host: str | None = None) -> str:
        """Return the address of `path` on this server, by its number or under a name."""
        netloc = f"{host}:{self.port}" if host else self.netloc
        return f"{'https' if self._tls else 'http'}://{netloc}{path}"

    def on(self, path: str, handler: Handler) -> None:
        """Serve `path` with `handler`."""
        self._extra[path] = handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, sock=self._listening, ssl=self._tls)
        await self._stop.wait()
        while others := asyncio.all_tasks() - {asyncio.current_task()} - self._tasks:
            await asyncio.gather(*others, return_exceptions=True)  # the connections that are being accepted
        server.close()  # some 3.11.x lose what is being accepted meanwhile, and never close it
        for _ in range(TURNS):  # what was accepted comes in, and what is aborted goes out, some turns of the loop later
            await asyncio.sleep(0)
            for task in tuple(self._tasks):
                task.cancel()
            for writer in tuple(self._writers):
                _drop(writer)  # a task cancelled before it began has closed nothing
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = self._loop.create_task(self._serve_one(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            request = await _read_request(reader)
            self.requests.append(request)
            await (self._extra.get(request.path) or route_for(request.path))(request, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self.at_once -= 1
            writer.close()  # which waits for whoever does not read; it is remembered, to be aborted in the end


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    named = (line.partition(":") for line in lines if line)
    return Request(method, path, {name.lower(): value.strip() for name, _, value in named}, head.encode("latin-1"))


def _server_context(certificate: str, shape: Callable[[ssl.SSLContext], None] | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own = CERTIFICATE if certificate == "self_signed" else CERTIFICATES / f"{certificate}.pem"
    context.load_cert_chain(own, CERTIFICATE)
    if shape:
        shape(context)
    return context
