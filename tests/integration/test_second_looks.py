"""Second looks: when a page is asked for twice, what that teaches, what is left out for it, and how it is forgotten."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from allegations.actions.links import sweeping
from allegations.actions.links.claiming import check_now, claim_due
from allegations.actions.links.people import accept_change
from allegations.actions.links.second_looks import call_off_late, forget
from allegations.actions.links.store import archive
from allegations.links.exchange import Exchange, Failure, Hop
from allegations.models import Host, SecondLook, Source, VolatilePlace
from allegations.workflow import StepRefused
from tests import factories
from tests.integration.web import STORY, read, serve, small_web, story
from tests.pages import forms
from tests.servers.hostile import CHALLENGE, answer

pytestmark = pytest.mark.django_db
LONG_AGO = "2026-01-01T00:00:00Z"
READERS = ("1,204 people are here", "1,207 people are here", "1,950 people are here")
PLACE = 2  # of the line, among the sentences


@pytest.fixture
def server(settings):
    with small_web(settings) as running:
        yield running


def page(line, *, tale=STORY):
    return story(*tale[:PLACE], line, *tale[PLACE:])


def first_look(server, body=None, **headers):
    """A source whose first good copy was just taken and read."""
    serve(server, "/story", body or page(READERS[0]), **headers)
    row = factories.source(url=server.url("/story"))
    Host.objects.update(min_delay_ms=0)
    sweep()
    row.refresh_from_db()
    return row


def sweep():
    while sweeping.drain():
        pass
    read()


def due(source):
    Host.objects.update(not_before=LONG_AGO)
    Source.objects.filter(pk=source.pk).update(next_check_at=LONG_AGO)


def look_again(server, source, body, **headers):
    """Let the source be due, with this page; return the latest look."""
    serve(server, "/story", body, **headers)
    return look_at(source)


def look_at(source):
    due(source)
    sweep()
    source.refresh_from_db()
    return source.second_looks.get()


@pytest.fixture
def taught(server):
    """A source of which one line was learnt."""
    source = first_look(server)
    assert look_again(server, source, page(READERS[1])).outcome == "learnt"
    return source


def asked(server):
    return [request.path for request in server.requests].count("/story")


# When a page is asked for twice


def test_a_page_is_due_again_five_seconds_after_its_first_good_copy(server):
    source = first_look(server)
    look = source.second_looks.get()

    assert (look.outcome, look.baseline) == ("waiting", source.baseline)
    assert source.next_check_at - source.baseline.captured_at == timedelta(seconds=5)
    assert look.regular_at > timezone.now() + timedelta(days=1)
    assert (sweeping.drain(), asked(server)) == (0, 1)


def test_it_is_asked_for_twice_and_after_that_when_it_would_have_been(server):
    source = first_look(server)
    look = look_again(server, source, page(READERS[1]))

    assert (look.outcome, look.reason, look.copy) == ("learnt", "", source.captures.first())
    assert (asked(server), look.check_made) == (2, source.checks.first())
    assert abs(source.next_check_at - look.regular_at) < timedelta(minutes=5)
    for body in map(page, READERS):
        look_again(server, source, body)
    assert SecondLook.objects.count() == VolatilePlace.objects.count() == 1


def test_the_interval_between_checks_grows_by_no_second_look(server):
    source = first_look(server)
    pace = source.memory["pace"]
    look_again(server, source, page(READERS[1]))
    assert source.memory["pace"] == pace
    look_again(server, source, page(READERS[2]))
    assert source.memory["pace"] > pace


def test_nor_where_the_page_was_the_same(server):
    source = first_look(server)
    pace = source.memory["pace"]
    look_again(server, source, page(READERS[0]))
    assert source.memory["pace"] == pace
    look_again(server, source, page(READERS[0]))
    assert source.memory["pace"] > pace


def test_only_a_page_of_the_web_that_became_the_baseline_is_looked_at_twice(server):
    first_look(server, "<p>Too little.")
    assert not SecondLook.objects.exists()
    serve(server, "/scan", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF" + b"x" * 500, content_type="application/pdf")
    scan = factories.source(url=server.url("/scan"))
    sweep()
    scan.refresh_from_db()
    assert scan.baseline is not None
    assert not SecondLook.objects.exists()


def test_nothing_is_asked_for_twice_where_the_operator_says_so(server, settings):
    settings.LINKS_SECOND_LOOK = False
    source = first_look(server)
    assert source.baseline is not None
    assert not SecondLook.objects.exists()
    assert source.next_check_at > timezone.now() + timedelta(hours=1)


def test_an_accepted_copy_is_no_reason_for_another_look(server, taught, editor):
    look_again(server, taught, page(READERS[0], tale=[*STORY[:4], "A hearing was held in secret."]))
    accept_change(taught.changes.first(), by=editor, reason="I read it.")
    look_again(server, taught, page(READERS[1], tale=[*STORY[:4], "A hearing was held in secret."]))
    assert SecondLook.objects.count() == 1
    assert taught.content_state == "cosmetic"


# Where it is skipped


def unread(server):
    """A source that was checked and not read yet."""
    serve(server, "/story", page(READERS[0]))
    row = factories.source(url=server.url("/story"))
    Host.objects.update(min_delay_ms=0)
    sweeping.drain()
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ({"penalty_level": 1, "not_before": timedelta(seconds=60)}, "Its host has asked for fewer requests."),
        ({"not_before": timedelta(minutes=6)}, "Its host is to be left alone for longer than two looks may lie apart."),
        ({"min_delay_ms": 400_000}, "Its host is to be left alone for longer than two looks may lie apart."),
    ],
)
def test_a_host_that_is_to_rest_is_not_asked_again(server, host, words):
    source = unread(server)
    given = {name: timezone.now() + value if name == "not_before" else value for name, value in host.items()}
    Host.objects.filter(pk=source.host_id).update(**given)
    regular = source.next_check_at
    read()
    source.refresh_from_db()
    look = source.second_looks.get()

    assert (look.outcome, look.reason) == ("skipped", words)
    assert (source.next_check_at, asked(server)) == (regular, 1)


def test_a_gap_of_the_host_is_waited_for(server):
    source = unread(server)
    later = timezone.now() + timedelta(seconds=60)
    Host.objects.filter(pk=source.host_id).update(crawl_delay_ms=60_000, min_delay_ms=2_000, not_before=later)
    read()
    assert source.second_looks.get().outcome == "waiting"
    Source.objects.update(next_check_at=LONG_AGO)
    assert (sweeping.drain(), asked(server)) == (0, 1)


def test_a_copy_that_was_read_late_is_not_looked_at_again(server, monkeypatch):
    source = unread(server)
    monkeypatch.setattr("allegations.actions.links.second_looks.WITHIN", timedelta(0))
    read()
    assert source.second_looks.get().reason == "The first copy was read too late for a second look."


def passed(source):
    """Let the time for the second look be over."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE allegations_secondlook DISABLE TRIGGER kept")
        SecondLook.objects.filter(source=source).update(until=timezone.now() - timedelta(seconds=1))
        cursor.execute("ALTER TABLE allegations_secondlook ENABLE TRIGGER kept; SET CONSTRAINTS ALL DEFERRED")


def test_a_look_whose_time_is_over_is_called_off_before_anybody_is_sent(server):
    source = first_look(server)
    passed(source)
    look = look_again(server, source, page(READERS[1]))

    assert (look.outcome, look.check_made) == ("skipped", None)
    assert look.reason == "Its host could not be asked again soon enough."
    assert (source.next_check_at, asked(server)) == (look.regular_at, 1)


def test_a_look_that_is_called_off_brings_no_check_nearer_that_was_put_off_for_longer(server):
    source = first_look(server)
    passed(source)
    later = source.second_looks.get().regular_at + timedelta(days=2)
    Source.objects.filter(pk=source.pk).update(next_check_at=later)

    assert call_off_late() == 1
    source.refresh_from_db()
    assert source.next_check_at == later


def test_a_look_that_is_put_off_is_called_off(server):
    source = first_look(server)
    due(source)

    def busy(jobs):
        return [
            Exchange(job.url, job.url, failure=Failure.DEFERRED, sentence="Its host is busy.", wait_s=30.0)
            for job in jobs
        ]

    sweeping.drain(fetch=busy)
    source.refresh_from_db()
    look = source.second_looks.get()
    assert (look.outcome, look.reason) == (
        "skipped", "Its host could not be asked at that moment: Its host is busy.",
    )  # fmt: skip
    assert (source.next_check_at, source.lease_token) == (look.regular_at, None)


def test_a_redirect_to_a_busy_host_calls_it_off_though_the_check_is_written_down(server):
    source = first_look(server)
    regular = source.second_looks.get().regular_at
    due(source)

    def busy(jobs):
        hop = Hop(jobs[0].url, 302, "https://busy.example/", "192.0.2.1")
        return [Exchange(jobs[0].url, jobs[0].url, hops=(hop,), failure=Failure.DEFERRED, wait_s=30.0)]

    sweeping.drain(fetch=busy)
    source.refresh_from_db()
    assert source.second_looks.get().outcome == "nothing"
    assert (source.checks.first().verdict, source.next_check_at) == ("DEFERRED", regular)


def test_who_asks_for_a_check_gets_it_though_the_look_is_called_off(server, editor):
    source = first_look(server)
    check_now(source, by=editor)
    passed(source)
    assert sweeping.drain() == 1
    look = source.second_looks.get()
    assert (look.outcome, look.check_made, asked(server)) == ("skipped", None, 2)


def test_the_look_of_a_lost_worker_is_taken_by_the_next(server):
    source = first_look(server)
    due(source)
    assert claim_due().sources == (source,)
    Host.objects.update(due_at=LONG_AGO)
    Source.objects.update(next_check_at=LONG_AGO, lease_until=LONG_AGO)
    assert look_again(server, source, page(READERS[1])).outcome == "learnt"


# What teaches nothing


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (page(READERS[0]), "The page was byte for byte the same."),
        (story("Sign in to read on. " * 20, title="Welcome"), "At the second look another page stood there."),
        (page("The general left the hall."), "What differed may say something, so that it is compared."),
        (page("A charge of fraud"), "What differed may say something, so that it is compared."),
        (page(READERS[0]).replace("Section", "Ressort"), "Nothing differed but what is left out of every page."),
        (CHALLENGE, "The second answer was not that of the same page: "),
    ],
    ids=["same", "interstitial", "prose", "verdict", "around", "gatekeeper"],
)
def test_another_page_or_none_teaches_nothing(server, body, words):
    look = look_again(server, first_look(server), body)

    assert (look.outcome, VolatilePlace.objects.count()) == ("nothing", 0)
    assert look.reason.startswith(words)


@pytest.mark.parametrize("status", [404, 429, 500])
def test_an_error_teaches_nothing(server, status):
    source = first_look(server)
    server.on("/story", answer(status, "No."))
    look = look_at(source)

    assert look.outcome == "nothing"
    assert look.reason.startswith("The second answer was not that of the same page: ")
    assert asked(server) == 2


def test_a_page_that_is_said_to_be_the_same_teaches_nothing(server):
    source = first_look(server, etag='"one"')
    server.on("/story", answer(304, "", etag='"one"'))
    assert look_at(source).reason == "The host said that the page was the same."
    assert source.content_state == "baseline"


def test_a_change_that_says_something_at_the_second_look_is_asked_about_as_ever(server):
    source = first_look(server)
    tale = [STORY[0], STORY[1].replace("charged", "acquitted"), *STORY[2:]]
    look = look_again(server, source, page(READERS[1], tale=tale))

    assert source.content_state == "critical"
    assert source.tasks.get(done_at__isnull=True).kind == "critical-change"
    assert look.outcome == "nothing"  # the line above it did not stand still


def test_a_copy_that_the_store_does_not_take_teaches_nothing(server, monkeypatch):
    from allegations.links.archive.store import StoreError

    source = first_look(server)
    monkeypatch.setattr(type(archive()), "put_all", lambda _self, files: {key: StoreError("Full.") for key in files})
    assert look_again(server, source, page(READERS[1])).reason == "The second answer could not be kept."


def test_an_answer_that_came_too_late_teaches_nothing(server, monkeypatch):
    source = first_look(server)
    passed(source)
    monkeypatch.setattr(sweeping.second_looks, "call_off_late", lambda: 0)
    look = look_again(server, source, page(READERS[1]))
    assert look.reason == "The second look came too late: what differs after so long may be news."


# What was learnt


def test_a_learnt_line_makes_no_change_and_asks_nobody(server, taught):
    place = taught.volatile_places.get()
    assert place.pairs == [READERS[:2]]
    assert (place.above, place.below) == (STORY[1], STORY[2])

    look_again(server, taught, page(READERS[2]))
    assert (taught.content_state, taught.changes.count(), taught.tasks.count()) == ("cosmetic", 0, 0)
    assert taught.captures.count() == 3


def test_a_critical_change_in_a_learnt_line_is_asked_about(server, taught):
    look_again(server, taught, page("1,950 people were killed here"))
    assert taught.content_state == "critical"
    assert taught.tasks.get().kind == "critical-change"


def test_a_critical_change_elsewhere_is_asked_about_and_says_what_is_left_out(server, taught):
    tale = [*STORY[:4], "The general was acquitted of fraud."]
    look_again(server, taught, page(READERS[2], tale=tale))
    change = taught.changes.get()
    assert (change.level, taught.tasks.count()) == ("critical", 1)
    assert change.reasons[-1] == "What changed in lines that change with every visit is left out."
    assert READERS[2] not in str(change.diff)


def test_a_change_that_stays_is_written_down_once_however_often_the_line_changes(server, taught):
    tale = [*STORY, "The agency has asked the ministry for the minutes of the meeting."]
    for line in ("1,951 people are here", "1,952 people are here", "1,953 people are here"):
        look_again(server, taught, page(line, tale=tale))
    assert (taught.changes.count(), taught.content_state) == (1, "substantive")


def test_a_line_that_names_the_person_from_now_on_is_compared(server):
    source = first_look(server, page("Ahmed Saleh in the garden"))
    assert look_again(server, source, page("Roses in the garden")).outcome == "learnt"
    candidacy = factories.candidacy()
    candidacy.candidate.names.create(text="Ahmed Saleh", kind="alias")
    factories.citation(source=source, allegation=factories.allegation(candidacy.candidate))
    look_again(server, source, page("Boats in the garden"))
    assert source.content_state == "critical"


def test_a_quote_that_stood_in_a_learnt_line_is_missed(server, taught):
    allegation = factories.allegation(factories.candidacy().candidate)
    factories.citation(source=taught, allegation=allegation, quote=READERS[0])
    look_again(server, taught, page(READERS[2]))
    assert set(taught.tasks.values_list("kind", flat=True)) == {"quote-missing", "critical-change"}


# Seen and forgotten


def test_the_page_of_a_source_that_was_looked_at_twice_costs_a_query_more(
    client, taught, django_assert_max_num_queries
):
    factories.citation(source=taught, allegation=factories.allegation(factories.candidacy().candidate))
    with django_assert_max_num_queries(13):
        assert client.get(taught.get_absolute_url()).status_code == 200


def test_what_is_left_out_stands_on_the_page_of_the_source(client, server, taught, editor):
    client.force_login(editor)
    shown = " ".join(client.get(taught.get_absolute_url()).content.decode().split())
    assert "Lines left out of comparisons" in shown
    assert f'<q dir="auto">{READERS[0]}</q> and then <q dir="auto">{READERS[1]}</q>' in shown
    Source.objects.filter(pk=taught.pk).update(state="retired")
    shown = client.get(taught.get_absolute_url()).content.decode()
    assert READERS[1] not in shown
    assert "Which lines these are is withheld" in shown


def test_why_nothing_was_learnt_stands_on_the_page_of_the_source(client, server, editor):
    source = first_look(server)
    look_again(server, source, page(READERS[0]))
    client.force_login(editor)
    shown = client.get(source.get_absolute_url()).content.decode()
    assert "No line of this page in particular is left out." in shown
    assert "The page was byte for byte the same." in shown


def desk(client, source):
    return client.get(f"/admin/allegations/source/{source.pk}/change/")


def test_a_person_has_lines_forgotten_and_they_are_compared_again(client, server, taught, editor):
    client.force_login(editor)
    form = next(form for form in forms(desk(client, taught)) if "forget" in form.data)
    answered = client.post(form.action, {**form.data, "reason": "It counts the victims."}, follow=True)
    assert "The lines are compared again." in answered.content.decode()
    place = taught.volatile_places.get()
    assert place.forgotten_by == editor
    assert taught.link_events.first().reason == "Lines compared again: It counts the victims."
    assert "A reviewer had lines compared again" in client.get(taught.get_absolute_url()).content.decode()
    assert not [form for form in forms(desk(client, taught)) if "forget" in form.data]

    look_again(server, taught, page(READERS[2]))
    assert taught.content_state == "critical"  # a number changed
    with pytest.raises(StepRefused, match="compared already"):
        forget(place, by=editor, reason="Once more.")


def test_a_reason_is_asked_for(client, taught, editor):
    client.force_login(editor)
    form = next(form for form in forms(desk(client, taught)) if "forget" in form.data)
    refused = client.post(form.action, {**form.data, "reason": " "})
    assert refused.status_code == 409
    assert "Say in a sentence why" in refused.content.decode()
    assert VolatilePlace.objects.heeded().exists()


def test_where_the_public_sees_what_rests_on_it_an_editor_decides(client, taught, contributor):
    factories.citation(source=taught, allegation=factories.allegation(factories.candidacy().candidate))
    with pytest.raises(StepRefused, match="an editor decides"):
        forget(taught.volatile_places.get(), by=contributor, reason="It counts the victims.")
    assert VolatilePlace.objects.heeded().exists()


# What the database keeps


def test_looks_and_places_are_never_deleted_nor_what_they_say_changed(taught):
    look, place = taught.second_looks.get(), taught.volatile_places.get()
    changes = [
        place.delete,
        look.delete,
        lambda: VolatilePlace.objects.update(was=["Other"]),
        lambda: SecondLook.objects.update(until=timezone.now()),
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "waiting"},
        {"outcome": "skipped", "reason": "So."},
        {"outcome": "nothing"},
        {"outcome": "learnt", "copy": None},
        {"settled_at": None},
    ],
)
def test_what_came_of_a_look_is_whole(taught, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondLook.objects.update(**fields)
