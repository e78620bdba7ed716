"""A stand-in has the signature of what it stands in for, and answers with the same kind of thing."""

import inspect

from allegations.actions.links.door import fetch
from allegations.links.exchange import Exchange
from allegations.links.journey import Job
from tests.fakes import Web, failed, page


def parameters(function):
    return [(name, given.kind) for name, given in inspect.signature(function).parameters.items()]


def test_the_web_is_asked_as_the_real_door_is():
    assert parameters(Web()) == parameters(fetch)


def test_the_web_answers_in_the_order_of_the_jobs():
    jobs = [Job("https://b.example.org/"), Job("https://a.example.org/")]
    answers = Web({"https://a.example.org/": failed})(jobs)
    assert [answer.url for answer in answers] == [job.url for job in jobs]
    assert all(isinstance(answer, Exchange) for answer in answers)


def test_a_page_is_whole_and_a_failure_is_not():
    assert page("https://a.example.org/").failure is None
    assert failed("https://a.example.org/").status is None
