"""Who speaks decides: only the candidate, or somebody who speaks for the candidate, gives the candidate's reply."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import product
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.actions.review import refusals
from allegations.codes import ReplyKind
from allegations.models import Reply
from allegations.replies import FOR_CANDIDATE, OTHER, SPEAKERS, answer_code, is_request
from allegations.workflow import State, Step
from candidates.models import ResearchCheck
from tests import factories
from vetting.assessments import compute, standing
from vetting.risk.scales import Status

pytestmark = pytest.mark.django_db

ANSWERS = (ReplyKind.DENIAL, ReplyKind.ACKNOWLEDGEMENT, ReplyKind.OTHER_EXPLANATION)
MINISTRY = {"kind": "denial", "by": "Ministry of Foreign Affairs", "text": "It is without foundation."}


def reply(published=True, **fields):
    return Reply.objects.create(**fields, **factories.signed(published))


def read(client, record):
    main = client.get(record.get_absolute_url()).content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


@pytest.fixture
def matter(candidacy):
    """A matter that is scored, of a candidacy whose search is complete; nobody was asked."""
    with evidence_change():
        for kind in range(1, 10):
            ResearchCheck.objects.create(
                candidacy=candidacy, kind=kind, result="nothing-found", queries="the name",
                done_on=timezone.now().date(), **factories.signed(),
            )  # fmt: skip
        return factories.allegation(candidacy.candidate, severity=3)


def profile(candidacy):
    found = standing([candidacy])[candidacy.pk]
    return found.profile["status"], found.vector.partition("/RR:")[2][0]


@pytest.mark.parametrize(
    ("kind", "speaker", "ours", "evidence"), list(product(ReplyKind, SPEAKERS, (True, False), (True, False)))
)
def test_only_the_candidate_answers_and_only_the_candidate_is_asked(kind, speaker, ours, evidence):
    given = SimpleNamespace(kind=kind, speaker=speaker, asked_by_us=ours, with_evidence=evidence)
    own = speaker in ("candidate", "representative")

    assert is_request(given) is (ours and own)
    expected = ""
    if own and (kind in ANSWERS or (kind == ReplyKind.GENERAL and ours)):
        expected = "E" if evidence else "D"
    if own and ours and kind == ReplyKind.DECLINED:
        expected = "X"
    assert answer_code(given) == expected


def test_whose_reply_it_is_is_not_assumed(candidacy):
    assert Reply(candidacy=candidacy, kind="denial", by="Somebody").speaker == OTHER


@pytest.mark.parametrize("about", ["allegation", "candidacy"])
def test_a_denial_by_a_ministry_is_shown_and_is_no_reply_of_the_candidate(client, candidacy, matter, about):
    with evidence_change():
        reply(**{about: matter if about == "allegation" else candidacy}, **MINISTRY)

    assert profile(candidacy) == (Status.PRELIMINARY, "N")
    text = read(client, candidacy)
    assert "The candidate has not been asked to reply." in text
    assert "Reply of the candidate On record with us: not asked." in text
    assert "Ministry of Foreign Affairs denial It is without foundation." in text
    assert "It is no reply of the candidate." in text
    if about == "allegation":
        assert "No answer of the candidate is recorded. This says nothing about the allegation." in text
        assert f"No answer of the candidate to this allegation is known: “{matter.headline}”." in text
    else:
        assert "1 statement of others about the candidacy , which is no reply of the candidate." in text
    row = read(client, candidacy.contest.election)
    assert "none of the candidate 1 of others" in row
    answer = client.get(f"{reverse('api:candidacy-detail', args=[candidacy.pk])}assessment/").json()
    assert answer["profile"]["reply"]["label"] == "not asked"


@pytest.mark.parametrize("speaker", sorted(FOR_CANDIDATE))
def test_a_denial_by_the_candidate_or_for_the_candidate_is(client, candidacy, matter, speaker):
    with evidence_change():
        reply(allegation=matter, speaker=speaker, kind="denial", by="Counsel", text="It is denied.")

    assert profile(candidacy) == (Status.ASSESSED, "D")
    text = read(client, candidacy)
    assert "no reply of the candidate" not in text
    assert "No answer of the candidate" not in text
    assert ("Given on behalf of the candidate." in text) is (speaker == "representative")
    assert "1 of the candidate" in read(client, candidacy.contest.election)


def test_an_embassy_that_we_asked_is_not_the_candidate(client, candidacy, matter):
    with evidence_change():
        reply(candidacy=candidacy, kind="no-reply-yet", by="An embassy", asked_by_us=True, asked="2022-03-01")

    assert profile(candidacy) == (Status.PRELIMINARY, "N")
    assert "It was not the candidate who was asked." in read(client, candidacy)


def test_a_general_statement_answers_a_request_of_ours(candidacy, matter):
    asked = {"asked_by_us": True, "asked": "2022-03-05", "due": "2022-04-01", "answered": "2022-03-20"}
    with evidence_change():
        row = reply(candidacy=candidacy, kind="general-statement", by="X", speaker="candidate", **asked)
    assert profile(candidacy) == (Status.ASSESSED, "D")

    today = timezone.now().date()
    days = (date(2022, 3, 4), date(2022, 3, 5), date(2022, 3, 19), date(2022, 3, 20), date(2022, 5, 1))
    codes = [compute([candidacy], as_of=day, known=today)[candidacy.pk].coding.reply for day in days]
    assert codes == ["N", "S", "S", "D", "D"]

    with evidence_change():
        Reply.objects.filter(pk=row.pk).update(asked_by_us=False)
    assert profile(candidacy) == (Status.PRELIMINARY, "N")


def test_an_answer_without_a_day_came_after_it_was_asked_for(candidacy, matter):
    with evidence_change():
        reply(candidacy=candidacy, kind="denial", by="X", speaker="candidate", asked_by_us=True, asked="2022-03-05")
    today = timezone.now().date()
    days = (date(2022, 3, 4), date(2022, 3, 5))
    assert [compute([candidacy], as_of=day, known=today)[candidacy.pk].coding.reply for day in days] == ["N", "D"]


def test_what_is_declined_counts_from_the_day_on_which_it_was(candidacy, matter):
    asked = {"asked_by_us": True, "asked": "2022-03-05", "answered": "2022-03-20"}
    with evidence_change():
        reply(candidacy=candidacy, kind="declined", by="X", speaker="candidate", **asked)
    today = timezone.now().date()
    days = (date(2022, 3, 5), date(2022, 3, 20))
    assert [compute([candidacy], as_of=day, known=today)[candidacy.pk].coding.reply for day in days] == ["S", "X"]


def in_review(candidate):
    row = factories.allegation(candidate, published=False, severity=5)
    row.state = State.IN_REVIEW
    row.save()
    return row


@pytest.mark.parametrize(
    "answer",
    [
        MINISTRY,
        {"kind": "no-reply-yet", "by": "An embassy", "asked_by_us": True},
        {"kind": "no-reply-yet", "by": "The candidate", "speaker": "candidate", "asked_by": "A newspaper"},
        {"kind": "general-statement", "by": "The candidate", "speaker": "candidate"},
    ],
)
def test_what_others_say_or_ask_does_not_open_the_way_to_publication(candidacy, answer):
    record = in_review(candidacy.candidate)
    asked = (timezone.now().date() - timedelta(days=30)).isoformat()
    reply(published=False, allegation=record, **({"asked": asked} | answer))

    assert any("needs a reply" in why for why in refusals(Step.PUBLISH, record=record, by=factories.editor()))


@pytest.mark.parametrize("kind", ["denial", "declined", "no-reply-yet"])
def test_an_answer_of_the_candidate_or_a_request_of_ours_does(candidacy, kind):
    record = in_review(candidacy.candidate)
    asked = (timezone.now().date() - timedelta(days=30)).isoformat()
    reply(published=False, allegation=record, kind=kind, by="X", speaker="candidate", asked_by_us=True, asked=asked)

    assert not [why for why in refusals(Step.PUBLISH, record=record, by=factories.editor()) if "reply" in why]
