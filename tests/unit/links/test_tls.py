"""Encrypted connections: who is trusted, how each fault is told, and what a faulty certificate does not hide."""

import asyncio
import hashlib
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from allegations.links import wire
from allegations.links.addresses import AddressPolicy
from allegations.links.certificates import read
from allegations.links.exchange import Encryption, Failure
from allegations.links.fetcher import Job, fetch_many
from tests.servers.hostile import ARTICLE, AUTHORITY, CERTIFICATE, CERTIFICATES, HostileServer, redirect

from .asking import TINY, NamesFromTable, ask, policy_for

HERE = {f"{name}.example": ["127.0.0.1"] for name in ("a", "news", "www.news", "other")}
FAULTS = [
    ("expired", "127.0.0.1", Failure.TLS_EXPIRED),
    ("not_yet_valid", "127.0.0.1", Failure.TLS_EXPIRED),
    ("other_name", "127.0.0.1", Failure.TLS_NAME),
    ("other_name", "news.example", Failure.TLS_NAME),
    ("good", "other.example", Failure.TLS_NAME),
    ("self_signed", "news.example", Failure.TLS_UNTRUSTED),
]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def ask_here(server, path="/ok", host=None, **asking):
    asking.setdefault("trust", AUTHORITY)
    return ask(server.url(path, host), policy_for(server), resolver=NamesFromTable(**HERE), **asking)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "a.example", "www.news.example"])
def test_a_good_certificate_is_verified_and_kept(host):
    with HostileServer(tls="good", family=socket.AF_INET6 if host == "[::1]" else socket.AF_INET) as server:
        exchange = ask_here(server, host=host)

    assert (exchange.status, exchange.failure, exchange.tls_verified) == (200, None, True)
    der = ssl.PEM_cert_to_DER_cert((CERTIFICATES / "good.pem").read_text())
    assert exchange.certificate.sha256 == sha256(der)
    assert exchange.certificate.subject == "CN = Court of the tests"
    assert exchange.certificate.issuer == "CN = Authority of the tests"
    assert exchange.certificate.not_after == "2126-01-01T00:00:00+00:00"


@pytest.mark.parametrize(("certificate", "host", "failure"), FAULTS)
def test_a_faulty_certificate_is_told_and_what_the_site_says_is_kept(certificate, host, failure):
    with HostileServer(tls=certificate) as server:
        exchange = ask_here(server, host=host, keep=True)

    assert (exchange.failure, exchange.tls_verified, exchange.status) == (failure, False, 200)
    assert "certificate" in exchange.sentence
    assert exchange.body == exchange.payload.wire().read() == ARTICLE.encode()
    assert exchange.payload_sha256 == exchange.wire_sha256 == sha256(ARTICLE.encode())
    assert exchange.truncated is None
    assert exchange.certificate is not None
    assert len(exchange.hops) == len(server.requests) == 1
    exchange.payload.close()


@pytest.mark.parametrize(("certificate", "host"), [(certificate, host) for certificate, host, _ in FAULTS])
def test_a_faulty_certificate_is_overlooked_on_request(certificate, host):
    with HostileServer(tls=certificate) as server:
        exchange = ask_here(server, host=host, verify_tls=False)

    assert (exchange.failure, exchange.status, exchange.tls_verified) == (None, 200, False)


def test_an_authority_that_this_machine_does_not_know_is_not_trusted():
    with HostileServer(tls="good") as server:
        exchange = ask_here(server, trust=None)

    assert (exchange.failure, exchange.tls_verified) == (Failure.TLS_UNTRUSTED, False)


def test_a_machine_that_trusts_nobody_is_at_fault_itself(monkeypatch):
    monkeypatch.setattr(wire, "trust_store", lambda: None)
    with HostileServer(tls="good") as server:
        exchange = ask_here(server, trust=None)

    assert (exchange.failure, server.requests) == (Failure.OWN_FAULT, [])


def test_this_machine_has_a_trust_store():
    assert "BEGIN CERTIFICATE" in wire.trust_store().read_text()


def test_a_fault_on_the_way_stays_the_fault_of_the_whole():
    with HostileServer(tls="expired") as old, HostileServer(tls="good") as new:
        old.on("/start", redirect(new.url("/ok")))
        exchange = ask(old.url("/start"), policy_for(old, new), trust=AUTHORITY)

    assert (exchange.failure, exchange.status, exchange.tls_verified) == (Failure.TLS_EXPIRED, 200, False)
    assert [hop.status for hop in exchange.hops] == [302, 200]


def test_what_an_unproven_site_leads_to_is_not_held_against_the_address():
    """Whoever sits on the line could redirect to a name that does not exist and so make a link count as gone."""
    with HostileServer(tls="self_signed") as server:
        server.on("/start", redirect("http://nowhere.example/"))
        exchange = ask_here(server, "/start", host="news.example")

    assert exchange.failure is Failure.TLS_UNTRUSTED


def test_an_unproven_site_that_leads_inside_is_refused():
    with HostileServer(tls="self_signed") as server:
        exchange = ask_here(server, "/to-private", host="news.example")

    assert exchange.failure is Failure.REFUSED_SSRF


def test_a_body_that_breaks_off_behind_a_faulty_certificate_is_kept_as_a_part():
    with HostileServer(tls="expired") as server:
        exchange = ask_here(server, "/cut-short")

    assert (exchange.failure, exchange.truncated, exchange.body) == (Failure.TLS_EXPIRED, "disconnect", b"half")


def test_a_step_down_from_https_is_marked(server):
    with HostileServer(tls="good") as secure:
        secure.on("/down", redirect(server.url("/ok")))
        exchange = ask(secure.url("/down"), policy_for(server, secure), trust=AUTHORITY)

    assert (exchange.status, exchange.downgraded, exchange.tls_verified) == (200, True, None)


def old_protocol(context):
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")


OLD = Encryption("tls/1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
NEW = Encryption("tls/1.3", "TLS_AES_256_GCM_SHA384")


@pytest.mark.parametrize(("shape", "encryption"), [(None, NEW), (old_protocol, OLD)], ids=["TLS 1.3", "TLS 1.2"])
@pytest.mark.parametrize("certificate", ["good", "expired"])
def test_how_an_answer_was_encrypted_is_kept(certificate, shape, encryption):
    with HostileServer(tls=certificate, shape=shape) as server:
        exchange = ask_here(server)

    assert (exchange.status, exchange.encryption) == (200, encryption)


def test_what_is_kept_is_how_the_last_hop_was_encrypted(server):
    with HostileServer(tls="good", shape=old_protocol) as old, HostileServer(tls="good") as new:
        old.on("/new", redirect(new.url("/ok")))
        new.on("/old", redirect(old.url("/ok")))
        new.on("/plain", redirect(server.url("/ok")))
        server.on("/new", redirect(new.url("/ok")))
        new.on("/nowhere", redirect("http://nowhere.example/"))
        policy = policy_for(old, new, server)
        found = {
            start: ask(start, policy, trust=AUTHORITY).encryption
            for start in (old.url("/new"), new.url("/old"), new.url("/plain"), server.url("/new"), new.url("/nowhere"))
        }

    assert list(found.values()) == [NEW, OLD, None, NEW, None]


def test_answers_of_one_host_have_each_a_handshake_of_their_own():
    """libcurl tells of it at a handshake alone, and would tell nothing of a connection that is used again."""
    with HostileServer(tls="good") as server:
        jobs = [Job(server.url("/found")), Job(server.url("/ok"))]
        asking = fetch_many(jobs, user_agent="T/1", policy=policy_for(server), limits=TINY, trust=AUTHORITY)
        first, second = asyncio.run(asking)

    assert (first.encryption, second.encryption) == (NEW, NEW)
    assert server.connections == len(server.requests) == 3


def test_where_no_handshake_was_finished_nothing_is_said_of_one():
    def break_off(context):
        context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_INTERNAL_ERROR

    with HostileServer(tls="good", shape=break_off) as server:
        exchange = ask_here(server)

    assert (exchange.status, exchange.encryption) == (None, None)


def test_no_session_is_taken_up_again():
    taken_up = []

    async def note(request, writer):
        taken_up.append(writer.get_extra_info("ssl_object").session_reused)
        await redirect("/second" if request.path == "/first" else "/ok")(request, writer)

    with HostileServer(tls="good") as server:
        server.on("/first", note)
        server.on("/second", note)
        assert ask_here(server, "/first").status == 200

    assert taken_up == [False, False]


@contextmanager
def strict(shape) -> Iterator[AddressPolicy]:
    """Serve one connection that speaks TLS as `shape` says, alerts included, and ends without a word of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "good.pem", CERTIFICATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old protocols are what is tried
        shape(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        serving = threading.Thread(target=_serve_once, args=(listening, context))
        serving.start()
        yield AddressPolicy(allow=frozenset({f"127.0.0.1:{listening.getsockname()[1]}"}))
        serving.join(60)


def _serve_once(listening, context):
    connection, _ = listening.accept()
    with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
        secure.recv(10_000)
        secure.sendall(b"HTTP/1.1 200 OK\r\n\r\nthe end is the end")


def ask_strict(shape, host="127.0.0.1"):
    with strict(shape) as policy:
        [(_, port)] = [pair.rsplit(":", 1) for pair in policy.allow]
        return ask(f"https://{host}:{port}/", policy, resolver=NamesFromTable(**HERE), trust=AUTHORITY)


def plain(_context):
    """Serve as usual."""


def wants_certificates(context):
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(AUTHORITY)


def wants_certificates_by_the_old_protocol(context):
    wants_certificates(context)
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def takes_certificates(context):
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(AUTHORITY)


def speaks_tls_1_0_only(context):
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1


def speaks_an_old_cipher_only(context):
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA256")


def knows_one_name_only(context):
    def judge(_socket, name, _context):
        return None if name == "news.example" else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context.sni_callback = judge


@pytest.mark.parametrize(
    ("shape", "host", "failure"),
    [
        (plain, "127.0.0.1", None),
        (wants_certificates, "127.0.0.1", Failure.TLS_CLIENT_CERTIFICATE),
        (wants_certificates_by_the_old_protocol, "127.0.0.1", Failure.TLS_CLIENT_CERTIFICATE),
        (takes_certificates, "127.0.0.1", None),
        (speaks_tls_1_0_only, "127.0.0.1", Failure.TLS_PROTOCOL),
        (speaks_an_old_cipher_only, "127.0.0.1", Failure.TLS_PROTOCOL),
        (knows_one_name_only, "127.0.0.1", Failure.TLS_PROTOCOL),
        (knows_one_name_only, "a.example", Failure.TLS_PROTOCOL),
        (knows_one_name_only, "news.example", None),
    ],
)
def test_how_a_server_speaks_tls_is_told_apart(shape, host, failure):
    exchange = ask_strict(shape, host)

    assert exchange.failure is failure
    assert exchange.status == (None if failure else 200)


def test_a_body_that_ends_with_the_connection_is_whole_though_tls_was_not_closed():
    """Many servers close without a word of TLS, and browsers show what came."""
    exchange = ask_strict(plain)

    assert (exchange.body, exchange.truncated) == (b"the end is the end", None)
    assert exchange.payload_sha256


def test_a_server_that_speaks_no_tls_is_told(server):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        serving = threading.Thread(target=_answer_in_plain, args=(listening,))
        serving.start()
        exchange = ask(f"https://127.0.0.1:{port}/", AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"})))
        serving.join(60)

    assert exchange.failure is Failure.TLS_PROTOCOL


def _answer_in_plain(listening):
    connection, _ = listening.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("fields", [{}, {b"Cert": b"x"}, {b"Cert": CERTIFICATE.read_bytes(), b"Expire date": b"soon"}])
def test_a_certificate_that_cannot_be_read_is_none(fields):
    assert read(fields) is None
