"""The catalogue of nasty cases, row by row: what each check says, and what that does to the link."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from allegations.links.exchange import Certificate, Exchange, Failure
from allegations.links.judgement import VERDICTS, Judgement, Kind, Klass, Known
from allegations.links.memory import LinkPast, State, Strikes
from allegations.links.states import advance
from allegations.links.verdicts import judge
from tests.servers.hostile import CHALLENGE, LOGIN, PARKED

from .webpages import LONG, STORY, copy_of, exchange, paragraphs, site_page

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROOT = "https://news.example/"
PAGE = site_page("Minister charged with fraud", paragraphs(1))
FRONT = site_page("Home", "".join(f"<h3><a href=/{n}>Headline of the day {n}</a></h3>" for n in range(30)))
OTHER = site_page("Garden tips for spring", paragraphs(2, words=[f"flower{n}" for n in range(50)]))
COPY = copy_of(PAGE)
CASINO = (
    "<title>Situs Slot Gacor | Judi Casino Online</title><h1>Slot gacor hari ini</h1><p>Daftar sekarang di situs judi "
    "terpercaya dan dapatkan bonus new member untuk semua permainan slot online dengan rtp live tertinggi.</p>"
)


def failed(failure: Failure, **rest) -> Exchange:
    return Exchange(url=STORY, final_url=STORY, failure=failure, sentence="It failed.", **rest)


def to(*urls: str, body: str = PAGE, hop_status: int = 301) -> Exchange:
    return exchange(body, hops=(STORY, *urls), hop_status=hop_status)


@dataclass(frozen=True)
class Row:
    """A row of the catalogue: what came, what was known, the verdict, and its effect on the link in the words of the
    catalogue (0 where no counter moves)."""

    answer: Exchange
    verdict: str
    effect: str
    known: Known = field(default=COPY)
    probe: Exchange | None = None


ROWS = {
    "A1 article": Row(exchange(PAGE), "OK", "heal"),
    "A4 404 with HTML": Row(exchange(site_page("Not found", "<h1>Nothing here</h1>"), 404), "GONE_404", "+g"),
    "A5 410": Row(exchange("gone", 410), "GONE_410", "+g"),
    "A8 401": Row(exchange("", 401, headers={"www-authenticate": "Basic"}), "BLOCKED_AUTH", "+b"),
    "A9 plain 403": Row(exchange("<title>403 Forbidden</title>", 403), "BLOCKED_FORBIDDEN", "+b"),
    "A10 403 of a gatekeeper": Row(
        exchange("", 403, headers={"cf-mitigated": "challenge"}), "BLOCKED_CHALLENGE", "+b"
    ),
    "A10 403 of DDoS-Guard": Row(exchange("", 403, headers={"server": "ddos-guard"}), "BLOCKED_CHALLENGE", "+b"),
    "A10 403 of Akamai": Row(
        exchange("<title>Access Denied</title>https://errors.edgesuite.net/18.1", 403), "BLOCKED_CHALLENGE", "+b"
    ),
    "A10 403 of Imperva": Row(
        exchange("<iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Incapsula incident ID: 7</iframe>", 403),
        "BLOCKED_CHALLENGE",
        "+b",
    ),
    "A11 challenge with 200": Row(exchange(CHALLENGE), "BLOCKED_CHALLENGE", "+b"),
    "A11 challenge with 503": Row(exchange(CHALLENGE, 503), "BLOCKED_CHALLENGE", "+b"),
    "A11 hCaptcha": Row(
        exchange("<title>One more step</title><div class=h-captcha data-sitekey=x></div>"), "BLOCKED_CHALLENGE", "+b"
    ),
    "A13 429 with a wait": Row(exchange("", 429, headers={"retry-after": "120"}), "RATE_LIMITED", "0 host"),
    "A15 429 without": Row(exchange("", 429), "RATE_LIMITED", "0 host"),
    "A16 503 with a wait": Row(exchange("", 503, headers={"retry-after": "3600"}), "TEMP_UNAVAILABLE", "0 host"),
    "A16 maintenance with 200": Row(
        exchange("<title>The Herald</title><h1>Down for maintenance</h1>"), "TEMP_UNAVAILABLE", "0"
    ),
    **{
        f"A17 {status}": Row(exchange("", status), "SERVER_ERROR", "+u")
        for status in (500, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527)
    },
    "A17 database fault with 200": Row(
        exchange("<title>Database Error</title><h1>Error establishing a database connection</h1>"), "SERVER_ERROR", "+u"
    ),
    "A19 451": Row(exchange("", 451), "BLOCKED_LEGAL", "+b hum"),
    "A21 204": Row(exchange("", 204), "EMPTY", "+u"),
    "A21 205": Row(exchange("", 205), "EMPTY", "+u"),
    "A21 empty 200": Row(exchange(""), "EMPTY", "+u"),
    "A21 blank 200": Row(exchange("<html><head></head><body> \n</body></html>"), "EMPTY", "+u"),
    "A22 206": Row(exchange(PAGE, 206), "PARTIAL", "0"),
    "A23 304": Row(exchange("", 304, conditional=True), "OK_NOT_MODIFIED", "heal"),
    "B1 301 within the site": Row(to("https://news.example/archive/story"), "MOVED_PERM", "heal"),
    "B2 302 within the site": Row(to("https://news.example/archive/story", hop_status=302), "OK", "heal"),
    "B2 307 within the site": Row(to("https://news.example/archive/story", hop_status=307), "OK", "heal"),
    "B3 301 to the root": Row(to(ROOT, body=FRONT), "SOFT_GONE", "+g"),
    "B3 301 to a root that is the page": Row(to(ROOT), "MOVED_PERM", "heal"),
    "B3 to the front page of a language": Row(to("https://news.example/en/", body=FRONT), "SOFT_GONE", "+g"),
    "B3 to a page for errors": Row(to("https://news.example/404", body=FRONT), "SOFT_GONE", "+g"),
    "B5 302 to a login": Row(
        to("https://news.example/login?next=/2020/story", body=LOGIN, hop_status=302), "BLOCKED_LOGIN", "+b"
    ),
    "B6 loop": Row(failed(Failure.REDIRECT_LOOP), "REDIRECT_LOOP", "+u"),
    "B8 too many hops": Row(failed(Failure.REDIRECT_LIMIT), "REDIRECT_LIMIT", "+u"),
    "B11 downgrade": Row(replace(exchange(PAGE), downgraded=True), "OK", "heal"),
    "B12 offsite, the same page": Row(to("https://other.example/story"), "MOVED_OFFSITE", "heal"),
    "B12 offsite, another page": Row(to("https://other.example/x", body=OTHER), "MOVED_OFFSITE", "0 hum"),
    "B13 to a private address": Row(failed(Failure.REFUSED_SSRF), "REFUSED_SSRF", "0 refused"),
    "B14 to a file": Row(failed(Failure.REFUSED_SCHEME), "REFUSED_SCHEME", "0 refused"),
    "B16 short link to a page": Row(
        exchange(PAGE, hops=("https://bit.ly/3x", "https://news.example/2020/story")), "OK", "heal"
    ),
    "B16 short link to a front page": Row(
        exchange(FRONT, hops=("https://bit.ly/3x", ROOT)), "OK", "heal", known=copy_of(FRONT)
    ),
    "B16 short link to a dead page": Row(
        exchange("", 404, hops=("https://bit.ly/3x", "https://news.example/2020/story")), "GONE_404", "+g"
    ),
    "B16 dead short link": Row(exchange("", 404, hops=("https://bit.ly/3x",)), "GONE_404", "+g"),
    "C1 NXDOMAIN": Row(failed(Failure.DNS_NXDOMAIN), "DNS_NXDOMAIN", "+u"),
    "C2 SERVFAIL": Row(failed(Failure.DNS_TEMPFAIL), "DNS_TEMPFAIL", "0"),
    "C3 private only": Row(failed(Failure.REFUSED_SSRF), "REFUSED_SSRF", "0 refused"),
    "C4 refused": Row(failed(Failure.CONNECT_REFUSED), "CONNECT_REFUSED", "+u"),
    "C4 reset": Row(failed(Failure.CONNECT_RESET), "CONNECT_RESET", "+u"),
    "C4 timeout": Row(failed(Failure.CONNECT_TIMEOUT), "CONNECT_TIMEOUT", "+u"),
    "C6 expired": Row(failed(Failure.TLS_EXPIRED), "TLS_EXPIRED", "+u"),
    "C6 expired, with an unproven answer": Row(
        replace(exchange(PAGE), failure=Failure.TLS_EXPIRED, sentence="It has expired.", tls_verified=False),
        "TLS_EXPIRED",
        "+u",
    ),
    "C8 self-signed": Row(failed(Failure.TLS_UNTRUSTED), "TLS_UNTRUSTED", "+u"),
    "C8 wrong name": Row(failed(Failure.TLS_NAME), "TLS_NAME", "+u"),
    "C9 old protocol": Row(failed(Failure.TLS_PROTOCOL), "TLS_PROTOCOL", "+u"),
    "C9 client certificate": Row(failed(Failure.TLS_CLIENT_CERTIFICATE), "BLOCKED_AUTH", "+b"),
    "C10 another owner and another page": Row(
        exchange(OTHER, certificate=Certificate("CN=b", "O=Y", "", "")),
        "OK",
        "0 hum",
        known=replace(COPY, certificate=("CN=a", "O=X")),
    ),
    "D1 bomb": Row(failed(Failure.TOO_LARGE_DECODED), "TOO_LARGE_DECODED", "0"),
    "D3 endless": Row(failed(Failure.TOO_LARGE), "TOO_LARGE", "0"),
    "D4 drip": Row(failed(Failure.SLOW), "SLOW", "+u"),
    "D7 six megabytes of paragraphs": Row(exchange("<p>" * 160_000), "OK", "heal", known=Known()),
    "E1 soft 404": Row(exchange("<title>Page not found</title><p>Sorry.</p>"), "SOFT_GONE", "+g"),
    "E1 soft 404 in the frame of the site": Row(
        exchange(site_page("Page not found", "<h1>Page not found</h1>")), "SOFT_GONE", "+g"
    ),
    "E1 every address shows the same": Row(exchange(OTHER), "SOFT_GONE", "+g", probe=exchange(OTHER)),
    "E4 parked": Row(exchange(PARKED), "USURPED", "hum"),
    "E4 parked without a dealer's name": Row(
        exchange("<title>news.example</title><h1>This domain is for sale</h1><p>Make an offer today.</p>"),
        "USURPED",
        "hum",
    ),
    "E4 sent to a dealer": Row(
        to("https://www.hugedomains.com/domain_profile.cfm?d=news.example", body=LONG, hop_status=302), "USURPED", "hum"
    ),
    "E4 casino": Row(exchange(CASINO), "USURPED", "hum"),
    "E4 casino, nothing known": Row(exchange(CASINO), "USURPED", "hum", known=Known()),
    "E5 metered": Row(
        exchange(PAGE + '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'),
        "PAYWALLED",
        "heal",
    ),
    "E6 consent": Row(
        to("https://consent.news.example/collect?id=1", body="<h1>We value your privacy</h1>", hop_status=302),
        "CONSENT_WALL",
        "heal",
    ),
    "E7 application": Row(
        exchange("<title>News</title><div id=root></div><script src=a.js></script>"), "NEEDS_JS", "0"
    ),
    "E7 noscript": Row(
        exchange("<title>News</title><noscript>You need to enable JavaScript to run this app.</noscript><div></div>"),
        "NEEDS_JS",
        "0",
    ),
    "E8 abroad": Row(
        exchange("<title>News</title><p>Sorry, this content is not available in your country.</p>"), "BLOCKED_GEO", "+b"
    ),
    "E9 video removed": Row(
        exchange(
            '<title> - YouTube</title><script>{"playabilityStatus":{"status":"ERROR","reason":"Video unavailable"}}'
            "</script>",
            hops=("https://www.youtube.com/watch?v=x",),
        ),
        "GONE_CONTENT",
        "+g",
    ),
}  # fmt: skip


def effect_of(judgement: Judgement) -> str:
    """Return what an observation does to a link that answers, in the words of the catalogue."""
    one = Strikes(1, NOW - timedelta(days=2), NOW - timedelta(days=2))
    before = LinkPast(
        state=State.ALIVE, last_ok_at=NOW - timedelta(days=3), gone=one, soft_gone=one, unreachable=one, blocked=one
    )
    after = advance(before, judgement, NOW)
    grown = {
        "+g": after.gone.count + after.soft_gone.count > 2,
        "+u": after.unreachable.count > 1,
        "+b": after.blocked.count > 1,
        "heal": after.last_ok_at == NOW and after.gone.count + after.unreachable.count + after.blocked.count == 0,
    }
    words = [word for word, is_so in grown.items() if is_so]
    usurped = after.state is State.USURPED
    words += [] if words or usurped else ["0"]
    words += ["host"] if judgement.limits_host else []
    words += ["refused"] if after.state is State.REFUSED else []
    return " ".join([*words, *(["hum"] if judgement.asks_human else [])])


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_of_the_catalogue(row):
    found = judge(row.answer, row.known, row.probe)

    assert (found.verdict, effect_of(found)) == (row.verdict, row.effect)
    assert found.klass is VERDICTS[found.verdict]
    assert all(signal.endswith((".", "?")) and signal[0].isupper() for signal in found.signals)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_says_the_same_of_a_link_of_which_nothing_is_known(row):
    needs_a_copy = {"0 hum", "hum"} | ({"+g"} if row.probe else set())
    found = judge(row.answer, None, row.probe)

    if row.effect not in needs_a_copy and found.verdict != row.verdict:
        assert (row.verdict, found.verdict) == ("MOVED_PERM", "SOFT_GONE")  # a root, of which only a copy tells more


@pytest.mark.parametrize("row", [row for row in ROWS.values() if VERDICTS[row.verdict] is not Klass.ALIVE])
def test_what_is_no_page_is_never_remembered(row):
    found = judge(row.answer, row.known, row.probe)

    assert (found.title, found.sketch, found.shows_page) == (None, (), False)


def test_a_challenge_behind_a_bad_certificate_changes_nothing():
    shown = replace(exchange(CHALLENGE), failure=Failure.TLS_NAME, sentence="Another name.", tls_verified=False)
    found = judge(shown, COPY)

    assert (found.verdict, found.klass, found.network) == ("TLS_NAME", Klass.UNREACHABLE, True)
    assert found.signals[0] == "Another name."
    assert "BLOCKED_CHALLENGE" in found.signals[1]


@pytest.mark.parametrize(("body", "word"), [(PAGE, " like "), (OTHER, " unlike ")])
def test_an_unproven_answer_is_compared_with_our_copy_in_words_only(body, word):
    shown = replace(exchange(body), failure=Failure.TLS_EXPIRED, sentence="It has expired.", tls_verified=False)
    found = judge(shown, COPY)

    assert word in found.signals[-1]
    assert (found.similarity, found.title, found.sketch) == (None, None, ())


def test_a_downgrade_is_told_whatever_the_verdict():
    moved = replace(to("http://news.example/archive/story"), downgraded=True)

    assert any("plain http" in signal for signal in judge(moved, COPY).signals)


def test_a_new_certificate_alone_is_no_question():
    known = replace(COPY, certificate=("CN=a", "O=X"))
    renewed = [("CN=a", "O=Y"), ("CN=b", "O=X"), ("CN=b", "O=Y")]
    asks = {}
    for body in (PAGE, OTHER):
        for subject, issuer in renewed:
            shown = exchange(body, certificate=Certificate(subject, issuer, "2027-01-01", "0" * 64))
            found = judge(shown, known)
            asks[body == OTHER, subject, issuer] = found.asks_human
            assert (Kind.CERTIFICATE in found.kinds) is found.asks_human

    assert [case for case, asked in asks.items() if asked] == [(True, "CN=b", "O=Y")]


def test_a_short_link_is_named_in_the_signals():
    found = judge(ROWS["B16 short link to a page"].answer, COPY)

    assert any("bit.ly" in signal for signal in found.signals)


def test_the_same_bytes_at_another_address_have_moved_and_stay_moved():
    moved = to("https://news.example/archive/story")
    known = replace(COPY, payload_sha256=moved.payload_sha256)
    found = judge(moved, known)

    assert (found.verdict, found.changed, found.similarity) == ("MOVED_PERM", False, 1.0)
    assert (found.title, found.sketch) == (known.title, known.sketch)


def test_a_deferred_check_says_how_long_to_wait():
    found = judge(failed(Failure.DEFERRED, wait_s=12.5))

    assert (found.verdict, found.klass, found.retry_after_s) == ("DEFERRED", Klass.SKIPPED, 12.5)
