"""Provenance: copies of one origin count once; independence has to be argued."""

from hypothesis import given
from hypothesis import strategies as st

from allegations.provenance import SHARED, Cited, OriginNode, clusters, origin_chain

COMPLAINANTS = OriginNode("complainants")
GUARDIAN = OriginNode("guardian", rests_on="complainants")
OTHER = OriginNode("other complainant", independence="Another person, another case.")
ORIGINS = {node.key: node for node in (COMPLAINANTS, GUARDIAN, OTHER)}


def test_the_hill_the_guardian_and_the_complainants_are_one_origin():
    cited = [Cited("hill", origin="guardian"), Cited("guardian", origin="complainants"), Cited("ap")]
    assert clusters(cited, ORIGINS) == {SHARED: ["hill", "guardian", "ap"]}


def test_an_argued_origin_stands_apart_with_all_that_copy_it():
    cited = [Cited("a", origin="guardian"), Cited("b", origin="other complainant"), Cited("c", derived_from="b")]
    assert clusters(cited, ORIGINS) == {SHARED: ["a"], "other complainant": ["b", "c"]}


def test_what_an_origin_rests_on_decides_and_not_the_relay():
    relay = OriginNode("relay", rests_on="other complainant")
    assert clusters([Cited("x", origin="relay")], ORIGINS | {"relay": relay}) == {"other complainant": ["x"]}


def test_circles_end_where_they_close():
    circle = {"a": OriginNode("a", rests_on="b"), "b": OriginNode("b", rests_on="a")}
    assert [node.key for node in origin_chain("a", circle)] == ["a", "b"]
    cited = [Cited("x", derived_from="y"), Cited("y", derived_from="x")]
    assert clusters(cited, circle) == {SHARED: ["x", "y"]}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.sampled_from([None, *ORIGINS]))),
)
def test_every_citation_is_in_exactly_one_cluster(rows):
    cited = list({key: Cited(key, derived_from=above, origin=origin) for key, above, origin in rows}.values())
    grouped = clusters(cited, ORIGINS)
    members = [key for keys in grouped.values() for key in keys]
    assert sorted(members) == sorted(citation.key for citation in cited)


@given(st.integers(1, 300))
def test_any_number_of_reprints_is_one_origin(copies):
    cited = [Cited(0, origin="guardian"), *(Cited(n, derived_from=n - 1) for n in range(1, copies))]
    assert len(clusters(cited, ORIGINS)) == 1
