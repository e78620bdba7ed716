"""The public pages: what stands on them and where, what never does, and what they cost."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views.defaults import server_error

from allegations.actions.evidence import evidence_change
from allegations.codes import LinkState
from allegations.models import (
    ConflictSide,
    FactConflict,
    LinkCheck,
    Origin,
    Proceeding,
    ProceedingStep,
    Reply,
    Signature,
)
from allegations.views.histories import HISTORIES
from allegations.workflow import State
from candidates.models import Candidacy, Candidate, CandidateName, ResearchCheck
from tests import factories
from vetting import profile
from vetting.assessments import standing
from vetting.calculator import LONGEST
from vetting.risk.engine import assess_vector
from vetting.risk.versions import VERSIONS, as_json
from vetting.risk.whatif import nearest, what_ifs

pytestmark = pytest.mark.django_db

CASE = Path(__file__).resolve().parents[2] / "cases" / "interpol-2021.yaml"
FIRST_SCREEN = [
    "Preliminary",
    "no authority has ruled on any matter",
    "Concern on record",
    "of 99",
    "Moderate (10 to 24):",
    "Confidence in the evidence",
    "Lead matter alone",
    "1 matter makes up the number",
    "Reply of the candidate",
    "Who objects, not what is proven",
    "Presumption of innocence",
    "Vector CIRP:1.0/I:",
    "SHA-256",
    "method 1.0",
    "See this page as of another day",
]
SECTIONS = [
    "about",
    "why",
    "change",
    "course",
    "allegations",
    "grades",
    "proceedings",
    "letters",
    "timeline",
    "conflicts",
    "sources",
    "unknown",
    "version",
]


def read(client, address):
    """The text of a page, without its markup and the frame around it."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def markup(client, record):
    return client.get(record.get_absolute_url()).content.decode()


def check(candidacy, kind, result="nothing-found", **kwargs):
    return ResearchCheck.objects.create(
        candidacy=candidacy,
        kind=kind,
        result=result,
        done_on=timezone.now().date(),
        queries="the name in three registers",
        **kwargs,
        **factories.signed(),
    )


def calculator(vector):
    return f"{reverse('method')}?{urlencode({'vector': vector})}"


def reply(published=True, **kwargs):
    return Reply.objects.create(**{"kind": "denial", "by": "A spokesperson"} | kwargs, **factories.signed(published))


def conflict(question, *values, published=True, **about):
    row = FactConflict.objects.create(question=question, **about, **factories.signed(published))
    return [ConflictSide.objects.create(conflict=row, value=value) for value in values]


def whole(candidacy):
    """An allegation with one of everything beside it; the records by name."""
    allegation = factories.allegation(candidacy.candidate, headline="Alleged conduct", cited=1)
    proceeding = factories.proceeding(allegation, "complaint-filed", jurisdiction="FR", complainant="A complainant")
    letter = factories.letter(candidacy, title="A letter", claimed_organizations=19)
    answer = reply(allegation=allegation, text="It is denied.")
    [side, _] = conflict("Which post?", "one post", "another post", candidacy=candidacy)
    statements = {"proceeding": proceeding, "letter": letter, "reply": answer, "conflict_side": side}
    for target, record in (statements | {"candidacy": candidacy}).items():
        factories.citation(**{target: record})
    return statements | {"allegation": allegation, "source": allegation.citations.get().source}


@pytest.fixture
def full(candidacy):
    with evidence_change():
        return whole(candidacy)


@pytest.fixture
def addresses(candidacy, full):
    """Every public page about one candidacy, and the pages about the whole."""
    change = factories.link_life(full["source"], days=3)
    records = [candidacy, candidacy.contest.election, full["allegation"], full["letter"], full["source"], change.after]
    of_the_source = [reverse(f"source-{kind}", args=[full["source"].pk]) for kind in HISTORIES]
    named = [reverse(name) for name in ("home", "search", "method", "agreement", "robots", "sitemap")]
    found = [*named, reverse("search") + "?q=candidate", *(record.get_absolute_url() for record in records)]
    return [*found, *of_the_source, reverse("change", args=[full["source"].pk, change.pk])]


def test_public_pages_set_no_cookie_and_depend_on_none(client, addresses):
    for address in [*addresses, "/no-such-page/"]:
        answer = client.get(address)
        assert not answer.cookies, address
        assert "cookie" not in answer.headers.get("Vary", "").lower(), address
        assert answer.status_code == (404 if "no-such" in address else 200), address


def test_a_page_that_is_not_published_answers_as_one_that_does_not_exist(client, candidacy):
    hidden = factories.candidacy(published=False)
    draft = factories.allegation(candidacy.candidate, published=False)
    hidden_election = factories.contest(published=False).election
    hidden_letter = factories.letter(candidacy, published=False)
    pairs = [
        (hidden.get_absolute_url(), reverse("candidate", args=["nobody"])),
        (hidden_election.get_absolute_url(), reverse("election", args=["nothing"])),
        (draft.get_absolute_url(), reverse("allegation", args=[uuid4()])),
        (hidden_letter.get_absolute_url(), reverse("letter", args=["nothing"])),
        (draft.citations.get().source.get_absolute_url(), reverse("source", args=[uuid4()])),
    ]
    for unpublished, unknown in pairs:
        found, missing = client.get(unpublished), client.get(unknown)
        assert (found.status_code, found.content) == (missing.status_code, missing.content) == (404, missing.content)
        assert dict(found.headers) == dict(missing.headers)


def test_a_merged_candidate_leads_on_and_an_unpublished_one_does_not(client, candidacy):
    first, second, draft = (factories.candidacy(published=p).candidate for p in (True, True, False))
    Candidate.objects.filter(pk__in=[first.pk, draft.pk]).update(merged_into=second)
    Candidate.objects.filter(pk=second.pk).update(merged_into=candidacy.candidate)

    answer = client.get(first.get_absolute_url())

    assert (answer.status_code, answer.headers["Location"]) == (308, candidacy.get_absolute_url())
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_nothing_unapproved_reaches_a_page(client, candidacy, full, addresses):
    canaries = iter(f"canary-{n}" for n in range(99))
    factories.allegation(candidacy.candidate, published=False, headline=next(canaries), summary=next(canaries))
    factories.citation(
        allegation=full["allegation"], published=False, quote=next(canaries), source=factories.source(title="canary-t")
    )
    hidden = factories.proceeding(full["allegation"], "charged", complainant=next(canaries), outcome=next(canaries))
    Proceeding.objects.filter(pk=hidden.pk).update(published_by=None, published_at=None)
    factories.letter(candidacy, published=False, title=next(canaries))
    reply(published=False, allegation=full["allegation"], text=next(canaries), by=next(canaries))
    conflict(next(canaries), next(canaries), published=False, candidacy=candidacy)
    unread = check(candidacy, 3)
    ResearchCheck.objects.filter(pk=unread.pk).update(queries=next(canaries), published_by=None, published_at=None)
    other = factories.candidacy(published=False, name=next(canaries), contest=candidacy.contest)
    full["letter"].candidacies.add(other)

    for address in addresses:
        assert b"canary" not in client.get(address).content, address


def test_of_a_retracted_allegation_only_the_fact_and_the_reason_remain(client, candidacy, full, addresses):
    factories.citation(candidacy=candidacy, source=full["source"])
    secret = ["Alleged conduct", "It is alleged that", "A complainant", "It is denied"]
    conflict("Alleged conduct, or not?", "yes", "no", allegation=full["allegation"])
    with evidence_change():
        row = full["allegation"]
        row.state, row.state_reason, row.state_since = State.RETRACTED, "The source took it back.", timezone.now()
        row.save()

    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert [text for text in secret if text in page] == [], address
    assert "Retracted allegation" in (tombstone := read(client, row.get_absolute_url()))
    assert "The source took it back." in tombstone


@pytest.mark.parametrize(("state", "words"), [(State.DISPUTED, "Disputed."), (State.SUPERSEDED, "Superseded.")])
def test_a_state_other_than_published_is_told_with_its_reason(client, full, state, words):
    row = full["allegation"]
    row.state, row.state_reason, row.state_since = state, "The reason.", timezone.now()
    row.save()

    for record in (row, row.candidate):
        assert f"{words} " in read(client, record.get_absolute_url())
        assert "The reason." in read(client, record.get_absolute_url())


def test_the_first_screen_of_a_profile_reads_in_the_order_of_the_method(client, candidacy, full):
    text = read(client, candidacy.get_absolute_url())
    places = [text.find(words) for words in FIRST_SCREEN]
    assert -1 not in places, dict(zip(FIRST_SCREEN, places, strict=True))
    assert places == sorted(places)


def test_the_sections_of_a_profile_stand_in_their_order(client, candidacy, full):
    found = re.findall(r'<section class="part" id="(\w+)"', markup(client, candidacy))
    assert found == SECTIONS


def test_a_number_stands_with_its_range_and_the_caption_of_the_range(client, candidacy, full):
    low, high = standing([candidacy])[candidacy.pk].profile["i90"]
    text = read(client, candidacy.get_absolute_url())
    assert f"Plausible weights and grading errors give {round(low)}–{round(high)} of 99." in text
    assert "it cannot cover facts nobody has found yet" in text


def test_without_a_range_only_the_point_is_shown(client, candidacy, full, monkeypatch):
    def without_range(candidacies, *days, records):
        found = standing(candidacies)
        for each in found.values():
            each.profile.update(i90=None, band_prob=None, envelope=None)
        return found

    monkeypatch.setattr(profile, "on_days", without_range)
    text = read(client, candidacy.get_absolute_url())
    assert "22 of 99" in text
    assert "Plausible weights" not in text


def test_band_and_confidence_never_share_a_sentence(client, candidacy, full):
    text = read(client, candidacy.get_absolute_url())
    sentences = [part for part in re.split(r"(?<=[.:])\s", text) if re.search(r"\bLow\b", part)]
    assert sentences
    assert not [s for s in sentences if re.search("Limited|Moderate|Substantial|Serious|Severe", s)]


def unscored(status):
    """A candidacy of one of the three statuses that carry no number."""
    candidacy = factories.candidacy()
    with evidence_change():
        if status != "NOT ASSESSED":
            for kind in range(1, 10):
                check(candidacy, kind)
        if status != "NO RECORDED CONCERN FOUND":
            factories.allegation(candidacy.candidate, link=1, headline="A State is said to have done it")
    assert standing([candidacy])[candidacy.pk].profile["status"] == status
    return candidacy


@pytest.mark.parametrize("status", ["NOT ASSESSED", "RECORDED, NOT SCORED", "NO RECORDED CONCERN FOUND"])
def test_a_status_without_a_number_shows_none_and_lists_the_checks(client, status):
    candidacy = unscored(status)
    page, text = markup(client, candidacy), read(client, candidacy.get_absolute_url())

    assert status.capitalize() in text
    assert not re.search(r"\blow\b", text, re.IGNORECASE)
    assert not re.search("Limited|Moderate|Substantial|Serious|Severe|of 99|Concern on record|points", text)
    assert "strip" not in page
    assert 'id="why"' not in page
    for label in ResearchCheck.Kind.labels:
        assert label in text
    row = read(client, candidacy.contest.election.get_absolute_url())
    assert "no number" in row
    assert not re.search(r"\blow\b|Limited|Moderate", row, re.IGNORECASE)


def test_a_check_says_whether_it_was_done_found_something_lapsed_or_does_not_apply(client, candidacy):
    for kind, result in ((1, "found"), (2, "nothing-found")):
        check(candidacy, kind, result)
    check(candidacy, 10, "not-applicable", reason="No register exists.")
    old = check(candidacy, 4)
    ResearchCheck.objects.filter(pk=old.pk).update(done_on="2020-01-01")

    text = read(client, candidacy.get_absolute_url())

    for words in ("done, something found", "done, nothing found", "does not apply", "done too long ago", "not done"):
        assert words in text
    assert "No register exists." in text


def test_a_claim_shows_its_origin_once_and_folds_the_repeats(client, candidacy):
    with evidence_change():
        row = factories.allegation(candidacy.candidate, cited=0)
        people = Origin.objects.create(label="the complainants", independence="They speak for themselves.")
        paper = Origin.objects.create(label="The Second Paper", rests_on=people)
        first = factories.citation(allegation=row, origin=paper, quote="a few words")
        factories.citation(allegation=row, derived_from=first, credibility=3, source=factories.source("C"))

    for record in (row, candidacy):
        text = read(client, record.get_absolute_url())
        assert "Sources, by origin: 1 origin" in text
        assert "Origin 1: the complainants" in text
        assert "1 repeat of the same origin, which adds nothing" in text
        assert "repeat, 0.0" in text
        assert "B2" in text
        assert "source usually reliable, item probably true" in text
        assert "a few words" in text
    chain = re.search(r'<ol class="chain".*?</ol>', markup(client, row))[0]
    assert re.findall(r"<li[^>]*>(.*?)</li>", chain)[1:] == ["The Second Paper", "the complainants"]


def test_the_points_of_the_matters_and_their_arithmetic_are_on_the_page(client, candidacy, full):
    text = read(client, candidacy.get_absolute_url())
    assert "severity ceiling 100 × link .70 × stage .45 × evidence .72 = 22.8" in text
    assert "Sum before rounding down 22.8" in text
    assert "A complaint has been filed; no authority has examined it" in text
    assert standing([candidacy])[candidacy.pk].vector in text


def test_no_reply_yet_is_told_apart_from_a_denial(client, candidacy, full):
    reply(candidacy=candidacy, kind="no-reply-yet", by="An embassy", asked_by="A newspaper")
    text = read(client, candidacy.get_absolute_url())
    assert "A spokesperson denial It is denied." in text
    assert "Asked by A newspaper; had not answered when this was recorded. No reply yet is not a denial." in text


def test_what_is_not_known_is_said_in_sentences(client, candidacy, full):
    text = read(client, candidacy.get_absolute_url()).partition("What is not known")[2]
    for words in (
        "Not searched: UN bodies and special procedures.",
        "Who nominated the candidate is not recorded.",
        "When it is said to have happened is not recorded: “Alleged conduct”.",
        "From how many countries the signatories come is not recorded: “A letter”.",
        "The sources disagree and it is not settled: Which post?",
    ):
        assert words in text


def test_the_matrix_keeps_found_nothing_found_and_not_researched_apart(client):
    contest = factories.contest()
    found, nothing, unsearched = (factories.candidacy(contest=contest, name=name) for name in ("C", "B", "A"))
    with evidence_change():
        factories.allegation(found.candidate)
        for kind in range(1, 10):
            check(nothing, kind)

    page = client.get(contest.election.get_absolute_url()).content.decode()

    rows = re.findall(r'<tr>\s*<th scope="row">.*?</tr>', page, re.DOTALL)
    said = [re.findall(r"finding--(\w+)", row) for row in rows]
    assert [re.search(r'dir="auto">(\w)<', row)[1] for row in rows] == ["A", "B", "C"]  # by name, never by score
    assert said == [["open", "open"], ["none", "none"], ["found", "open"]]
    assert unsearched.candidate.name == "A"


def axis(client, contest):
    """The names on the axis of a contest from the top, the rows of its table, and how many brackets there are."""
    page = client.get(contest.election.get_absolute_url()).content.decode()
    drawn = re.findall(r'<text class="intervals__name"[^>]*>(.*?)</text>', page)
    rows = re.findall(r'<tr class="intervals__row">(.*?)</tr>', page, re.DOTALL)
    said = [" ".join(unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in rows]
    return drawn, said, page.count('class="intervals__bracket"')


def test_the_ranges_of_a_contest_stand_on_one_axis_in_the_order_of_the_ballot(client):
    contest = factories.contest()
    people = {
        name: factories.candidacy(contest=contest, name=name, ballot_position=place)
        for place, name in enumerate(("Dora", "Carl", "Bert", "Anna"), start=1)
    }
    with evidence_change():
        factories.allegation(people["Dora"].candidate, severity=5)
        factories.allegation(people["Bert"].candidate, severity=5)
        factories.allegation(people["Anna"].candidate, severity=1)

    drawn, said, brackets = axis(client, contest)

    assert drawn == ["Dora", "Bert", "Anna"]
    assert brackets == 1
    ends = {
        name: "–".join(f"{round(end) or '<1'}" for end in standing([each])[each.pk].profile["i90"])
        for name, each in people.items()
        if name != "Carl"
    }
    assert said == [
        f"Dora 22 ({ends['Dora']}) Cannot be told apart from: Bert . Higher recorded concern than: Anna .",
        "Carl no number: Not assessed cannot be compared",
        f"Bert 22 ({ends['Bert']}) Cannot be told apart from: Dora . Higher recorded concern than: Anna .",
        f"Anna 1 ({ends['Anna']}) Higher recorded concern is there for: Dora , Bert .",
    ]


def test_without_any_number_there_is_no_axis(client):
    contest = factories.contest()
    factories.candidacy(contest=contest)
    page = client.get(contest.election.get_absolute_url()).content.decode()
    assert "intervals" not in page


def test_brackets_that_would_be_too_many_are_left_to_the_words(client):
    contest = factories.contest()
    with evidence_change():
        for name in "ABCDEF":
            factories.allegation(factories.candidacy(contest=contest, name=name).candidate)

    drawn, said, brackets = axis(client, contest)

    assert (len(drawn), brackets) == (6, 0)
    assert all("Cannot be told apart from: " in row for row in said)


def test_what_would_change_a_profile_is_said_in_its_nearest_sentences(client, candidacy, full):
    text = read(client, candidacy.get_absolute_url())
    stored = standing([candidacy])[candidacy.pk]
    told = text.rpartition("It says nothing about what will happen. ")[2].partition(" All such differences")[0]
    assert told == " ".join(each.sentence for each in nearest(what_ifs(assess_vector(stored.vector))))
    assert "Substantial" in told


def test_the_matrix_follows_the_ballot_where_there_is_one(client):
    contest = factories.contest()
    for name, place in (("A", 2), ("B", 1)):
        factories.candidacy(contest=contest, name=name, ballot_position=place)
    text = read(client, contest.election.get_absolute_url())
    assert text.index("B nomination not recorded") < text.index("A nomination not recorded")


def test_a_letter_keeps_what_is_claimed_apart_from_who_is_listed(client, candidacy):
    row = factories.letter(candidacy, claimed_people=50, claimed_countries=20)
    for name, certainty in (("One Person", "listed"), ("Another Person", "doubtful")):
        Signature.objects.create(letter=row, name=name, country="DE", certainty=certainty, capacity="Senator")

    text = read(client, row.get_absolute_url())

    for words in ("As claimed 50 people from 20 countries", "Known by name 2 signatories", "listed in the document"):
        assert words in text
    assert "Another Person Senator Germany doubtful" in text
    counted = read(client, candidacy.get_absolute_url())
    assert "1 listed in the document, 0 named by a report about it, 1 doubtful" in counted


def test_a_source_without_metadata_invents_none(client, full):
    text = read(client, full["source"].get_absolute_url())
    for words in ("No author is named.", "No date is given.", "No publisher is recorded.", "No archived copy is kept."):
        assert words in text


def test_a_source_shows_its_checks_its_copies_and_what_rests_on_it(client, full):
    source = full["source"]
    LinkCheck.objects.create(
        source=source, lease_token=uuid4(), checked_at=timezone.now(), verdict="GONE_404", klass="gone", state="suspect"
    )
    copy = factories.capture(source, check_made=None)
    source.state = LinkState.SUSPECT
    source.save()

    text = read(client, source.get_absolute_url())

    for words in ("Page not found, first failure", "GONE_404", copy.sha256, "allegation Alleged conduct"):
        assert words in text


@pytest.fixture
def case(db):
    call_command("loadcase", str(CASE), verbosity=0)


def test_search_finds_a_candidate_by_any_spelling(client, case):
    for name, queries in {
        "Ahmed Naser Al Raisi": ["Al Raisi", "al-raissi", "RAISI nasser", "أحمد ناصر الريسي", "ahmed al-raisi"],
        "Hu Binchen": ["胡彬郴", "hu binchen", "Binchen Hu"],
        "Šárka Havránková": ["havrankova", "Šárka"],
    }.items():
        for query in queries:
            [hit] = client.get(reverse("search"), {"q": query}).context["found"].hits
            assert hit.candidate.name == name, query


def test_search_ranks_the_same_name_before_one_that_sounds_alike(client):
    for name in ("Karel Novak", "Karla Novik"):
        candidate = factories.candidacy(name=name).candidate
        CandidateName.objects.create(candidate=candidate, text=name)
        candidate.index_names()
    text = read(client, reverse("search") + "?q=novik")
    assert text.index("Karla Novik") < text.index("Karel Novak") < text.index("sounds alike")


@pytest.mark.parametrize("query", ["", "   ", "\0", "%", "<script>", "x" * 5000, "'; --"])
def test_search_takes_anything(client, db, query):
    assert client.get(reverse("search"), {"q": query}).status_code == 200


SEED = [
    ("hu-binchen", "For which post did Hu Binchen stand?"),
    ("hu-binchen", "Candidate for Executive Committee, Delegate for Asia"),
    ("election", "How many candidates stood for president?"),
    ("election", "Praveen Sinha India"),
    ("sarka-havrankova", "nobody has searched yet. This says nothing about the person."),
    ("letter", "As claimed 50 people from 20 countries"),
    ("letter", "How many legislators signed, 50 or 52?"),
    ("letter", "Marco Rubio"),
    ("ahmed-naser-al-raisi", "October 2020"),
    ("ahmed-naser-al-raisi", "reported from another source"),
    ("ahmed-naser-al-raisi", "Türkiye"),
    ("ahmed-naser-al-raisi", "The Hill"),
    ("ahmed-naser-al-raisi", "No reply yet is not a denial."),
    ("ahmed-naser-al-raisi", "general statement"),
    ("ahmed-naser-al-raisi", "It is about the institution and not about the candidate."),
    ("ahmed-naser-al-raisi", "elected in the third round with 68.9 % of the votes"),
    ("ahmed-naser-al-raisi", "أحمد ناصر الريسي"),
    ("hill", "No author is named."),
    ("hill", "about 22 November 2021"),
]


def test_what_is_contradictory_or_thin_in_the_first_case_is_visible(client, case):
    special = {
        "election": reverse("election", args=["interpol-2021"]),
        "letter": reverse("letter", args=["ipac-legislators-on-hu"]),
        "hill": source_of("thehill.com/policy/international/europe/582706"),
    }
    pages = {page: read(client, special.get(page) or reverse("candidate", args=[page])) for page, _ in SEED}
    assert [(page, words) for page, words in SEED if words not in pages[page]] == []


def source_of(part):
    from allegations.models import Source

    return Source.objects.get(canonical_url__contains=part).get_absolute_url()


def test_the_first_case_shows_who_passes_a_claim_on_from_whom(client, case):
    page = client.get(reverse("candidate", args=["ahmed-naser-al-raisi"])).content.decode()
    chains = [re.findall(r"<li[^>]*>(.*?)</li>", chain) for chain in re.findall(r'<ol class="chain".*?</ol>', page)]
    assert any(chain[0] == "The Hill" and "Guardian" in chain[1] and "complainants" in chain[-1] for chain in chains)


@pytest.mark.parametrize("allegations", [1, 30])
def test_a_page_costs_the_same_whatever_it_shows(client, candidacy, django_assert_max_num_queries, allegations):
    with evidence_change():
        for _ in range(allegations):
            records = whole(candidacy)
        check(candidacy, 1)
        factories.allegation(factories.candidacy(contest=candidacy.contest).candidate)
    pages = [
        (23, candidacy.get_absolute_url()),
        (23, candidacy.contest.election.get_absolute_url()),
        (10, records["allegation"].get_absolute_url()),
        (10, records["letter"].get_absolute_url()),
        (10, records["source"].get_absolute_url()),
        (10, reverse("home")),
        (10, reverse("sitemap")),
        (10, reverse("search") + "?q=candidate"),
        (0, reverse("method")),
        (0, reverse("robots")),
    ]
    for most, address in pages:
        with django_assert_max_num_queries(most, info=address):
            assert client.get(address).status_code == 200


def test_the_method_says_every_status_band_stage_and_check(client):
    text = read(client, reverse("method"))
    for words in (
        "Not assessed",
        "Recorded, not scored",
        "Severe (85 to 99):",
        "stays at or below 45",
        "at or below 75",
        "at or below 80",
        "Known weaknesses",
        "Corrections and replies",
        "presumed innocent",
        *ResearchCheck.Kind.labels[1:2],
    ):
        assert words.lower() in text.lower()


def test_the_numbers_of_a_version_are_the_same_bytes_for_ever(client):
    answer = client.get(reverse("numbers", args=["1.0"]))
    assert sha256(answer.content).hexdigest() == "a9f0d2d8d510289cf8a1744312e80381292d1ae2ba44536e29d9fab7f95ee093"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "application/json"
    assert client.get(reverse("numbers", args=["1.1"])).status_code == 404


def test_a_page_names_the_numbers_that_recompute_it_by_their_digest(client, candidacy, full):
    page = markup(client, candidacy)
    numbers = client.get(re.search(r'data-numbers="([^"]+)"', page)[1]).content
    assert f'data-digest="sha256-{b64encode(sha256(numbers).digest()).decode()}"' in page
    recorded = dict(re.findall(r'data-name="(\w+)" data-exactly="([^"]+)"', page))
    stored = standing([candidacy])[candidacy.pk].profile
    assert {name: json.loads(unescape(value)) for name, value in recorded.items()} == {
        **{name: stored[name] for name in ("status", "score", "band", "i90", "eci")},
        **stored["phi"],
    }


@pytest.mark.parametrize("status", ["NOT ASSESSED", "RECORDED, NOT SCORED", "NO RECORDED CONCERN FOUND"])
def test_a_status_without_a_number_leaves_none_to_recompute(client, status):
    lines = re.findall(r'data-name="(\w+)" data-exactly="([^"]+)"', markup(client, unscored(status)))
    assert [(name, json.loads(unescape(value))) for name, value in lines] == [("status", status)]


GOLDEN = json.loads((Path(__file__).resolve().parents[1] / "unit" / "risk" / "golden.json").read_text())["cases"]
SHORT = [case for case in GOLDEN if len(case["vector"]) <= LONGEST]


@pytest.mark.django_db(databases=[])
@pytest.mark.parametrize("case", SHORT, ids=lambda case: case["id"])
def test_the_calculator_gives_what_the_published_cases_say(client, case):
    text = read(client, calculator(case["vector"]))
    result = text.partition("Build the vector")[2].rpartition(" Statuses ")[0]
    assert f" {case['status'].capitalize()} " in result
    if case["score"] is None:
        assert not re.search("of 99|Concern on record|Limited|Moderate|Substantial|Severe|Share", result)
    else:
        assert f"Concern on record {case['score'] or '<1'} of 99 {case['band']}" in result
        assert f"Confidence in the evidence: {case['confidence']}." in result


def test_the_calculator_says_why_and_what_would_change_it(client):
    text = read(client, calculator("CIRP:1.0/I:x/D:20211123/Q:1/C:9.12/RR:D/m1:S5L3K1U+B2-C3/m4:S4L1K0U+B2"))
    for words in (
        "Matter 1: grave – alleged responsibility as superior – a complaint has been filed",
        "severity ceiling 100 × link .70 × stage .45 × evidence .72 × unrefuted",
        "C3 refutes",
        "not scored: ",
        "If the person had been charged on matter 1 before an independent court (presumed innocent): ",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("vector", "place", "words"),
    [
        ("CIRP:2.0/I:x", "2", "At character 6: version 2.0 is unknown"),
        ("CIRP:1.0/I:x/D:20211123/Q:1/C:13.12", "1", "13 of 12 checks is not possible"),
        ("CIRP:1.0/I:x", "·", "At character 13"),
        ("<script>", "&lt;", "At character 1"),
        ("CIRP:1.0/I:" + "x" * LONGEST, None, f"at most {LONGEST} characters"),
    ],
)
def test_the_calculator_names_the_place_of_a_mistake(client, vector, place, words):
    answer = client.get(calculator(vector))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in unescape(page)
    assert re.findall("<mark>(.*?)</mark>", page) == [place] * bool(place)


def test_a_vector_that_a_mail_program_broke_is_put_together(client):
    vector = "CIRP:1.0/I:x/D:20211123/Q:1/C:9.12/RR:D"
    assert client.get(calculator(f" {vector[:20]}\r\n{vector[20:]}\n")).context["vector"] == vector


def test_the_method_prints_every_number_of_its_version(client):
    text = read(client, reverse("method"))
    numbers = as_json("1.0")
    tables = ("SEV", "LINK", "STAGE", "EXON", "FORUM_ADV", "FORUM_EXO", "REL", "CRED")
    for low, nominal, high in (span for table in tables for span in numbers[table].values()):
        assert f" {low:g} {nominal:g} {high:g} " in text
    for published in VERSIONS.values():
        for digest in (published.parameters_sha256, published.module_sha256, published.cases_sha256):
            assert digest in text
    assert sha256(client.get(reverse("numbers", args=["1.0"])).content).hexdigest() in text


def test_crawlers_learn_of_published_pages_only(client, candidacy, full):
    hidden = factories.candidacy(published=False)
    sitemap = client.get(reverse("sitemap")).content.decode()
    assert f"http://testserver{candidacy.get_absolute_url()}<" in sitemap
    assert hidden.get_absolute_url() not in sitemap
    assert "Sitemap: http://testserver/sitemap.xml" in client.get(reverse("robots")).content.decode()


def test_a_profile_without_a_candidacy_is_still_a_page(client):
    candidate = Candidate.objects.create(slug="alone", name="Alone", **factories.signed())
    factories.allegation(candidate)
    for query in ("", "?as_of=2021-11-23"):
        assert "No candidacy is published" in read(client, candidate.get_absolute_url() + query)


def test_two_candidacies_of_one_person_are_told_apart(client, candidacy):
    earlier = factories.contest()
    earlier.election.voted = "2010-01-01"
    earlier.election.save()
    Candidacy.objects.create(candidate=candidacy.candidate, contest=earlier, **factories.signed())
    text = read(client, candidacy.get_absolute_url())
    assert f"Other candidacies President, {earlier.election.title}" in text


def test_the_timeline_runs_from_the_earliest_day_that_a_date_may_mean(client, candidacy, full):
    for number, dated in enumerate(("2021-11-22~", "../2020-05-01", "2020-10", "2019/2021")):
        factories.letter(candidacy, title=f"Dated {number}", dated=dated)
    text = read(client, candidacy.get_absolute_url()).rpartition(" Conflicts of fact ")[0].rpartition(" Timeline ")[2]
    assert re.findall(r"Dated (\d)", text) == ["3", "1", "2", "0"]
    assert "until 1 May 2020 Letter Dated 1" in text


def test_a_final_stage_and_an_exoneration_are_said_in_the_words_of_the_method(client, full):
    row = full["proceeding"]
    ProceedingStep.objects.create(proceeding=row, stage="acquitted", reached="2022-01", outcome="by the court")
    text = read(client, full["allegation"].get_absolute_url())
    assert "Acquitted or cleared by a court or tribunal." in text
    assert "Independence of the forum: not assessed." in text


def test_a_lost_source_is_said_to_count_no_longer(client, full):
    with evidence_change():
        source = full["source"]
        source.state = LinkState.GONE
        source.save()
    text = read(client, full["allegation"].get_absolute_url())
    assert "lost, so it does not count" in text


@pytest.mark.django_db(databases=[])
def test_the_page_of_a_fault_needs_no_database():
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
