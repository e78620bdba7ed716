"""One fetch under way: hop by hop, each judged, in its host’s turn and in the time that is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from types import MappingProxyType

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from allegations.links.addresses import PUBLIC, AddressPolicy
from allegations.links.diagnosis import diagnose
from allegations.links.exchange import NOTHING, Exchange, Failure, Hop, Limits, Stopped, Timings
from allegations.links.guard import Guard, Phase, Resolver, SystemResolver
from allegations.links.reading import TRUNCATED, Body, read
from allegations.links.text import fit, percent_escaped
from allegations.links.urls import Refused, Url, UrlRefused, followed, host_key, parse

REDIRECTS = frozenset({301, 302, 303, 307, 308})
REFUSALS = {
    Refused.FORM: Failure.REFUSED_URL,
    Refused.SCHEME: Failure.REFUSED_SCHEME,
    Refused.PORT: Failure.REFUSED_PORT,
    Refused.PLACE: Failure.REFUSED_SSRF,
}
KEPT_HEADERS = frozenset(
    ("age", "cache-control", "cf-mitigated", "content-disposition", "content-encoding", "content-language",
     "content-length", "content-type", "date", "etag", "last-modified", "link", "location", "memento-datetime",
     "retry-after", "server", "via", "www-authenticate", "x-amzn-waf-action", "x-robots-tag")
)  # fmt: skip
PLAIN_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en",
}

Gate = Callable[[str], AbstractAsyncContextManager[object]]


def no_gate(_host: str) -> AbstractAsyncContextManager[object]:
    """Let every request pass at once."""
    return nullcontext()


@dataclass(frozen=True)
class Asking:
    """How to ask: who we say we are, what bounds apply, and which guard and gate stand in the way.

    `gate` gives the turn of a host by its `host_key`; waiting for a turn does not count towards `limits.total_s`.
    `headers` are added to every hop and so must hold nothing secret.
    """

    user_agent: str
    policy: AddressPolicy = PUBLIC
    limits: Limits = field(default_factory=Limits)
    resolver: Resolver = field(default_factory=SystemResolver)
    gate: Gate = no_gate
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class Job:
    """One address to ask, with the validators of the copy we hold."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    verify_tls: bool = True

    def validators(self) -> dict[str, str]:
        """Return the headers of a conditional request."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value and value.isprintable()}


class Journey:
    """One fetch under way: the hops so far, the time left, and the last answer."""

    def __init__(self, job: Job, asking: Asking) -> None:
        self.job, self.asking = job, asking
        self.guard = Guard(asking.policy, asking.resolver)
        self.hops: list[Hop] = []
        self.left_s = asking.limits.total_s
        self.spent_s = 0.0
        self.first_byte_s: float | None = None
        self.status: int | None = None
        self.headers: Mapping[str, str] = NOTHING
        self.body = Body()
        self.conditional = False
        self.downgraded = False

    async def make(self) -> Exchange:
        """Go until an answer that is no redirect, or until something stops it."""
        try:
            async with self._session() as session:
                await self._follow(session)
        except UrlRefused as refusal:
            return self._exchange(Stopped(REFUSALS[refusal.kind], str(refusal)))
        except Stopped as stop:
            return self._exchange(stop)
        return self._exchange(None)

    def _session(self) -> aiohttp.ClientSession:
        """Return a session of this fetch alone: no cookie, proxy, password or connection of another can enter."""
        limits = self.asking.limits
        connector = aiohttp.TCPConnector(
            resolver=self.guard,
            socket_factory=self.guard.make_socket,
            force_close=True,
            use_dns_cache=False,
            ssl=self.job.verify_tls,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=limits.connect_s),
            max_line_size=limits.header_bytes,
            max_field_size=limits.header_bytes,
            max_headers=limits.header_count,
            trace_configs=[self.guard.tracing()],
        )

    async def _follow(self, session: aiohttp.ClientSession) -> None:
        url = parse(self.job.url, self.asking.policy)
        first, seen = url, {str(url)}
        while True:
            await self._hop(session, url, asks_anew=url.host == first.host)
            if not (location := self._location()):
                return
            target = followed(url, location, self.asking.policy)
            self.downgraded |= url.scheme == "https" and target.scheme == "http"
            self._refuse_circles(str(target), seen)
            url = target

    def _refuse_circles(self, target: str, seen: set[str]) -> None:
        if target in seen:
            raise Stopped(Failure.REDIRECT_LOOP, "The address redirects in a circle.")
        if len(self.hops) > self.asking.limits.hops:
            raise Stopped(Failure.REDIRECT_LIMIT, f"The address redirects more than {len(self.hops) - 1} times.")
        seen.add(target)

    async def _hop(self, session: aiohttp.ClientSession, url: Url, *, asks_anew: bool) -> None:
        """Ask for one address, in its host's turn and in the time that is left."""
        self.status, self.headers, self.body = None, NOTHING, Body()
        self.guard.begin()
        async with self.asking.gate(host_key(str(url))):
            began = time.monotonic()
            try:
                async with asyncio.timeout(self.left_s):
                    await self._ask(session, url, self.job.validators() if asks_anew else {})
            except Stopped:
                raise
            except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
                raise self._diagnosed(error) from error
            finally:
                self.spent_s += time.monotonic() - began
                self.left_s -= time.monotonic() - began
                self.hops.append(Hop(str(url), self.status, self._location(), self.guard.peer))

    def _diagnosed(self, error: Exception) -> Stopped:
        if self.guard.refused and self.guard.phase is not Phase.ANSWER:
            return Stopped(Failure.REFUSED_SSRF, f"The address was refused: {self.guard.refused}.")
        return diagnose(error, self.guard.phase)

    async def _ask(self, session: aiohttp.ClientSession, url: Url, validators: Mapping[str, str]) -> None:
        began = time.monotonic()
        asked = {**PLAIN_HEADERS, **self.asking.headers, "User-Agent": self.asking.user_agent, **validators}
        self.conditional = bool(validators)
        async with asyncio.timeout(self.asking.limits.header_s):
            response = await session.get(URL(str(url), encoded=True), headers=asked, allow_redirects=False)
        try:
            self.first_byte_s = time.monotonic() - began
            self.status, self.headers = response.status, _kept(response)
            if not self._location():
                await read(response, self.body, self.asking.limits)
        finally:
            response.close()

    def _exchange(self, stop: Stopped | None) -> Exchange:
        return Exchange(
            url=self.job.url,
            final_url=self.hops[-1].url if self.hops else self.job.url,
            hops=tuple(self.hops),
            status=self.status,
            headers=self.headers,
            body=self.body.content(),
            wire_bytes=self.body.wire,
            payload_sha256=self.body.digest(),
            truncated=self._truncated(stop),
            tls_verified=self._tls_verified(),
            downgraded=self.downgraded,
            conditional=self.conditional,
            failure=stop.failure if stop else None,
            sentence=fit(stop.sentence) if stop else None,
            timings=self._timings(),
        )

    def _truncated(self, stop: Stopped | None) -> str | None:
        broke_off = stop is not None and self.status is not None and not self._location()
        return TRUNCATED.get(stop.failure, "disconnect") if stop and broke_off else None

    def _location(self) -> str | None:
        """Return where the last answer redirects to, if it does."""
        return self.headers.get("location") if self.status in REDIRECTS else None

    def _tls_verified(self) -> bool | None:
        if self.status is None or not self.hops[-1].url.startswith("https:"):
            return None
        return self.job.verify_tls

    def _timings(self) -> Timings:
        first_byte_ms = None if self.first_byte_s is None else self.first_byte_s * 1000
        return Timings(self.guard.name_ms, self.guard.connect_ms, first_byte_ms, self.spent_s * 1000)


def _kept(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    """Return the headers that later judgement needs, names in lower case, the first of each, fit to be stored."""
    found = ((name.lower(), value) for name, value in reversed(list(response.headers.items())))
    kept = {name: value for name, value in found if name in KEPT_HEADERS}
    if location := kept.get("location"):
        kept["location"] = percent_escaped(location)
    return MappingProxyType({name: fit(value) for name, value in kept.items()})
