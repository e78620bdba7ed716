"""No request reaches a machine that is not on the public web: a canary on loopback counts connections."""

import asyncio
import select
import socket
import threading
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pycurl
import pytest

from allegations.links import guard, wire
from allegations.links.addresses import AddressPolicy, Judge
from allegations.links.exchange import Failure
from allegations.links.fetcher import Job, fetch_many
from allegations.links.guard import Guard
from tests.servers.hostile import AUTHORITY, HostileServer, raw, redirect

from .asking import TINY, NamesFromTable, ask, deaf, policy_for
from .test_urls import INSIDE, MISSHAPEN

NOWHERE = AddressPolicy()


def web_port(canary, monkeypatch):
    """Make the canary's port a web port, so that only the address rule stands before it."""
    monkeypatch.setattr("allegations.links.addresses.WEB_PORTS", frozenset({80, 443, canary.port}))


@pytest.mark.parametrize("url", INSIDE + MISSHAPEN)
def test_a_spelling_of_an_inside_address_reaches_nobody(url, canary, monkeypatch):
    web_port(canary, monkeypatch)
    host, slash, path = url.partition("://")[2].partition("/")
    with_port = f"http://{host}:{canary.port}{slash}{path}" if url.startswith("http://") else url

    exchange = ask(with_port, NOWHERE)

    assert exchange.failure in {Failure.REFUSED_SSRF, Failure.REFUSED_URL}
    assert exchange.hops == ()


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 0, 65536])
def test_other_ports_are_refused(port, canary):
    assert ask(f"http://news.example:{port}/", NOWHERE).failure is Failure.REFUSED_PORT
    assert ask(canary.url(), NOWHERE).failure is Failure.REFUSED_SSRF


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["169.254.169.254"],
        ["not an address"],
    ],
)
def test_a_name_with_any_bad_address_is_refused(answers, canary, monkeypatch):
    web_port(canary, monkeypatch)

    exchange = ask(f"http://news.example:{canary.port}/", NOWHERE, resolver=NamesFromTable(news_example=answers))

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "news.example" in exchange.sentence


def test_a_name_that_changes_its_address_between_hops_is_refused(server, canary, monkeypatch):
    """Rebinding: the first answer is allowed, the second leads to the canary."""
    monkeypatch.setattr("allegations.links.addresses.WEB_PORTS", frozenset({80, 443, canary.port, server.port}))
    names = NamesFromTable(news_example=[["127.0.0.1"], ["127.0.0.1"]])
    server.on("/start", redirect(f"http://news.example:{canary.port}/"))

    exchange = ask(f"http://news.example:{server.port}/start", policy_for(server), resolver=names)

    assert exchange.failure is Failure.REFUSED_SSRF
    assert [hop.status for hop in exchange.hops] == [302, None]
    assert names.asked == ["news.example", "news.example"]


def answered_unjudged(monkeypatch, *addresses):
    """Let names lead to these addresses as if their answers had changed after they were judged."""

    async def vet(self, host, port, within_s):
        return addresses

    monkeypatch.setattr(Guard, "vet", vet)


def test_a_name_that_changes_its_address_after_it_was_judged_is_refused(canary, monkeypatch):
    """Rebinding within one request: what opens the socket judges by itself."""
    web_port(canary, monkeypatch)
    answered_unjudged(monkeypatch, "127.0.0.1")

    exchange = ask(f"http://news.example:{canary.port}/", NOWHERE)

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "this computer" in exchange.sentence


@pytest.mark.parametrize("answers", [["127.0.0.9", "127.0.0.1"], ["127.0.0.1", "::1"], ["::1", "127.0.0.1"]])
def test_one_bad_socket_among_good_ones_refuses_the_whole(answers, monkeypatch):
    with deaf() as port:
        answered_unjudged(monkeypatch, *answers)
        policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))

        exchange = ask(f"http://news.example:{port}/", policy, limits={"connect_s": 1.5})

    assert exchange.failure is Failure.REFUSED_SSRF


def test_after_a_bad_address_no_good_one_is_asked(monkeypatch):
    answered_unjudged(monkeypatch, "::1", "127.0.0.1")
    made = []
    real = socket.socket
    monkeypatch.setattr(guard, "socket", SimpleNamespace(socket=lambda *kind: made.append(kind) or real(*kind)))
    with HostileServer() as server:
        exchange = ask(server.url("/ok", "news.example"), policy_for(server))

    assert (exchange.failure, made) == (Failure.REFUSED_SSRF, [])


def test_a_connection_that_ends_elsewhere_is_refused_before_a_byte_is_sent(server, monkeypatch):
    """As if the network had sent the connection somewhere else than to the judged address."""
    real = Guard.compare
    monkeypatch.setattr(Guard, "compare", lambda self, _peer, *rest: real(self, "127.0.0.7", *rest))

    exchange = ask(server.url(), policy_for(server))

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "was not judged" in exchange.sentence
    assert (server.requests, exchange.hops[0].request) == ([], b"")


def test_libcurl_looks_no_name_up_by_itself(server, monkeypatch):
    """Where the judged answers did not reach libcurl, the request ends before a name server hears of it."""
    asked = []
    monkeypatch.setattr(wire, "_look_up_nothing", lambda: asked.append(1) or 1)
    monkeypatch.setattr(wire, "_pin", lambda url, addresses: f"other.example:{url.port}:127.0.0.1")
    names = NamesFromTable(news_example=["127.0.0.1"])

    exchange = ask(server.url("/ok", "news.example"), policy_for(server), resolver=names)

    assert (exchange.failure, server.connections, asked) == (Failure.OWN_FAULT, 0, [1])


def test_the_same_name_is_looked_up_for_every_hop_and_its_old_answer_is_not_used(server, canary):
    names = NamesFromTable(news_example=[["127.0.0.1"], ["127.0.0.2"]])
    server.on("/start", redirect("/ok"))

    exchange = ask(server.url("/start", "news.example"), policy_for(server), resolver=names)

    assert exchange.failure is Failure.REFUSED_SSRF
    assert [request.path for request in server.requests] == ["/start"]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_is_asked(name, server, canary, monkeypatch):
    monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")

    assert ask(server.url(), policy_for(server)).status == 200
    with HostileServer(tls="good") as secure:
        assert ask(secure.url(), policy_for(secure), trust=AUTHORITY).status == 200


def test_no_password_of_this_machine_is_sent(server, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("default login somebody password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    ask(server.url("/status/401"), policy_for(server))

    assert [request.headers.get("authorization") for request in server.requests] == [None]


def test_two_names_on_one_address_share_no_connection():
    """A pooled connection would carry the second name's request to the first name's site."""
    with HostileServer(tls="good") as shared:
        names = NamesFromTable(a_example=["127.0.0.1"], b_example=["127.0.0.1"])
        shared.on("/first", redirect(shared.url("/ok", "b.example")))

        exchange = ask(shared.url("/first", "a.example"), policy_for(shared), resolver=names, trust=AUTHORITY)

    assert (exchange.status, exchange.tls_verified, shared.connections) == (200, True, 2)
    assert [request.headers["host"] for request in shared.requests] == [f"{n}.example:{shared.port}" for n in "ab"]


@contextmanager
def patient():
    """Serve connections that may be kept, and tell what became of them."""
    seen, stop = [], threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=_serve_patiently, args=(listening, stop, seen))
        serving.start()
        yield listening.getsockname()[1], seen
        stop.set()
        serving.join(60)


def _serve_patiently(listening, stop, seen):
    with ExitStack() as all_of_them:
        kept = []
        while (ready := select.select([*kept, listening], [], [], 0.02)[0]) or not stop.is_set():
            for one in ready:
                if one is listening:
                    kept.append(all_of_them.enter_context(listening.accept()[0]))
                    seen.append("begun")
                elif one.recv(10_000):
                    one.sendall(b"HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok")
                    seen.append("asked")
                else:
                    kept.remove(one)
                    seen.append("ended")


def test_no_connection_is_kept_for_the_next_request():
    with patient() as (port, seen):
        policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))
        jobs = [Job(f"http://127.0.0.1:{port}/{number}") for number in range(2)]
        exchanges = asyncio.run(fetch_many(jobs, user_agent="T/1", policy=policy, limits=TINY))

    assert [exchange.body for exchange in exchanges] == [b"ok", b"ok"]
    assert seen == ["begun", "asked", "ended"] * 2


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("/to-private", Failure.REFUSED_SSRF),
        ("/to-metadata", Failure.REFUSED_SSRF),
        ("/to-file", Failure.REFUSED_SCHEME),
        ("/to-script", Failure.REFUSED_SCHEME),
    ],
)
def test_a_redirect_to_a_bad_place_is_refused(path, failure, server, canary):
    server.on("/first", redirect(path))

    exchange = ask(server.url("/first"), policy_for(server))

    assert (exchange.failure, exchange.status) == (failure, 302)
    assert exchange.final_url == server.url(path)
    assert [hop.status for hop in exchange.hops] == [302, 302]


def test_a_redirect_to_the_canary_is_refused(server, canary):
    server.on("/first", redirect(canary.url()))

    assert ask(server.url("/first"), policy_for(server)).failure is Failure.REFUSED_SSRF


@pytest.mark.parametrize("hop", range(1, 6))
def test_a_redirect_to_an_inside_place_is_refused_at_any_hop(hop, server, canary, monkeypatch):
    web_port(canary, monkeypatch)
    server.on("/hops/1", redirect(f"http://127.0.0.1:{canary.port}/"))

    exchange = ask(server.url(f"/hops/{hop}"), policy_for(server))

    assert (exchange.failure, len(exchange.hops)) == (Failure.REFUSED_SSRF, hop)


@pytest.mark.parametrize(
    "url", [*INSIDE, "//127.0.0.1/", "file:///etc/passwd", "gopher://a.example/", "ftp://a.example/"]
)
def test_a_redirect_to_any_spelling_of_an_inside_place_is_refused(url, server, canary, monkeypatch):
    web_port(canary, monkeypatch)
    head = f"HTTP/1.1 302 X\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n"
    server.on("/first", raw(head.encode()))

    exchange = ask(server.url("/first"), policy_for(server))

    assert exchange.failure in {Failure.REFUSED_SSRF, Failure.REFUSED_SCHEME}
    assert len(server.requests) == len(exchange.hops) == 1


def test_a_public_address_of_our_own_is_refused(server):
    ours = AddressPolicy(own=frozenset({"8.8.8.8"}))
    names = NamesFromTable(news_example=["8.8.8.8"])

    exchange = ask("http://news.example/", ours, resolver=names)

    assert exchange.failure is Failure.REFUSED_SSRF
    assert "one of our own" in exchange.sentence


def test_an_address_is_judged_once_a_batch_and_anew_in_the_next():
    asked = []
    policy = AddressPolicy(is_own=lambda address: bool(asked.append(address)) or True)
    for _ in range(2):
        judge = Judge(policy)
        assert {judge.refusal("8.8.8.8", 443) for _ in range(3)} == {"8.8.8.8 is one of our own addresses"}

    assert asked == ["8.8.8.8", "8.8.8.8"]


def test_the_guard_makes_no_socket_for_a_refused_address(monkeypatch):
    made = []
    monkeypatch.setattr(socket, "socket", lambda *kind: made.append(kind))
    where = SimpleNamespace(family=socket.AF_INET, socktype=socket.SOCK_STREAM, protocol=6, addr=("127.0.0.1", 80))

    assert Guard(Judge(NOWHERE), NamesFromTable()).make_socket(0, where) == pycurl.SOCKET_BAD
    assert made == []
