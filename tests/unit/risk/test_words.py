"""Labels and sentences say what was alleged or decided, and never more."""

import json
import re
from datetime import date

import pytest

from vetting.risk import compare, scales, status, words
from vetting.risk.engine import assess_vector
from vetting.risk.facts import Checks, MatterCoding, Stage, Voices
from vetting.risk.scales import Status

from .golden import CASES, GOLDEN

FORBIDDEN = re.compile(
    r"\b(guilty|clean|safe|low risk|criminal|escaped|refused|suspicion|probability)\b", re.IGNORECASE
)


def id_of(case):
    return case["id"]


def texts(value):
    """Every string inside constants, however nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in texts(each))
    elif isinstance(value, tuple | list | frozenset):
        yield from (text for each in value for text in texts(each))


@pytest.mark.parametrize("module", [scales, words, compare, status], ids=lambda module: module.__name__)
def test_no_label_holds_a_forbidden_word(module):
    constants = [value for name, value in vars(module).items() if name.isupper()]

    assert [text for text in texts(constants) if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_profile_holds_a_forbidden_word(case):
    profile = assess_vector(case["vector"]).to_json()

    assert [text for text in texts({**profile, "band_prob": None}) if FORBIDDEN.search(text)] == []


def test_an_exoneration_comes_first():
    assert words.stage_wording(Stage("K6", "R", "X4", "R")).startswith("exonerated")


EXONERATED = [case for case in GOLDEN["proceedings"] if case["controlling"][2]]


@pytest.mark.parametrize("case", EXONERATED, ids=id_of)
def test_an_exoneration_and_an_act_stand_side_by_side_whichever_came_first(case):
    said = words.stage_wording(Stage(*case["controlling"]))

    assert not re.search(r"\b(before|after|then|later|earlier|since)\b", said)
    assert not re.search(r"no proceeding is known|no authority", said)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (("K0", "U", "X3", "R"), "acquitted or cleared by a court or tribunal"),
        (("K1", "U", "X1", "U"), "the complainant withdrew; also on record: a complaint has been filed"),
        (
            ("N0", "U", "X2", "R"),
            "an authority closed the case on the merits; also on record: a proceeding has ended without a ruling on the"
            " merits",
        ),
        (
            ("K4", "R", "X3", "N"),
            f"acquitted or cleared by a court or tribunal; also on record: {words.STAGE_WORDING['K4']}",
        ),
    ],
)
def test_what_is_said_beside_an_exoneration_does_not_speak_of_others(stage, said):
    assert words.stage_wording(Stage(*stage)) == said


@pytest.mark.parametrize("code", ["K3", "K4"])
def test_suspects_and_accused_are_presumed_innocent(code):
    assert "presumed innocent" in words.stage_wording(Stage(code, "R"))


def test_a_forum_that_is_not_independent_is_named():
    assert words.stage_wording(Stage("K7", "N")).endswith("(forum: documented as not independent)")


@pytest.mark.parametrize(
    ("value", "printed"), [(1.0, "1"), (0.7, ".70"), (0.45, ".45"), (0.045, ".045"), (0.997, ".997"), (0.0, ".000")]
)
def test_a_factor_is_printed_short(value, printed):
    assert words.factor(value) == printed


def test_refuted_evidence_stands_in_the_arithmetic():
    assert words.arithmetic(0.7, 1, 0.45, 0.8, 0.5) == (
        "severity ceiling 70 × link 1 × stage .45 × evidence .80 × unrefuted .50 = 12.6"
    )


@pytest.mark.parametrize("of", list(Status))
def test_every_status_has_a_sentence_that_says_how_far_the_search_came(of):
    sentence = words.status_sentence(of, Checks(9, 12), "N", 1, date(2024, 1, 1))

    assert "9 of 12 checks" in sentence


def test_the_seed_says_that_its_search_is_not_complete_and_nobody_asked():
    assert assess_vector(CASES["G03"]["vector"]).sentence == (
        "The profile is preliminary: 0 of 12 checks done. The candidate has not been asked to reply."
    )


def test_reasons_name_the_largest_contributions_first():
    profile = assess_vector(CASES["G37"]["vector"])

    assert [reason.tag for reason in profile.reasons] == [1, 3, 4, 2]
    assert profile.reasons[0].sentence("torture of a detainee") == (
        "grave – torture of a detainee (alleged) – alleged responsibility as superior – an authority has opened"
        " an inquiry into the allegation – 3 independent origins"
    )


def test_a_link_is_alleged_until_a_finding_stands():
    found = MatterCoding(1, 5, 3, Stage("K6", "R"))
    quashed = MatterCoding(1, 5, 3, Stage("K6", "R", "X4", "R"))

    assert words.link_wording(found) == "responsibility as superior, as found"
    assert words.link_wording(quashed) == "alleged responsibility as superior"


@pytest.mark.parametrize(
    ("matter", "why"),
    [
        (
            "S4L1K0U+B3",
            "link L1, association: attributed to the State, party, family or employer at large: shown as context",
        ),
        ("S4L4K0U", "no supporting evidence counts"),
        ("S4L4K0U+B4", "no origin is strong enough to be scored"),
        ("S5L4K6R~X4R+A1", "X4, exonerated, quashed on the merits, or allegation shown false"),
    ],
)
def test_a_matter_that_is_not_scored_says_why(matter, why):
    line = assess_vector(f"CIRP:1.0/I:golden/D:20240101/Q:1/C:9.12/RR:D/m1:{matter}").matters[0]

    assert (line.scored, line.why_not) == (False, why)


def test_a_profile_is_plain_json():
    profile = assess_vector(CASES["G37"]["vector"]).to_json()

    assert json.loads(json.dumps(profile)) == profile
    assert profile["printed_score"] == "56"


@pytest.mark.parametrize("code", [code for code in scales.STAGES if code not in scales.UNEXAMINED])
def test_a_graded_forum_is_named_behind_its_stage(code):
    plain = words.stage_wording(Stage(code, "R"))

    assert words.stage_wording(Stage(code, "P")) == f"{plain} (forum: partly independent)"
    assert words.stage_wording(Stage(code, "U")) == f"{plain} (forum: independence not assessed)"


def test_what_nobody_examined_has_no_forum_in_its_words():
    for code in scales.UNEXAMINED:
        assert words.stage_wording(Stage(code)) == words.STAGE_WORDING[code]


@pytest.mark.parametrize(
    ("origins", "admissible", "said"),
    [
        (1, 1, "1 independent origin"),
        (2, 2, "2 independent origins"),
        (3, 1, "3 independent origins, 1 strong enough to be scored"),
    ],
)
def test_origins_are_counted(origins, admissible, said):
    assert words.origins_wording(origins, admissible) == said


@pytest.mark.parametrize(
    ("link", "found", "said"),
    [
        (0, False, "no link"),
        (1, True, "association only"),
        (2, True, "institutional role"),
        (3, False, "alleged responsibility as superior"),
        (4, False, "alleged personal act"),
        (4, True, "personal act, as found"),
    ],
)
def test_a_link_is_named(link, found, said):
    assert words.link_wording(MatterCoding(1, 5, link, Stage("K5", "R") if found else Stage())) == said


SENTENCES = [
    (
        Status.ASSESSED,
        "S",
        1,
        "The search covers 9 of 12 checks; the reply of the candidate: asked, waiting for an answer.",
    ),
    (Status.PRELIMINARY, "D", 1, "The profile is preliminary: 9 of 12 checks done."),
    (
        Status.NOT_ASSESSED,
        "N",
        2,
        "Not assessed: the search is not complete, 9 of 12 checks done; 2 matters on record, none scored."
        " The candidate has not been asked to reply.",
    ),
    (Status.NOT_SCORED, "X", 1, "Recorded, not scored: 1 matter on record, none of them scored; 9 of 12 checks done."),
    (
        Status.NOT_ASSESSED,
        "S",
        0,
        "Not assessed: the search is not complete, 9 of 12 checks done; nothing has been recorded, which says nothing"
        " about the person.",
    ),
    (
        Status.NOTHING_FOUND,
        "N",
        0,
        "No recorded concern found in 9 of 12 checks (2024-01-01), counting only what is published.",
    ),
]


@pytest.mark.parametrize(("of", "reply", "recorded", "sentence"), SENTENCES)
def test_every_status_has_its_sentence(of, reply, recorded, sentence):
    assert words.status_sentence(of, Checks(9, 12), reply, recorded, date(2024, 1, 1)) == sentence


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ({"Moderate": 1.0}, "Moderate"),
        ({"Limited": 0.199, "Moderate": 0.6, "Substantial": 0.201}, "Moderate, possibly Substantial"),
        ({"Limited": 0.2, "Moderate": 0.6, "Substantial": 0.2}, "Moderate, possibly Limited or Substantial"),
    ],
)
def test_every_band_that_is_likely_enough_is_named(chances, said):
    assert words.bands_wording("Moderate", chances, 0.2) == said


@pytest.mark.parametrize(
    ("interval", "score", "said"),
    [
        ((16.8, 32.04), 24, "17–32"),
        ((24.7, 30.0), 24, "24–30"),
        ((3.1, 4.4), 5, "3–5"),
        ((0.5, 2.5), 1, "1–3"),
        ((98.6, 99.7), 99, "99"),
        ((97.2, 99.9), 98, "97–99"),
        ((0.1, 0.4), 0, "<1"),
        ((0.2, 3.4), 1, "<1–3"),
    ],
)
def test_an_interval_is_printed_in_whole_points_with_the_score_in_it(interval, score, said):
    assert words.interval_wording(interval, score) == said


@pytest.mark.parametrize(
    ("voices", "breadth", "said"),
    [
        (None, (0.0, 0.0), "none recorded"),
        (Voices(50, 20), (66.67, 66.67), "50 signatories, 20 countries; breadth 66.7"),
        (Voices(1, 1), (5.91, 5.91), "1 signatory, 1 country; breadth 5.9"),
        (Voices(19, None), (19.81, 53.19), "19 signatories, countries not recorded; breadth 19.8–53.2"),
        (Voices(None, 3), (1.0, 2.0), "signatories not recorded, 3 countries; breadth 1.0–2.0"),
    ],
)
def test_who_signed_is_counted_first(voices, breadth, said):
    assert words.voices_wording(voices, breadth) == said


@pytest.mark.parametrize(
    ("status", "score", "band", "before", "said"),
    [
        (Status.ASSESSED, 24, "Moderate", Status.ASSESSED, "24, Moderate"),
        (Status.PRELIMINARY, 0, "Limited", Status.PRELIMINARY, "<1, Limited"),
        (Status.ASSESSED, 36, "Substantial", Status.PRELIMINARY, "Assessed instead of Preliminary, 36, Substantial"),
        (Status.NOT_SCORED, None, None, Status.ASSESSED, "Recorded, not scored"),
    ],
)
def test_an_outcome_is_a_number_with_its_band_and_a_status_that_is_another(status, score, band, before, said):
    assert words.outcome(status, score, band, before) == said


@pytest.mark.parametrize(
    ("value", "printed"), [(0.995, ".995"), (0.9995, "1"), (0.9949, ".99"), (0.1, ".10"), (0.0999, ".100")]
)
def test_a_factor_keeps_two_digits(value, printed):
    assert words.factor(value) == printed


def test_the_caption_of_the_interval_says_what_it_cannot_cover():
    assert "cannot cover facts nobody has found yet" in words.INTERVAL_CAPTION


def test_at_most_four_reasons_are_given_and_of_equals_the_first():
    profile = assess_vector(CASES["G24"]["vector"])

    assert [(reason.tag, round(reason.points, 6)) for reason in profile.reasons] == [(n, 0.1) for n in (1, 2, 3, 4)]
