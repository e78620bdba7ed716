"""The daily mail: to whom it goes, what it says, once a day, and what happens when the mail server does not take it."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from allegations.actions.links.digest import send_due
from allegations.models import Digest, ReviewTask, Source
from allegations.workflow import Role
from tests import factories

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 25, 6, 10, tzinfo=UTC)
Kind = ReviewTask.Kind


class Refusing(EmailBackend):
    """A mail server that raises what `error` holds for the addresses in `refused`, or for all."""

    error: Exception = ConnectionRefusedError()
    refused: tuple[str, ...] = ()

    def send_messages(self, messages):
        if any(message.to[0] in self.refused for message in messages) or not self.refused:
            raise self.error
        return super().send_messages(messages)


@pytest.fixture
def ann(db):
    return factories.person(Role.REVIEWER, username="ann", email="ann@ngo.example")


@pytest.fixture
def refuse(settings):
    """Let the mail server refuse: `refuse(error, *addresses)`, all where none is named; `refuse()` ends it."""

    def refuse(error=None, *addresses):
        name = f"{__name__}.Refusing" if error else "django.core.mail.backends.locmem.EmailBackend"
        settings.EMAIL_BACKEND = name
        Refusing.error, Refusing.refused = error, addresses

    return refuse


def ask(kind=Kind.SUSPECT, **kwargs):
    return ReviewTask.objects.create(
        source=factories.source(archived=True), kind=kind, reason="It was asked.", **kwargs
    )


def test_it_counts_what_waits_by_kind_and_leads_to_the_page(ann, settings):
    settings.ALLOWED_HOSTS, settings.HTTPS = [".vetting.example"], True
    for kind in (Kind.SUSPECT, Kind.SUSPECT, Kind.QUOTE_MISSING):
        ask(kind)
    assert send_due(MORNING) == 1
    (sent,) = mail.outbox
    assert sent.to == ["ann@ngo.example"]
    assert sent.subject == "3 questions about links"
    lines = [line.strip() for line in sent.body.splitlines()]
    assert lines.index("a quoted passage was not found on the page: 1") < lines.index("the page was not found: 2")
    assert "https://vetting.example/admin/links/" in lines
    assert sent.content_subtype == "plain"


def test_the_address_of_the_site_is_the_one_of_the_settings(ann, settings):
    settings.SITE_URL = "https://desk.example:8443/"
    ask()
    send_due(MORNING)
    assert "https://desk.example:8443/admin/links/" in mail.outbox[0].body.splitlines()


def test_nobody_gets_a_mail_when_nothing_waits(ann, candidacy):
    answered = ask(done_at=MORNING)
    source = factories.allegation(candidacy.candidate).citations.get().source
    Source.objects.filter(pk=source.pk).update(state="alive")  # supports a statement alone, and stands
    assert send_due(MORNING) == 0
    assert mail.outbox == []
    assert not Digest.objects.exists()
    assert answered.done_at


@pytest.mark.parametrize(
    ("role", "fields", "sent"),
    [
        (Role.REVIEWER, {}, 1),
        (Role.EDITOR, {}, 1),
        (Role.ADMINISTRATOR, {}, 1),
        (Role.CONTRIBUTOR, {}, 0),
        (Role.REVIEWER, {"is_active": False}, 0),
        (Role.REVIEWER, {"email": ""}, 0),
        (None, {"is_superuser": True}, 1),
    ],
)
def test_it_goes_to_active_reviewers_with_an_address(role, fields, sent):
    factories.person(role, **{"email": "some@ngo.example"} | fields)
    ask()
    assert send_due(MORNING) == Digest.objects.count() == sent


def test_a_person_of_two_roles_gets_one_mail(ann):
    from django.contrib.auth.models import Group

    ann.groups.add(Group.objects.get_or_create(name=Role.EDITOR.value)[0])
    ask()
    assert send_due(MORNING) == 1


def test_what_waits_for_another_person_is_not_counted(ann):
    ask(assignee=factories.person(Role.EDITOR))
    assert send_due(MORNING) == 0


def test_nobody_gets_two_on_one_day_and_the_next_day_brings_another(ann):
    ask()
    assert [send_due(MORNING + timedelta(hours=hours)) for hours in (0, 1, 17, 24)] == [1, 0, 0, 1]
    assert len(mail.outbox) == 2


def test_a_run_before_the_morning_leaves_it_to_a_later_one(ann):
    ask()
    assert send_due(MORNING.replace(hour=4)) == 0
    assert send_due(MORNING) == 1


def test_a_day_that_another_worker_has_written_down_is_left_to_it(ann, monkeypatch):
    from allegations.actions.links import digest

    ask()
    monkeypatch.setattr(digest, "_readers", lambda day: [ann])  # what a worker saw before the other one was done
    Digest.objects.create(person=ann, day=MORNING.date())
    assert send_due(MORNING) == 0
    assert mail.outbox == []


def test_what_the_mail_server_does_not_take_is_logged_and_sent_by_the_next_run(ann, refuse, caplog):
    ask()
    refuse(ConnectionRefusedError())
    assert send_due(MORNING) == 0
    assert "The mail server cannot be reached (ConnectionRefusedError)" in caplog.text
    assert not Digest.objects.exists()
    refuse()
    assert send_due(MORNING + timedelta(hours=1)) == 1


def test_one_address_that_is_refused_keeps_no_mail_from_the_others(ann, refuse, caplog):
    factories.person(Role.REVIEWER, email="bea@ngo.example")
    ask()
    refuse(SMTPRecipientsRefused({"ann@ngo.example": (550, b"no such mailbox")}), "ann@ngo.example")
    assert send_due(MORNING) == 1
    assert [sent.to for sent in mail.outbox] == [["bea@ngo.example"]]
    assert f"account {ann.pk} was not taken" in caplog.text
    assert "ann@ngo.example" not in caplog.text


class TestUnsupported:
    @pytest.fixture
    def source(self, candidacy):
        """A source that alone supports a published statement and was not shown by its last check."""
        source = factories.allegation(candidacy.candidate).citations.get().source
        source.title, source.state = "The only witness", "suspect"
        source.save()
        return source

    def test_a_source_of_the_public_that_is_in_trouble_is_named_by_its_title(self, ann, source):
        assert send_due(MORNING) == 1
        assert mail.outbox[0].subject == "Sources that may be lost"
        assert "The only witness: the last check did not show it" in mail.outbox[0].body

    def test_drafts_and_names_of_people_stay_out_of_it(self, ann, source, candidacy):
        draft = factories.allegation(
            candidacy.candidate, published=False, headline="Canary headline", summary="Canary summary"
        )
        cited = draft.citations.get().source
        cited.title, cited.state = "Canary title", "gone"
        cited.save()
        ReviewTask.objects.create(source=cited, kind=Kind.GONE, reason="Canary reason")
        send_due(MORNING)
        told = mail.outbox[0].subject + mail.outbox[0].body
        assert "Canary" not in told
        assert candidacy.candidate.name not in told
        assert source.citations.get().allegation.headline not in told
        assert "the page is gone: 1" in told

    def test_a_title_stays_one_line_of_plain_text(self, ann, source):
        source.title = "A\nBcc: all@ngo.example\u202e" + "x" * 200
        source.save()
        send_due(MORNING)
        (line,) = [line for line in mail.outbox[0].body.splitlines() if "Bcc" in line]
        assert line.startswith("  A Bcc: all@ngo.example x")
        assert line.endswith("…: the last check did not show it")
        assert len(line) < 180

    def test_a_long_list_is_cut_and_says_so(self, ann, source, monkeypatch):
        from allegations.actions.links import digest

        monkeypatch.setattr(digest, "last_supports", lambda: [digest.Support(source, (), lost=True)] * 23)
        send_due(MORNING)
        lines = mail.outbox[0].body.splitlines()
        assert len([line for line in lines if line == "  The only witness: lost"]) == 20
        assert "  and 3 more" in lines


def test_the_task_sends_it_where_there_is_a_mail_server(ann, monkeypatch, settings):
    from allegations import tasks
    from allegations.actions.links import digest

    monkeypatch.setattr(digest, "database_now", lambda: MORNING)
    ask()
    tasks.send_digests()
    assert not mail.outbox
    settings.EMAIL_HOST = "mail.example.org"
    tasks.send_digests()
    assert len(mail.outbox) == 1
