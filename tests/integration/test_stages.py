"""The stages that the method names in one code, each with words of its own: a warrant is no charge."""

import json

import pytest
from django.conf import settings

from allegations.actions.evidence import evidence_change
from allegations.codes import Stage
from allegations.grading import STAGES_FOR_TWO
from tests import factories
from vetting.assessments import standing
from vetting.facts import CODES
from vetting.risk.scales import STAGES
from vetting.risk.words import STAGE_WORDING
from vetting.steps import STEP_WORDING

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stage", "code", "said"),
    [
        ("suspect", "K3", "Has been named a suspect; presumed innocent."),
        ("provisional-measure", "K3", "A provisional measure was ordered; presumed innocent."),
        ("charged", "K4", "Has been charged; presumed innocent."),
        ("arrest-warrant", "K4", "A court has issued an arrest warrant; presumed innocent."),
        ("named-by-inquiry", "K4", "A mandated inquiry named the person on reasonable grounds; presumed innocent."),
        ("on-trial", "K4", "Is on trial; presumed innocent."),
    ],
)
def test_a_stage_of_one_code_is_said_in_its_own_words(client, candidacy, stage, code, said):
    with evidence_change():
        row = factories.allegation(candidacy.candidate)
        factories.proceeding(row, stage)
    assert f"/m1:S5L3{code}U" in standing([candidacy])[candidacy.pk].vector
    steps = client.get(row.get_absolute_url()).content.decode().partition('class="steps"')[2].partition("</ol>")[0]
    assert said in steps
    others = {words for each, words in STEP_WORDING.items() if each != stage}
    assert not [words for words in others if words.capitalize() in steps]


def test_every_stage_has_a_code_and_every_one_of_k3_and_k4_its_words():
    assert set(CODES) == set(Stage)
    assert set(STEP_WORDING) == {stage for stage, code in CODES.items() if code in ("K3", "K4")} <= STAGES_FOR_TWO


@pytest.mark.parametrize("words", [STAGES, STAGE_WORDING])
def test_what_is_said_of_a_code_says_no_more_than_its_least_stage(words):
    """A vector knows the code alone, so that its words are true of each stage of it."""
    assert "provisional measure" in words["K3"]
    assert all(each in words["K4"] for each in ("charged", "warrant", "inquiry"))


def test_case_files_know_every_stage():
    schema = json.loads((settings.BASE_DIR / "cases" / "case.schema.json").read_text("utf-8"))
    proceedings = schema["properties"]["allegations"]["items"]["properties"]["proceedings"]["items"]["properties"]
    stages = proceedings["steps"]["items"]["properties"]["stage"]["oneOf"]
    assert [(each["const"], each["title"]) for each in stages] == Stage.choices
