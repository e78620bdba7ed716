"""Grades, origins and what they add up to."""

import pytest

from vetting.risk.attribution import citation_shares, origin_shares
from vetting.risk.evidence import admissible_origins, best_grade, corroborated, strength
from vetting.risk.facts import Citation
from vetting.risk.scales import GRADES
from vetting.risk.versions import parameters

from .golden import GOLDEN

METHOD = parameters()


@pytest.mark.parametrize(("grade", "value"), GOLDEN["grades"].items())
def test_a_grade_has_its_published_strength(grade, value):
    assert strength(grade, METHOD.nominal) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("case", GOLDEN["corroborate"], ids=lambda case: str(case["p"]))
def test_origins_add_up_and_share_as_published(case):
    assert corroborated(case["p"], case["rho"]) == pytest.approx(case["e"], abs=1e-9)
    assert origin_shares(tuple(case["p"]), case["rho"]) == pytest.approx(case["shapley"], abs=1e-9)


def test_only_these_grades_can_carry_a_matter():
    admissible = [grade for grade in GRADES if admissible_origins([grade], METHOD)]

    assert admissible == ["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", "D1"]


def test_a_cluster_counts_as_its_best_citation_and_repeats_get_nothing():
    cluster = (Citation("wire", "B2"), Citation("reprint", "C3"), Citation("same", "B2"))
    other = (Citation("court", "C3"),)

    assert best_grade(cluster, METHOD.nominal) == "B2"
    assert citation_shares([cluster, other], {"B2": 8.0, "C3": 2.0}, METHOD) == {
        "wire": 4.0,
        "reprint": 0.0,
        "same": 4.0,
        "court": 2.0,
    }


def test_grades_of_one_strength_share_and_the_first_names_the_cluster():
    cluster = (Citation("later", "D1"), Citation("first", "C3"))

    assert best_grade(cluster, METHOD.nominal) == "C3"
    assert citation_shares([cluster], {"C3": 3.0}, METHOD) == {"later": 1.5, "first": 1.5}


def test_the_best_citation_is_the_strongest_and_not_the_first_in_the_alphabet():
    assert best_grade((Citation("a", "B3"), Citation("b", "C1")), METHOD.nominal) == "C1"
