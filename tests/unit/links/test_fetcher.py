"""Asking hostile servers: every amount is bounded and every outcome has a name."""

import asyncio
import doctest
import hashlib
import socket
import zlib

import pytest

from allegations.links import text
from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import KEPT_BYTES, Failure, Limits
from allegations.links.fetcher import Job, fetch_many
from tests.servers.hostile import ARTICLE, HostileServer, answer, raw, redirect

from .asking import SLOW, SLOW_NAME, SOON_S, TINY, NamesFromTable, ask, policy_for


def test_an_article_comes_whole(server):
    exchange = ask(server.url("/ok"), policy_for(server))

    assert (exchange.status, exchange.failure, exchange.truncated) == (200, None, None)
    assert exchange.body == ARTICLE.encode()
    assert exchange.payload_sha256 == hashlib.sha256(ARTICLE.encode()).hexdigest()
    assert exchange.headers["content-type"].startswith("text/html")
    assert [hop.address for hop in exchange.hops] == ["127.0.0.1"]
    assert exchange.timings.total_ms > 0


def test_a_request_names_us_and_carries_nothing_else(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.on("/cookie", answer(302, "", location="/ok", set_cookie="a=b"))

    ask(server.url("/cookie"), policy_for(server))

    assert [request.method for request in server.requests] == ["GET", "GET"]
    for request in server.requests:
        assert request.headers["user-agent"] == "TestBot/1.0"
        assert request.headers["accept-encoding"] == "gzip, deflate"
        assert not {"cookie", "authorization", "referer", "range"} & request.headers.keys()


@pytest.mark.parametrize("status", [204, 400, 401, 402, 403, 404, 410, 418, 429, 451, 500, 502, 503, 520, 999])
def test_a_status_is_reported_as_it_is(server, status):
    exchange = ask(server.url(f"/status/{status}"), policy_for(server))

    assert (exchange.status, exchange.failure) == (status, None)


@pytest.mark.parametrize("coding", ["/gzip", "/deflate", "/raw-deflate", "/two-members", "/trailing-bytes"])
def test_a_coded_body_is_decoded(server, coding):
    exchange = ask(server.url(coding), policy_for(server))

    assert exchange.body == ARTICLE.encode()
    assert exchange.wire_bytes < len(ARTICLE)


@pytest.mark.parametrize(
    ("path", "failure", "truncated"),
    [
        ("/bomb", Failure.TOO_LARGE_DECODED, "length"),
        ("/endless", Failure.TOO_LARGE, "length"),
        ("/huge-length", Failure.TOO_LARGE, "length"),
        ("/drip", Failure.SLOW, "time"),
        ("/half-gzip", Failure.CUT_SHORT, "disconnect"),
        ("/cut-short", Failure.CUT_SHORT, "disconnect"),
        ("/broken-gzip", Failure.UNDECODABLE, "coding"),
        ("/brotli", Failure.UNDECODABLE, "coding"),
        ("/huge-header", Failure.PROTOCOL, None),
        ("/many-headers", Failure.PROTOCOL, None),
        ("/garbage", Failure.PROTOCOL, None),
        ("/header-drip", Failure.SLOW, None),
        ("/silent", Failure.SLOW, None),
        ("/reset", Failure.CONNECT_RESET, None),
    ],
)
def test_a_hostile_answer_has_a_name_and_a_bound(server, path, failure, truncated):
    exchange = ask(server.url(path), policy_for(server), limits=SLOW.get(path, {}))

    assert (exchange.failure, exchange.truncated) == (failure, truncated)
    assert exchange.sentence.endswith(".")
    assert exchange.payload_sha256 is None
    assert exchange.wire_bytes <= TINY.wire_bytes
    assert len(exchange.body) <= TINY.decoded_cap(exchange.wire_bytes)
    assert exchange.timings.total_ms < 1_000 * SOON_S


def test_a_bomb_of_any_size_unpacks_to_the_cap_and_no_further(server):
    exchange = ask(server.url("/bomb"), policy_for(server), limits={"decoded_slack": 5_000, "inflation": 1})

    assert exchange.failure is Failure.TOO_LARGE_DECODED
    assert 5_000 < len(exchange.body) <= 5_000 + exchange.wire_bytes


def test_the_total_time_counts_over_all_hops(server):
    """Each hop takes a quarter of it, and more only where the machine is busy."""

    async def late_redirect(request, writer):
        await asyncio.sleep(0.5)
        await redirect(f"/slow/{int(request.path.rpartition('/')[2]) + 1}")(request, writer)

    for number in range(5):
        server.on(f"/slow/{number}", late_redirect)

    exchange = ask(server.url("/slow/0"), policy_for(server), limits={"total_s": 2.0})

    assert exchange.failure is Failure.SLOW
    assert 1 < len(exchange.hops) < 5


def test_a_pdf_has_its_own_cap():
    assert Limits().wire_cap("application/pdf; x=y") == 100_000_000
    assert Limits().wire_cap("text/html") == 25_000_000


def test_redirects_are_followed_hop_by_hop(server):
    exchange = ask(server.url("/hops/3"), policy_for(server))

    assert exchange.final_url == server.url("/ok")
    assert [hop.status for hop in exchange.hops] == [302, 302, 302, 200]
    assert [hop.location for hop in exchange.hops] == ["/hops/2", "/hops/1", "/ok", None]


@pytest.mark.parametrize(
    ("path", "failure", "requests"), [("/loop-a", "REDIRECT_LOOP", 2), ("/hops/12", "REDIRECT_LIMIT", 11)]
)
def test_endless_redirects_end(server, path, failure, requests):
    exchange = ask(server.url(path), policy_for(server))

    assert exchange.failure == failure
    assert exchange.body == b""
    assert len(server.requests) == len(exchange.hops) == requests


@pytest.mark.parametrize("head", [b"location: \r\n", b""])
def test_a_redirect_to_nowhere_is_the_last_answer(server, head):
    server.on("/nowhere", raw(b"HTTP/1.1 302 X\r\n" + head + b"content-length: 4\r\n\r\nbody"))

    exchange = ask(server.url("/nowhere"), policy_for(server))

    assert (exchange.status, exchange.failure, exchange.body) == (302, None, b"body")


def test_ten_hops_are_still_followed(server):
    assert ask(server.url("/hops/10"), policy_for(server)).status == 200


def test_a_validator_brings_a_304(server):
    fresh = ask(server.url("/tagged"), policy_for(server), etag='"v1"')
    stale = ask(server.url("/tagged"), policy_for(server), etag='"v0"')

    assert (fresh.status, fresh.conditional, fresh.failure) == (304, True, None)
    assert (stale.status, stale.headers["etag"]) == (200, '"v1"')


def test_a_validator_that_would_break_the_request_is_left_out(server):
    ask(server.url("/tagged"), policy_for(server), etag='"v1"\r\nx-evil: 1')

    assert "if-none-match" not in server.requests[0].headers
    assert "x-evil" not in server.requests[0].headers


def test_nobody_listening_is_connection_refused():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    exchange = ask(f"http://127.0.0.1:{port}/", AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"})))

    assert exchange.failure is Failure.CONNECT_REFUSED
    assert exchange.hops[0].address is None


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Failure.DNS_NXDOMAIN),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Failure.DNS_TEMPFAIL),
        (OSError("x"), Failure.DNS_TEMPFAIL),
        (TimeoutError(), Failure.DNS_TEMPFAIL),
    ],
)
def test_a_name_without_an_address(error, failure, server):
    exchange = ask("http://news.example/", policy_for(server), resolver=NamesFromTable(news_example=[error]))

    assert exchange.failure == failure
    assert "news.example" in exchange.sentence


def test_a_name_server_that_never_answers_is_no_fault_of_the_site(server):
    class Asleep:
        async def resolve(self, host, port):
            await asyncio.Event().wait()

    exchange = ask("http://news.example/", policy_for(server), resolver=Asleep(), limits=SLOW_NAME)

    assert exchange.failure is Failure.DNS_TEMPFAIL


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 99 X\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nzz",
        b"HTTP/1.1 200 OK\r\ncontent-type: \xff\xfe;;;=\r\n\r\nx",
        b"HTTP/1.1 302 X\r\nlocation: http://[::1\r\n\r\n",
        b"HTTP/1.1 302 X\r\nlocation: \xff\xfe\xfd\r\n\r\n",
        b"HTTP/1.1 302 X\r\nlocation: http://\xe2\x91\xa0.example/\r\n\r\n",
        b"HTTP/1.1 302 X\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\nxx",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"SSH-2.0-OpenSSH_9\r\n",
    ],
)
def test_no_bytes_of_a_server_raise(server, data):
    server.on("/raw", raw(data))

    exchange = ask(server.url("/raw"), policy_for(server))

    assert exchange.failure is None or exchange.sentence


def test_many_jobs_wait_for_one_host_and_answer_in_order():
    async def briefly(request, writer):
        await asyncio.sleep(0.03)
        await answer(200, request.path)(request, writer)

    with HostileServer() as one, HostileServer() as other:
        for number in range(4):
            one.on(f"/{number}", briefly)
        jobs = [Job(one.url(f"/{number}")) for number in range(4)] + [Job("http://10.0.0.1/"), Job(other.url("/404"))]
        exchanges = asyncio.run(fetch_many(jobs, user_agent="TestBot/1.0", policy=policy_for(one, other), limits=TINY))

    assert [exchange.body for exchange in exchanges[:4]] == [b"/0", b"/1", b"/2", b"/3"]
    assert [exchange.status for exchange in exchanges[4:]] == [None, 404]
    assert one.most_at_once == 1


def test_different_hosts_are_asked_together():
    arrived = set()

    async def meets(request, writer):
        arrived.add(request.headers["host"])
        while len(arrived) < 2:
            await asyncio.sleep(0.01)
        await answer()(request, writer)

    with HostileServer() as server:
        server.on("/meet", meets)
        names = NamesFromTable(a_example=["127.0.0.1"], b_example=["127.0.0.1"])
        jobs = [Job(f"http://{host}.example:{server.port}/meet") for host in "ab"]
        exchanges = asyncio.run(
            fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY, resolver=names)
        )

    assert [exchange.status for exchange in exchanges] == [200, 200]


def test_hosts_that_redirect_to_each_other_do_not_wait_for_ever():
    with HostileServer() as server:
        names = NamesFromTable(a_example=["127.0.0.1"], b_example=["127.0.0.1"])
        server.on("/ab", redirect(f"http://b.example:{server.port}/ok"))
        server.on("/ba", redirect(f"http://a.example:{server.port}/ok"))
        jobs = [Job(f"http://{host}.example:{server.port}/{path}") for host, path in (("a", "ab"), ("b", "ba"))] * 3
        exchanges = asyncio.run(
            fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY, resolver=names, concurrency=1)
        )

    assert {exchange.status for exchange in exchanges} == {200}


def test_a_long_body_is_hashed_whole_and_kept_only_at_its_start(server):
    data = b"".join(b"%08d\n" % number for number in range(KEPT_BYTES // 6))
    server.on("/long", answer(200, zlib.compress(data, 9, 31), content_encoding="gzip"))

    exchange = ask(server.url("/long"), policy_for(server))

    assert (exchange.failure, exchange.truncated) == (None, None)
    assert exchange.body == data[:KEPT_BYTES]
    assert exchange.payload_sha256 == hashlib.sha256(data).hexdigest()
    assert exchange.wire_bytes == len(zlib.compress(data, 9, 31))


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (b'etag: "caf\xe9"', {"etag": '"caf\ufffd"'}),
        (b"last-modified: m\xe5n", {"last-modified": "m\ufffdn"}),
        ('etag: "café"'.encode(), {"etag": '"café"'}),
    ],
)
def test_a_header_that_is_no_utf8_is_kept_fit_to_be_stored(server, header, kept):
    server.on("/odd", raw(b"HTTP/1.1 200 OK\r\n" + header + b"\r\ncontent-length: 2\r\n\r\nok"))

    exchange = ask(server.url("/odd"), policy_for(server))

    assert exchange.status == 200
    assert {name: exchange.headers[name] for name in kept} == kept


def test_a_coding_that_is_no_utf8_is_told_in_words_fit_to_be_stored(server):
    server.on("/odd", raw(b"HTTP/1.1 200 OK\r\ncontent-encoding: b\xe9\r\ncontent-length: 2\r\n\r\nok"))

    exchange = ask(server.url("/odd"), policy_for(server))

    assert (exchange.failure, "b\ufffd" in exchange.sentence) == (Failure.UNDECODABLE, True)


def test_a_redirect_in_bytes_that_are_no_utf8_is_followed_as_browsers_do(server):
    server.on("/odd", raw(b"HTTP/1.1 302 X\r\nlocation: /caf\xe9\r\ncontent-length: 0\r\n\r\n"))
    server.on("/caf%E9", answer())

    exchange = ask(server.url("/odd"), policy_for(server))

    assert (exchange.status, exchange.final_url) == (200, server.url("/caf%E9"))
    assert exchange.hops[0].location == "/caf%E9"


def test_examples_of_text_hold():
    assert doctest.testmod(text).failed == 0


def test_a_body_is_posted_as_it_is(server):
    server.on("/stamp", answer(200, b"\x30\x01", content_type="application/timestamp-reply"))
    exchange = ask(
        server.url("/stamp"), policy_for(server), body=b"\x00\xffasked", headers={"Content-Type": "application/x"}
    )

    assert (exchange.status, exchange.body) == (200, b"\x30\x01")
    (request,) = server.requests
    assert (request.method, request.headers["content-type"], request.headers["content-length"]) == (
        "POST",
        "application/x",
        "7",
    )


def test_a_body_is_posted_to_the_first_address_alone(server):
    server.on("/stamp", redirect("/ok", 307))
    ask(server.url("/stamp"), policy_for(server), body=b"asked")

    assert [request.method for request in server.requests] == ["POST", "GET"]
