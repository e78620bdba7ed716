"""Random candidacies for the property tests, and how many of them each property is tried on."""

import os
from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from vetting.risk.facts import CandidacyFacts, Checks, Citation, MatterFacts, Proceeding, Stage, Voices
from vetting.risk.scales import EXONERATIONS, FINDINGS, FORUMS, GRADES, STAGES, UNEXAMINED
from vetting.risk.versions import parameters

METHOD = parameters()
EXAMPLES = {"mutants": 12, "default": 400, "deep": 3000}[os.environ.get("HYPOTHESIS_PROFILE", "default")]


def examples(count):
    """Return settings that try a property on so many examples."""
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


PROPERTY = examples(EXAMPLES)
DRAWN_PROPERTY = examples(EXAMPLES // 4)
"""For properties that make a thousand draws on every example, or ask the browser's script."""

grades = st.sampled_from(GRADES)
days = st.sampled_from([date(year, month, 1) for year in range(2015, 2024) for month in (1, 7)])
exonerations, adverse_acts = (
    st.builds(Proceeding, st.sampled_from(list(codes)), st.sampled_from(list(FORUMS)), st.none() | days)
    for codes in (EXONERATIONS, STAGES)
)
proceedings = st.lists(exonerations | adverse_acts, max_size=4).map(tuple)


def stages(codes=tuple(STAGES)):
    """A controlling stage, with or without an exoneration in its scope; listed, for that is drawn fastest."""
    return st.sampled_from([stage for code in codes for stage in stages_of(code)])


def stages_of(code):
    """Every controlling stage of an adverse code."""
    reaching = [exoneration for exoneration, scope in METHOD.scope.items() if code in scope]
    discounts = [("", ""), *product(reaching, FORUMS)]
    return [Stage(code, forum, *exo) for forum in ("U" if code in UNEXAMINED else FORUMS) for exo in discounts]


def cluster(*best):
    """One origin whose citations have these grades."""
    return tuple(Citation(f"citation-{place}", grade) for place, grade in enumerate(best))


clusters = st.sampled_from([cluster(*best) for size in (1, 2) for best in product(GRADES, repeat=size)])


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
    stage=st.sampled_from([stage for code in STAGES for stage in stages_of(code) if stage.exoneration != "X4"]),
    supporting=ADMISSIBLE_ORIGINS,
)


def numbered(found):
    """Return matters with the numbers 1, 2, 3, …"""
    return tuple(replace(matter, tag=place) for place, matter in enumerate(found, start=1))


voices = st.builds(Voices, st.none() | st.integers(0, 900), st.none() | st.integers(0, 60))


ANY_MATTER = matters()
slugs = st.builds(str.__add__, st.sampled_from("aZ09"), st.text("azAZ09_-", max_size=12))


def candidacies(matter=ANY_MATTER, max_size=4, min_size=0):
    """A candidacy with up to `max_size` matters."""
    return st.builds(
        CandidacyFacts,
        slug=slugs,
        as_of=st.just(date(2024, 1, 1)),
        known=st.none() | st.dates(date(2023, 12, 1), date(2025, 1, 1)),
        coders=st.sampled_from([1, 2]),
        checks=st.sampled_from([Checks(done, n) for n in range(13) for done in range(n + 1)]),
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
