"""A world of candidacies to recompute: ten published matters each, with all that a profile is computed from.

It is made by PostgreSQL itself, row for row from a number, so that every run has the same rows. Triggers and
foreign keys rest meanwhile; what they would hold is held by how the rows are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.links_measure import say

MATTERS = 10
CHECKS = 9
# The citation n of matter m: each matter has one to three, one source tells of two matters.
CITED = "generate_series(1, %(matters)s) m, generate_series(1, 1 + m %% 3) n"
# Every other matter has a proceeding, every second of those a second step.
JUDGED = "generate_series(1, %(matters)s, 2) m"
STAGES = "complaint-filed,preliminary-inquiry,suspect,charged,adverse-finding,convicted"
LATER = "dismissed,acquitted,withdrawn,convicted"


def of(kind: str, number: str) -> str:
    """Return the UUID of a numbered record, as an expression."""
    return f"md5('{kind}' || {number})::uuid"


def pick(values: str, number: str) -> str:
    """Return one of several values by a number, as an expression."""
    count = values.count(",") + 1
    return f"('{{{values}}}'::text[])[1 + ({number}) %% {count}]"


def day(number: str, since: str = "2019-01-01") -> str:
    """Return a day of the three years after another by a number, as an expression."""
    return f"(date '{since}' + (({number}) * 37 %% 1000)::int)"


TOLD_TOGETHER = "m %% 7 = 0 AND n = 1"  # by one source with the first citation of the matter before
SIGNED = {"written_by_id": "1", "written_at": "{at}", "published_by_id": "2", "published_at": "{at}"}


def signed(at: str) -> dict[str, str]:
    return {name: text.format(at=at) for name, text in SIGNED.items()}


def dated(name: str, first: str) -> dict[str, str]:
    """Return the three columns of an uncertain date that is one day."""
    return {name: f"{first}::text", f"{name}_earliest": first, f"{name}_latest": first}


def make(candidacies: int) -> None:
    """Fill an empty database; the connection must be a superuser's."""
    from django.contrib.auth.models import User

    from allegations.models import Host
    from candidates.models import Organization

    if not User.objects.exists():
        for name in ("author", "editor"):
            User.objects.create_user(username=name)
        Organization.objects.create(slug="body", name="Body")
        Host.objects.create(key="news.bench.example")
    with resting():
        for name, step in STEPS.items():
            say(f"inserting {name}")
            step(candidacies)


# Those that no constraint is kept with.
INDEXES = """
SELECT format('%I', c.relname), pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)
"""


@contextmanager
def resting() -> Iterator[None]:
    """Let triggers and foreign keys rest, and make the indexes anew afterwards, which takes less than to keep them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        say("making the indexes")
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # so that nobody still writes this world out while it is measured
        cursor.execute("SET session_replication_role = origin")


def insert(model, rows: str, **columns: str) -> None:
    """Insert a record for each of `rows`, whose columns are these expressions, or else as a new record has them."""
    from django.db import connection

    blank = model()
    names, values, given = [], [], {"matters": MATTERS}
    for field in model._meta.concrete_fields:
        if field.column in columns:
            names.append(field.column)
            values.append(columns[field.column])
        elif not field.primary_key and not field.has_db_default():
            names.append(field.column)
            values.append(f"%({field.column})s")
            given[field.column] = field.get_db_prep_save(getattr(blank, field.attname), connection)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({listed}) OVERRIDING SYSTEM VALUE"
            f" SELECT {', '.join(values)} FROM {rows}",
            given,
        )


def contests(candidacies: int) -> None:
    from candidates.models import Contest, Election

    each = f"generate_series(1, {candidacies // 10 + 1}) c"
    insert(Election, each, id="c", slug="'election-' || c", title="'Election ' || c", body_id="1", **signed("now()"))
    insert(Contest, each, id="c", election_id="c", slug="'president'", label="'President'")


def people(candidacies: int) -> None:
    from candidates.models import Candidacy, Candidate

    each = f"generate_series(1, {candidacies}) c"
    public = signed(f"{day('c', '2018-01-01')}")
    name = {"name": "'Candidate ' || c", "sort_name": "'Candidate ' || c"}
    insert(Candidate, each, id="c", slug="'candidate-' || c", **name, **public)
    insert(Candidacy, each, id="c", candidate_id="c", contest_id="1 + c / 10", **public)


def matters(candidacies: int) -> None:
    from allegations.models import Allegation

    n = f"(c * {MATTERS} + m)"
    insert(
        Allegation,
        f"generate_series(1, {candidacies}) c, generate_series(1, %(matters)s) m",
        id=of("a", n),
        candidate_id="c",
        tag="m",
        headline=f"'It is alleged that ' || {n}",
        summary="'A complainant states what happened, and where, and who was there.'",
        claimed_by="'A complainant'",
        act="'torture'",
        state=f"CASE {n} %% 50 WHEN 0 THEN 'superseded' WHEN 1 THEN 'disputed' ELSE 'published' END",
        severity=f"1 + ({n} * 7 + c) %% 5",
        link=f"CASE WHEN {n} %% 13 = 0 THEN {n} %% 2 ELSE 2 + {n} %% 3 END",
        **dated("first_alleged", day(n)),
        **signed(day(n, "2022-06-01")),
    )


def sources(candidacies: int) -> None:
    from allegations.models import Citation, Origin, Source

    rows = f"generate_series(1, {candidacies}) c, {CITED}"
    n = f"(c * {MATTERS * 4} + m * 3 + n)"
    address = f"'https://news.bench.example/story/' || {n}"
    insert(
        Source,
        f"{rows} WHERE NOT ({TOLD_TOGETHER})",
        id=of("s", n),
        url=address,
        canonical_url=address,
        host_id="1",
        title=f"'Story ' || {n}",
        added_at="timestamptz '2022-01-01'",
        reliability=pick("A,B,B,C,D,F", n),
        state=f"CASE WHEN {n} %% 40 = 0 THEN 'gone' ELSE 'alive' END",
        archived=f"{n} %% 80 > 0",
        **dated("dated", day(n, "2019-06-01")),
    )
    insert(
        Origin,
        f"generate_series(1, {candidacies}) c, generate_series(2, %(matters)s, 2) m",
        id=f"c * {MATTERS} + m",
        label="'Another witness'",
        independence="CASE WHEN m %% 3 = 0 THEN '' ELSE 'Another person, another case.' END",
    )
    insert(
        Citation,
        rows,
        id=n,
        source_id=of("s", f"({n} - CASE WHEN {TOLD_TOGETHER} THEN 3 ELSE 0 END)"),
        allegation_id=of("a", f"(c * {MATTERS} + m)"),
        stance=f"CASE {n} %% 17 WHEN 0 THEN 'disputes' WHEN 1 THEN 'denies' WHEN 2 THEN 'context' ELSE 'supports' END",
        locator=f"'p. ' || {n}",
        credibility=f"1 + {n} %% 4",
        origin_id=f"CASE WHEN m %% 2 = 0 AND n = 2 THEN c * {MATTERS} + m END",
        **signed(day(n, "2022-07-01")),
    )


def proceedings(candidacies: int) -> None:
    from allegations.models import Proceeding, ProceedingStep

    rows, n = f"generate_series(1, {candidacies}) c, {JUDGED}", f"(c * {MATTERS} + m)"
    insert(
        Proceeding,
        rows,
        id=n,
        allegation_id=of("a", n),
        kind="'criminal-complaint'",
        forum=pick("R,R,P,U,N", "c + m / 2"),
        **signed(day(n, "2022-08-01")),
    )
    step = {"proceeding_id": n, "recorded_at": day(n, "2022-08-01")}
    insert(ProceedingStep, rows, id=f"{n} * 2", stage=pick(STAGES, "c + m / 2"), **dated("reached", day(n)), **step)
    insert(
        ProceedingStep,
        f"{rows} WHERE m %% 4 = 1",
        id=f"{n} * 2 + 1",
        stage=pick(LATER, "c + m / 4"),
        **dated("reached", day(n, "2021-12-01")),
        **step,
    )


def search(candidacies: int) -> None:
    from allegations.models import Reply
    from candidates.models import ResearchCheck

    insert(
        ResearchCheck,
        f"generate_series(1, {candidacies}) c, generate_series(1, {CHECKS}) k",
        id=f"c * {CHECKS} + k",
        candidacy_id="c",
        kind="k",
        result="CASE WHEN k = 9 THEN 'not-applicable' ELSE 'found' END",
        queries="'register'",
        reason="'None.'",
        done_on="current_date - (10 + (c * 7 + k) %% 160)::int",
        **signed("now()"),
    )
    insert(
        Reply,
        f"generate_series(1, {candidacies}) c",
        id="c",
        candidacy_id="c",
        kind=pick("no-reply-yet,denial,declined", "c"),
        asked_by_us="true",
        by="'The candidate'",
        speaker="'candidate'",
        **dated("asked", day("c", "2022-08-01")),
        **dated("due", day("c", "2022-09-01")),
        **signed("now()"),
    )


def letters(candidacies: int) -> None:
    """One letter for twenty candidacies."""
    from allegations.models import CoalitionLetter, Signature

    few = f"generate_series(1, {candidacies}, 20) c"
    insert(
        CoalitionLetter,
        few,
        id="c",
        slug="'letter-' || c",
        title="'Letter ' || c",
        stance="'opposes'",
        state="'published'",
        addressees="'the Secretary General'",
        summary="'The signatories ask that it be looked into.'",
        **signed("now()"),
    )
    insert(CoalitionLetter.candidacies.through, few, id="c", coalitionletter_id="c", candidacy_id="c")
    insert(
        Signature,
        f"{few}, generate_series(1, 10) k",
        id="c * 10 + k",
        letter_id="c",
        name="'Organisation ' || k",
        country=pick("FR,AR,TN", "k"),
    )


def gradings(candidacies: int) -> None:
    """One grading for each grade."""
    from allegations.models import Allegation, Citation, Grading, Proceeding, Source

    given = (
        (Allegation, "severity", "allegation_id", "published_at"),
        (Allegation, "link", "allegation_id", "published_at"),
        (Citation, "credibility", "citation_id", "published_at"),
        (Proceeding, "forum", "proceeding_id", "published_at"),
        (Source, "reliability", "source_id", "added_at"),
    )
    for model, scale, target, at in given:
        others = dict.fromkeys(("allegation_id", "citation_id", "proceeding_id", "source_id"), "NULL")
        insert(
            Grading,
            model._meta.db_table,
            **others | {target: "id"},
            scale=f"'{scale}'",
            value=f"{scale}::text",
            reason="'As the rubric says.'",
            graded_by_id="1",
            graded_at=at,
        )


def events(candidacies: int) -> None:
    """When what is lost was lost, and what is superseded was superseded."""
    from allegations.models import LinkEvent, ReviewEvent

    insert(
        LinkEvent,
        "allegations_source WHERE state = 'gone'",
        source_id="id",
        left="'alive'",
        reached="'gone'",
        reason="'Nobody answers.'",
        by_id="1",
        at="timestamptz '2024-01-01'",
    )
    insert(
        ReviewEvent,
        "allegations_allegation WHERE state = 'superseded'",
        allegation_id="id",
        step="'supersede'",
        left="'published'",
        reached="'superseded'",
        by_id="2",
        at="timestamptz '2024-02-01'",
    )


STEPS = {
    "contests": contests,
    "people": people,
    "matters": matters,
    "sources and citations": sources,
    "proceedings": proceedings,
    "checks and replies": search,
    "letters": letters,
    "gradings": gradings,
    "events": events,
}
