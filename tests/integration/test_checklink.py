"""One check at the command line: the exchange, the signals and the verdict, as a worker would find them."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from allegations.links.platforms import BY_SITE, YOUTUBE
from allegations.links.providers import oembed_url
from allegations.models import LinkCheck
from tests import factories
from tests.integration.web import check, serve, story, with_sentence
from tests.machine import PROJECT
from tests.servers.hostile import HostileServer, answer, redirect


@pytest.fixture
def server():
    with HostileServer() as running:
        yield running


@pytest.fixture
def canary():
    with HostileServer() as running:
        yield running
        assert running.connections == 0


def checked(server, *words, path="/ok", url=None):
    """The JSON of one check of this server, by its number or under the name of `url`."""
    out = StringIO()
    call_command("checklink", url or server.url(path), "--json", "--allow", server.netloc, *words, stdout=out)
    return json.loads(out.getvalue())


def test_a_check_tells_what_it_saw(server):
    server.on("/first", redirect("/ok", 301))
    told = checked(server, path="/first")
    assert (told["verdict"], told["class"], told["status"]) == ("MOVED_PERM", "alive", 200)
    assert told["final_url"] == server.url("/ok")
    assert [(hop["status"], hop["address"]) for hop in told["hops"]] == [(301, "127.0.0.1"), (200, "127.0.0.1")]
    assert told["signals"]
    assert len(told["payload_sha256"]) == 64
    assert (told["truncated"], told["tls_verified"]) == (False, None)
    assert told["timings"]["total_ms"] > 0
    assert "change" not in told


def test_words_for_people_say_the_same(server):
    out = StringIO()
    call_command("checklink", server.url("/ok"), "--allow", server.netloc, stdout=out)
    assert "verdict  OK (alive)" in out.getvalue()
    assert "SHA-256" in out.getvalue()


def test_without_leave_nothing_is_connected_to(canary):
    out = StringIO()
    call_command("checklink", canary.url(), "--json", stdout=out)
    assert json.loads(out.getvalue())["verdict"] == "REFUSED_SSRF"


def test_leave_is_given_for_exactly_that_address(server, canary):
    server.on("/first", redirect(canary.url()))
    assert checked(server, path="/first")["verdict"] == "REFUSED_SSRF"


def test_a_name_that_changes_its_answer_is_refused(server, canary):
    resolve = f"news.example:{server.port}:127.0.0.1;10.0.0.1"
    out = StringIO()
    url = f"http://news.example:{server.port}/hops/1"
    call_command("checklink", url, "--json", "--allow", server.netloc, "--resolve", resolve, "--no-robots", stdout=out)
    told = json.loads(out.getvalue())
    assert told["verdict"] == "REFUSED_SSRF"
    assert [hop["status"] for hop in told["hops"]] == [302, None]


@pytest.mark.parametrize(("word", "verdict"), [("NXDOMAIN", "DNS_NXDOMAIN"), ("SERVFAIL", "DNS_TEMPFAIL")])
def test_a_resolver_may_fail(word, verdict):
    out = StringIO()
    call_command("checklink", "http://news.example/", "--json", "--resolve", f"news.example:80:{word}", stdout=out)
    assert json.loads(out.getvalue())["verdict"] == verdict


def test_an_earlier_body_tells_what_changed(server, tmp_path):
    (tmp_path / "earlier.html").write_text(story())
    serve(server, "/story", with_sentence(1, "The general was acquitted of fraud by the court in March."))
    told = checked(server, "--baseline", str(tmp_path / "earlier.html"), path="/story")
    assert told["change"]["level"] == "critical"
    assert told["change"]["asks_human"]
    assert told["change"]["diff"][0]["op"] == "replace"
    assert told["similarity"] > 0.6


def test_the_same_body_is_unchanged(server, tmp_path):
    (tmp_path / "earlier.html").write_text(story())
    serve(server, "/story", story())
    assert (
        checked(server, "--baseline", str(tmp_path / "earlier.html"), path="/story")["change"]["level"] == "unchanged"
    )


def test_a_page_that_pretends_is_asked_beside(server):
    told = checked(server, path="/soft-404")
    assert told["verdict"] == "SOFT_GONE"
    assert len([request for request in server.requests if request.path.endswith(".html")]) == 1


@pytest.fixture
def video(server, settings, monkeypatch):
    """The address of a video whose page shows nothing without scripts, on a platform that is this server."""
    here = f"http://www.youtube.com:{server.port}"
    monkeypatch.setitem(BY_SITE, "youtube.com", replace(YOUTUBE, oembed=f"{here}/oembed?format=json&url="))
    settings.LINKS_ALLOW, settings.LINKS_ROBOTS = [server.netloc], False
    settings.LINKS_RESOLVE = ["*.youtube.com=127.0.0.1"]
    server.on("/watch?v=x", answer(200, "<title>YouTube</title><div id=player></div><script></script>"))
    return f"{here}/watch?v=x"


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "verdict"), [(404, "GONE_CONTENT"), (200, "NEEDS_JS"), (401, "NEEDS_JS")])
def test_a_worker_and_a_check_by_hand_say_the_same_of_a_video(server, video, status, verdict):
    place = oembed_url(video).removeprefix(server.url("", "www.youtube.com"))
    server.on(place, answer(status, "{}"))
    factories.source(url=video)
    check()
    by_worker = LinkCheck.objects.get()
    told = checked(server, "--resolve", f"www.youtube.com:{server.port}:127.0.0.1", "--no-robots", url=video)

    assert (told["verdict"], told["signals"]) == (by_worker.verdict, by_worker.signals)
    assert told["verdict"] == verdict
    assert [request.path for request in server.requests] == ["/watch?v=x", place] * 2


def test_robots_are_obeyed_unless_told_otherwise(server):
    server.on("/robots.txt", answer(200, "User-agent: *\nDisallow: /", content_type="text/plain"))
    assert checked(server)["verdict"] == "ROBOTS_DENIED"
    assert checked(server, "--no-robots")["verdict"] == "OK"


def test_several_addresses_are_a_line_each(server):
    out = StringIO()
    call_command("checklink", server.url("/ok"), server.url("/404"), "--json", "--allow", server.netloc, stdout=out)
    assert [json.loads(line)["status"] for line in out.getvalue().splitlines()] == [200, 404]


MISTAKES = {
    "an address without a port": ["--allow", "127.0.0.1"],
    "a name instead of an address": ["--allow", "news.example:80"],
    "half an answer": ["--resolve", "news.example:80"],
    "no such file": ["--baseline", "/nowhere/at.all"],
}


@pytest.mark.parametrize("words", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_in_a_sentence(words):
    with pytest.raises(CommandError) as said:
        call_command("checklink", "http://news.example/", *words)
    assert said.value.returncode == 2
    assert str(said.value).endswith(".")


def test_it_needs_neither_settings_nor_servers(server):
    plain = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_KEY"))}
    command = [sys.executable, "manage.py", "checklink", server.url("/ok"), "--json", "--allow", server.netloc]
    done = subprocess.run(command, cwd=PROJECT, env=plain, capture_output=True, text=True, timeout=60)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "OK")
