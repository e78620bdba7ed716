"""The public pages in a browser: accessible, at home on every screen, silent on the console, loading nothing else."""

from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from allegations.models import Allegation, CoalitionLetter, Source
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CASE = Path(__file__).resolve().parents[2] / "cases" / "interpol-2021.yaml"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
VECTOR = "CIRP:1.0/I:somebody/D:20211123/Q:1/C:0.12/RR:N/OB:19.x/m1:S5L3K1U+B2/m2:S5L2K0U+B3-C3"
RAISI = "/candidates/ahmed-naser-al-raisi/"
HAVRANKOVA = "/candidates/sarka-havrankova/"
# Of width, direction and colours every pair is met; what depends on all three at once is in none of our styles.
# Contrast takes most of the time, and no colour depends on width or direction: each scheme is looked at once.
SCREENS = [(360, "en", "light"), (1280, "en", "dark"), (360, "ar", "dark"), (1280, "ar", "light")]
CONTRAST_SEEN = {(360, "ar", "dark"), (1280, "ar", "light")}


def calculator(vector):
    return f"{reverse('method')}?{urlencode({'vector': vector})}"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The first case on a server, loaded once, for these tests only read; its address, and its paths by name."""
    with django_db_blocker.unblock(), override_settings(LANGUAGES=[("en", "en"), ("ar", "ar")]):
        call_command("loadcase", str(CASE), verbosity=0)
        source = Source.objects.first()
        change = factories.link_life(source)
        server = LiveServer("127.0.0.1")
        yield SimpleNamespace(url=server.url, paths=paths(source, change))
        server.stop()
        call_command("flush", verbosity=0, interactive=False)


def paths(source, change):
    return [
        *map(reverse, ("home", "search", "method", "agreement")),
        calculator(VECTOR),
        reverse("search") + "?q=raisi",
        reverse("election", args=["interpol-2021"]),
        RAISI,
        f"{RAISI}?as_of=2021-11-23&known=2022-06-01",
        HAVRANKOVA,
        Allegation.objects.first().get_absolute_url(),
        CoalitionLetter.objects.get(slug="ipac-legislators-on-hu").get_absolute_url(),
        source.get_absolute_url(),
        reverse("source-checks", args=[source.pk]),
        reverse("change", args=[source.pk, change.pk]),
        change.after.get_absolute_url(),
    ]


def violations(page, standards=STANDARDS, *, preload=True, contrast=True):
    """What axe finds on a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    run = "options => axe.run(options).then(found => found.violations)"
    options = {"runOnly": {"type": "tag", "values": standards}, "preload": preload, "resultTypes": ["violations"]}
    found = page.evaluate(run, options | {"rules": {"color-contrast": {"enabled": contrast}}})
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]


def overflow(page):
    """By how many pixels the page can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "locale", "scheme"), SCREENS)
def test_every_page_is_accessible_and_keeps_to_itself(site, visit, width, locale, scheme):
    visitor = visit(width, color_scheme=scheme, locale=locale)
    contrast = (width, locale, scheme) not in CONTRAST_SEEN
    found = {}
    for path in site.paths:
        visitor.page.goto(site.url + path)
        assert visitor.page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
        found[path] = (violations(visitor.page, contrast=contrast), overflow(visitor.page))
    assert {page: seen for page, seen in found.items() if seen != ([], 0)} == {}
    assert visitor.complaints == []
    assert visitor.hosts == {site.url.split("/")[2]}


def test_pages_reflow_on_the_narrowest_screen(site, visit):
    visitor = visit(320)
    for path in site.paths:
        visitor.page.goto(site.url + path)
        assert overflow(visitor.page) <= 0, path


def test_the_page_of_nothing_is_accessible_too(site, visit):
    visitor = visit(360)
    visitor.page.goto(site.url + "/no-such-page/")
    assert violations(visitor.page) == []


def test_pages_can_be_read_without_javascript(site, visit):
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    page.goto(site.url)
    page.get_by_role("searchbox").fill("الريسي")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Ahmed Naser Al Raisi").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ahmed Naser Al Raisi"
    page.locator(".cluster summary").first.click()
    assert page.get_by_text("repeat, 0.0").first.is_visible()
    page.get_by_role("link", name="Letter of 19 organisations").first.click()
    assert page.get_by_text("19 organisations").first.is_visible()
    assert visitor.complaints == []


def test_the_keyboard_comes_first_to_the_content(site, visit):
    page = visit().page
    page.goto(site.url + RAISI)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to the content"
    assert focused.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_source_mark_leads_to_the_source_and_its_page(site, visit):
    page = visit().page
    page.goto(site.url + RAISI)
    mark = page.locator(".facing a.mark").first
    number = mark.inner_text().split()[-1]
    mark.click()
    source = page.locator(f"#source-{number}")
    assert source.evaluate("element => element.matches(':target')")
    source.get_by_role("link").first.click()
    assert "Where it is used" in page.locator("main").inner_text()


def test_the_print_view_is_a_dossier(site, visit):
    page = visit().page
    page.goto(site.url + RAISI)
    page.emulate_media(media="print")
    for hidden in (".masthead", ".contents", ".crumbs"):
        assert not page.locator(hidden).is_visible()
    assert page.get_by_text("Presumption of innocence.").is_visible()
    assert page.get_by_text("repeat, 0.0").first.is_visible()
    assert page.locator(".sources__address").first.inner_text().startswith("https://")


def test_the_table_of_candidates_becomes_cards_on_a_narrow_screen(site, visit):
    def head_is_visible(width):
        page = visit(width).page
        page.goto(site.url + reverse("election", args=["interpol-2021"]))
        assert page.get_by_text("Not researched").first.is_visible()
        return page.locator(".matrix thead").first.is_visible()

    assert (head_is_visible(1280), head_is_visible(360)) == (True, False)


def test_claim_and_reply_stand_side_by_side_at_the_same_size(site, visit):
    page = visit().page
    page.goto(site.url + RAISI)
    claim, answer = (side.bounding_box() for side in page.locator(".facing").first.locator(".facing__side").all())
    assert (claim["y"], claim["width"], claim["height"]) == (answer["y"], answer["width"], answer["height"])


def test_the_vector_can_be_copied(site, visit):
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page
    page.goto(site.url + RAISI)
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("CIRP:1.0/I:")
    assert visitor.complaints == []


def recompute(page):
    """Let the browser compute the profile again; the names of the lines that it finds to differ."""
    page.get_by_role("button", name="Compute it again").click()
    page.locator(".recompute [data-when]:not([hidden])").wait_for()
    return page.locator(".recompute__other").evaluate_all("rows => rows.map((row) => row.dataset.name)")


@pytest.mark.parametrize(("width", "locale"), [(360, "en"), (1280, "ar")])
def test_the_browser_computes_what_the_page_says(site, visit, width, locale):
    visitor = visit(width, locale=locale)
    page = visitor.page
    page.goto(site.url + RAISI)
    assert recompute(page) == []
    assert page.locator("[data-when='same']").is_visible()
    rows = page.locator(".recompute tbody tr").all()
    said = [row.locator("td").all_inner_texts() for row in rows]
    names = ["status", "score", "band", "i90", "m1", "m3", "m2", "eci"]
    assert [row.get_attribute("data-name") for row in rows] == names
    assert [cells[0] for cells in said] == [cells[1] for cells in said]
    assert {cells[2] for cells in said} == {"yes"}
    assert (violations(page), overflow(page), visitor.complaints) == ([], 0, [])
    assert visitor.hosts == {site.url.split("/")[2]}


def test_of_a_profile_without_a_number_the_browser_shows_none(site, visit):
    page = visit().page
    page.goto(site.url + HAVRANKOVA)
    assert recompute(page) == []
    assert page.locator(".recompute tbody tr").all_inner_texts() == ["Status\tNot assessed\tNot assessed\tyes"]


def test_the_browser_says_where_it_gets_something_else(site, visit):
    page = visit().page
    page.goto(site.url + RAISI)
    page.evaluate("document.querySelector('[data-name=m1]').dataset.exactly = '22.80000'")
    assert recompute(page) == ["m1"]
    assert page.get_by_text("They do not agree.").is_visible()


def test_the_browser_computes_with_the_published_numbers_only(site, visit):
    page = visit().page
    page.route("**/method/1.0.json", lambda route: route.fulfill(json={"version": "1.0"}))
    page.goto(site.url + RAISI)
    recompute(page)
    assert page.get_by_text("It could not be computed here.").is_visible()
    assert not page.locator(".recompute table").is_visible()


def test_without_javascript_the_calculator_takes_the_vector_of_a_profile(site, visit):
    page = visit(java_script_enabled=False).page
    page.goto(site.url + RAISI)
    number = page.locator(".score__figure").inner_text()
    page.get_by_role("link", name="Put it into the calculator").click()
    assert page.locator("#result .score__figure").inner_text() == number
    page.get_by_role("textbox", name="Vector").fill("CIRP:1.0/I:x/D:20211323")
    page.get_by_role("button", name="Compute", exact=True).click()
    assert page.locator("#vector-fault mark").inner_text() == "2"
    assert "20211323 is no day of the calendar" in page.locator("#vector-fault").inner_text()


@pytest.mark.parametrize(("width", "color_scheme"), [(360, "dark"), (1280, "light")])
def test_a_vector_can_be_built_from_its_parts(site, visit, width, color_scheme):
    visitor = visit(width, color_scheme=color_scheme)
    page = visitor.page
    page.goto(site.url + calculator(VECTOR))
    page.get_by_text("Build the vector from its parts").click()
    matters = page.locator(".builder__matter")
    second = matters.nth(1)
    assert second.get_by_label("Grades of the refuting origins").input_value() == "C3"
    assert second.get_by_label("Its forum").first.is_disabled()
    second.get_by_label("Adverse stage").select_option("K4")
    second.get_by_label("Its forum").first.select_option("R")
    second.get_by_label("Exoneration").select_option("X3")
    second.get_by_label("Its forum").nth(1).select_option("N")
    second.get_by_label("Grades of the supporting origins").fill("c3 b2, A1")
    matters.first.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Add a matter").click()
    matters.nth(1).get_by_label("Link").select_option("4")
    assert (violations(page), overflow(page), visitor.complaints) == ([], 0, [])
    built = page.get_by_role("textbox", name="Vector").input_value()
    head = VECTOR.partition("/m1")[0]
    assert built == f"{head}/m2:S5L2K4R~X3N+A1+B2+C3-C3/m3:S1L4K0U"
    page.get_by_role("button", name="Compute", exact=True).click()
    assert page.locator("#result code").first.inner_text() == built


def test_a_vector_is_built_from_nothing(site, visit):
    page = visit().page
    page.goto(site.url + reverse("method"))
    page.get_by_text("Build the vector from its parts").click()
    page.get_by_label("As of").fill("2021-11-23")
    page.get_by_label("As known on").fill("2022-06-01")
    page.get_by_label("Signatories in support").fill("7")
    page.get_by_role("button", name="Add a matter").click()
    built = "CIRP:1.0/I:example/D:20211123.20220601/Q:1/C:0.12/RR:N/SB:7.x/m1:S1L0K0U"
    assert page.get_by_role("textbox", name="Vector").input_value() == built


def test_the_calculator_shows_the_place_of_a_mistake(site, visit):
    page = visit(360, color_scheme="dark", locale="ar").page
    page.goto(site.url + calculator(f"{VECTOR}x"))
    assert (violations(page), overflow(page)) == ([], 0)


def test_a_candidate_whom_nobody_researched_has_no_scale(site, visit):
    page = visit().page
    page.goto(site.url + HAVRANKOVA)
    assert page.locator(".strip, .score").count() == 0
    assert page.locator(".checks__item--not-done").count() == 12
