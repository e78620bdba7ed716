"""Proceedings reduce to the stage that the method's tables name, with its value."""

from datetime import date

import pytest

from vetting.risk.facts import FactsError, Proceeding, Stage
from vetting.risk.stages import controlling, kappa, require_scope
from vetting.risk.versions import parameters

from .golden import GOLDEN

METHOD = parameters()


def acts(*rows):
    return [Proceeding(code, forum, date.fromisoformat(day) if day else None) for code, forum, day in rows]


TABLE = [
    ("complaints in four countries", [("K1", "U", None)] * 4, "K1U", 0.45),
    ("charged at home, court not independent", [("K4", "N", "2020-01-01")], "K4N", 0.5),
    (
        "acquitted at home by a dependent court, charged abroad by an independent one",
        [("X3", "N", "2020-01-01"), ("K4", "R", "2021-01-01")],
        "K4R~X3N",
        0.574,
    ),
    (
        "closed on the merits by a prosecutor, inquiry open elsewhere",
        [("X2", "R", "2020-01-01"), ("K2", "R", "2021-01-01")],
        "K2R~X2R",
        0.1925,
    ),
    (
        "independent acquittal, later conviction by a dependent court",
        [("X3", "R", "2019-01-01"), ("K7", "N", "2022-01-01")],
        "K7N~X3R",
        0.056,
    ),
    (
        "ended on immunity, and an open inquiry",
        [("N0", "R", "2020-01-01"), ("K2", "P", "2021-01-01")],
        "K2P",
        0.51,
    ),
    (
        "conviction on the day of the acquittal is not later",
        [("X3", "R", "2019-01-01"), ("K7", "R", "2019-01-01")],
        "K7R~X3R",
        0.1,
    ),
    (
        "undated conviction escapes no acquittal",
        [("X3", "R", "2019-01-01"), ("K7", "R", None)],
        "K7R~X3R",
        0.1,
    ),
    (
        "of two exonerations the stronger counts",
        [("X2", "R", None), ("X3", "N", None), ("K2", "R", None)],
        "K2R~X2R",
        0.1925,
    ),
]


@pytest.mark.parametrize(("rows", "stage", "value"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_proceedings_reduce_to_the_controlling_stage(rows, stage, value):
    found = controlling(acts(*rows), METHOD)

    assert str(found) == stage
    assert kappa(found, METHOD.nominal) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("case", GOLDEN["proceedings"], ids=lambda case: case["id"])
def test_published_proceedings_give_their_published_stage(case):
    found = controlling(acts(*case["proceedings"]), METHOD)

    assert found == Stage(*case["controlling"])
    assert kappa(found, METHOD.nominal) == pytest.approx(case["kappa"], abs=1e-9)


def test_what_happened_after_the_day_does_not_count():
    later = acts(("K1", "U", "2021-10-01"), ("K2", "R", "2022-03-31"))

    assert str(controlling(later, METHOD, date(2022, 3, 30))) == "K1U"
    assert str(controlling(later, METHOD, date(2022, 3, 31))) == "K2R"


def test_a_withdrawn_complaint_does_not_discount_a_charge():
    with pytest.raises(FactsError, match=r"^X1 \(complainant withdrew\) does not discount K4\.$"):
        require_scope(Stage("K4", "R", "X1", "U"), METHOD)


@pytest.mark.parametrize("code", ["K0", "K1", "N0"])
def test_what_nobody_examined_has_no_forum_grade(code):
    with pytest.raises(FactsError, match="no authority has examined it"):
        Stage(code, "R")


def test_of_equal_stages_the_same_one_controls_in_any_order():
    one, other = Proceeding("K4", "P"), Proceeding("K4", "U")

    assert str(controlling([one, other], METHOD)) == str(controlling([other, one], METHOD)) == "K4U"
