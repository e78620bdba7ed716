"""How a case of the catalogue is served on loopback, checked as a worker would, and what that does to a link."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import Exchange
from allegations.links.judgement import Judgement, Known
from allegations.links.memory import LinkPast, State, Strikes
from allegations.links.providers import wants_oembed
from allegations.links.states import advance
from allegations.links.urls import probe_url
from allegations.links.verdicts import judge, wants_probe
from allegations.links.waiting import host_limited
from tests.servers.hostile import AUTHORITY, CERTIFICATE, Handler, HostileServer, answer

from .asking import ask
from .webpages import copy_of, paragraphs, site_page

NOW = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
HOST, STORY_PATH = "news.example", "/2020/story"
PROBE = "q7x.html"
BESIDE = f"/2020/{PROBE}"  # what cannot exist beside the story
PAGE = site_page("Minister charged with fraud", paragraphs(1))
OTHER = site_page("Garden tips for spring", paragraphs(2, words=[f"flower{n}" for n in range(50)]))
COPY = copy_of(PAGE)
# Every name that a case uses leads to the server; its certificate names them all.
NAMES = (
    HOST, f"consent.{HOST}", "other.example", "a.example", "b.example", "bit.ly", "www.youtube.com",
    "www.hugedomains.com", "www.royal-casino.example",
)  # fmt: skip


# The rows that have a test of their own.
BY_HAND: set[str] = set()


def of(*rows: str) -> Callable[[Any], Any]:
    """Note that a test is of these rows."""
    BY_HAND.update(rows)
    return lambda test: test


@dataclass(frozen=True)
class Case:
    """A case of a row: what is served where, and what each check after the other has to say (parted by “then”).

    `effect` is on a link that answered so far, in the words of `effect_of`. `lasting` are the hours at which the same
    is found again, and the state in which that ends, with “?” behind a state that is only proposed. `differs` says why
    verdict or effect are not the catalogue’s. `only` is the one scheme that the case exists on.
    """

    row: str
    what: str
    verdict: str
    effect: str
    serve: Mapping[str, Handler | InTurn]
    path: str = STORY_PATH
    host: str = HOST
    known: Known | None = COPY
    names: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    asking: Mapping[str, Any] = field(default_factory=dict)
    requests: int | None = None
    port: Callable[[], AbstractContextManager[int]] | None = None
    certificate: str = ""
    lasting: tuple[str, str] = ("", "")
    differs: str = ""
    only: str = ""

    def __str__(self) -> str:
        return f"{self.row} {self.what}"

    @property
    def schemes(self) -> tuple[str, ...]:
        return (self.only,) if self.only else ("http", "https")


def page(body: str | bytes = PAGE, status: int = 200, **headers: str) -> dict[str, Handler]:
    """Serve this as the story."""
    return {STORY_PATH: answer(status, body, **headers)}


def onto(path: str, status: int = 302, host: str = "") -> Handler:
    """Send visitors on to a path, here or under another name of the server, by the same scheme."""

    async def handle(request: Any, writer: Any) -> None:
        scheme = "https" if writer.get_extra_info("ssl_object") else "http"
        place = f"{scheme}://{host}:{writer.get_extra_info('sockname')[1]}" if host else ""
        await answer(status, "", location=place + path)(request, writer)

    return handle


@dataclass(frozen=True)
class InTurn:
    """Handlers for one request after the other; the last one stays."""

    handlers: tuple[Handler, ...]

    def fresh(self) -> Handler:
        left = list(self.handlers)

        async def handle(request: Any, writer: Any) -> None:
            await (left.pop(0) if len(left) > 1 else left[0])(request, writer)

        return handle


class Here:
    """A name server to which every name is this machine, except those that a case answers itself."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        found = self.answers.get(host, ["127.0.0.1"])
        if callable(found):
            return await found()
        if isinstance(found, Exception):
            raise found
        return found


class Site:
    """A server, and how it is asked and judged as a worker would."""

    def __init__(self, server: HostileServer) -> None:
        self.server = server

    def policy(self, *ports: int) -> AddressPolicy:
        pairs = {f"127.0.0.1:{port}" for port in (self.server.port, *ports)}
        return AddressPolicy(allow=frozenset(pairs))

    def url(self, path: str = STORY_PATH, host: str = HOST, port: int | None = None) -> str:
        scheme = self.server.url().partition(":")[0]
        return f"{scheme}://{host}:{port or self.server.port}{path}"

    def ask(self, url: str, *, names: Mapping[str, Any] | None = None, **asking: Any) -> Exchange:
        asking.setdefault("policy", self.policy())
        return ask(url, resolver=Here(names or {}), trust=AUTHORITY, **asking)

    def check(self, url: str, known: Known | None = COPY, **asking: Any) -> tuple[Exchange, Judgement]:
        """Ask, judge, and ask on where that would say more: a page that cannot exist, or the platform."""
        exchange = self.ask(url, **asking)
        judged = judge(exchange, known)
        if wants_oembed(judged, url):
            judged = judge(exchange, known, oembed=self.ask(self.url("/oembed", "www.youtube.com")))
        if wants_probe(judged):
            beside = self.ask(probe_url(url, PROBE, self.policy()), names=asking.get("names"))
            judged = judge(exchange, known, beside)
        return exchange, judged


@contextmanager
def served(scheme: str, routes: Mapping[str, Handler | InTurn], certificate: str = "") -> Iterator[Site]:
    """Serve these paths on loopback under all names."""
    shape = None if certificate else _show_everybody
    with HostileServer(tls=(certificate or "good") if scheme == "https" else None, shape=shape) as server:
        for path, handler in routes.items():
            server.on(path, handler.fresh() if isinstance(handler, InTurn) else handler)
        yield Site(server)


_MADE: list[Path] = []


@pytest.fixture(scope="session", autouse=True)
def everybody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have the authority of the tests name every host of the catalogue in one certificate."""
    key = serialization.load_pem_private_key(CERTIFICATE.read_bytes(), None)
    authority = x509.load_pem_x509_certificate(AUTHORITY.read_bytes())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Everybody")])
    names = [x509.DNSName(name) for name in NAMES] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = x509.CertificateBuilder(authority.subject, own, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(authority.not_valid_before_utc).not_valid_after(authority.not_valid_after_utc)
    made = builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("certificates") / "everybody.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    _MADE[:] = [path]


def _show_everybody(context: ssl.SSLContext) -> None:
    context.load_cert_chain(_MADE[0], CERTIFICATE)


def effect_of(judged: Judgement) -> str:
    """Return what an observation does to a link that answers: counters grown (+g, +u, +b), “heal”, or 0 for neither;
    then whether it moved, was refused, how many seconds the host rests, and whether a person is asked."""
    one = Strikes(1, NOW - 48 * HOUR, NOW - 48 * HOUR)
    known_good = NOW - 72 * HOUR
    before = LinkPast(state=State.ALIVE, last_ok_at=known_good, gone=one, soft_gone=one, unreachable=one, blocked=one)
    after = advance(before, judged, NOW)
    counts = after.gone.count + after.soft_gone.count, after.unreachable.count, after.blocked.count
    grown = {
        "+g": counts[0] > 2,
        "+u": counts[1] > 1,
        "+b": counts[2] > 1,
        "heal": after.last_ok_at == NOW and counts == (0, 0, 0),
    }
    words = [word for word, is_so in grown.items() if is_so]
    words += ["0"] if not words and after.state is not State.USURPED else []
    words += ["moved"] if after.state is State.MOVED else []
    words += ["refused"] if after.state is State.REFUSED else []
    if (rest := host_limited(judged, 0, HOST)) is not None:
        words.append(f"host {round(rest, -1):.0f}")
    return " ".join([*words, *(["hum"] if judged.asks_human else [])])


def lasts(judged: Judgement, hours: str) -> str:
    """Return where a link that answered stands once the same was found at each of these hours."""
    past = LinkPast(state=State.ALIVE, last_ok_at=NOW)
    for hour in hours.split():
        past = advance(past, judged, NOW + int(hour) * HOUR)
    return f"{past.state} {past.proposed}?" if past.proposed else str(past.state)
