"""Who has no number: nowhere a number in its place, and nowhere a word that would clear or accuse anyone.

Every page and answer that a reader can reach is read, over the first case and over candidacies of each of the three
statuses without a number. That the same patterns are found about somebody with a number shows that they can be.
"""

import csv
import io
import json
import re
import zipfile
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from allegations.actions.evidence import evidence_change
from allegations.actions.review import take_step
from allegations.models import Reply
from allegations.workflow import Step
from candidates.models import Candidacy, Election, ResearchCheck
from tests import factories
from tests.integration.api import address
from tests.integration.test_api_assessments import numbers
from tests.machine import PROJECT
from tools.check_templates import WORDS
from vetting.assessments import standing
from vetting.dossier.freezing import freeze
from vetting.risk.scales import Status
from vetting.risk.versions import parameters

pytestmark = pytest.mark.django_db

CASE = "cases/interpol-2021.yaml"
UNSEARCHED = {"sarka-havrankova", "praveen-sinha"}
UNSCORED = {Status.NOT_ASSESSED, Status.NOT_SCORED, Status.NOTHING_FOUND}
LOW = re.compile(r"(?<![\w-])low(?![\w-])", re.IGNORECASE)
BANDS = "|".join(name for _, name in parameters().bands)
# What stands on the page of a person with a number: the number itself, its band, scale, interval and shares.
NUMBERS = {
    "out of 99": re.compile(r"of\W+99"),
    "a band": re.compile(rf"\b(?:{BANDS})\b"),
    "the figure": re.compile(r'class="score__figure"'),
    "the scale": re.compile(r'class="strip\b'),
    "points of a matter": re.compile(r'class="reasons__points"'),
    "an interval in words": re.compile(r"Plausible weights and grading errors give"),
}
NAMED = re.compile(
    r"acquitted or cleared by|criminal (?:police|complaint|court|case|investigation|proceeding)s?", re.IGNORECASE
)
COUNTS = {  # numbers of an answer that count something on record and stand for no concern
    "done", "applicable", "tag", "signatories", "countries", "index", "code", "listed", "organizations", "people",
    "ballot_position", "conflicts", "sources", "seats", "term_years", "refuting",
}  # fmt: skip


def check(candidacy, kinds, **fields):
    today = timezone.now().date()
    for kind in kinds:
        given = {"result": "nothing-found", "queries": "the name", "done_on": today} | fields
        ResearchCheck.objects.create(candidacy=candidacy, kind=kind, **given, **factories.signed())


def generated():
    """Candidacies without a number, of all three statuses and for every reason there is."""
    contest = factories.contest()

    def stands(checks=(), *matters, **fields):
        row = factories.candidacy(contest=contest, **fields)
        check(row, checks)
        return row, [factories.allegation(row.candidate, **matter) for matter in matters]

    searched = range(1, 10)
    stands()
    stands(searched)
    stands(searched, {"link": 1}, {"link": 0, "severity": 4})
    stands(range(1, 4), {"link": 1})
    answered, _ = stands(searched)
    said = {"kind": "denial", "by": "A spokesperson", "speaker": "representative", "text": "No."}
    Reply.objects.create(candidacy=answered, **said, **factories.signed())
    opposed, _ = stands()
    factories.letter(opposed, claimed_people=500, claimed_countries=60, title="Five hundred object")
    _, (weak,) = stands(searched, {"link": 4})
    weak.citations.update(credibility=5)
    _, (row,) = stands(searched, {"link": 4})
    factories.proceeding(row, "convicted", "2020-01-01", forum="R")
    factories.proceeding(row, "exonerated", "2021-01-01", forum="R")
    _, (fallen,) = stands(searched, {"link": 4})
    take_step(Step.RETRACT, record=fallen, by=factories.editor(), reason="Another person was meant.")
    return contest.election


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The first case and the generated candidacies, loaded once for this module and taken back at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loadcase", CASE, verbosity=0)
        with evidence_change():
            election = generated()
        rows = list(Candidacy.objects.select_related("candidate", "contest__election"))
        found = standing(rows)
        unscored = [row for row in rows if found[row.pk].profile["score"] is None]
        scored = [row for row in rows if row not in unscored]
        yield SimpleNamespace(
            unscored=unscored, scored=scored, elections=[election, *Election.objects.exclude(pk=election.pk)]
        )
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pages(world, django_db_blocker):
    """Every page that leads from the home page to another, by its address, as its markup."""
    client, found, waiting = Client(), {}, ["/"]
    with django_db_blocker.unblock():
        waiting += [f"/search/?q={row.candidate.name}" for row in world.unscored]
        while waiting:
            place = waiting.pop()
            if place in found or place.startswith(("/admin/", "/api/", "/static/")):
                continue
            answer = client.get(place)
            assert answer.status_code in (200, 404), place
            is_page = answer["Content-Type"].startswith("text/html")
            found[place] = answer.content.decode() if is_page else ""
            links = re.findall(r'href="(/[^"#]*)', found[place])
            waiting += [unescape(link) for link in links if "?" not in link]
    return {place: markup for place, markup in found.items() if markup}


def spoken(markup):
    """What a reader of a page sees or hears of it."""
    heard = re.sub(r'\s(?:alt|title|placeholder|aria-label|content)="([^"]*)"', r">\1<", markup)
    bare = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]+>", " ", heard, flags=re.DOTALL)
    return " ".join(unescape(bare).split())


def forbidden(text):
    """The words of the wording table in a text, apart from the names of bodies and of kinds of proceedings."""
    left = NAMED.sub(" ", text)
    return [found[0] for rule in WORDS if (found := rule.pattern.search(left))]


def numbers_on(markup):
    main = markup.partition("<main")[2].partition("</main>")[0]
    return {name for name, pattern in NUMBERS.items() if pattern.search(main) or pattern.search(spoken(main))}


def test_all_three_statuses_are_there_and_nobody_else(world):
    found = standing([*world.unscored, *world.scored])
    assert {found[row.pk].profile["status"] for row in world.unscored} == UNSCORED
    assert {row.candidate.slug for row in world.unscored} > UNSEARCHED
    assert {row.candidate.slug for row in world.scored} == {"ahmed-naser-al-raisi"}


def test_46_no_page_says_a_forbidden_word(world, pages):
    assert len(pages) > 40
    kinds = {place.split("/")[1] for place in pages}
    assert {"", "candidates", "elections", "allegations", "letters", "sources", "search", "method"} <= kinds
    told = {place: forbidden(spoken(markup)) for place, markup in pages.items()}
    assert {(place, *words) for place, words in told.items() if words} == set()


def test_46_the_page_of_a_person_without_a_number_has_none(world, pages):
    for row in world.unscored:
        markup = pages[row.candidate.get_absolute_url()]
        assert numbers_on(markup) == set(), row
        assert not LOW.search(spoken(markup)), row
        assert any(status.value.capitalize() in spoken(markup) for status in UNSCORED), row
    (control,) = world.scored
    assert numbers_on(pages[control.candidate.get_absolute_url()]) == NUMBERS.keys()


def test_46_the_row_of_a_person_without_a_number_has_none(world, pages):
    for row in [*world.unscored, *world.scored]:
        markup = pages[row.contest.election.get_absolute_url()]
        name = f'href="{row.candidate.get_absolute_url()}'
        (line,) = [line for line in re.findall(r"<tr>.*?</tr>", markup, re.DOTALL) if name in line]
        cells = dict(re.findall(r'<td data-label="([^"]+)">(.*?)</td>', line, re.DOTALL))
        said = {label: spoken(cell) for label, cell in cells.items()}
        if row in world.scored:
            assert re.search(r"\d.*of 99", said["Concern on record"])
        else:
            assert (said["Concern on record"], said["Confidence"]) == ("no number", "none to state")
            assert not LOW.search(spoken(line))
            assert not NUMBERS["a band"].search(spoken(line))


def test_46_search_tells_of_names_alone(world, pages):
    for row in world.unscored:
        text = spoken(pages[f"/search/?q={row.candidate.name}"])
        assert row.candidate.name in text
        for pattern in (NUMBERS["out of 99"], NUMBERS["a band"], LOW):
            assert not pattern.search(text)


def test_46_no_style_sheet_or_script_adds_a_forbidden_word_in_print_or_on_screen():
    for file in [*(PROJECT / "static" / "css").glob("*.css"), *(PROJECT / "static" / "js").rglob("*.js")]:
        text = file.read_text()
        said = (
            re.findall(r"content:\s*[\"']([^\"']*)", text)
            if file.suffix == ".css"
            else re.findall(r"[\"'`]([^\"'`\n]*)", text)
        )
        assert forbidden(" . ".join(said)) == [], file


def answers_about(row):
    """The addresses of the API that answer about a candidacy."""
    own, person = address("candidacies", row.pk), address("candidates", row.candidate.slug)
    yield from (own, person, f"{person}summary/")
    yield from (f"{own}assessment/{kind}" for kind in ("", "contributions/", "history/"))
    yield from (f"{own}assessment/?{days}" for days in ("as_of=2021-11-26", "as_of=2021-11-23&known=2022-06-01"))


def test_46_no_answer_of_the_api_has_a_number_or_a_forbidden_word(client, world):
    other = world.scored[0]
    for row in world.unscored:
        for place in (
            *answers_about(row),
            f"{address('candidacies', row.pk, 'assessment', 'comparison')}?with={other.pk}",
        ):
            answer = client.get(place)
            assert answer.status_code == 200, place
            assert numbers(answer.json()) <= COUNTS, place
            own = re.sub(r'"says?":|"notice":"[^"]*"', "", answer.content.decode())
            assert forbidden(own) == [], place
            assert not LOW.search(own), place
    assert numbers(client.get(address("candidacies", other.pk, "assessment")).json()) - COUNTS > {"score", "i90"}


def test_46_no_cell_of_the_table_has_a_number_or_a_forbidden_word(client, world):
    for election in world.elections:
        text = client.get(f"{address('elections', election.slug)}assessments.csv").content.decode("utf-8-sig")
        assert forbidden(text) == []
        for row in csv.DictReader(io.StringIO(text, newline="")):
            counted = {name: value for name, value in row.items() if re.fullmatch(r"[<\d.]+", value)}
            allowed = {"candidacy", "checks_done", "checks_applicable", "matters", "method"} | {
                f"{side}_{what}" for side in ("objections", "support") for what in ("signatories", "countries")
            }
            assert (row["status"] in UNSCORED) == (counted.keys() <= allowed), row
            assert row["status"] not in UNSCORED or not LOW.search(" ".join(row.values()))


def test_46_no_file_of_a_dossier_has_a_number_or_a_forbidden_word(client, world):
    unscored = {f"{row.contest.slug}/{row.candidate.slug}.json" for row in world.unscored}
    for election in world.elections:
        made = freeze(Election.objects.get(pk=election.pk))
        data = b"".join(client.get(f"{made.get_absolute_url()}dossier.zip").streaming_content)
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            for name in bundle.namelist():
                folder, _, rest = name.partition("/")
                text = bundle.read(name).decode()
                assert forbidden(text) == [], name
                if folder == "assessments":
                    assert (numbers(json.loads(text)) <= COUNTS) == (rest in unscored), name
                    assert rest not in unscored or not LOW.search(text), name


def test_46_no_line_of_the_command_has_a_number_or_a_forbidden_word(world, capsys):
    for row in world.unscored:
        Candidacy.objects.filter(pk=row.pk, key=None).update(key=f"generated-{row.pk}")
        row.refresh_from_db()
        capsys.readouterr()
        call_command("assess", "--candidacy", row.key)
        text = capsys.readouterr().out
        assert forbidden(text) == []
        assert not LOW.search(text)
        assert not re.search(rf"\b(?:Concern on record|Band|Interval|{BANDS})\b", text)
