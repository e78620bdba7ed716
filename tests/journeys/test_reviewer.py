"""A reviewer's journey: a contributor adds and submits, nobody else sees it, an editor publishes, all pages follow."""

import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from allegations.links.memory import LinkPast, Strikes, pack
from allegations.links.memory import State as Stands
from allegations.models import Allegation, Citation, ContentChange, LinkCheck, ReviewTask, Source, WebCopy
from allegations.workflow import Role, State
from tests import factories
from tests.journeys.test_pages_browser import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery staple"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEADLINE = "A coalition alleges misuse of police notices"


@pytest.fixture
def people():
    roles = {"contributor": Role.CONTRIBUTOR, "editor": Role.EDITOR}
    return {name: factories.person(role, username=name, password=PASSWORD) for name, role in roles.items()}


@pytest.fixture
def candidacy():
    row = factories.candidacy(name="Ahmed Naser Al-Raisi")
    row.candidate.names.create(text="أحمد ناصر الريسي", script="Arab")
    row.candidate.index_names()
    return row


@pytest.fixture
def visit(chromium, live_server):
    """Open a browser of one's own at a path; at the end nothing may stand in any console."""
    contexts, troubles = [], []

    def open_at(path, **options):
        contexts.append(chromium.new_context(base_url=live_server.url, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert troubles == []


def sign_in(page, name):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def choose(page, field, query, option):
    """Search in a box and take what it finds."""
    page.locator(f".field-{field} .select2-selection").first.click()
    page.locator(".select2-search__field").fill(query)
    page.locator(".select2-results__option", has_text=option).click()


def faults(page):
    """What axe finds; it loads nothing for that, which the policy of these pages would refuse."""
    return violations(page, RULES, preload=False)


def status_of(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def read(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def fill_in(page):
    choose(page, "candidate", "raissi", "Ahmed Naser Al-Raisi")
    page.get_by_label("Headline").fill(HEADLINE)
    page.get_by_label("Summary").fill("A coalition alleges that notices were requested against critics.")
    page.get_by_label("Claimed by:").fill("A coalition of organisations")
    page.get_by_label("Act:").select_option("x-notice-misuse")
    page.get_by_label("Happened").fill("2019")
    page.get_by_label("Severity:").select_option("3")
    page.get_by_label("Severity reason").fill("The powers of the office itself.")
    page.get_by_label("Link:").select_option("4")


def cite_a_new_source(page):
    row = page.locator("#citations-0")
    row.get_by_label("Or paste its address").fill("https://court.example.net/case/7")
    row.get_by_text("If the source is new").click()
    row.get_by_label("Title").fill("Case 7")
    row.get_by_label("Reliability:").select_option("B")
    row.get_by_label("Credibility:").select_option("2")
    row.get_by_text("This address is new").wait_for()


def cite_a_known_source(page):
    page.get_by_text("Add another Citation").click()
    row = page.locator("#citations-1")
    row.get_by_label("Or paste its address").fill("HTTPS://NEWS.example.org:443/story?utm_source=mail")
    row.get_by_label("Locator").focus()
    row.get_by_text("Known: The story, cited 0 times.").wait_for()
    row.get_by_role("button", name="Use it").click()
    row.get_by_label("Credibility:").select_option("3")


def test_an_allegation_goes_from_its_author_over_an_editor_to_every_page(visit, live_server, people, candidacy):
    known = factories.source(url="https://news.example.org/story", title="The story")
    site, slug = live_server.url, candidacy.candidate.slug
    places = [f"/candidates/{slug}/", f"/api/v1/candidates/{slug}/summary/"]
    places.append(f"/elections/{candidacy.contest.election.slug}/")
    before = {place: read(site + place) for place in places}
    listed = read(f"{site}/api/v1/allegations/")

    page = visit("/admin/")
    sign_in(page, "contributor")
    page.get_by_role("link", name="Add an allegation", exact=True).click()
    fill_in(page)
    cite_a_new_source(page)
    cite_a_known_source(page)
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("was added successfully").wait_for()

    allegation = Allegation.objects.get()
    assert set(allegation.citations.values_list("source__title", flat=True)) == {"Case 7", "The story"}
    assert (Source.objects.count(), known.citations.count()) == (2, 1)
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_text("is in review now").wait_for()
    assert page.get_by_role("button", name="Publish").count() == 0

    assert status_of(f"{site}/allegations/{allegation.pk}/") == 404
    assert status_of(f"{site}/api/v1/allegations/{allegation.pk}/") == 404
    assert read(f"{site}/api/v1/allegations/") == listed
    assert {place: read(site + place) for place in places} == before

    page = visit("/admin/")
    sign_in(page, "editor")
    page.get_by_role("region", name="Waiting for review").get_by_role("link", name=HEADLINE).click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("is published now").wait_for()

    assert Allegation.objects.get().state == State.PUBLISHED
    assert Citation.objects.published().count() == 2
    assert status_of(f"{site}/allegations/{allegation.pk}/") == 200
    assert HEADLINE in read(f"{site}/api/v1/allegations/")
    after = {place: read(site + place) for place in places}
    assert [place for place in places if after[place] == before[place]] == []
    assert HEADLINE in after[places[0]]


def link_questions(allegation):
    """One question of each kind about a link, each with a copy on offer, and a check that is due."""
    now = timezone.now()
    past = LinkPast(
        state=Stands.SUSPECT,
        failures=2,
        last_ok_at=now - timedelta(days=9),
        gone=Strikes(2, now - timedelta(days=1), now),
    )
    for number, kind in enumerate(kind for kind in ReviewTask.Kind if kind != ReviewTask.Kind.GRADERS):
        source = factories.source(
            url=f"https://paper{number}.example.org/2021/11/a-rather-long-path-to-the-story/{number}.html",
            title=f"What the paper wrote about the complaint, part {number}",
            state="suspect", memory=pack(past), moved_to="https://new.example.org/moved/to/another/place.html",
            archived=number % 2 == 0, next_check_at=now + timedelta(hours=3), last_alive_at=past.last_ok_at,
        )  # fmt: skip
        factories.citation(allegation=allegation, source=source)
        before, after = factories.capture(source, b"one"), factories.capture(source, b"two")
        change = ContentChange.objects.create(source=source, before=before, after=after, level="critical", seen_at=now)
        asked = {"change": change} if kind in ("critical-change", "quote-missing") else {}
        ReviewTask.objects.create(source=source, kind=kind, reason="“404 Not Found”, for the second time.", **asked)
        WebCopy.objects.create(
            source=source, archive="Web archive", uri=f"https://web.example.org/{number}", taken_at=now, found_at=now,
            similarity=0.93, reasons=["The same title.", "Two sentences differ."],
        )  # fmt: skip
    factories.source(url="https://due.example.org/", title="A story that is due")
    return source


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_desk_and_forms_are_accessible_and_fit_the_screen(visit, people, candidacy, width, scheme):
    record = factories.allegation(candidacy.candidate)
    factories.citation(allegation=record, published=False)
    for _ in range(2):  # two that may have one origin
        copy = factories.capture(factories.citation(allegation=record).source)
        factories.capture_text(copy, *(f"Both of them print paragraph {n} of one story." for n in range(9)))
    page = visit("/admin/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page, "editor")
    source = link_questions(record)
    Source.objects.filter(pk=source.pk).update(title="", author="", next_check_at=timezone.now())
    found = {"title": "What the page calls itself", "author": "Ann Author", "publisher": "A paper nobody knows"}
    factories.capture_text(source.captures.first(), "A paragraph.", found=found)
    paths = ["/admin/", "/admin/allegations/allegation/", "/admin/allegations/allegation/add/"]
    paths += [f"/admin/allegations/allegation/{record.pk}/change/", f"/admin/allegations/source/{source.pk}/change/"]
    paths += ["/admin/links/", "/admin/origins/", f"/admin/origins/allegation/{record.pk}/"]
    paths += [f"/admin/allegations/allegation/{record.pk}/grading/"]
    for path in paths:
        page.goto(path, wait_until="networkidle")
        for answering in page.locator("details.answering > summary").all():
            answering.click()
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_rubrics_stand_open_on_a_wide_screen_and_need_no_scripts(visit, people, candidacy):
    page = visit("/admin/", java_script_enabled=False)
    sign_in(page, "contributor")
    page.goto("/admin/allegations/allegation/add/")
    assert page.get_by_text("Detainees say they were beaten").is_visible()

    narrow = visit("/admin/", viewport={"width": 360, "height": 800})
    sign_in(narrow, "contributor")
    narrow.goto("/admin/allegations/allegation/add/", wait_until="networkidle")
    assert not narrow.get_by_text("Detainees say they were beaten").is_visible()


PAGES = {
    "allegations": ["allegation", "coalitionletter", "source", "reply", "origin", "factconflict", "reviewtask"],
    "candidates": ["candidate", "candidacy", "election", "organization", "researchcheck"],
    "auth": ["user"],
}


def test_no_page_of_the_reviewers_asks_for_what_the_policy_forbids(visit, candidacy):
    record = factories.allegation(candidacy.candidate)
    factories.person(Role.ADMINISTRATOR, username="administrator", password=PASSWORD)
    page = visit("/admin/login/")
    sign_in(page, "administrator")
    for place in [f"{app}/{name}" for app, names in PAGES.items() for name in names]:
        for path in (f"/admin/{place}/", f"/admin/{place}/add/"):
            page.goto(path)
            assert page.locator("h1").count() == 1, path
    page.goto(f"/admin/allegations/allegation/{record.pk}/history/")
    page.goto("/admin/password_change/")
    page.goto("/admin/candidates/researchcheck/add/")
    page.get_by_role("link", name="Choose a date").click()
    page.get_by_role("link", name="Today").first.click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("You are signed out").wait_for()


def test_the_links_page_reads_from_the_right(visit, people, candidacy, settings):
    settings.LANGUAGES = [("en", "en"), ("ar", "ar")]
    link_questions(factories.allegation(candidacy.candidate))
    for width in (360, 1280):
        page = visit("/admin/login/", locale="ar", viewport={"width": width, "height": 900})
        page.locator("[name=username]").fill("editor")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[type=submit]").first.click()
        page.goto("/admin/links/")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []


def test_a_sweep_is_followed_on_the_links_page_until_it_is_over(visit, people, candidacy):
    due = factories.source(url="https://due.example.org/")
    page = visit("/admin/")
    sign_in(page, "editor")
    page.goto("/admin/links/")
    page.get_by_text("A sweep is under way: 0 of 1 checked.").wait_for()
    factories.link_check(due, checked_at=timezone.now())
    Source.objects.filter(pk=due.pk).update(next_check_at=timezone.now() + timedelta(days=1), state="alive")
    page.get_by_text("No check is due.").wait_for(timeout=60_000)
    assert page.locator("[data-progress]").get_by_text("Checked in the last minute").is_visible()
    assert LinkCheck.objects.count() == 1


def test_a_source_fills_its_form_when_its_page_was_read_and_waits_for_who_types(visit, people):
    page = visit("/admin/")
    sign_in(page, "contributor")
    page.goto("/admin/allegations/source/add/")
    page.get_by_label("Address").fill("https://paper.example.org/story;jsessionid=AB12")
    page.get_by_label("Title").focus()
    page.get_by_text("may stop working").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The page waits for its check").wait_for()

    source = Source.objects.get()
    Source.objects.update(next_check_at=timezone.now() + timedelta(days=1), state="alive")
    factories.capture_text(factories.capture(source), "A paragraph.", found={"title": "What the page calls itself"})
    page.get_by_text("Found on the page, not saved yet.").wait_for(timeout=60_000)
    assert page.get_by_label("Title").input_value() == "What the page calls itself"

    Source.objects.update(next_check_at=timezone.now())
    page.reload()
    page.get_by_label("Author").fill("Typed")
    Source.objects.update(next_check_at=timezone.now() + timedelta(days=1))
    page.get_by_text("It was checked.").wait_for(timeout=60_000)
    assert page.get_by_label("Author").input_value() == "Typed"
