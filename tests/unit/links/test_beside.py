"""What is asked beside pages that leave something open: in which order, how often, and what it changes."""

from dataclasses import dataclass

import pytest

from allegations.links import beside
from allegations.links.addresses import PUBLIC
from allegations.links.beside import ask_beside
from allegations.links.exchange import Exchange
from allegations.links.judgement import Judgement, Kind, Known
from allegations.links.payload import Payload
from allegations.links.providers import oembed_url
from allegations.links.verdicts import judge

from .webpages import STORY, copy_of, exchange, paragraphs, site_page

POST = "https://x.com/a/status/1"
OEMBED = oembed_url(POST)
SHELL = "<title>X</title><div id=root></div><script></script>"
MISSING = "<title>Page not found</title><h1>Sorry.</h1>"
PAGE, OTHER = site_page("A story", paragraphs(1)), site_page("Garden tips", paragraphs(2))


@dataclass
class Looked:
    exchange: Exchange
    known: Known
    judgement: Judgement


def looked(body, url=STORY, known=None):
    known, made = known or Known(), exchange(body, hops=(url,))
    return Looked(made, known, judge(made, known))


class Bodies(Payload):
    """A body that remembers whether it was let go of."""

    closed = False

    def close(self):
        self.closed = True
        super().close()


class Answering:
    """Answers with one page and one status; it remembers what was asked together, and the bodies that it gave out."""

    def __init__(self, body="", status=404):
        self.body, self.status, self.asked, self.bodies = body, status, [], []

    def __call__(self, jobs):
        self.asked.append([job.url for job in jobs])
        return [self._answer(job.url) for job in jobs]

    def _answer(self, url):
        self.bodies.append(Bodies())
        return exchange(self.body, self.status, hops=(url,), payload=self.bodies[-1])


def test_where_nothing_is_open_nobody_is_asked():
    pages = [looked(PAGE), looked(PAGE, known=copy_of(PAGE)), looked(PAGE, POST), looked(SHELL)]
    fetch = Answering()
    ask_beside(pages, fetch, PUBLIC)

    assert fetch.asked == []
    assert [page.judgement.verdict for page in pages] == ["OK", "OK", "OK", "NEEDS_JS"]


def test_where_the_platform_says_no_its_host_is_asked_nothing_more():
    fetch, page = Answering(status=404), looked(MISSING, POST)
    assert page.judgement.verdict == "SOFT_GONE"
    ask_beside([page], fetch, PUBLIC)

    assert fetch.asked == [[OEMBED]]
    assert page.judgement.verdict == "GONE_CONTENT"


def test_where_the_platform_says_yes_its_host_is_still_asked_for_what_it_cannot_have():
    fetch, page = Answering(MISSING, status=200), looked(MISSING, POST)
    ask_beside([page], fetch, PUBLIC)

    assert [len(batch) for batch in fetch.asked] == [1, 1]
    assert fetch.asked[0] == [OEMBED]
    assert fetch.asked[1][0].startswith("https://x.com/a/status/")
    assert (page.judgement.verdict, Kind.PROBE in page.judgement.kinds) == ("SOFT_GONE", True)


def test_all_of_a_batch_are_asked_together_and_each_is_judged_by_what_is_known_of_it():
    fetch = Answering(OTHER, status=200)
    pages = [looked(SHELL, POST), looked(OTHER, known=copy_of(PAGE)), looked(PAGE), looked(MISSING)]
    ask_beside(pages, fetch, PUBLIC)

    platforms, (replaced, missing) = fetch.asked
    assert platforms == [OEMBED]
    assert replaced == missing
    assert replaced.startswith("https://news.example/2020/")
    assert replaced.endswith(".html")
    assert [page.judgement.verdict for page in pages] == ["NEEDS_JS", "SOFT_GONE", "OK", "SOFT_GONE"]
    assert pages[1].judgement.kinds == {Kind.PROBE, Kind.UNLIKE}


def test_every_answer_is_told_of_the_page_that_it_was_asked_beside():
    fetch, pages = Answering(MISSING, status=200), [looked(PAGE), looked(MISSING), looked(MISSING, POST)]
    told = ask_beside(pages, fetch, PUBLIC)

    assert [page for page, _ in told] == [pages[2], pages[1], pages[2]]
    assert [answer.url for _, answer in told] == [url for batch in fetch.asked for url in batch]


@pytest.mark.parametrize("page", [looked(SHELL, POST), looked(MISSING)], ids=["platform", "host"])
def test_an_answer_that_cannot_be_judged_is_let_go_of_and_holds_up_no_other_page(page, monkeypatch, caplog):
    fetch, before, other = Answering(MISSING, status=200), page.judgement, looked(MISSING)
    monkeypatch.setattr(beside, "judge", failing_at(page))
    ask_beside([page, other], fetch, PUBLIC)

    assert page.judgement is before
    assert Kind.PROBE in other.judgement.kinds
    assert [body.closed for body in fetch.bodies] == [True] * len(fetch.bodies)
    assert "could not be judged" in caplog.text


def failing_at(page):
    def judged(exchange, *known, **asked):
        return 1 / 0 if exchange is page.exchange else judge(exchange, *known, **asked)

    return judged
