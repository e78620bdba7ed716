"""robots.txt: what it says to us, for how long, and that it is asked first, safely and in the host's turn."""

import asyncio
import doctest
import socket
import time
from contextlib import asynccontextmanager

import pytest

from allegations.links import robots
from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import Deferred, Exchange, Failure, Hop
from allegations.links.fetcher import fetch_many
from allegations.links.journey import Job
from allegations.links.robots import LIFE_OF_A_FAULT_S, LIFE_S, PATIENCE_S, Robots, RobotsFile, product
from allegations.links.verdicts import judge
from tests.servers.hostile import AUTHORITY, HostileServer, answer, drip, raw, redirect, silent

from .asking import SLOW_BODY, SLOW_HEAD, NamesFromTable, ask, policy_for

NOBODY = "User-agent: *\nDisallow: /"
SITE = "https://news.example"


def verdict(text, path="/story", agent="OurBot", status=200):
    return RobotsFile(status, text, 0.0).verdict(SITE + path, agent, 0.0)


def test_examples_in_the_module_hold():
    assert doctest.testmod(robots).failed == 0


# What a file says


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/x", True),
        ("User-agent: *\nDisallow:", "/x", True),
        (NOBODY, "/x", False),
        (NOBODY, "/robots.txt", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/c", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a?b", "/a?b=1", False),
        ("User-agent: *\nDisallow: /caf%c3%a9", "/caf%C3%A9/x", False),
        ("User-agent: *\nDisallow: /café", "/caf%C3%A9/x", False),
        ("User-agent: OurBot\nDisallow: /", "/x", False),
        ("User-agent: ourbot/2.0\nDisallow: /", "/x", False),
        ("User-agent: OtherBot\nDisallow: /", "/x", True),
        ("User-agent: Our\nDisallow: /", "/x", True),
        ("User-agent: OurBotany\nDisallow: /", "/x", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: OurBot\nAllow: /", "/x", True),
        ("User-agent: OurBot\nDisallow: /a\nUser-agent: *\nDisallow: /", "/x", True),
        ("User-agent: A\nUser-agent: OurBot\nUser-agent: B\nDisallow: /", "/x", False),
        ("User-agent: A\n# a remark\n\nSitemap: /s\nUser-agent: OurBot\nDisallow: /", "/x", False),
        ("User-agent: OurBot\nDisallow: /a\n\nUser-agent: OurBot\nDisallow: /b", "/b", False),
        ("User-agent: OurBot\nDisallow: /a\nUser-agent: A\nDisallow: /b", "/b", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", "/x", False),
        ("  user agent :  * # all\n  disallow :  / # nothing", "/x", False),
        ("Disallow: /\nUser-agent: A\nDisallow: /", "/x", True),
        ("<!doctype html><title>Not found</title>", "/x", True),
    ],
)
def test_what_a_file_says_to_us(text, path, allowed):
    assert (verdict(text.removeprefix("\ufeff"), path) is None) is allowed


def test_a_denial_is_a_sentence():
    assert verdict(NOBODY) == "The site’s robots.txt asks automatic visitors to stay away from this address."


@pytest.mark.parametrize(
    ("status", "allowed"), [(200, False), (204, True), (301, True), (401, True), (403, True), (404, True), (410, True)]
)
def test_a_file_counts_only_where_it_came(status, allowed):
    assert (verdict(NOBODY if status == 200 else "", status=status) is None) is allowed
    assert verdict(NOBODY, status=404) is None


@pytest.mark.parametrize("status", [429, 500, 503, 599])
def test_a_site_that_cannot_say_is_left_alone_for_now(status):
    assert verdict("", status=status) == (
        "The site’s robots.txt could not be read, so the address was not asked; what that file says is not known."
    )


@pytest.mark.parametrize(("status", "life_s"), [(200, LIFE_S), (404, LIFE_S), (503, LIFE_OF_A_FAULT_S), (429, 3600)])
def test_a_file_is_relied_on_for_its_time(status, life_s):
    file = RobotsFile(status, "", 1_000.0, 1_000.0 if status in (429, 503) else None)

    assert [file.current(1_000.0 + s) for s in (0, life_s - 1, life_s, life_s + 1)] == [True, True, False, False]
    assert not file.current(999.0)


@pytest.mark.parametrize(("status", "life_s"), [(503, LIFE_S), (429, LIFE_OF_A_FAULT_S)])
def test_a_file_that_is_given_up_is_asked_for_no_oftener_than_any_other(status, life_s):
    now = 2 * PATIENCE_S
    file = RobotsFile(status, "", now, 0.0)

    assert [file.current(now + s) for s in (life_s - 1, life_s)] == [True, False]


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("", 0), ("User-agent: *\nCrawl-delay: 5", 5), ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 86400", 60), ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nCrawl-delay: soon", 0), ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: A\nCrawl-delay: 9", 0),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: OurBot\nCrawl-delay: 1", 1),
    ],
)  # fmt: skip
def test_the_rest_that_a_site_asks_for(text, delay_s):
    book = Robots({SITE: RobotsFile(200, text, 0.0)})

    assert book.delay_s(f"{SITE}/a?b", "OurBot") == delay_s
    assert book.delay_s("https://other.example/", "OurBot") == 0


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{n}\n" for n in range(5_000)) + "Disallow: /x\n" * 30_000,
        "".join(f"User-agent: *{n}\n" for n in range(5_000)) + "Disallow: /x\n" * 30_000,
        "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*a*b$\n" * 15_000,
        "User-agent: *\nDisallow: /" + "*a" * 240_000,
    ],
    ids=["many visitors", "many stars", "many patterns", "one long pattern"],
)
def test_a_hostile_file_holds_nobody_up(text):
    began = time.process_time()

    verdict(text, "/" + "a" * 2_000)

    assert time.process_time() - began < 1.5


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [("OurBot/1.0 (+https://a.example/)", "OurBot"), ("a-b_c", "a-b_c"), ("1/2", "*"), ("", "*")],
)
def test_the_name_that_obeys_is_the_product(user_agent, name):
    assert product(user_agent) == name


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://news.example/", SITE), ("https://news.example/a/b?c#d", SITE), ("https://news.example", SITE),
        ("http://news.example:8080/x", "http://news.example:8080"), ("http://[2606:4700::1]/", "http://[2606:4700::1]"),
    ],
)  # fmt: skip
def test_an_origin_is_the_address_without_its_path(url, origin):
    assert Robots.origin(url) == origin


# What an answer teaches


def learn(status=None, failure=None, hops=1, body=b"User-agent: *\nDisallow: /", **more):
    url = f"{SITE}/robots.txt"
    made = (*[Hop(url, 302)] * (hops - 1), Hop(url, status))
    book = Robots()
    exchange = Exchange(url, url, made, status, body=body, failure=failure, sentence=failure and "Words.", **more)
    return book, book.learn(SITE, exchange, 5.0)


@pytest.mark.parametrize("failure", [None, Failure.TLS_EXPIRED, Failure.TOO_LARGE, Failure.UNDECODABLE])
def test_a_file_that_came_is_read_as_far_as_it_came(failure):
    book, file = learn(200, failure)

    assert file == RobotsFile(200, "User-agent: *\nDisallow: /", 5.0)
    assert book.found == {SITE: file}


def test_a_file_in_odd_bytes_is_kept_fit_to_be_stored():
    assert (
        learn(200, body=b"\xef\xbb\xbfUser-agent: *\nDisallow: /\xff\0")[1].text
        == "User-agent: *\nDisallow: /\ufffd\ufffd"
    )


@pytest.mark.parametrize("failure", [Failure.REDIRECT_LOOP, Failure.REDIRECT_LIMIT, Failure.REFUSED_SSRF])
def test_redirects_that_lead_to_no_file_mean_that_there_is_none(failure):
    assert learn(302, failure, hops=6)[1].verdict(SITE, "OurBot", 5.0) is None


@pytest.mark.parametrize(
    "failure", [Failure.DNS_NXDOMAIN, Failure.CONNECT_REFUSED, Failure.TLS_UNTRUSTED, Failure.SLOW]
)
def test_a_fault_of_the_place_that_a_redirect_leads_to_is_not_the_sites(failure):
    assert "could not be read" in learn(None, failure, hops=2)[1].verdict(SITE, "OurBot", 5.0)


# A file that cannot be read

DAY_S = 24 * 3600.0


def unread(days, status=500, text=""):
    """A file that has not been readable for so many days, and was asked for a moment ago."""
    now = time.time()
    return RobotsFile(status, text, now - 60, now - days * DAY_S)


@pytest.mark.parametrize(
    ("days", "status", "text", "path", "found"),
    [
        (29.9, 500, "", "/x", "could not be read"),
        (29.9, 500, "User-agent: *\nAllow: /", "/x", "could not be read"),
        (30, 500, "", "/x", None),
        (30, 599, "User-agent: *\nDisallow: /x", "/x", "asks automatic visitors to stay away"),
        (30, 503, "User-agent: *\nDisallow: /x", "/y", None),
        (400, 429, "", "/x", "could not be read"),
    ],
)
def test_after_a_month_what_was_said_before_holds_or_nothing(days, status, text, path, found):
    file = unread(days, status, text)
    said = file.verdict(SITE + path, "OurBot", time.time())

    assert said is None if found is None else found in said
    assert (file.again_in_s(time.time()) > 0) is (found == "could not be read")


def test_a_file_whose_fault_has_no_beginning_is_waited_for():
    assert not RobotsFile(500, "", 0.0).given_up(1e12)
    assert not RobotsFile(200, "", 0.0, 0.0).given_up(1e12)


def learnt(before, status=500, now=100.0):
    book = Robots({SITE: before} if before else None)
    url = f"{SITE}/robots.txt"
    body = b"User-agent: *\nDisallow: /new"
    return book.learn(SITE, Exchange(url, url, (Hop(url, status),), status, body=body), now)


RULES = "User-agent: *\nDisallow: /old"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, RobotsFile(500, "", 100.0, 100.0)),
        (RobotsFile(200, RULES, 50.0), RobotsFile(500, RULES, 100.0, 100.0)),
        (RobotsFile(404, "", 50.0), RobotsFile(500, "", 100.0, 100.0)),
        (RobotsFile(503, RULES, 50.0, 7.0), RobotsFile(500, RULES, 100.0, 7.0)),
        (RobotsFile(429, RULES, 50.0, 7.0), RobotsFile(500, RULES, 100.0, 7.0)),
        (RobotsFile(503, RULES, 500.0, 500.0), RobotsFile(500, RULES, 100.0, 100.0)),
    ],
)
def test_a_fault_leaves_what_was_said_before_and_has_one_beginning(before, after):
    assert learnt(before) == after


def test_an_answer_ends_the_fault_and_only_a_file_has_rules():
    before = RobotsFile(500, RULES, 50.0, 7.0)

    assert learnt(before, 200) == RobotsFile(200, "User-agent: *\nDisallow: /new", 100.0)
    assert learnt(before, 404) == RobotsFile(404, "", 100.0)


@pytest.mark.parametrize(("days", "failure"), [(29, Failure.ROBOTS_DENIED), (31, None)])
@pytest.mark.parametrize("broken", [silent, answer(500, "")])
def test_a_site_whose_file_was_unreadable_for_a_month_is_asked_again(server, days, failure, broken):
    server.on("/robots.txt", broken)
    now = time.time()
    known = RobotsFile(500, "", now - LIFE_S, now - days * DAY_S)
    exchange, book = ask_obeying(server, book=Robots({server.url(""): known}), limits=SLOW_HEAD)

    assert (exchange.status == 200) is (failure is None)
    assert paths(server) == ["/robots.txt", *([] if failure else ["/ok"])]
    assert book.found[server.url("")].unread_since == known.unread_since


@pytest.mark.parametrize(("days", "closed_s"), [(29, 120), (31, 120), (31, LIFE_S)])
def test_a_site_that_was_closed_for_a_month_is_asked_once_it_was_left_alone(server, days, closed_s):
    server.on("/robots.txt", answer(503, "", retry_after=f"{closed_s:.0f}"))
    now = time.time()
    book = Robots({server.url(""): RobotsFile(503, "", now - LIFE_S, now - days * DAY_S)})
    first, _ = ask_obeying(server, book=book)
    assert paths(server) == ["/robots.txt"]

    if (days, closed_s) == (31, 120):
        second, _ = ask_obeying(server, book=book)
        assert (first.failure, first.wait_s, second.status) == (Failure.DEFERRED, 120, 200)
        assert paths(server) == ["/robots.txt", "/ok"]
    else:
        assert (first.failure, first.status) == (None, 503)


def test_a_site_that_asks_for_fewer_requests_is_heard_after_a_month_too(server):
    server.on("/robots.txt", answer(429, ""))
    now = time.time()
    known = RobotsFile(429, "", now - LIFE_S, now - 40 * DAY_S)

    assert ask_obeying(server, book=Robots({server.url(""): known}))[0].status == 429
    assert paths(server) == ["/robots.txt"]


def test_a_check_for_want_of_rules_says_when_they_are_asked_for_again(server):
    server.on("/robots.txt", answer(500, ""))
    first, _ = ask_obeying(server)
    server.on("/robots.txt", served(NOBODY))
    denied, _ = ask_obeying(server)

    assert LIFE_OF_A_FAULT_S - 60 < first.wait_s <= LIFE_OF_A_FAULT_S
    assert (denied.failure, denied.wait_s) == (Failure.ROBOTS_DENIED, 0.0)
    assert judge(first).retry_after_s == first.wait_s
    assert judge(denied).retry_after_s is None


# On the way


def served(text, status=200):
    return answer(status, text, content_type="text/plain")


def ask_obeying(server, path="/ok", book=None, **asking):
    book = Robots() if book is None else book
    return ask(server.url(path), policy_for(server), robots=book, **asking), book


def paths(server):
    return [request.path for request in server.requests]


def test_a_site_is_asked_for_its_rules_first_and_once(server):
    server.on("/robots.txt", served("User-agent: *\nDisallow: /private"))
    first, book = ask_obeying(server)
    second, _ = ask_obeying(server, book=book)

    assert (first.status, second.status) == (200, 200)
    assert paths(server) == ["/robots.txt", "/ok", "/ok"]
    assert list(book.found) == [Robots.origin(server.url())] == [server.url("")]
    assert book.found[server.url("")].text == "User-agent: *\nDisallow: /private"
    assert [hop.url for hop in first.hops] == [server.url("/ok")]


def test_without_a_book_nobody_is_asked(server):
    server.on("/robots.txt", served(NOBODY))

    assert ask(server.url(), policy_for(server)).status == 200
    assert paths(server) == ["/ok"]


@pytest.mark.parametrize("to", ["*", "TestBot"])
def test_a_page_that_is_denied_is_not_asked(server, to):
    server.on("/robots.txt", served(f"User-agent: {to}\nDisallow: /"))
    exchange, _ = ask_obeying(server)

    assert (exchange.failure, exchange.status, exchange.hops) == (Failure.ROBOTS_DENIED, None, ())
    assert "asks automatic visitors to stay away" in exchange.sentence
    assert paths(server) == ["/robots.txt"]


@pytest.mark.parametrize(("age_s", "asked"), [(LIFE_S - 60, False), (LIFE_S + 60, True)])
def test_what_is_known_is_asked_again_only_when_it_is_old(server, age_s, asked):
    known = RobotsFile(200, NOBODY, time.time() - age_s)
    exchange, book = ask_obeying(server, book=Robots({server.url(""): known}))

    assert exchange.failure is (None if asked else Failure.ROBOTS_DENIED)
    assert (paths(server) == ["/robots.txt", "/ok"]) is bool(book.found) is asked


@pytest.mark.parametrize(("status", "failure"), [(404, None), (403, None), (500, Failure.ROBOTS_DENIED)])
def test_a_site_without_a_file(server, status, failure):
    server.on("/robots.txt", served(NOBODY, status))
    exchange, book = ask_obeying(server)

    assert (exchange.failure, book.found[server.url("")].status) == (failure, status)


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_answers_nobody_just_now_says_so_of_the_page_too(server, status):
    server.on("/robots.txt", answer(status, "", retry_after="120"))
    exchange, _ = ask_obeying(server)

    assert (exchange.failure, exchange.status, exchange.url) == (None, status, server.url())
    assert exchange.headers["retry-after"] == "120"
    assert paths(server) == ["/robots.txt"]


def test_a_broken_robots_file_is_not_the_fault_of_the_page(server):
    server.on("/robots.txt", answer(503, ""))
    assert ask_obeying(server)[0].failure is Failure.ROBOTS_DENIED


@pytest.mark.parametrize(
    "broken",
    [
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nUser-agent: *"),
        raw(b"garbage\r\n\r\n"),
        raw(b""),
        silent,
        drip,
    ],
)
def test_a_robots_file_that_hangs_or_breaks_off_tells_of_no_page(server, broken):
    server.on("/robots.txt", broken)
    exchange, book = ask_obeying(server, limits=SLOW_HEAD | SLOW_BODY)

    assert (exchange.failure, exchange.hops) == (Failure.ROBOTS_DENIED, ())
    assert book.found[server.url("")].faulty
    assert "could not be read" in exchange.sentence


@pytest.mark.parametrize(("hops", "failure"), [(5, Failure.ROBOTS_DENIED), (6, None)])
def test_a_file_is_followed_over_five_redirects(server, hops, failure):
    server.on("/robots.txt", redirect("/robots/1"))
    for number in range(1, hops):
        server.on(f"/robots/{number}", redirect(f"/robots/{number + 1}"))
    server.on(f"/robots/{hops}", served(NOBODY))

    assert ask_obeying(server)[0].failure is failure


def test_a_long_file_is_read_at_its_start(server):
    server.on("/robots.txt", served(NOBODY + "\n" + "# remark\n" * 100_000))
    exchange, book = ask_obeying(server, limits={"wire_bytes": 10_000})

    assert exchange.failure is Failure.ROBOTS_DENIED
    assert len(book.found[server.url("")].text) == 500_000


def test_every_hop_obeys_the_site_that_it_leads_to(server):
    with HostileServer() as other:
        server.on("/start", redirect(other.url("/private")))
        other.on("/robots.txt", served("User-agent: *\nDisallow: /private"))
        exchange = ask(server.url("/start"), policy_for(server, other), robots=Robots())

        assert (exchange.failure, exchange.status) == (Failure.ROBOTS_DENIED, 302)
        assert [hop.url for hop in exchange.hops] == [server.url("/start")]
        assert paths(other) == ["/robots.txt"]


def test_a_site_that_cannot_be_reached_for_its_rules_cannot_be_reached():
    book = Robots()
    names = NamesFromTable(other_example=[socket.gaierror(socket.EAI_NONAME, "x")])
    unknown = ask("http://other.example/", AddressPolicy(), resolver=names, robots=book)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    policy = AddressPolicy(allow=frozenset({f"127.0.0.1:{port}"}))
    refused = ask(f"http://127.0.0.1:{port}/", policy, robots=book)

    assert [e.failure for e in (unknown, refused)] == ["DNS_NXDOMAIN", "CONNECT_REFUSED"]
    assert "other.example" in unknown.sentence
    assert book.found == {}


def test_rules_behind_a_faulty_certificate_are_obeyed():
    with HostileServer(tls="expired") as server:
        server.on("/robots.txt", served("User-agent: *\nDisallow: /private"))
        book = Robots()
        denied = ask(server.url("/private"), policy_for(server), trust=AUTHORITY, robots=book)
        page = ask(server.url("/ok"), policy_for(server), trust=AUTHORITY, robots=book)

    assert (denied.failure, page.failure, page.status) == (Failure.ROBOTS_DENIED, Failure.TLS_EXPIRED, 200)


@pytest.mark.parametrize("location", ["http://10.0.0.1/", "http://169.254.169.254/", "file:///etc/passwd"])
def test_rules_are_not_fetched_from_inside(server, canary, location):
    server.on("/robots.txt", raw(f"HTTP/1.1 302 X\r\nlocation: {location}\r\n\r\n".encode()))

    assert ask_obeying(server)[0].status == 200


def test_a_name_inside_is_refused_before_its_rules_are_asked(canary):
    names = NamesFromTable(news_example=["127.0.0.1"])

    exchange = ask("http://news.example/", AddressPolicy(), resolver=names, robots=Robots())

    assert (exchange.failure, names.asked) == (Failure.REFUSED_SSRF, ["news.example"])


def test_rules_are_asked_in_the_hosts_turn_and_put_off_with_it(server):
    taken = []

    @asynccontextmanager
    async def gate(host):
        taken.append(host)
        if len(taken) == 3:
            raise Deferred(7.0)
        yield

    first, _ = ask_obeying(server, gate=gate)
    assert (first.status, taken) == (200, ["127.0.0.1", "127.0.0.1"])
    second, _ = ask_obeying(server, gate=gate)

    assert (second.failure, second.wait_s) == (Failure.DEFERRED, 7.0)


def test_a_batch_asks_each_site_once_for_its_rules(server):
    server.on("/robots.txt", served("User-agent: *\nDisallow: /status"))
    jobs = [Job(server.url(path)) for path in ("/ok", "/status/200", "/hops/1", "/")]
    asking = fetch_many(jobs, user_agent="TestBot/1.0", policy=policy_for(server), robots=Robots())
    exchanges = asyncio.run(asking)

    assert [exchange.failure for exchange in exchanges] == [None, Failure.ROBOTS_DENIED, None, None]
    assert paths(server).count("/robots.txt") == 1
    assert "/status/200" not in paths(server)
