"""Random candidacies for the property tests, and how many of them each property is tried on."""

import os
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from vetting.risk.facts import CandidacyFacts, Checks, Citation, MatterFacts, Proceeding, Stage, Voices
from vetting.risk.scales import EXONERATIONS, FINDINGS, FORUMS, GRADES, STAGES, UNEXAMINED
from vetting.risk.versions import parameters

METHOD = parameters()
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "100"))
PROPERTY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DRAWN_PROPERTY = settings(PROPERTY, max_examples=max(EXAMPLES // 4, 1))
"""For properties that make a thousand draws on every example."""

grades = st.sampled_from(GRADES)
days = st.dates(date(2015, 1, 1), date(2023, 12, 31))
exonerations = st.builds(
    Proceeding, st.sampled_from(list(EXONERATIONS)), st.sampled_from(list(FORUMS)), st.none() | days
)
adverse_acts = st.builds(Proceeding, st.sampled_from(list(STAGES)), st.sampled_from(list(FORUMS)), st.none() | days)
proceedings = st.lists(exonerations | adverse_acts, max_size=4).map(tuple)


@st.composite
def stages(draw, codes=tuple(STAGES)):
    """A controlling stage with, now and then, an exoneration in its scope."""
    code = draw(st.sampled_from(codes))
    forum = "U" if code in UNEXAMINED else draw(st.sampled_from(list(FORUMS)))
    reaching = [exoneration for exoneration, scope in METHOD.scope.items() if code in scope]
    exoneration = draw(st.none() | st.sampled_from(reaching))
    if exoneration is None:
        return Stage(code, forum)
    return Stage(code, forum, exoneration, draw(st.sampled_from(list(FORUMS))))


def cluster(*best):
    """One origin whose citations have these grades."""
    return tuple(Citation(f"citation-{place}", grade) for place, grade in enumerate(best))


clusters = st.lists(grades, min_size=1, max_size=2).map(lambda found: cluster(*found))


EVERY_SEVERITY = st.integers(1, 5)
EVERY_LINK = st.integers(0, 4)
EVERY_STAGE = stages() | proceedings
ANY_ORIGINS = st.lists(clusters, max_size=3).map(tuple)
ADMISSIBLE_ORIGINS = st.lists(clusters, max_size=2).map(lambda found: (cluster("B2"), *found))


def matters(severities=EVERY_SEVERITY, links=EVERY_LINK, stage=EVERY_STAGE, supporting=ANY_ORIGINS):
    """A matter, numbered 1 until it joins others."""
    return st.builds(
        MatterFacts,
        tag=st.just(1),
        severity=severities,
        link=links,
        stage=stage,
        supporting=supporting,
        refuting=st.lists(clusters, max_size=2).map(tuple),
    )


scored_matters = matters(
    links=st.integers(2, 4),
    stage=stages().filter(lambda stage: stage.exoneration != "X4"),
    supporting=ADMISSIBLE_ORIGINS,
)


def numbered(found):
    """Return matters with the numbers 1, 2, 3, …"""
    return tuple(replace(matter, tag=place) for place, matter in enumerate(found, start=1))


voices = st.builds(Voices, st.none() | st.integers(0, 900), st.none() | st.integers(0, 60))


ANY_MATTER = matters()


def candidacies(matter=ANY_MATTER, max_size=4, min_size=0):
    """A candidacy with up to `max_size` matters."""
    return st.builds(
        CandidacyFacts,
        slug=st.from_regex(r"[a-z0-9][a-zA-Z0-9_-]{0,12}", fullmatch=True),
        as_of=st.just(date(2024, 1, 1)),
        known=st.none() | st.dates(date(2023, 12, 1), date(2025, 1, 1)),
        coders=st.sampled_from([1, 2]),
        checks=st.integers(0, 12).flatmap(lambda n: st.builds(Checks, st.integers(0, n), st.just(n))),
        reply=st.sampled_from("NSXDE"),
        opposition=st.none() | voices,
        support=st.none() | voices,
        matters=st.lists(matter, min_size=min_size, max_size=max_size).map(numbered),
    )


def one_matter(matter):
    """Return a candidacy with this matter alone."""
    return with_matters(matter)


def with_matters(*found):
    """Return a well searched candidacy with these matters."""
    return CandidacyFacts(
        slug="golden", as_of=date(2024, 1, 1), checks=Checks(9, 12), reply="D", matters=numbered(found)
    )


NOT_FINDINGS = tuple(code for code in STAGES if code not in FINDINGS)
