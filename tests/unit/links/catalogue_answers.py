"""The cases of the catalogue in which a server answers: statuses, redirects, transport, sizes and contents."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from allegations.links.exchange import Limits
from allegations.links.judgement import Known
from tests.servers.hostile import (
    CHALLENGE,
    LOGIN,
    PARKED,
    Handler,
    answer,
    drip,
    endless,
    gzip_bomb,
    header_drip,
    raw,
    redirect,
    reset,
    silent,
)

from .asking import SLOW_BODY, SLOW_HEAD, SLOW_NAME, deaf
from .catalogue import BESIDE, COPY, HOST, OTHER, PAGE, STORY_PATH, Case, InTurn, onto, page
from .webpages import LONG, site_page

FRONT = site_page("Home", "".join(f"<h3><a href=/{n}>Headline of the day {n}</a></h3>" for n in range(30)))
CASINO = (
    "<title>Situs Slot Gacor | Judi Casino Online</title><h1>Slot gacor hari ini</h1><p>Daftar sekarang di situs judi "
    "terpercaya dan dapatkan bonus new member untuk semua permainan slot online dengan rtp live tertinggi.</p>"
)
STATUS = '{"playabilityStatus":{"status":"ERROR","reason":"Video unavailable"}}'
REMOVED = f"<title> - YouTube</title><script>{STATUS}</script>"
METERED = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
CONSENT = "<h1>We value your privacy</h1>"
VIDEO, COLLECT = "/watch?v=x", "/collect?id=1"
ALIVE_HEALS = "an answer of a page that is there heals, whatever stands before it"
FOR_A_PERSON = "a name or host that is lost is proposed as gone; only a person settles it (section 4.2)"
NEW = Known()
OWNED = replace(COPY, certificate=("CN=a", "O=X"))
SHORT = onto(STORY_PATH, 301, HOST)
REAL = Limits()
WHOLE = {name: getattr(REAL, name) for name in ("wire_bytes", "decoded_bytes", "decoded_slack", "inflation")}


def to(path: str, body: str, status: int = 302, host: str = "") -> dict[str, Handler]:
    """Serve a redirect from the story to what says this."""
    return {STORY_PATH: onto(path, status, host), path: answer(200, body)}


def unless_get(other: Handler) -> dict[str, Handler]:
    """Serve the story to GET only."""

    async def handle(request: Any, writer: Any) -> None:
        await (answer(200, PAGE) if request.method == "GET" else other)(request, writer)

    return {STORY_PATH: handle}


async def only_for_pages(request: Any, writer: Any) -> None:
    """Serve the story to those who ask for HTML by name."""
    known = "text/html" in request.headers.get("accept", "")
    await answer(200 if known else 404, PAGE if known else "no")(request, writer)


async def validated(request: Any, writer: Any) -> None:
    """Answer 304 to the right validator."""
    known = request.headers.get("if-none-match") == '"v1"'
    await (answer(304, "", etag='"v1"') if known else answer(200, PAGE, etag='"v1"'))(request, writer)


async def never() -> Any:
    """Be a name server that does not answer."""
    await asyncio.Event().wait()


@contextmanager
def closed() -> Iterator[int]:
    """Give a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    yield port


def says(code: int) -> dict[str, Any]:
    """Have the name server say this of the story’s host."""
    return {HOST: socket.gaierror(code, "no answer")}


A = [
    Case("A1", "article", "OK", "heal", page(), requests=1),
    *(Case("A2", f"HEAD {n}", "OK", "heal", unless_get(answer(n, "")), requests=1) for n in (404, 405, 500)),
    Case("A3", "HEAD resets", "OK", "heal", unless_get(reset), requests=1),
    Case("A4", "404", "GONE_404", "+g", page("<h1>Nothing here</h1>", 404), lasting=("0 24 73", "gone")),
    Case("A4", "404 three times in a day", "GONE_404", "+g", page("no", 404), lasting=("0 12 24", "suspect")),
    Case("A5", "410", "GONE_410", "+g", page("gone", 410), lasting=("0 25", "gone")),
    Case("A7", "404 for others", "OK", "heal", {STORY_PATH: only_for_pages}, requests=1),
    Case("A8", "401", "BLOCKED_AUTH", "+b", page("", 401, www_authenticate="Basic"), lasting=("0 24 999", "blocked")),
    Case("A9", "403", "BLOCKED_FORBIDDEN", "+b", page("<title>403</title>", 403), lasting=("0 24 999", "blocked")),
    Case("A10", "of Cloudflare", "BLOCKED_CHALLENGE", "+b", page("", 403, cf_mitigated="challenge")),
    Case("A10", "of DDoS-Guard", "BLOCKED_CHALLENGE", "+b", page("", 403, server="ddos-guard")),
    Case("A10", "of Akamai", "BLOCKED_CHALLENGE", "+b", page("https://errors.edgesuite.net/18.1", 403)),
    Case("A10", "of Imperva", "BLOCKED_CHALLENGE", "+b", page("<iframe src=/_Incapsula_Resource?CWUDNSAI=9>", 403)),
    *(Case("A11", f"challenge {n}", "BLOCKED_CHALLENGE", "+b", page(CHALLENGE, n)) for n in (200, 503)),
    *(
        Case("A11", mark, "BLOCKED_CHALLENGE", "+b", page(f"<title>One step more</title><div class={mark}></div>"))
        for mark in ("h-captcha", "cf-turnstile", "g-recaptcha")
    ),
    Case("A13", "429 with 120 s", "RATE_LIMITED", "0 host 120", page("", 429, retry_after="120"), requests=1),
    Case("A15", "429 without", "RATE_LIMITED", "0 host 60", page("", 429), requests=1),
    Case("A16", "503 with 3600 s", "TEMP_UNAVAILABLE", "0 host 3600", page("", 503, retry_after="3600"), requests=1),
    Case(
        "A16", "with 200", "TEMP_UNAVAILABLE", "0", page("<title>News</title><h1>Down for maintenance</h1>"),
        differs="a page that only says so with 200 speaks of itself, not of the host",
    ),
    *(
        Case("A17", str(n), "SERVER_ERROR", "+u", page("", n), requests=1, lasting=("0 24 48 99 199", "unreachable"))
        for n in (500, 502, 504, *range(520, 528))
    ),
    Case(
        "A18", "503 once", "SERVER_ERROR then OK", "+u host 60 then heal",
        {STORY_PATH: InTurn((answer(503, ""), answer(200, PAGE)))}, requests=2,
        differs="the first check sees a fault of the server, the next cycle heals it; nothing is asked twice in one",
    ),
    Case("A19", "451", "BLOCKED_LEGAL", "+b hum", page("", 451), lasting=("0 24 999", "blocked")),
    *(Case("A21", str(n), "EMPTY", "+u", page("", n)) for n in (200, 204, 205)),
    Case("A21", "blanks", "EMPTY", "+u", page("<html><head></head><body> \n&nbsp;</body></html>")),
    Case("A22", "206", "PARTIAL", "0", page(PAGE, 206)),
    Case("A23", "304", "OK_NOT_MODIFIED", "heal", {STORY_PATH: validated}, asking={"etag": '"v1"'}, requests=1),
]  # fmt: skip
B = [
    *(Case("B1", str(n), "MOVED_PERM", "heal moved", to("/new/story", PAGE, n)) for n in (301, 308)),
    *(Case("B2", str(n), "OK", "heal", to("/new/story", PAGE, n)) for n in (302, 303, 307)),
    Case("B3", "to the root", "SOFT_GONE", "+g", to("/", FRONT, 301)),
    Case("B3", "to a language’s front", "SOFT_GONE", "+g", to("/en/", FRONT)),
    Case(
        "B3", "as from any address", "SOFT_GONE", "+g", {**to("/", FRONT, 301), BESIDE: onto("/", 301)},
        lasting=("0 24 73", "gone"),
    ),
    Case(
        "B3", "to a root that is the page", "MOVED_PERM", "heal moved", to("/", PAGE, 301),
        differs="the row’s own exception: what is there is like our copy",
    ),
    Case("B5", "to a login", "BLOCKED_LOGIN", "+b", to("/login?next=/x", LOGIN)),
    Case("B5", "to one of 10,000 characters", "BLOCKED_LOGIN", "+b", to(f"/login?SAML={'A' * 10_000}", LOGIN)),
    Case("B8", "to one of 20,000", "REDIRECT_LIMIT", "+u", {STORY_PATH: redirect(f"/x?{'A' * 20_000}")}, requests=1),
    Case("B6", "loop", "REDIRECT_LOOP", "+u", {STORY_PATH: redirect("/b"), "/b": redirect(STORY_PATH)}, requests=2),
    Case("B6", "to itself", "REDIRECT_LOOP", "+u", {STORY_PATH: redirect(STORY_PATH)}, requests=1),
    Case("B8", "12 hops", "REDIRECT_LIMIT", "+u", {}, path="/hops/12", requests=11),
    Case("B12", "the same page", "MOVED_OFFSITE", "heal moved", to("/x", PAGE, 301, "other.example")),
    Case("B12", "another page", "MOVED_OFFSITE", "0 hum", to("/x", OTHER, 301, "other.example")),
    Case("B12", "an offer", "USURPED", "hum", to("/x", PARKED, 301, "other.example")),
    *(
        Case("B13", place, "REFUSED_SSRF", "0 refused", {STORY_PATH: redirect(f"http://{place}/")}, requests=1)
        for place in ("10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "localhost", "metadata.google.internal")
    ),
    *(
        Case("B14", place[:7], "REFUSED_SCHEME", "0 refused", {STORY_PATH: redirect(place)}, requests=1)
        for place in ("file:///etc/passwd", "gopher://a.example/", "javascript:alert(1)", "data:,x", "ftp://a.example/")
    ),
    Case("B16", "to a page", "OK", "heal", {"/3x": SHORT, **page()}, path="/3x", host="bit.ly", requests=2),
    Case("B16", "dead target", "GONE_404", "+g", {"/3x": SHORT}, path="/3x", host="bit.ly", requests=2),
    Case("B16", "dead short link", "GONE_404", "+g", {}, path="/3x", host="bit.ly", requests=1),
]  # fmt: skip
C = [
    Case(
        "C1", "NXDOMAIN", "DNS_NXDOMAIN", "+u", {}, names=says(socket.EAI_NONAME), requests=0,
        lasting=("0 56 112 168", "unreachable gone?"), differs=FOR_A_PERSON,
    ),
    Case(
        "C1", "for two days", "DNS_NXDOMAIN", "+u", {}, names=says(socket.EAI_NONAME),
        lasting=("0 12 24 36 47", "unreachable"), differs=FOR_A_PERSON,
    ),
    Case(
        "C2", "SERVFAIL", "DNS_TEMPFAIL", "0", {}, names=says(socket.EAI_AGAIN), requests=0,
        lasting=("0 99 999 9999", "unreachable"),
    ),
    Case("C2", "silent name server", "DNS_TEMPFAIL", "0", {}, names={HOST: never}, limits=SLOW_NAME, requests=0),
    Case("C3", "one", "REFUSED_SSRF", "0 refused", {}, names={HOST: ["10.0.0.1"]}, requests=0),
    Case("C3", "two", "REFUSED_SSRF", "0 refused", {}, names={HOST: ["192.168.0.1", "fd00::1"]}, requests=0),
    Case("C4", "refused", "CONNECT_REFUSED", "+u", {}, port=closed),
    Case(
        "C4", "reset once", "CONNECT_RESET then OK", "+u then heal",
        {STORY_PATH: InTurn((reset, answer(200, PAGE)))}, requests=2,
        differs="the row is of one check; the next one heals",
    ),
    Case("C4", "reset always", "CONNECT_RESET", "+u", {STORY_PATH: reset}, requests=1),
    Case("C4", "timeout", "CONNECT_TIMEOUT", "+u", {}, port=deaf, limits={"connect_s": 0.3}),
    *(
        Case(
            row, what, verdict, "+u", page(body), certificate=certificate, only="https", requests=1,
            lasting=("0 48 96 144 192 240 288 336 384", end),
        )
        for row, what, verdict, certificate in (
            ("C6", "expired", "TLS_EXPIRED", "expired"),
            ("C8", "self-signed", "TLS_UNTRUSTED", "self_signed"),
            ("C8", "wrong name", "TLS_NAME", "other_name"),
        )
        for what, body, end in ((what, PAGE, "unreachable"), (f"{what}, another page", OTHER, "unreachable gone?"))
    ),
    Case(
        "C10", "another owner", "OK", "0 hum", page(OTHER), only="https", known=OWNED,
        differs="a hint, as the row says: it asks a person and concludes nothing",
    ),
    Case(
        "C10", "another owner, the same page", "OK", "heal", page(), only="https", known=OWNED,
        differs="the certificate alone is no hint",
    ),
    Case(
        "C11", "for two weeks", "CONNECT_TIMEOUT", "+u", {}, port=deaf, limits={"connect_s": 0.3},
        lasting=("0 1 5 17 41 65 89 350", "unreachable gone?"),
    ),
]  # fmt: skip
D = [
    # 2 MB that unpack to 2 GiB, under the limits of every day
    Case("D1", "bomb", "TOO_LARGE_DECODED", "0", page(gzip_bomb(64) * 32, content_encoding="gzip"), limits=WHOLE),
    Case("D3", "endless", "TOO_LARGE", "0", {STORY_PATH: endless}),
    Case("D4", "body", "SLOW", "+u", {STORY_PATH: drip}, limits=SLOW_BODY),
    Case("D4", "head", "SLOW", "+u", {STORY_PATH: header_drip}, limits=SLOW_HEAD),
    Case("D4", "silence", "SLOW", "+u", {STORY_PATH: silent}, limits=SLOW_HEAD),
    Case("D6", "40 GB", "TOO_LARGE", "0", {STORY_PATH: raw(b"HTTP/1.1 200 X\r\ncontent-length: 40000000000\r\n\r\nx")}),
    Case("D7", "many", "OK", "heal", page("<p>Word " * 750_000), limits=WHOLE, known=NEW),
]  # fmt: skip
E = [
    Case(
        "E1", "in a title", "SOFT_GONE", "+g", page("<title>Page not found</title><p>Sorry.</p>"),
        lasting=("0 24 73 999", "suspect"),
    ),
    Case(
        "E1", "as any address", "SOFT_GONE", "+g", dict.fromkeys((STORY_PATH, BESIDE), answer(200, OTHER)),
        lasting=("0 24 73", "gone"),
    ),
    *(
        Case("E1", sentence[:9], "SOFT_GONE", "+g", page(site_page("The Herald", f"<h1>{sentence}</h1>")))
        for sentence in ("Cette page n’existe pas", "La página que busca no existe", "الصفحة غير موجودة", "页面不存在",
                         "Seite nicht gefunden", "Страница не найдена")
    ),
    Case("E4", "parked", "USURPED", "hum", page(PARKED)),
    Case("E4", "no dealer named", "USURPED", "hum", page("<h1>This domain is for sale</h1><p>Make an offer.")),
    Case("E4", "at a dealer’s", "USURPED", "hum", to("/x", LONG, 302, "www.hugedomains.com")),
    Case("E4", "casino", "USURPED", "hum", page(CASINO)),
    Case("E4", "casino, nothing known", "USURPED", "hum", page(CASINO), known=NEW),
    Case("E5", "metered", "PAYWALLED", "heal", page(PAGE + METERED), differs=ALIVE_HEALS),
    Case("E6", "consent", "CONSENT_WALL", "heal", to(COLLECT, CONSENT, 302, f"consent.{HOST}"), differs=ALIVE_HEALS),
    Case("E7", "application", "NEEDS_JS", "0", page("<title>News</title><div id=root></div><script src=a></script>")),
    Case("E7", "noscript", "NEEDS_JS", "0", page("<noscript>You need to enable JavaScript to run this.</noscript>")),
    Case("E8", "abroad", "BLOCKED_GEO", "+b", page("<p>Sorry, this content is not available in your country.</p>")),
    Case(
        "E9", "in its page", "GONE_CONTENT", "+g", {VIDEO: answer(200, REMOVED)}, path=VIDEO, host="www.youtube.com",
        lasting=("0 24 73", "gone"),
    ),
    Case(
        "E9", "by oEmbed", "GONE_CONTENT", "+g", {VIDEO: answer(200, "<title>YouTube</title><script></script>")},
        path=VIDEO, host="www.youtube.com", requests=2,
    ),
]  # fmt: skip
ANSWERS = (*A, *B, *C, *D, *E)
