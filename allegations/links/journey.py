"""One fetch under way: hop by hop, each judged, in its host’s turn and in the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from allegations.links.addresses import PUBLIC, AddressPolicy, Judge
from allegations.links.answer import Answer
from allegations.links.diagnosis import late
from allegations.links.exchange import NOTHING, Deferred, Exchange, Failure, Hop, Limits, Stopped, Timings
from allegations.links.guard import Gap, Guard, Phase, Resolver, SystemResolver, no_gap
from allegations.links.places import Places
from allegations.links.reading import TRUNCATED
from allegations.links.robots import LIFE_S, MOST_BYTES, MOST_HOPS, Robots, RobotsFile, product
from allegations.links.text import fit, percent_escaped
from allegations.links.urls import Refused, Url, UrlRefused, followed, parse
from allegations.links.waiting import retry_after
from allegations.links.wire import Request, Wire

REFUSALS = {
    Refused.FORM: Failure.REFUSED_URL,
    Refused.SCHEME: Failure.REFUSED_SCHEME,
    Refused.PORT: Failure.REFUSED_PORT,
    Refused.PLACE: Failure.REFUSED_SSRF,
}
TLS_FAULTS = frozenset({Failure.TLS_EXPIRED, Failure.TLS_UNTRUSTED, Failure.TLS_NAME})
KEPT_HEADERS = frozenset((
    "age", "akamai-grn", "cache-control", "cf-mitigated", "content-disposition", "content-encoding",
    "content-language", "content-length", "content-range", "content-type", "date", "etag", "last-modified", "link",
    "location", "memento-datetime", "retry-after", "server", "via", "www-authenticate", "x-amzn-waf-action", "x-cdn",
    "x-datadome", "x-iinfo", "x-robots-tag", "x-sucuri-id",
))  # fmt: skip
PLAIN_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en",
}

UNREADABLE = "\N{REPLACEMENT CHARACTER}"

Gate = Callable[[str], AbstractAsyncContextManager[object]]


def no_gate(_host: str) -> AbstractAsyncContextManager[object]:
    """Let every request pass at once."""
    return nullcontext()


@dataclass(frozen=True)
class Asking:
    """How to ask: who we say we are, what bounds apply, and which guard and gate stand in the way.

    `gate` gives the turn of a host by its `host_key`, `gap` that of a server by its address, or they raise `Deferred`;
    waiting for them and for one of the `places` does not count towards `limits.total_s`. `headers` are added to every
    hop and so must hold nothing secret. `keep` asks for the whole body as it came. `robots` holds what is known of each
    origin's robots.txt and is added to; None asks without regard to it. `trust` is a file of certificates to trust
    instead of those that this machine trusts.
    """

    user_agent: str
    policy: AddressPolicy = PUBLIC
    limits: Limits = field(default_factory=Limits)
    resolver: Resolver = field(default_factory=SystemResolver)
    gate: Gate = no_gate
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    keep: bool = False
    robots: Robots | None = None
    trust: Path | None = None
    places: Places = field(default_factory=Places)
    gap: Gap = no_gap

    @cached_property
    def lines(self) -> tuple[bytes, ...]:
        """The lines of every head."""
        return _lines({**PLAIN_HEADERS, **self.headers, "User-Agent": self.user_agent})


@dataclass(frozen=True)
class Job:
    """One address to ask, with the validators of the copy we hold. A `body` is posted to the first hop alone.

    `copy_url` is where that copy came from, by default the address itself. Only there are the validators sent: a server
    that compares days alone says of any old page, an error page too, that it was not modified (RFC 9110, 13.1.3).
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    verify_tls: bool = True
    body: bytes | None = None
    copy_url: str | None = None

    def validators(self) -> Mapping[str, str]:
        """Return the headers of a conditional request; what was not stored as it came is no validator."""
        if self.etag is self.last_modified is None:
            return NOTHING
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value and value.isprintable() and UNREADABLE not in value}


class _HostSpoke(Exception):
    """A host said, when asked for its robots.txt, that it answers nobody just now; that is its answer to the page."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange.url)
        self.exchange = exchange


def _speaks_for_the_host(asked: Exchange, file: RobotsFile) -> bool:
    """Tell whether an answer is about the host, not about its robots.txt: too many requests, or closed for a while.

    Once the file is given up, a host that says so for less than a day is left alone for as long, and then asked.
    """
    closed_s = retry_after(asked.headers) if asked.status == 503 else None
    closed = closed_s is not None and (closed_s >= LIFE_S or not file.given_up(file.fetched_at))
    return asked.failure is None and (asked.status == 429 or closed)


class Journey:
    """One fetch under way: the hops so far, the time left, and the last answer."""

    def __init__(self, job: Job, asking: Asking, wire: Wire, judge: Judge) -> None:
        self.job, self.asking, self.wire, self.judge = job, asking, wire, judge
        self.hops: list[Hop] = []
        self.left_s = asking.limits.total_s
        self.spent_s = 0.0
        self.began = 0.0
        self.guard, self.answer = self._unused()
        self.fault: Stopped | None = None
        self.conditional = False
        self.downgraded = False

    async def make(self) -> Exchange:
        """Go until an answer that is no redirect, or until something stops it."""
        try:
            await self._follow()
        except UrlRefused as refusal:
            return self._exchange(Stopped(REFUSALS.get(refusal.kind, Failure.REDIRECT_LIMIT), str(refusal)))
        except Deferred as deferred:
            exchange = self._exchange(Stopped(Failure.DEFERRED, deferred.words), deferred.wait_s)
            return replace(exchange, busy=deferred.host)
        except Stopped as stop:
            return self._exchange(stop, stop.wait_s)
        except _HostSpoke as spoke:
            final = self.hops[-1].url if self.hops else self.job.url
            hops = (*self.hops, *spoke.exchange.hops)
            return replace(spoke.exchange, url=self.job.url, final_url=final, hops=hops)
        except BaseException:
            self.answer.body.close()
            raise
        return self._exchange(None)

    async def _follow(self) -> None:
        url = parse(self.job.url, self.asking.policy)
        first, seen = url, {str(url)}
        while True:
            if self.asking.robots is not None:
                await self._permit(url, self.asking.robots)
            is_copy = str(url) == self.job.copy_url if self.job.copy_url else url is first
            await self._hop(url, self.job.validators() if is_copy else NOTHING)
            if not self.answer.leads_on:
                return
            target = followed(url, self._location() or "", self.asking.policy)
            self.downgraded |= url.scheme == "https" and target.scheme == "http"
            self._refuse_circles(str(target), seen)
            url = target

    def _refuse_circles(self, target: str, seen: set[str]) -> None:
        if target in seen:
            raise Stopped(Failure.REDIRECT_LOOP, "The address redirects in a circle.")
        if len(self.hops) > self.asking.limits.hops:
            raise Stopped(Failure.REDIRECT_LIMIT, f"The address redirects more than {len(self.hops) - 1} times.")
        seen.add(target)

    async def _permit(self, url: Url, robots: Robots) -> None:
        """Stop where the origin’s robots.txt says no; ask for that file where it is not known."""
        async with robots.turn(url.origin):
            file = robots.current(url.origin, time.time())
            if file is None:
                asked = await self._robots_of(url)
                file = robots.learn(url.origin, asked, time.time())
                if _speaks_for_the_host(asked, file):
                    raise _HostSpoke(asked)
        now = time.time()
        if words := file.verdict(str(url), product(self.asking.user_agent), now):
            raise Stopped(Failure.ROBOTS_DENIED, words, file.again_in_s(now))

    async def _robots_of(self, url: Url) -> Exchange:
        limits = replace(self.asking.limits, hops=MOST_HOPS, wire_bytes=MOST_BYTES)
        asking = replace(self.asking, keep=False, robots=None, limits=limits)
        job = Job(f"{url.origin}/robots.txt", verify_tls=self.job.verify_tls)
        return await Journey(job, asking, self.wire, self.judge).make()

    async def _hop(self, url: Url, validators: Mapping[str, str]) -> None:
        """Ask for one address, in its host's turn and in the time that is left."""
        key, places = url.host_key, self.asking.places
        async with places.hosts[key], self.asking.gate(key), places.all:
            places.refuse(key)
            body = None if self.hops else self.job.body
            lines = self.asking.lines + _lines(validators) if validators else self.asking.lines
            request = Request(url, lines, self.job.verify_tls, body)
            asked_at, self.conditional, is_asked = time.time(), bool(validators), True
            try:
                await self._ask(request)
            except Deferred:
                is_asked = False
                raise
            except Stopped as stop:
                if stop.failure not in TLS_FAULTS:
                    raise
                # Courts and offices forget to renew: what they say is kept, together with the fault.
                self.fault = self.fault or stop
                await self._ask(replace(request, verified=False))
            finally:
                if is_asked:
                    self.hops.append(self._hop_made(request, asked_at))
                    places.hear(key, self.answer)

    async def _ask(self, request: Request) -> None:
        if self.began:
            self.guard, self.answer = self._unused()
        self.began = time.monotonic()
        try:
            if self.left_s <= 0:
                raise late(Phase.ANSWER)
            await self.wire.ask(request, self.guard, self.answer, self.asking.limits, self.left_s)
        finally:
            took = time.monotonic() - self.began - self.guard.waited_s
            self.spent_s += took
            self.left_s -= took

    def _unused(self) -> tuple[Guard, Answer]:
        """Return the guard and the answer of the next request; each has its own."""
        asking = self.asking
        guard = Guard(self.judge, asking.resolver, asking.places.names, asking.gap)
        return guard, Answer(asking.limits, keep=asking.keep)

    def _hop_made(self, request: Request, asked_at: float) -> Hop:
        sent = request.head() if self.guard.phase is Phase.ANSWER else b""
        status, location, head = self.answer.status, self._location(), self.answer.head
        return Hop(str(request.url), status, location, self.guard.peer, asked_at, sent, head)

    def _location(self) -> str | None:
        """Return where the last answer redirects to, if it does."""
        return fit(percent_escaped(self.answer.headers["location"])) if self.answer.leads_on else None

    def _exchange(self, stop: Stopped | None, wait_s: float = 0.0) -> Exchange:
        answer, body = self.answer, self.answer.body
        failed = stop if stop and stop.failure in REFUSALS.values() else self.fault or stop
        return Exchange(
            url=self.job.url,
            final_url=self.hops[-1].url if self.hops else self.job.url,
            hops=tuple(self.hops),
            status=answer.status,
            headers=_kept(answer.headers),
            body=body.content(),
            wire_bytes=body.wire,
            payload_sha256=body.digest(),
            truncated=self._truncated(stop),
            tls_verified=self._tls_verified(),
            downgraded=self.downgraded,
            conditional=self.conditional,
            failure=failed.failure if failed else None,
            sentence=fit(failed.sentence) if failed else None,
            timings=self._timings(),
            payload=body.payload,
            wire_sha256=body.wire_digest(),
            decoded_bytes=body.decoded,
            certificate=answer.certificate,
            encryption=answer.encryption,
            wait_s=wait_s,
        )

    def _truncated(self, stop: Stopped | None) -> str | None:
        broke_off = stop is not None and self.answer.status is not None and not self.answer.leads_on
        return TRUNCATED.get(stop.failure, "disconnect") if stop and broke_off else None

    def _tls_verified(self) -> bool | None:
        if self.answer.status is None or not self.hops[-1].url.startswith("https:"):
            return None
        return self.job.verify_tls and self.fault is None

    def _timings(self) -> Timings:
        head_at = self.answer.head_at
        first_byte_ms = None if head_at is None else (head_at - self.began - self.guard.waited_s) * 1000
        return Timings(self.guard.name_ms, self.guard.connect_ms, first_byte_ms, self.spent_s * 1000)


def _lines(headers: Mapping[str, str]) -> tuple[bytes, ...]:
    return tuple(f"{name}: {value}".encode() for name, value in headers.items())


def _kept(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the headers that later judgement needs, fit to be stored."""
    kept = {name: fit(value) for name, value in headers.items() if name in KEPT_HEADERS}
    if "location" in kept:
        kept["location"] = fit(percent_escaped(headers["location"]))
    return MappingProxyType(kept)
