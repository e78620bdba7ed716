"""Grading by two: blind to one another, favourable while they differ, resolved by a third, and dated."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.html import escape

from allegations.actions import grading as actions
from allegations.actions.evidence import NO_BASIS, evidence_change, grade
from allegations.actions.grading import give, hidden_scales, item_of, items_of
from allegations.acts import USUAL_SEVERITY, usual_severity
from allegations.codes import Act, Severity
from allegations.grading import STAGES_FOR_TWO, WEIGHT, WEIGHT_FOR, Part, asks_for_two
from allegations.models import Allegation, Citation, Grading, Proceeding, ReviewTask, Source
from allegations.queries import asking_for_two, waiting_for_second
from allegations.rubrics import RUBRICS
from allegations.workflow import GRADE_TOO, Role, State, Step, StepRefused
from candidates.models import Candidate
from tests import factories
from tests.pages import form_at, forms
from vetting.assessments import standing
from vetting.facts import CODES, facts_of
from vetting.models import CurrentAssessment
from vetting.risk import coders
from vetting.risk.versions import parameters

pytestmark = pytest.mark.django_db
Scale = Grading.Scale
FIRST, LATER, LAST = date(2022, 3, 1), date(2022, 6, 1), date(2022, 9, 1)


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def second(db):
    return factories.person(Role.REVIEWER, username="second-grader")


@pytest.fixture
def third(db):
    return factories.person(Role.EDITOR, username="third-person")


@pytest.fixture
def matter(candidacy):
    """A grave matter in review with one citation and one proceeding, all graded by their author."""
    with evidence_change():
        row = factories.allegation(candidacy.candidate, published=False, severity=None, link=None, reply_waiver="None.")
        Allegation.objects.filter(pk=row.pk).update(state=State.IN_REVIEW)
        citation = row.citations.get()
        Citation.objects.filter(pk=citation.pk).update(credibility=None)
        Source.objects.filter(pk=citation.source_id).update(reliability="")
        factories.proceeding(row, "charged", published=False)
        graded(row, "5", "3", "B", "2", "R")
    return Allegation.objects.get(pk=row.pk)


def things(row):
    """What is graded of a matter with one citation and one proceeding, each with its scale."""
    citation = Citation.objects.select_related("source").get(allegation=row)
    return [
        (Allegation.objects.get(pk=row.pk), Scale.SEVERITY),
        (Allegation.objects.get(pk=row.pk), Scale.LINK),
        (citation.source, Scale.RELIABILITY),
        (citation, Scale.CREDIBILITY),
        *((proceeding, Scale.FORUM) for proceeding in Proceeding.objects.filter(allegation=row)),
    ]


def graded(row, *values, by=None, when=None):
    for (record, scale), value in zip(things(row), values, strict=True):
        said = f"First reason {value}."
        grade(record, scale, value, by=by or factories.author(), reason=said, basis=basis(record), at=when)


def basis(record):
    """What the grade of a forum rests on; other grades need nothing."""
    return record.allegation.citations.first() if isinstance(record, Proceeding) else None


def answer(row, *values, by, part=Part.SECOND, when=None):
    """Give second grades, or resolutions, of a matter; None leaves one out."""
    for (record, scale), value in zip(things(row), values, strict=True):
        if value is not None:
            first = item_of(record, scale).pair.first.pk
            said = {"reason": f"{part} reason {value}.", "basis": basis(record)}
            give(record, scale, value, part=part, first=first, by=by, at=when, **said)


def address(row, page="grading"):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{page}/"


def page_of(client, row, person, page="grading"):
    client.force_login(person)
    return client.get(address(row, page))


def the_form(response):
    return next(
        form for form in forms(response) if "csrfmiddlewaretoken" in form.data and any("-part" in n for n in form.data)
    )


def key(record, scale):
    return f"{scale.value}-{record.pk}"


def filled(row, *values):
    """The fields of the page of grades with these values and a reason for each."""
    found = {}
    for (record, scale), value in zip(things(row), values, strict=True):
        if value is not None:
            found |= {f"{key(record, scale)}-value": value, f"{key(record, scale)}-reason": "As I read it."}
            if scale == Scale.FORUM:
                found[f"{key(record, scale)}-basis"] = str(basis(record).pk)
    return found


# What is asked for


def test_every_act_has_a_usual_severity_and_stands_in_the_rubric_once():
    assert set(USUAL_SEVERITY) == set(Act)
    assert {*USUAL_SEVERITY.values()} <= {level.value for level in Severity}
    told = [act for _, acts in RUBRICS["severity"].usual for act in acts.split(", ")]
    assert sorted(told) == sorted(str(act.label) for act in Act)


def test_the_rule_is_the_same_in_the_database_in_plain_python_and_in_the_method():
    assert {stage.value for stage, code in CODES.items() if code in coders.ADVANCED} == STAGES_FOR_TWO
    assert (coders.GRAVE, coders.CLOSE) == (4, 3)
    assert [asks_for_two(severity, 0, ()) for severity in (3, coders.GRAVE)] == [False, True]
    assert [asks_for_two(1, link, ()) for link in (2, coders.CLOSE)] == [False, True]
    assert usual_severity(Act.TORTURE) == 5


@pytest.mark.parametrize("act", Act)
def test_the_database_finds_a_severity_that_is_not_the_usual_one_of_its_act(candidacy, act):
    made = partial(factories.allegation, candidacy.candidate, act=act, link=2, published=False, cited=0)
    rows = [made(severity=each) for each in (None, 1, 2, 3)]
    asking = [row for row in rows if asks_for_two(row.severity, 2, (), usual_severity(act))]
    assert set(asking_for_two()) == {*asking}


def test_one_person_alone_takes_no_torture_out_of_the_rule_of_two(candidacy, second):
    """Nor does the profile: while one person alone has graded it so, it has one coder."""
    row = factories.allegation(candidacy.candidate, published=False, severity=None, link=None)
    for scale, value in ((Scale.SEVERITY, "3"), (Scale.LINK, "2")):
        grade(row, scale, value, by=factories.author(), reason="Alone.")
    assert hidden_scales(row, second) == {Scale.SEVERITY, Scale.LINK}
    assert item_of(row, Scale.SEVERITY).due is Part.SECOND


@pytest.mark.parametrize("scale", ["reliability", "credibility", "forum"])
def test_the_order_of_favour_is_that_of_the_weights(scale):
    values = parameters().nominal
    names = {"reliability": values.reliability, "credibility": values.credibility, "forum": values.forum_adverse}
    for order, weights in ((WEIGHT, names[scale]), (WEIGHT_FOR, {**names, "forum": values.forum_exonerating}[scale])):
        assert sorted(order[scale]) == sorted(level.value for level in RUBRICS[scale].levels)
        assert [weights[code] for code in order[scale]] == sorted(weights[code] for code in order[scale])


def test_the_matters_that_ask_for_two_are_found(candidacy):
    wanted = [factories.allegation(candidacy.candidate, severity=4, link=1)]
    wanted += [factories.allegation(candidacy.candidate, act=Act.CONFLICT_OF_INTEREST, severity=2, link=3)]
    staged = factories.allegation(candidacy.candidate, act=Act.CONFLICT_OF_INTEREST, severity=2, link=2)
    for stage in ("complaint-filed", "suspect"):
        factories.proceeding(staged, stage)
    factories.proceeding(factories.allegation(candidacy.candidate, act=Act.FRAUD, severity=3, link=2), "investigation")
    assert set(asking_for_two()) == {*wanted, staged}


# Blind


SCALES = ("severity", "link", "reliability", "credibility", "forum")
SECRETS = (
    r"\bS5\b",
    "L3 superior",
    "First reason",
    r"\bB2\b",
    "R independent</strong>",
    "forum independent",
    r"> ?5 ?<",
)


class TestASecondGraderSeesNothing:
    @pytest.fixture
    def pages(self, client, matter, second, settings):
        """Every page about the matter that a second grader may open, as text without the rubrics."""
        records = [(matter, "grading"), (matter, "change"), *((record, "change") for record, _ in things(matter)[2:])]
        client.force_login(second)
        found = {address(*record): client.get(address(*record)) for record in records}
        for model in ("allegation", "citation", "proceeding", "source"):
            found[model] = client.get(f"/admin/allegations/{model}/")
        for record, _ in things(matter)[1:]:
            found[f"history {record}"] = client.get(address(record, "history"))
        found["desk"] = client.get("/admin/")
        found["origins"] = client.get(f"/admin/origins/allegation/{matter.pk}/")
        found["all origins"] = client.get("/admin/origins/")
        found["draft"] = client.get(things(matter)[2][0].get_absolute_url())
        assert {answer.status_code for answer in found.values()} == {200}
        chosen = {
            (page, name)
            for page, answer in found.items()
            for form in forms(answer)
            for name, value in form.data.items()
            if name.rpartition("-")[2].removesuffix("_reason") in SCALES and "__prefix__" not in name and value
        }
        assert chosen == set()
        return {name: without_rubrics(answer.content.decode()) for name, answer in found.items()}

    def test_and_is_told_so(self, pages):
        told = [name for name, text in pages.items() if "The grade is hidden from you" in text]
        assert len(told) == 4  # the matter, its source, its citation and its proceeding

    def test_on_no_page(self, pages):
        shown = {(name, secret) for name, text in pages.items() for secret in SECRETS if re.search(secret, text)}
        assert shown == set()

    def test_nor_is_a_grade_chosen_in_any_form(self, client, matter, second):
        form = the_form(page_of(client, matter, second))
        assert {value for name, value in form.data.items() if name.endswith(("-value", "-reason"))} == {""}

    def test_nor_in_a_list_that_is_asked_for_by_grade(self, client, matter, second):
        client.force_login(second)
        for model, name in (("allegation", "severity"), ("citation", "credibility"), ("source", "reliability")):
            for lookup in (name, f"{name}__gte", f"{name}__exact"):
                assert client.get(f"/admin/allegations/{model}/?{lookup}=5").status_code == 400

    def test_nor_in_what_stands_in_the_way_of_publishing(self, client, matter, third):
        Allegation.objects.filter(pk=matter.pk).update(reply_waiver="")
        page = page_of(client, matter, third, "change")
        assert "this severe" not in page.content.decode()

        refused = form_at(page, "/step/").send(client, press=("step", "publish"))
        text = refused.content.decode()
        assert (GRADE_TOO in text, "this severe" in text) == (True, False)

    def test_nor_by_which_citation_of_an_origin_is_said_to_count(self, client, matter, second):
        with evidence_change():
            weak = factories.citation(allegation=matter, published=False, source=factories.source("", title="Weak"))
            strong = factories.citation(allegation=matter, published=False, source=factories.source("", title="Strong"))
            for row, letter in ((weak, "C"), (strong, "A")):
                grade(row.source, Scale.RELIABILITY, letter, by=factories.author(), reason="As it is.")
        counts, repeats = "counts\n|counts</p>", "repeat, adds nothing"
        for person, told in ((second, False), (factories.author(), True)):
            text = on_origins(client, matter, person)
            assert (bool(re.search(counts, text)), repeats in text) == (told, told)
            assert (text.index("Strong") < text.index("Weak")) is told
            assert ("grade hidden until you have graded, too" in text) is not told

    def test_who_graded_first_sees_the_own_grades_and_both_see_all_in_the_end(self, client, matter, second):
        first = page_of(client, matter, factories.author()).content.decode()
        assert "First reason 5." in first
        answer(matter, "5", "3", "B", "2", "R", by=second)
        for person in (second, factories.author(), factories.person(Role.CONTRIBUTOR)):
            text = page_of(client, matter, person).content.decode()
            assert "First reason 5." in text
            assert "second reason 5." in text

    def test_of_a_matter_that_asks_for_none_nothing_is_hidden(self, candidacy, second):
        row = factories.allegation(candidacy.candidate, published=False, act=Act.CORRUPTION, severity=None, link=None)
        grade(row, Scale.SEVERITY, "3", by=factories.author(), reason="Bribery.")
        assert hidden_scales(row, second) == set()
        assert item_of(row, Scale.SEVERITY).due is None


def on_origins(client, row, person):
    """The page of the origins of a matter, as this person sees its first list."""
    client.force_login(person)
    text = client.get(f"/admin/origins/allegation/{row.pk}/").content.decode()
    return text.partition('<ol class="cards">')[2].partition("</ol>")[0]


def without_rubrics(text):
    """A page without the rubrics that stand beside fields, the choices of a field, and what is random."""
    apart = r'(?s)<details class="rubric".*?</details>|<select .*?</select>|name="csrfmiddlewaretoken" value="[^"]*"'
    return re.sub(apart, "", text)


# Through the page


class TestThePageOfGrades:
    def test_a_second_grader_grades_and_is_told(self, client, matter, second):
        form = the_form(page_of(client, matter, second))
        answered = form.send(client, **filled(matter, "5", "3", None, "3", "R"))

        assert answered.status_code == 302
        rows = Grading.objects.filter(part="second").order_by("pk")
        assert [(row.scale, row.value, row.reason, row.graded_by) for row in rows] == [
            (scale, value, "As I read it.", second)
            for scale, value in (("severity", "5"), ("link", "3"), ("forum", "R"), ("credibility", "3"))
        ]
        assert {row.first.part for row in rows} == {"first"}
        assert not any(row.first_was_public for row in rows)
        text = client.get(answered.url).content.decode()
        assert "4 grades are given." in text
        assert "Two graders differ." in text
        assert "One person has graded it." in text  # the source, still

    def test_the_rubric_stands_beside_each_field_with_an_example(self, client, matter, second):
        text = page_of(client, matter, second).content.decode()
        assert text.count('class="rubric"') == 5
        assert all(escape(RUBRICS[scale].levels[0].example) in text for _, scale in things(matter))

    def test_a_grade_without_a_reason_is_refused_at_its_field_and_none_is_given(self, client, matter, second):
        form = the_form(page_of(client, matter, second))
        sent = filled(matter, "5", "3", None, None, None)
        sent[f"{key(matter, Scale.LINK)}-reason"] = " "
        answered = form.send(client, **sent)
        assert (answered.status_code, "Say why this grade." in answered.content.decode()) == (400, True)
        assert the_form(answered).data[f"{key(matter, Scale.SEVERITY)}-value"] == "5"
        assert not Grading.objects.filter(part="second").exists()

    def test_nothing_chosen_is_said_so(self, client, matter, second):
        answered = the_form(page_of(client, matter, second)).send(client)
        assert (answered.status_code, "Nothing was graded" in answered.content.decode()) == (400, True)

    def test_of_two_second_graders_the_slower_one_is_told_and_nothing_is_lost(self, client, matter, second):
        slow = factories.person(Role.REVIEWER)
        form = the_form(page_of(client, matter, slow))
        answer(matter, "5", None, None, None, None, by=second)
        answered = form.send(client, **filled(matter, "4", "3", None, None, None))

        assert (answered.status_code, actions.MOVED_ON in answered.content.decode()) == (409, True)
        assert [row.graded_by for row in Grading.objects.filter(part="second")] == [second]

    def test_an_editor_decides_between_two_and_the_task_is_done(self, client, matter, second, third):
        answer(matter, "3", "3", None, None, None, by=second)
        task = ReviewTask.objects.get(allegation=matter, kind="graders-differ")
        assert task.done_at is None
        client.force_login(third)
        assert "Two graders differ" in client.get("/admin/").content.decode()

        form = the_form(page_of(client, matter, third))
        form.send(client, **filled(matter, "4", None, None, None, None))

        matter.refresh_from_db()
        task.refresh_from_db()
        assert (matter.severity, task.done_at is not None) == (4, True)
        assert Grading.objects.get(part="resolution").reason == "As I read it."

    @pytest.mark.parametrize("who", ["author", "second", "contributor"])
    def test_nobody_else_may_decide(self, client, matter, second, contributor, who):
        answer(matter, "3", None, None, None, None, by=second)
        second.groups.set(factories.editor().groups.all())  # an editor by now, and still one of the two
        people = {"author": factories.author(), "second": second, "contributor": contributor}
        fields = [form.data for form in forms(page_of(client, matter, people[who])) if form.data]
        assert not any(f"{key(matter, Scale.SEVERITY)}-value" in each for each in fields)

    def test_a_closed_matter_is_graded_no_more(self, client, matter, second):
        make_public(matter, "retracted", state_reason="Not so.")
        assert not any("-value" in name for form in forms(page_of(client, matter, second)) for name in form.data)

    def test_the_page_costs_the_same_whatever_it_shows(self, client, matter, second, django_assert_max_num_queries):
        for number in range(10):
            factories.proceeding(matter, "suspect", f"2021-{number + 1:02}")
            factories.citation(allegation=matter)
        client.force_login(second)
        with django_assert_max_num_queries(16):
            client.get(address(matter))


class TestAForumIsGradedWithACitationOfItsOwn:
    def test_the_form_asks_for_it_and_keeps_it(self, client, matter, second):
        [forum] = Proceeding.objects.all()
        sent = filled(matter, None, None, None, None, "R")
        name = f"{key(forum, Scale.FORUM)}-basis"
        form = the_form(page_of(client, matter, second))
        refused = form.send(client, **(sent | {name: ""}))
        assert (refused.status_code, NO_BASIS in refused.content.decode()) == (400, True)
        assert not Grading.objects.filter(part="second").exists()

        assert form.send(client, **sent).status_code == 302
        assert Grading.objects.get(part="second").basis == matter.citations.get()
        assert (
            f'rests on <span dir="auto">{matter.citations.get().source}'
            in page_of(client, matter, second).content.decode()
        )

    def test_no_other_grade_asks_for_one_and_none_that_says_nothing_of_a_forum(self, client, matter, second):
        names = {name for name in the_form(page_of(client, matter, second)).data if name.endswith("-basis")}
        assert names == {f"{key(Proceeding.objects.get(), Scale.FORUM)}-basis"}
        forum = Proceeding.objects.get()
        first = item_of(forum, Scale.FORUM).pair.first.pk
        given = give(forum, Scale.FORUM, "U", part=Part.SECOND, first=first, by=second, reason="Nobody can tell.")
        assert given.basis is None

    def test_the_actions_refuse_a_grade_without_one_and_one_of_another_matter(self, matter, second, candidacy):
        forum = Proceeding.objects.get()
        first = item_of(forum, Scale.FORUM).pair.first.pk
        elsewhere = factories.citation(allegation=factories.allegation(candidacy.candidate))
        for basis, words in ((None, NO_BASIS), (elsewhere, "of its proceeding or of its matter")):
            with pytest.raises(StepRefused, match=words):
                give(forum, Scale.FORUM, "R", part=Part.SECOND, first=first, by=second, reason="So.", basis=basis)
            with pytest.raises(StepRefused, match=words):
                grade(forum, Scale.FORUM, "N", by=factories.author(), reason="So.", basis=basis)

    def test_the_page_of_a_proceeding_asks_for_it_at_its_field(self, client, matter):
        forum = Proceeding.objects.get()
        page = page_of(client, forum, factories.author(), "change")
        form = next(form for form in forms(page) if "forum" in form.data)
        refused = form.send(client, forum="N", forum_reason="Decrees.")
        assert NO_BASIS in refused.content.decode()
        own = factories.citation(proceeding=forum, published=False)
        form.send(client, forum="N", forum_reason="Decrees.", forum_basis=str(own.pk))
        assert Grading.objects.filter(scale="forum").first().basis == own


# Who may


def test_the_first_grader_the_author_and_contributors_give_no_second_grade(matter, contributor, second):
    [severity, *_] = items_of(matter)
    author = factories.author()
    for person in (author, contributor):
        with pytest.raises(StepRefused, match="A reviewer who neither graded nor wrote it"):
            give(matter, Scale.SEVERITY, "5", part=Part.SECOND, first=severity.pair.first.pk, by=person, reason="Mine.")
    Allegation.objects.filter(pk=matter.pk).update(written_by=second)
    with pytest.raises(StepRefused, match="A reviewer who neither graded nor wrote it"):
        give(matter, Scale.SEVERITY, "5", part=Part.SECOND, first=severity.pair.first.pk, by=second, reason="Mine.")


def test_what_is_public_is_graded_a_second_time_by_an_editor_and_that_is_kept(candidacy, second, third):
    row = factories.allegation(candidacy.candidate)
    first = Grading.objects.create(
        allegation=row, scale="severity", value="5", reason="So.", graded_by=factories.author()
    )
    given = {"part": Part.SECOND, "first": first.pk, "reason": "So."}
    with pytest.raises(StepRefused, match="once it is public, an editor"):
        give(row, Scale.SEVERITY, "5", by=second, **given)
    assert give(row, Scale.SEVERITY, "5", by=third, **given).first_was_public


@pytest.mark.parametrize(("value", "reason"), [("6", "Why."), ("", "Why."), ("12", "Why."), ("5", "  ")])
def test_no_grade_and_no_reason_are_refused_in_words(matter, second, value, reason):
    first = item_of(matter, Scale.SEVERITY).pair.first.pk
    with pytest.raises(StepRefused):
        give(matter, Scale.SEVERITY, value, part=Part.SECOND, first=first, by=second, reason=reason)


def test_a_grade_on_which_two_differ_is_not_given_anew(matter, second):
    answer(matter, "3", None, None, None, None, by=second)
    matter.refresh_from_db()
    with pytest.raises(StepRefused, match="Two graders differ"):
        grade(matter, Scale.SEVERITY, "1", by=factories.author(), reason="Anew.")


def test_the_desk_leads_a_second_grader_to_what_waits(matter, second, contributor, third):
    assert list(waiting_for_second(second)) == [matter]
    assert list(waiting_for_second(contributor)) == list(waiting_for_second(factories.author())) == []
    answer(matter, "5", "3", "B", "2", None, by=second)
    assert list(waiting_for_second(third)) == [matter]  # the forum
    answer(matter, None, None, None, None, "R", by=second)
    assert list(waiting_for_second(third)) == []


# What the database holds


@pytest.fixture
def pair(matter, second):
    """The grades of the severity: a first one, and a second one that differs."""
    answer(matter, "3", None, None, None, None, by=second)
    return Grading.objects.get(part="second")


def row(of, **changes):
    given = {"allegation": of.allegation, "scale": "severity", "value": "4", "reason": "So.", "part": "resolution"}
    return Grading(**(given | {"first": of.first, "graded_by": factories.editor()} | changes))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"part": "second"}, "grading_answered_once"),
        ({"reason": " \n"}, "grading_answer_with_reason"),
        ({"value": ""}, "grading_answer_with_reason"),
        ({"first": None}, "grading_answers_a_first"),
        ({"part": "first"}, "grading_answers_a_first"),
        ({"scale": "link"}, "grading_of_the_same_thing"),
        ({"graded_at": datetime(2020, 1, 1, tzinfo=UTC)}, "grading_of_the_same_thing"),
        ({"first_was_public": True}, "grading_second_beside_a_public_one"),
    ],
)
def test_the_database_refuses_what_must_never_be(pair, changes, constraint):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row(pair, **changes).save()
    assert refused.value.__cause__.diag.constraint_name == constraint


def test_the_database_refuses_a_grader_who_graded_already_and_what_answers_another_thing(pair, matter, candidacy):
    other = factories.allegation(candidacy.candidate)
    link = Grading.objects.get(part="first", scale="link")
    wrong = [
        (row(pair, graded_by=pair.graded_by), "grading_by_another"),
        (row(pair, graded_by=pair.first.graded_by), "grading_by_another"),
        (row(pair, part="second", first=link, scale="link", graded_by=link.graded_by), "grading_by_another"),
        (row(pair, allegation=other), "grading_of_the_same_thing"),
        (row(pair, first=pair), "grading_of_the_same_thing"),
        (row(pair, first=link, scale="link"), "grading_difference_to_resolve"),
    ]
    for grading, constraint in wrong:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            grading.save()
        assert refused.value.__cause__.diag.constraint_name == constraint


def test_there_is_nothing_to_resolve_where_two_agree(matter, second):
    answer(matter, "5", None, None, None, None, by=second)
    with pytest.raises(IntegrityError, match="no difference"), transaction.atomic():
        row(Grading.objects.get(part="second")).save()


def test_second_grades_and_resolutions_are_never_changed_or_deleted(pair):
    row(pair).save()
    for change in (lambda rows: rows.update(value="1"), lambda rows: rows.delete()):
        for part in ("second", "resolution"):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change(Grading.objects.filter(part=part))


def test_a_second_grade_that_came_without_our_lock_is_refused_in_words(matter, second, monkeypatch):
    item = item_of(matter, Scale.SEVERITY)
    answer(matter, "5", None, None, None, None, by=second)
    monkeypatch.setattr(actions, "item_of", lambda *_: item)
    other = factories.person(Role.REVIEWER)
    with pytest.raises(StepRefused, match="since you opened"):
        give(matter, Scale.SEVERITY, "4", part=Part.SECOND, first=item.pair.first.pk, by=other, reason="So.")


# What counts, from day to day


@pytest.fixture
def dated(candidacy, second, third):
    """A published matter, graded on the first day, and a second time on a later one, the link and source otherwise."""
    Candidate.objects.filter(pk=candidacy.candidate_id).update(published_at=at(FIRST))
    row = factories.allegation(candidacy.candidate)
    factories.proceeding(row, "charged", "2022-02", forum="R")
    for record, _ in things(row):
        if not isinstance(record, Source):
            type(record).objects.filter(pk=record.pk).update(written_at=at(FIRST), published_at=at(FIRST))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE allegations_proceedingstep SET recorded_at = %s", [at(FIRST)])
    for (record, scale), value in zip(things(row), ("5", "3", "B", "2", "R"), strict=True):
        name = type(record).__name__.lower()
        Grading.objects.create(
            **{name: record},
            scale=scale,
            value=value,
            reason="First.",
            graded_by=factories.author(),
            graded_at=at(FIRST),
        )
    return row


def facts(candidacy, day):
    return facts_of([candidacy], as_of=day)[candidacy.pk]


def read(candidacy, day):
    found = facts(candidacy, day)
    [matter] = found.matters
    [[cited]] = matter.supporting
    return found.coders, f"S{matter.severity}L{matter.link}", cited.grade, matter.stage[0].forum


def test_two_coders_stand_behind_a_profile_from_the_last_second_grade_on(candidacy, dated, third):
    answer(dated, "5", "3", "B", None, "R", by=third, when=at(LATER))
    answer(dated, None, None, None, "2", None, by=third, when=at(LAST))

    days = (FIRST, LATER, LAST - timedelta(days=1), LAST)
    assert [facts(candidacy, day).coders for day in days] == [1, 1, 1, 2]
    assert {read(candidacy, day)[1:] for day in days} == {("S5L3", "B2", "R")}


def test_while_two_differ_the_favourable_grade_counts_and_the_resolution_from_its_day_on(candidacy, dated, third):
    editor = factories.person(Role.EDITOR)
    answer(dated, "5", "4", "D", "1", "N", by=third, when=at(LATER))
    answer(dated, None, "4", "C", "1", "R", by=editor, part=Part.RESOLUTION, when=at(LAST))

    assert read(candidacy, LATER - timedelta(days=1)) == (1, "S5L3", "B2", "R")
    assert read(candidacy, LATER) == (1, "S5L3", "D2", "N")
    assert read(candidacy, LAST) == (2, "S5L4", "C1", "R")


def test_for_the_person_the_stronger_grade_counts_while_two_differ(candidacy, dated, third):
    Citation.objects.filter(allegation=dated).update(stance="disputes")
    Proceeding.objects.filter(allegation=dated).get().steps.update(stage="acquitted")
    answer(dated, None, None, "D", "4", "N", by=third, when=at(LATER))

    [matter] = facts(candidacy, LATER).matters
    assert (matter.refuting[0][0].grade, matter.stage[0].forum) == ("B2", "R")
    assert Proceeding.objects.get(allegation=dated).forum == "U"
    assert Source.objects.get(citations__allegation=dated).reliability == "D"


def test_a_second_grade_that_agrees_moves_the_profile_in_the_transaction_that_gives_it(candidacy, dated, third):
    answer(dated, "5", "3", "B", "2", "R", by=third)

    assert "/Q:2/" in CurrentAssessment.objects.get(candidacy=candidacy).assessment.vector
    assert "/Q:2/" in standing([candidacy])[candidacy.pk].vector


def test_a_grade_given_anew_is_given_by_one_again(candidacy, dated, third):
    answer(dated, "5", "3", "B", "2", "R", by=third)
    assert facts(candidacy, timezone.now().date()).coders == 2
    dated.refresh_from_db()
    grade(dated, Scale.LINK, "4", by=third, reason="He gave the order.")

    assert facts(candidacy, timezone.now().date()).coders == 1
    assert item_of(dated, Scale.LINK).due is Part.SECOND


def test_who_gave_the_second_grade_may_publish_and_who_decided_may_not(matter, second, third):
    from allegations.actions.review import refusals

    editor = factories.person(Role.EDITOR)
    answer(matter, "5", "4", None, None, None, by=third)
    assert refusals(Step.PUBLISH, record=matter, by=third) == []
    answer(matter, None, "4", None, None, None, by=editor, part=Part.RESOLUTION)
    assert any("who graded it" in words for words in refusals(Step.PUBLISH, record=matter, by=editor))


# In public


def test_the_page_of_a_matter_tells_of_a_difference_and_names_nobody(client, dated, third):
    address = dated.get_absolute_url()
    answer(dated, "3", "3", None, None, None, by=third)
    text = client.get(address).content.decode()
    assert "Two graders differ: S3 serious, and S5 grave. Until an editor decides" in text

    answer(dated, "4", None, None, None, None, by=factories.person(Role.EDITOR), part=Part.RESOLUTION)
    text = client.get(address).content.decode()
    assert "Two graders differed: S3 serious, and S5 grave. An editor decided for S4 very serious." in text
    assert "resolution reason 4." in text
    assert "third-person" not in text
    assert "the-author" not in text


class TestAgreement:
    ADDRESS = "/method/agreement/"

    def test_it_counts_published_records_that_were_graded_blind(self, client, candidacy, matter, second, third):
        answer(matter, "5", "2", "B", "3", "R", by=second)
        assert table(client) == {}

        factories.allegation(candidacy.candidate)  # another, which nobody graded
        make_public(matter)
        assert table(client) == {
            "severity": ("1", "1", "1"),
            "link": ("1", "0", "1"),
            "reliability": ("1", "1", "1"),
            "credibility": ("1", "0", "1"),
        }
        text = client.get(self.ADDRESS).content.decode()
        assert "too few to tell" in text
        assert str(matter) not in text
        assert "more grade" not in text

    def test_what_was_public_when_it_was_graded_again_is_counted_apart(self, client, dated, third):
        answer(dated, "5", "3", None, None, None, by=third)
        assert table(client) == {}
        assert "2 more grades were given" in client.get(self.ADDRESS).content.decode()

    def test_with_enough_of_them_a_coefficient_is_printed(self, client, candidacy, second):
        many(candidacy, second, ["5"] * 20 + ["4"] * 12)
        assert ">0.99<" in client.get(self.ADDRESS).content.decode()

    def test_it_costs_one_query_whatever_it_counts(self, client, candidacy, second, django_assert_num_queries):
        with django_assert_num_queries(1):
            client.get(self.ADDRESS)
        many(candidacy, second, ["5"] * 30)
        with django_assert_num_queries(1):
            client.get(self.ADDRESS)


def make_public(matter, state="published", **changes):
    """Let a matter and its citation be public, its proceeding not."""
    when = {"published_at": timezone.now(), "published_by": factories.editor()}
    with evidence_change():
        Allegation.objects.filter(pk=matter.pk).update(state=state, tag=9, **when, **changes)
        Citation.objects.filter(allegation=matter).update(**when)


def table(client):
    """The rows of the page that count anything, by scale: graded by two, the same, near."""
    lines = client.get(TestAgreement.ADDRESS).context["lines"]
    return {
        line.rubric.scale: tuple(str(n) for n in (line.counts.pairs, line.counts.same, line.counts.near))
        for line in lines
        if line.counts.pairs
    }


def many(candidacy, second, values):
    """Published matters of one severity each, graded by two; the last of them otherwise by the second."""
    rows = [factories.allegation(candidacy.candidate, cited=1) for _ in values]
    firsts = Grading.objects.bulk_create(
        Grading(allegation=row, scale="severity", value=value, reason="So.", graded_by=factories.author())
        for row, value in zip(rows, values, strict=True)
    )
    Grading.objects.bulk_create(
        Grading(
            allegation_id=first.allegation_id, scale="severity", reason="So.", graded_by=second, part="second",
            first=first, value="3" if first is firsts[-1] else first.value,
        )
        for first in firsts
    )  # fmt: skip
