"""What one check may say of a link."""

import doctest

import pytest

from allegations.links import judgement, notfound, pages, phrases
from allegations.links.exchange import Exchange, Failure
from allegations.links.judgement import NETWORK_VERDICTS, VERDICTS, Kind, Klass, Known
from allegations.links.verdicts import judge
from tests.servers.hostile import ARTICLE, CHALLENGE, LOGIN, PARKED, ROUTES, HostileServer

from .asking import TINY, ask, policy_for
from .webpages import LONG, STORY, exchange

COPY = Known(title="Minister charged with fraud - News", payload_sha256="0" * 64)


def judged(*args, past=None, probe=None, **kwargs):
    found = judge(exchange(*args, **kwargs), past, probe)
    assert found.klass is VERDICTS[found.verdict]
    assert found.signals
    return found


def test_examples_in_the_modules_hold():
    assert not any(doctest.testmod(module).failed for module in (judgement, notfound, pages, phrases))


@pytest.mark.parametrize(
    ("status", "verdict", "klass"),
    [
        (200, "OK", "alive"),
        (203, "OK", "alive"),
        (202, "TEMP_UNAVAILABLE", "transient"),
        (204, "EMPTY", "unreachable"),
        (205, "EMPTY", "unreachable"),
        (206, "PARTIAL", "transient"),
        (300, "PROTOCOL", "unreachable"),
        (302, "PROTOCOL", "unreachable"),
        (304, "PROTOCOL", "unreachable"),
        (400, "BLOCKED_OTHER", "blocked"),
        (401, "BLOCKED_AUTH", "blocked"),
        (402, "BLOCKED_PAYMENT", "blocked"),
        (403, "BLOCKED_FORBIDDEN", "blocked"),
        (404, "GONE_404", "gone"),
        (407, "BLOCKED_AUTH", "blocked"),
        (408, "SERVER_ERROR", "unreachable"),
        (410, "GONE_410", "gone"),
        (418, "BLOCKED_OTHER", "blocked"),
        (429, "RATE_LIMITED", "transient"),
        (451, "BLOCKED_LEGAL", "blocked"),
        (500, "SERVER_ERROR", "unreachable"),
        (502, "SERVER_ERROR", "unreachable"),
        (503, "SERVER_ERROR", "unreachable"),
        (504, "SERVER_ERROR", "unreachable"),
        (511, "OWN_FAULT", "own_fault"),
        (520, "SERVER_ERROR", "unreachable"),
        (527, "SERVER_ERROR", "unreachable"),
        (999, "BLOCKED_FORBIDDEN", "blocked"),
    ],
)
def test_the_verdict_of_a_status(status, verdict, klass):
    found = judged(status=status)

    assert (found.verdict, found.klass) == (verdict, klass)


def test_only_404_and_410_say_gone():
    assert [status for status in range(200, 1000) if judged(status=status).klass is Klass.GONE] == [404, 410]


@pytest.mark.parametrize("failure", Failure)
def test_no_failure_says_gone_or_alive(failure):
    found = judge(Exchange(url=STORY, final_url=STORY, failure=failure, sentence="It failed."))

    assert found.klass not in {Klass.GONE, Klass.SOFT_GONE, Klass.ALIVE}
    assert found.signals == ("It failed.",)


@pytest.mark.parametrize(
    ("failure", "klass", "network"),
    [
        (Failure.DNS_NXDOMAIN, "unreachable", True),
        (Failure.DNS_TEMPFAIL, "transient", True),
        (Failure.CONNECT_REFUSED, "unreachable", True),
        (Failure.TLS_EXPIRED, "unreachable", True),
        (Failure.TLS_CLIENT_CERTIFICATE, "blocked", False),
        (Failure.REDIRECT_LOOP, "unreachable", False),
        (Failure.REFUSED_SSRF, "refused", False),
        (Failure.REFUSED_SCHEME, "refused", False),
        (Failure.TOO_LARGE, "skipped", False),
        (Failure.OWN_FAULT, "own_fault", True),
    ],
)
def test_the_class_of_a_failure(failure, klass, network):
    found = judge(Exchange(url=STORY, final_url=STORY, failure=failure, sentence="It failed."))

    assert (found.klass, found.network) == (klass, network)


def test_every_network_verdict_is_a_verdict():
    assert VERDICTS.keys() >= NETWORK_VERDICTS


def test_a_404_whose_body_never_ends_is_still_a_404():
    assert judged(status=404, failure=Failure.TOO_LARGE, sentence="x").verdict == "GONE_404"
    assert judged(status=200, failure=Failure.TOO_LARGE, sentence="x").verdict == "TOO_LARGE"
    assert judged(status=404, failure=Failure.SLOW, sentence="x").verdict == "SLOW"


def test_a_304_to_our_validator_is_alive_and_unchanged():
    found = judged("", 304, conditional=True)

    assert (found.verdict, found.changed, found.similarity) == ("OK_NOT_MODIFIED", False, 1.0)


@pytest.mark.parametrize(
    ("headers", "verdict", "wait"),
    [
        ({"retry-after": "3600"}, "TEMP_UNAVAILABLE", 3600.0),
        ({"retry-after": "soon"}, "SERVER_ERROR", None),
        ({"retry-after": "99999999999999999"}, "TEMP_UNAVAILABLE", 7 * 86400.0),
        ({"retry-after": "Wed, 25 Nov 2026 10:00:00 GMT"}, "SERVER_ERROR", None),
        (
            {"retry-after": "Wed, 25 Nov 2026 09:00:00 GMT", "date": "Wed, 25 Nov 2026 10:00:00 GMT"},
            "TEMP_UNAVAILABLE",
            0.0,
        ),
    ],
)
def test_a_server_may_ask_us_to_wait(headers, verdict, wait):
    found = judged(status=503, headers=headers)

    assert (found.verdict, found.retry_after_s) == (verdict, wait)
    assert judged(status=429, headers={"retry-after": "120"}).retry_after_s == 120.0


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        ("no", 403, {"cf-mitigated": "challenge"}),
        (ARTICLE, 200, {"cf-mitigated": "challenge"}),
        ("no", 403, {"server": "ddos-guard"}),
        ("", 202, {"x-amzn-waf-action": "challenge"}),
        (CHALLENGE, 403, {}),
        (CHALLENGE, 503, {}),
        (CHALLENGE, 429, {}),
        (CHALLENGE, 200, {}),
        ("<title>News</title><script src=https://challenges.cloudflare.com/turnstile/v0/api.js></script>", 200, {}),
    ],
)
def test_a_challenge_is_blocked_and_never_content(body, status, headers):
    assert judged(body, status, headers=headers).verdict == "BLOCKED_CHALLENGE"


def test_a_long_article_with_a_robot_test_in_its_comment_form_is_alive():
    body = f"<title>Just a moment in history</title>{LONG}<script src=https://www.google.com/recaptcha/api.js></script>"

    assert judged(body).verdict == "OK"
    assert judged(body, 500).verdict == "SERVER_ERROR"


@pytest.mark.parametrize(
    "body",
    [
        "<title>Page not found</title>",
        "<title>404</title><p>Oops</p>",
        "<title>News</title><p>Sorry, the page you are looking for does not exist.</p>",
        "<title>Page introuvable</title>",
        "<title>News</title><p>Cette page n’existe pas.</p>",
        "<title>News</title><p>Cette page n&rsquo;existe plus.</p>",
        "<title>Página no encontrada</title>",
        "<title>News</title><p>La página que busca no existe.</p>",
        "<TITLE>PAGE NOT FOUND</TITLE>",
    ],
)
def test_a_page_that_says_not_found_is_softly_gone(body):
    found = judged(body)

    assert (found.verdict, found.klass) == ("SOFT_GONE", Klass.SOFT_GONE)
    assert found.kinds


def test_an_article_about_missing_pages_is_alive():
    assert (
        judged(f"<title>Minister charged</title>{LONG} The page you are looking for could not be found. ").verdict
        == "OK"
    )
    assert (
        judged("<title>Page not found: a memoir</title>", past=Known(title="Page not found: a memoir")).verdict == "OK"
    )


def test_the_same_answer_for_a_page_that_cannot_exist_is_a_signal_of_its_own():
    body = "<title>Page not found</title>"
    alone, probed = judged(body), judged(body, probe=exchange(body))
    unlike = judged(body, probe=exchange("<title>Nothing here, sorry</title>"))

    assert alone.kinds == unlike.kinds == {Kind.TITLE}
    assert probed.kinds == {Kind.TITLE, Kind.PROBE}


def test_being_sent_to_the_front_page_is_softly_gone_unless_it_is_alike():
    root = "https://news.example/"

    assert judged("<title>News</title>", hops=(STORY, root), past=COPY).kinds == {Kind.ROOT}
    assert judged("<title>News</title>", hops=(STORY, root)).kinds == {Kind.ROOT}
    assert judged(ARTICLE, hops=(STORY, root), past=COPY).verdict == "MOVED_PERM"
    assert judged("<title>News</title>", hops=("http://news.example/", root)).verdict == "OK"


def test_a_login_in_place_of_the_page_is_blocked():
    sent = judged(LOGIN, hops=(STORY, "https://news.example/login?next=%2Fstory"), hop_status=302)

    assert sent.verdict == judged(LOGIN).verdict == "BLOCKED_LOGIN"
    assert judged(f"<title>Story</title>{LONG}<input type=password>").verdict == "OK"
    assert judged(LOGIN, past=Known(title="Sign in")).verdict == "OK"


def test_a_parked_domain_is_usurped_on_two_signals():
    found = judged(PARKED)

    assert (found.verdict, len(found.signals), found.asks_human) == ("USURPED", 2, True)
    assert judged("<title>Estates</title><p>Our domain is for sale: 40 hectares of wood.</p>").verdict == "OK"


def test_gambling_in_place_of_the_article_is_usurped():
    body = f"<title>Slot gacor casino 2026</title>{LONG}"

    assert judged(body, past=COPY).verdict == "USURPED"
    about = "The casino minister, his brother and nine friends are charged with bribery in the capital"
    assert judged(body, past=Known(title=about)).verdict == "OK"
    assert judged(body).verdict == "OK"


@pytest.mark.parametrize(
    ("hops", "hop_status", "verdict"),
    [
        ((STORY, "https://news.example/archive/story"), 301, "MOVED_PERM"),
        ((STORY, "https://news.example/archive/story"), 308, "MOVED_PERM"),
        ((STORY, "https://news.example/archive/story"), 302, "OK"),
        (("http://news.example/2020/story", STORY), 301, "OK"),
        ((STORY, "https://www.news.example/2020/story/"), 301, "OK"),
        ((STORY, "https://old.news.example/2020/story"), 301, "MOVED_PERM"),
        ((STORY, "https://other.example/story"), 302, "MOVED_OFFSITE"),
    ],
)
def test_a_redirect_to_the_page(hops, hop_status, verdict):
    assert judged(hops=hops, hop_status=hop_status, past=COPY).verdict == verdict


def test_another_site_with_another_page_asks_a_human():
    moved = judged("<title>Garden tips</title>" + LONG, hops=(STORY, "https://other.example/story"), past=COPY)

    assert (moved.verdict, moved.asks_human) == ("MOVED_OFFSITE", True)
    assert moved.similarity < 0.6
    assert not judged(hops=(STORY, "https://other.example/story"), past=COPY).asks_human


def test_other_pages_that_are_not_the_page():
    assert judged("").verdict == judged("  \n").verdict == "EMPTY"
    assert judged("<title>App</title><div id=root></div><script src=a.js></script>").verdict == "NEEDS_JS"
    assert judged("<p>This article is not available in your country.</p>").verdict == "BLOCKED_GEO"
    paywall = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
    assert judged(ARTICLE + paywall).verdict == "PAYWALLED"


def test_the_same_bytes_are_alive_whatever_they_say():
    found = judged("<title>Page not found</title>", past=Known(payload_sha256="1" * 64))

    assert (found.verdict, found.changed, found.similarity) == ("OK", False, 1.0)


def test_a_pdf_is_alive_without_being_read():
    assert judged(b"%PDF-1.7 page not found", headers={"content-type": "application/pdf"}).verdict == "OK"


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/ok", "OK"),
        ("/status/404", "GONE_404"),
        ("/status/410", "GONE_410"),
        ("/status/451", "BLOCKED_LEGAL"),
        ("/challenge", "BLOCKED_CHALLENGE"),
        ("/challenge-403", "BLOCKED_CHALLENGE"),
        ("/soft-404", "SOFT_GONE"),
        ("/soft-404-fr", "SOFT_GONE"),
        ("/soft-404-es", "SOFT_GONE"),
        ("/to-login", "BLOCKED_LOGIN"),
        ("/parked", "USURPED"),
        ("/empty", "EMPTY"),
        ("/status/204", "EMPTY"),
        ("/moved", "MOVED_PERM"),
        ("/found", "OK"),
        ("/to-root", "SOFT_GONE"),
        ("/loop-a", "REDIRECT_LOOP"),
        ("/hops/12", "REDIRECT_LIMIT"),
        ("/to-private", "REFUSED_SSRF"),
        ("/to-file", "REFUSED_SCHEME"),
        ("/bomb", "TOO_LARGE_DECODED"),
        ("/endless", "TOO_LARGE"),
        ("/brotli", "UNREADABLE"),
        ("/cut-short", "CUT_SHORT"),
        ("/reset", "CONNECT_RESET"),
    ],
)
def test_from_the_wire_to_the_verdict(server, path, verdict):
    assert judge(ask(server.url(path), policy_for(server))).verdict == verdict


# Whatever comes of it is a verdict too.
HASTY = {"header_s": 0.1, "rate_window_s": 0.1}


def test_every_route_of_the_hostile_server_has_a_verdict():
    with HostileServer() as server:
        for path in ROUTES:
            assert judge(ask(server.url(path), policy_for(server), limits=HASTY)).verdict in VERDICTS
    assert TINY.hops == 10
