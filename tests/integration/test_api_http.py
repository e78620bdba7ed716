"""How the API speaks HTTP: errors in words, caches, other sites, and what it refuses to do."""

import logging

import pytest
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tests import factories
from tests.integration import api
from tests.integration.api import LISTS, address
from vetting.api.errors import problem

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def world(db):
    return api.world()


def assert_problem(answer, status):
    found = answer.json()
    assert (answer.status_code, answer["Content-Type"], found["status"]) == (status, PROBLEM, status)
    assert found.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert found["detail"].endswith(".")
    assert answer["Cache-Control"] == "no-store"
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/candidates/a%00b/", "/api/v1/candidates/a/b/c/",
        "/api/v1/sources/no-uuid/", "/api/v1/candidacies/99999999999999999999999/", "/api/v1/candidacies/-1/",
        "/api/v1/candidates/a%20b/", "/api/v1/candidates/%F0%9F%92%A9/", "/api/v1/candidates/x/summary/y",
    ],
)  # fmt: skip
def test_where_nothing_is_the_answer_is_a_problem_that_names_the_place(client, path):
    found = assert_problem(client.get(path), 404)
    assert (found["title"], found["type"]) == ("Not Found", "about:blank")
    assert found["instance"].lower() == path.lower()


def test_an_address_without_its_last_slash_leads_on_with_its_question(client):
    answer = client.get("/api/v1/candidates?q=a%26b")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/candidates/?q=a%26b")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", [address(), *map(address, LISTS), address("schema")])
def test_nothing_can_be_written(client, method, path):
    answer = getattr(client, method)(path)
    assert_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_where_nothing_is_nothing_can_be_written_either(client):
    assert_problem(client.post(address("nothing")), 404)


def test_nothing_can_be_written_to_a_record_either(client, world):
    for path in api.details(world).values():
        assert_problem(client.delete(path), 405)
        assert_problem(client.put(path, "{}", content_type="application/json"), 405)


def test_a_type_that_does_not_exist_is_refused_as_a_problem(client):
    assert_problem(client.get(address("candidates"), headers={"accept": "text/html"}), 406)
    assert_problem(client.get(address("schema"), headers={"accept": "text/html"}), 406)


def test_an_accident_is_told_to_nobody_and_written_down(client, world, monkeypatch, caplog):
    def fail(*args):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("vetting.api.views.candidates.summary_of", fail)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = client.get(api.details(world)["summary"])
    assert_problem(answer, 500)
    assert b"secret" not in answer.content
    assert "the secret of the house" in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (exceptions.Throttled(wait=7), 429, ("Retry-After", "7")),
        (exceptions.UnsupportedMediaType("text/plain"), 415, None),
        (exceptions.ParseError("This is no JSON."), 400, None),
        (exceptions.PermissionDenied(), 403, None),
    ],
)
def test_other_refusals_are_problems_too(error, status, header):
    request = Request(APIRequestFactory().get("/api/v1/x/"))
    answer = problem(error, {"request": request, "view": None})
    assert (answer.status_code, answer.content_type, answer.data["status"]) == (status, PROBLEM, status)
    assert answer.data["detail"].endswith(".") or "." in answer.data["detail"]
    if header:
        assert answer.headers[header[0]] == header[1]


@pytest.mark.parametrize("name", [*LISTS, "summary"])
def test_what_has_not_changed_is_not_sent_again(client, world, name):
    path = api.details(world)[name]
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"] == "no-cache"
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("tag", ['"other"', 'W/"other"', "no tag at all"])
def test_what_somebody_else_holds_is_sent(client, world, tag):
    assert client.get(api.details(world)["summary"], headers={"if-none-match": tag}).status_code == 200


def test_a_change_of_the_evidence_changes_the_tag(client, world):
    path = api.details(world)["summary"]
    before = client.get(path)["ETag"]
    with api.evidence_change():
        factories.allegation(world.candidate)
    assert client.get(path)["ETag"] != before
    assert client.get(path, headers={"if-none-match": before}).status_code == 200


def test_a_question_for_the_head_answers_with_the_head(client, world):
    for path in api.details(world).values():
        head, whole = client.head(path), client.get(path)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])


@pytest.mark.parametrize("path", [address("candidates"), address("candidates", "nobody"), address("nothing")])
@pytest.mark.parametrize("origin", [None, "https://elsewhere.example", "null"])
def test_any_site_may_read_and_none_may_more(client, path, origin):
    headers = {"origin": origin} if origin else {}
    for method in ("get", "head"):
        answer = getattr(client, method)(path, headers=headers)
        assert cross_site(answer) == {"Access-Control-Allow-Origin": "*"}
    asked = headers | {"access-control-request-method": "DELETE", "access-control-request-headers": "authorization"}
    for method in ("options", "post", "put", "delete"):
        assert cross_site(getattr(client, method)(path, headers=asked)) == {}


def cross_site(answer):
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}


def test_options_say_what_may_be_done_and_nothing_else(client):
    answer = client.options(address("candidates"))
    assert (answer.status_code, answer.content, answer["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("name", [*LISTS, "summary"])
def test_an_answer_knows_nobody(client, world, name):
    answer = client.get(api.details(world)[name])
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


def test_an_answer_is_the_same_for_a_signed_in_person_and_is_not_kept(client, world, reviewer):
    path = api.details(world)["summary"]
    before = client.get(path).content
    client.force_login(reviewer)
    answer = client.get(path)
    assert answer.content == before
    assert answer["Cache-Control"] == "no-store, private"


def test_labels_are_english_whatever_the_reader_prefers(client, world, settings):
    settings.LANGUAGES = [("en", "en"), ("fr", "fr")]
    path = api.details(world)["candidacies"]
    french = client.get(path, headers={"accept-language": "fr"})
    assert french.json()["nominated_by_country"]["label"] == "Lebanon"
    assert (french["Content-Language"], french.content) == ("en", client.get(path).content)
