"""The wire: what is sent and kept byte for byte, that nothing leaks, and that no answer can hold a worker up."""

import asyncio
import errno
import gc
import hashlib
import os
import socket
import threading
import time
import zlib
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pycurl
import pytest

from allegations.links import guard
from allegations.links.addresses import AddressPolicy, Judge
from allegations.links.diagnosis import End, diagnose, late
from allegations.links.exchange import Failure, Limits
from allegations.links.fetcher import Job, fetch, fetch_many
from allegations.links.guard import Guard, Phase
from allegations.links.payload import IN_MEMORY, Payload
from allegations.links.reading import Body
from allegations.links.wire import Wire
from tests.servers.hostile import ARTICLE, AUTHORITY, HostileServer, answer, raw

from .asking import SLOW, SLOW_HEAD, SOON_S, TINY, NamesFromTable, ask, deaf, policy_for


def chunked(*pieces, head=b"", trailer=b""):
    sizes = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return raw(
        b"HTTP/1.1 200 OK\r\n" + head + b"transfer-encoding: chunked\r\n\r\n" + sizes + b"0\r\n" + trailer + b"\r\n"
    )


# What is sent


@pytest.mark.parametrize("target", ["/", "/a%20b?x=1&y=%e9", "/a//b/;p?q?r", "/?a=1", "/%2e%2e/x", "/caf%C3%A9"])
@pytest.mark.parametrize("tls", [None, "good"])
def test_the_head_of_a_request_is_noted_as_it_was_sent(target, tls):
    with HostileServer(tls=tls) as server:
        exchange = ask(server.url(target), policy_for(server), trust=AUTHORITY, etag='"caf\xe9"')

    assert exchange.hops[0].request == server.requests[0].raw
    assert exchange.hops[0].request.startswith(f"GET {target} HTTP/1.1\r\nHost: {server.netloc}\r\n".encode())
    assert exchange.hops[0].request.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("host", ["news.example", "[::1]"])
def test_the_host_of_a_request_is_noted_as_it_was_sent(host):
    with HostileServer(family=socket.AF_INET6 if host == "[::1]" else socket.AF_INET) as server:
        names = NamesFromTable(news_example=["127.0.0.1"])
        exchange = ask(server.url("/ok", host), policy_for(server), resolver=names)

    assert exchange.hops[0].request == server.requests[0].raw
    assert server.requests[0].headers["host"] == f"{host}:{server.port}"


def test_a_request_asks_for_pages_in_one_language_and_in_codings_that_we_undo(server):
    ask(server.url(), policy_for(server))

    [request] = server.requests
    assert request.headers["accept"].startswith("text/html,")
    assert request.headers["accept-language"] == "en"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert request.headers.keys() <= {"host", "user-agent", "accept", "accept-language", "accept-encoding"}


def test_what_was_not_stored_as_it_came_is_no_validator(server):
    ask(server.url("/tagged"), policy_for(server), etag='"caf\ufffd"', last_modified="Wed, 25 Nov 2026 10:00:00 GMT")

    assert "if-none-match" not in server.requests[0].headers
    assert server.requests[0].headers["if-modified-since"] == "Wed, 25 Nov 2026 10:00:00 GMT"


# What is kept of the head

HEAD = (
    b"HTTP/1.1 200 Fine  enough\r\nX-ODD:  two  spaces \r\nx-odd: again\nSet-Cookie: a=b\r\ncontent-length: 2\r\n\r\n"
)


def test_the_head_of_an_answer_is_kept_byte_for_byte(server):
    server.on("/odd", raw(HEAD + b"ok"))

    exchange = ask(server.url("/odd"), policy_for(server))

    assert (exchange.hops[0].head, exchange.body) == (HEAD, b"ok")


@pytest.mark.parametrize("interim", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_interim_heads_are_no_part_of_the_answer(server, interim):
    server.on("/early", raw(f"HTTP/1.1 {interim}\r\nlink: </x>\r\n\r\n".encode() * 3 + HEAD + b"ok"))

    exchange = ask(server.url("/early"), policy_for(server))

    assert (exchange.status, exchange.hops[0].head, exchange.body) == (200, HEAD, b"ok")
    assert "link" not in exchange.headers


@pytest.mark.parametrize(
    "trailer", [b"etag: late\r\n", b"HTTP/1.1 500 X: y\r\n", b"location: /x\r\n", b"x: y\r\n" * 400]
)
def test_trailers_are_no_part_of_the_head(server, trailer):
    server.on("/odd", chunked(b"one", b"two", trailer=trailer))

    exchange = ask(server.url("/odd"), policy_for(server))

    assert (exchange.status, exchange.body, exchange.failure) == (200, b"onetwo", None)
    assert exchange.hops[0].head == b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert not {"etag", "location"} & exchange.headers.keys()


def test_what_tells_a_guard_from_a_page_is_kept_and_no_cookie(server):
    told = {"cf-mitigated": "challenge", "server": "ddos-guard", "x-iinfo": "1", "akamai-grn": "2", "x-datadome": "3"}
    server.on("/guarded", answer(403, "no", set_cookie="secret=1", x_other="y", **told))

    exchange = ask(server.url("/guarded"), policy_for(server))

    assert told.items() <= exchange.headers.items()
    assert not {"set-cookie", "x-other"} & exchange.headers.keys()


@pytest.mark.parametrize(
    "head",
    [
        b"x: " + b"y" * 40_000 + b"\r\n",
        b"x: y\r\n" * 300,
        b"".join(b"x: " + b"y" * 20_000 + b"\r\n" for _ in range(8)),
        b"\r\nHTTP/1.1 103 Early Hints\r\nx: y\r\n" * 100,
    ],
    ids=["long line", "many lines", "many long lines", "many interim heads"],
)
def test_a_head_without_measure_is_no_answer(server, head):
    server.on("/odd", raw(b"HTTP/1.1 103 Early Hints\r\n" + head + b"\r\n" + HEAD + b"ok"))

    exchange = ask(server.url("/odd"), policy_for(server))

    assert (exchange.failure, exchange.status) == (Failure.PROTOCOL, None)
    assert "longer than we read" in exchange.sentence


def test_an_ordinary_long_head_is_read(server):
    policy = "content-security-policy: " + "https://cdn.example " * 800
    server.on("/csp", raw(f"HTTP/1.1 200 OK\r\n{policy}\r\ncontent-length: 2\r\n\r\nok".encode()))

    assert ask(server.url("/csp"), policy_for(server)).status == 200


def test_interim_heads_without_end_are_slow(server):
    async def hints(request, writer):
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            await asyncio.sleep(0.05)

    server.on("/hints", hints)

    assert ask(server.url("/hints"), policy_for(server), limits=SLOW_HEAD).failure is Failure.SLOW


# What is kept of the body

GZIPPED = zlib.compress(ARTICLE.encode(), 9, 31)


def kept(exchange):
    payload = exchange.payload
    try:
        return payload.wire().read(), b"".join(payload.decoded()), payload.coding
    finally:
        payload.close()


@pytest.mark.parametrize(
    ("handler", "wire", "coding"),
    [
        (answer(), ARTICLE.encode(), ""),
        (answer(200, GZIPPED, content_encoding="GZip"), GZIPPED, "gzip"),
        (chunked(ARTICLE[:99].encode(), ARTICLE[99:].encode()), ARTICLE.encode(), ""),
        (chunked(GZIPPED[:9], GZIPPED[9:], head=b"content-encoding: gzip\r\n"), GZIPPED, "gzip"),
        (raw(b"HTTP/1.0 200 OK\r\n\r\n" + ARTICLE.encode()), ARTICLE.encode(), ""),
    ],
    ids=["plain", "gzip", "chunked", "chunked gzip", "to the end"],
)
def test_a_body_is_kept_as_it_came_without_its_transfer_coding(server, handler, wire, coding):
    server.on("/kept", handler)

    exchange = ask(server.url("/kept"), policy_for(server), keep=True)

    assert exchange.wire_sha256 == hashlib.sha256(wire).hexdigest()
    assert exchange.payload_sha256 == hashlib.sha256(ARTICLE.encode()).hexdigest()
    assert (exchange.wire_bytes, exchange.decoded_bytes) == (len(wire), len(ARTICLE))
    assert kept(exchange) == (wire, ARTICLE.encode(), coding)


def test_nothing_is_kept_unasked(server):
    exchange = ask(server.url(), policy_for(server))

    assert (exchange.payload, exchange.wire_sha256) == (None, None)


def test_a_redirect_keeps_no_body_and_its_body_is_not_read(server):
    async def endless_redirect(request, writer):
        writer.write(b"HTTP/1.1 302 X\r\nlocation: /ok\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    server.on("/endless-redirect", endless_redirect)

    exchange = ask(server.url("/endless-redirect"), policy_for(server), keep=True)

    assert [hop.status for hop in exchange.hops] == [302, 200]
    assert kept(exchange)[0] == ARTICLE.encode()


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("/endless", Failure.TOO_LARGE),
        ("/drip", Failure.SLOW),
        ("/cut-short", Failure.CUT_SHORT),
        ("/bomb", Failure.TOO_LARGE_DECODED),
    ],
)
def test_a_part_of_a_body_is_kept_and_hashed_as_a_part(server, path, failure):
    exchange = ask(server.url(path), policy_for(server), keep=True, limits=SLOW.get(path, {}))

    wire, decoded, _ = kept(exchange)
    assert (exchange.failure, exchange.payload_sha256) == (failure, None)
    assert len(wire) == exchange.wire_bytes <= TINY.wire_bytes
    assert exchange.wire_sha256 == hashlib.sha256(wire).hexdigest()
    assert decoded.startswith(exchange.body)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 304 Not Modified\r\ncontent-length: 40000000000\r\ncontent-encoding: br\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\ncontent-encoding: br\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    ],
)
def test_an_answer_without_a_body_is_whole(server, head):
    server.on("/none", raw(head))

    exchange = ask(server.url("/none"), policy_for(server), keep=True)

    assert (exchange.failure, exchange.body, exchange.wire_bytes) == (None, b"", 0)
    assert kept(exchange)[0] == b""


def test_an_announced_length_is_refused_before_any_of_it_is_read(server):
    exchange = ask(server.url("/huge-length"), policy_for(server), keep=True)

    assert (exchange.failure, exchange.wire_bytes, exchange.status) == (Failure.TOO_LARGE, 0, 200)
    assert "40000000000 bytes" in exchange.sentence
    exchange.payload.close()


def test_a_pdf_may_be_larger_than_a_page_and_than_what_a_page_may_unpack_to(server):
    data = b"%PDF-1.7 " + bytes(2_500_000)
    limits = {"pdf_bytes": 3_000_000}
    for path, media_type in (("/pdf", "application/pdf"), ("/page", "text/html")):
        server.on(path, answer(200, data, content_type=media_type))

    pdf = ask(server.url("/pdf"), policy_for(server), limits=limits, keep=True)
    page = ask(server.url("/page"), policy_for(server), limits=limits)

    assert (pdf.failure, page.failure) == (None, Failure.TOO_LARGE)
    assert kept(pdf)[0] == data


def test_a_large_payload_lies_in_a_file_and_can_be_read_again():
    payload = Payload("gzip")
    data = os.urandom(IN_MEMORY)
    packed = zlib.compress(data, 1, 31)
    for start in range(0, len(packed), 50_000):
        payload.write(packed[start : start + 50_000])

    assert payload.size == len(packed) > IN_MEMORY
    assert [payload.wire().read() for _ in range(2)] == [packed, packed]
    assert b"".join(payload.decoded()) == data
    stream = payload.wire()
    payload.close()
    assert stream.closed


@pytest.mark.parametrize(
    ("coding", "wire", "decoded"), [("br", b"x", b""), ("gzip", b"\x1f\x8bno", b""), ("", b"x", b"x")]
)
def test_a_payload_that_cannot_be_decoded_ends(coding, wire, decoded):
    payload = Payload(coding)
    payload.write(wire)

    assert b"".join(payload.decoded()) == decoded


# Time


class Watch:
    """A pace that is due again and again, and stops its transfer at the last of so many looks."""

    def __init__(self, looks):
        self.looks, self.in_time, self.due = looks, [], 0.0

    def __call__(self, _guard, _answer, _limits, began):
        self.due = began
        return self

    def look(self, now):
        self.in_time.append(now >= self.due)
        self.due = now + 0.02
        return late(Phase.ANSWER) if len(self.in_time) == self.looks else None


def test_a_transfer_is_looked_at_whenever_it_is_due_and_ends_when_its_pace_says_so(server, monkeypatch):
    watch = Watch(12)
    monkeypatch.setattr("allegations.links.wire.Pace", watch)

    exchange = ask(server.url("/drip"), policy_for(server))

    assert (exchange.failure, watch.in_time) == (Failure.SLOW, [True] * 12)
    assert exchange.timings.total_ms < 1_000 * SOON_S


def test_a_body_that_stops_is_slow_after_one_window(server):
    async def stall(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + b"x" * 50_000)
        await asyncio.Event().wait()

    server.on("/stall", stall)

    exchange = ask(server.url("/stall"), policy_for(server), limits={"rate_window_s": 1.0})

    assert (exchange.failure, exchange.truncated, exchange.wire_bytes) == (Failure.SLOW, "time", 50_000)
    assert exchange.timings.total_ms < 1_000 * SOON_S


def test_a_body_is_read_over_many_windows(server):
    """Which window is slow is a question for the pace alone: nothing is asked of these."""

    async def steady(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
        for _ in range(20):
            writer.write(b"12345")
            await asyncio.sleep(0.02)

    server.on("/steady", steady)

    exchange = ask(server.url("/steady"), policy_for(server), limits={"rate_window_s": 0.05, "rate_bytes": 0.0})

    assert (exchange.failure, exchange.body) == (None, b"12345" * 20)


def test_the_time_of_all_is_the_end(server):
    async def forever(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n")
        while True:
            writer.write(b"x" * 100)
            await asyncio.sleep(0.02)

    server.on("/forever", forever)

    exchange = ask(server.url("/forever"), policy_for(server), limits={"total_s": 1.5})

    assert (exchange.failure, exchange.truncated) == (Failure.SLOW, "time")
    assert exchange.timings.total_ms < 1_000 * SOON_S


def test_a_connection_that_is_never_made_times_out():
    with deaf() as port:
        policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))
        exchange = ask(f"http://127.0.0.1:{port}/", policy, limits={"connect_s": 0.2})
        patient = ask(f"http://127.0.0.1:{port}/", policy, limits={"header_s": 0.2})

    assert exchange.failure is patient.failure is Failure.CONNECT_TIMEOUT
    assert exchange.hops[0].address is None


def test_an_address_that_swallows_connections_is_passed_over_for_the_next():
    with HostileServer() as server, deaf(socket.AF_INET6, server.port):
        policy = AddressPolicy(allow=frozenset({server.netloc, f"[::1]:{server.port}"}))
        names = NamesFromTable(news_example=["::1", "127.0.0.1"])
        exchange = ask(server.url("/ok", "news.example"), policy, resolver=names, limits={"header_s": 10.0})

    assert (exchange.status, exchange.hops[0].address) == (200, "127.0.0.1")


# What nobody foresaw


def test_an_error_inside_a_callback_is_our_own_fault_and_is_told_to_nobody_else(server, monkeypatch, capfd):
    take = Body.take

    def fail_on_long(self, piece):
        if len(piece) > 100:
            raise RuntimeError("secret detail")
        take(self, piece)

    monkeypatch.setattr(Body, "take", fail_on_long)
    server.on("/short", answer(200, "short"))
    jobs = [Job(server.url("/ok")), Job(server.url("/short"))]
    bad, good = asyncio.run(fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY, keep=True))

    assert (bad.failure, bad.payload, good.failure, good.body) == (Failure.OWN_FAULT, None, None, b"short")
    assert capfd.readouterr() == ("", "")
    good.payload.close()


def test_a_machine_without_free_descriptors_is_at_fault_itself(server, monkeypatch):
    def none_left(*_kind):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(guard, "socket", SimpleNamespace(socket=none_left))

    assert ask(server.url(), policy_for(server)).failure is Failure.OWN_FAULT


def test_a_machine_that_knows_no_ipv6_asks_the_other_address(monkeypatch):
    make = socket.socket

    def no_ipv6(family, *kind):
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported")
        return make(family, *kind)

    monkeypatch.setattr(guard, "socket", SimpleNamespace(socket=no_ipv6))
    names = NamesFromTable(news_example=["::1", "127.0.0.1"])
    with HostileServer() as server, socket.create_server(("127.0.0.1", 0)) as closed:
        ports = server.port, closed.getsockname()[1]
        closed.close()
        policy = AddressPolicy(allow=frozenset(f"{a}:{p}" for a in ("127.0.0.1", "[::1]") for p in ports))
        served, refused = (ask(f"http://news.example:{port}/ok", policy, resolver=names) for port in ports)

    assert (served.status, refused.failure) == (200, Failure.CONNECT_REFUSED)


def test_a_wire_that_breaks_is_waited_for_by_nobody(server, monkeypatch):
    class Broken:
        def __init__(self, multi):
            self.multi = multi

        def __getattr__(self, name):
            return getattr(self.multi, name)

        def socket_action(self, *_values):
            raise pycurl.error(pycurl.E_MULTI_INTERNAL_ERROR, "broken")

    make = Wire.__init__

    def make_broken(self, trust=None):
        make(self, trust)
        self._multi = Broken(self._multi)

    monkeypatch.setattr(Wire, "__init__", make_broken)
    jobs = [Job(server.url("/ok"))] * 2
    exchanges = asyncio.run(fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY))

    assert {exchange.failure for exchange in exchanges} == {Failure.OWN_FAULT}


@pytest.mark.parametrize(
    ("end", "phase", "answered", "failure"),
    [
        (End(pycurl.E_COULDNT_CONNECT, errno=errno.EHOSTUNREACH), Phase.CONNECT, False, Failure.CONNECT_UNREACHABLE),
        (End(pycurl.E_COULDNT_CONNECT), Phase.CONNECT, False, Failure.CONNECT_UNREACHABLE),
        (End(pycurl.E_COULDNT_CONNECT, errno=errno.ETIMEDOUT), Phase.CONNECT, False, Failure.CONNECT_TIMEOUT),
        (End(pycurl.E_COULDNT_CONNECT, errno=errno.ENETUNREACH), Phase.CONNECT, False, Failure.OWN_FAULT),
        (End(pycurl.E_SSL_CONNECT_ERROR, errno=errno.ECONNRESET), Phase.CONNECT, False, Failure.CONNECT_RESET),
        (End(pycurl.E_PEER_FAILED_VERIFICATION, verdict=20), Phase.CONNECT, False, Failure.TLS_UNTRUSTED),
        (End(pycurl.E_PEER_FAILED_VERIFICATION, verdict=64), Phase.CONNECT, False, Failure.TLS_NAME),
        (End(pycurl.E_RECV_ERROR, certificate_wanted=True), Phase.ANSWER, True, Failure.CUT_SHORT),
        (End(pycurl.E_OUT_OF_MEMORY), Phase.NAME, False, Failure.OWN_FAULT),
        (End(pycurl.E_URL_MALFORMAT), Phase.NAME, False, Failure.REFUSED_URL),
    ],
)
def test_the_ends_of_transfers_are_told_apart(end, phase, answered, failure):
    assert diagnose(end, phase, answered=answered).failure is failure


def test_time_that_runs_out_is_told_by_its_phase():
    assert [late(phase).failure for phase in Phase] == [Failure.CONNECT_TIMEOUT, Failure.CONNECT_TIMEOUT, Failure.SLOW]


# Nothing leaks


def left_open(server):
    """What this process has open but the server’s own ends of its connections."""
    found = []
    for path in list(Path("/proc/self/fd").iterdir()):
        with suppress(FileNotFoundError):  # what lists the folder is open too
            target = str(path.readlink())
            if not target.startswith("socket:") or local_port(int(path.name)) != server.port:
                found.append(target)
    return sorted(found)


def local_port(descriptor):
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        name = connection.getsockname()
        return name[1] if isinstance(name, tuple) else None


async def give_up(server, path, after_s, **asking):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(after_s):
            await fetch(server.url(path), user_agent="T/1", policy=policy_for(server), **asking)


@pytest.mark.parametrize("path", ["/silent", "/drip", "/endless", "/header-drip"])
def test_a_fetch_that_is_given_up_leaves_nothing_open(server, path):
    before = left_open(server)

    asyncio.run(give_up(server, path, 0.3, keep=True, limits=Limits(pdf_bytes=10**12, wire_bytes=10**12)))

    gc.collect()
    assert left_open(server) == before


def test_a_batch_leaves_nothing_open_whatever_its_answers(server):
    paths = [
        "/ok",
        "/reset",
        "/cut-short",
        "/bomb",
        "/endless",
        "/garbage",
        "/hops/3",
        "/loop-a",
        "/to-private",
        "/silent",
    ]
    hosts = NamesFromTable(**{f"h{n}_example": ["127.0.0.1"] for n in range(len(paths))})
    jobs = [Job(server.url(path, f"h{n}.example")) for n, path in enumerate(paths)]
    before, threads = left_open(server), threading.active_count()
    for within_s in (None, 0.3):
        asking = fetch_many(
            jobs,
            user_agent="T/1",
            policy=policy_for(server),
            limits=replace(TINY, **SLOW_HEAD),
            resolver=hosts,
            keep=True,
            within_s=within_s,
        )
        for exchange in asyncio.run(asking):
            if exchange.payload:
                exchange.payload.close()

    gc.collect()
    assert (left_open(server), threading.active_count()) == (before, threads)


def test_a_batch_that_is_given_up_closes_what_it_had_kept(server):
    data = bytes(IN_MEMORY + 10)
    server.on("/large", answer(200, data))
    left = []

    @asynccontextmanager
    async def gate(host):
        yield
        left.append(host)

    async def ask_both():
        jobs = [Job(server.url("/large", "a.example")), Job(server.url("/silent", "b.example"))]
        names = NamesFromTable(a_example=["127.0.0.1"], b_example=["127.0.0.1"])
        both = fetch_many(jobs, user_agent="T/1", policy=policy_for(server), resolver=names, keep=True, gate=gate)
        asking = asyncio.create_task(both)
        while left != ["a.example"] or len(server.requests) < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)  # what has come is handed over some turns of the loop later
        asking.cancel()
        await asking

    before = left_open(server)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(ask_both())

    gc.collect()  # a file that nobody closed would be told here
    assert left_open(server) == before
    assert len(server.requests) == 2


def test_the_journey_notes_when_each_hop_was_asked(server):
    before = time.time()
    exchange = ask(server.url("/hops/2"), policy_for(server))

    moments = [hop.asked_at for hop in exchange.hops]
    order = [before, *moments, time.time()]
    assert order == sorted(order)
    assert all(hop.request and hop.head for hop in exchange.hops)


def test_the_guard_notes_how_long_each_part_took(server):
    names = NamesFromTable(news_example=["127.0.0.1"])
    exchange = ask(server.url("/ok", "news.example"), policy_for(server), resolver=names)

    timings = exchange.timings
    assert 0 < timings.dns_ms < timings.first_byte_ms <= timings.total_ms
    assert 0 < timings.connect_ms < timings.first_byte_ms


def test_an_address_in_digits_is_not_looked_up(server):
    names = NamesFromTable()
    ask(server.url(), policy_for(server), resolver=names)

    assert names.asked == []
    assert asyncio.run(Guard(Judge(AddressPolicy()), names).vet("::1", 80, 1.0)) == ()
