"""How a link's state follows from one observation after the other; never from a single one to “gone”.

A first failure before any answer moves a link that was new or answering to UNREACHABLE with `failures` 1: that is what
is known, and `describe` says it is the first. It asserts nothing about the link: `established` tells when enough
failures over enough time have come, and only established ones lead on, to a question for a human. An observation
that was withheld because our own network is at fault, or a name server's hiccup, counts no strike at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from allegations.links.judgement import Judgement, Kind, Klass
from allegations.links.memory import LinkPast, Rules, State, Strikes, healed

RULES = Rules()
ANSWERING = frozenset({State.NEW, State.ALIVE, State.MOVED})
# Only a human, or the page itself, leads out of these.
SETTLED = frozenset({State.GONE, State.USURPED})


def advance(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules = RULES) -> LinkPast:
    """Return the link's past with this observation in it; `now` must not lie before the last check."""
    if past.state is State.RETIRED:
        return past
    seen = replace(past, checked_at=now, reason=judgement.signals[0] if judgement.signals else judgement.verdict)
    return STEPS[judgement.klass](seen, judgement, now, rules)


def confirm(past: LinkPast, state: State, now: datetime) -> LinkPast:
    """Return the past after a human's word on the link's state, which settles what was proposed."""
    answers = state in (State.ALIVE, State.MOVED)
    return _enter(healed(past) if answers else replace(past, proposed=None), state, now)


def established(past: LinkPast, rules: Rules = RULES) -> bool:
    """Tell whether the link has been unreachable often and long enough to say so without “first failure”."""
    return past.state is State.UNREACHABLE and past.unreachable.meets(rules.unreachable)


def describe(past: LinkPast, now: datetime) -> str:
    """Return a few words on where the link stands.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> describe(LinkPast(), now)
    'not checked yet'
    >>> describe(LinkPast(state=State.UNREACHABLE, failures=1, first_failed_at=now, checked_at=now), now)
    'unreachable, first failure'
    """
    words = WORDS[past.state]
    if past.state is State.NEW:
        return words if past.checked_at is None else f"no finding yet: {past.reason}"
    if past.state in (State.ALIVE, State.MOVED):
        return f"{words}, last seen {_day(past.last_ok_at, now)}"
    if past.state in (State.SUSPECT, State.BLOCKED, State.UNREACHABLE):
        words = f"{words}, {_failures(past, now)}"
    elif past.since:
        words = f"{words} since {_day(past.since, now)}"
    if past.last_ok_at:
        words = f"{words}, last known good on {_date(past.last_ok_at)}"
    return words


WORDS = {
    State.NEW: "not checked yet",
    State.ALIVE: "answering",
    State.MOVED: "moved and answering",
    State.SUSPECT: "page not found",
    State.BLOCKED: "access denied to our checks",
    State.UNREACHABLE: "unreachable",
    State.GONE: "gone",
    State.USURPED: "taken over by someone else",
    State.REFUSED: "not checked for safety",
    State.RETIRED: "retired",
}


def _failures(past: LinkPast, now: datetime) -> str:
    if past.failures < 2:
        return "first failure"
    return f"{past.failures} failures since {_day(past.first_failed_at, now)}"


def _day(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    return "today" if moment.date() == now.date() else _date(moment)


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _enter(past: LinkPast, state: State, now: datetime) -> LinkPast:
    return past if past.state is state else replace(past, state=state, since=now)


def _failed(past: LinkPast, now: datetime) -> LinkPast:
    return replace(past, failures=past.failures + 1, first_failed_at=past.first_failed_at or now)


def _alive(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    if _doubtful(past, judgement, rules):
        return replace(past, proposed=State.USURPED)
    state = State.MOVED if judgement.verdict in ("MOVED_PERM", "MOVED_OFFSITE") else State.ALIVE
    if judgement.verdict == "OK_NOT_MODIFIED" and past.state is State.MOVED:
        state = State.MOVED
    seen = replace(healed(past), last_ok_at=now, pace=_pace(past.pace, judgement.changed))
    return _enter(seen, state, now)


def _doubtful(past: LinkPast, judgement: Judgement, rules: Rules) -> bool:
    """Tell whether the page may be another's: unlike our copy after trouble, or unproven after a takeover."""
    if past.state is State.USURPED and judgement.similarity is None:
        return True
    unlike = judgement.similarity is not None and judgement.similarity < rules.alike
    troubled = past.state in SETTLED or past.state is State.SUSPECT or established(past, rules)
    return unlike and (troubled or judgement.asks_human)


def _pace(pace: int, changed: bool | None) -> int:
    if changed is None:
        return pace
    return min(pace, 0) - 2 if changed else pace + 1


def _gone(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    past = _answered(_failed(past, now))
    past = replace(past, gone=past.gone.add(now, rules.gap))
    if judgement.verdict == "GONE_410":
        past = replace(past, gone_410=past.gone_410.add(now, rules.gap))
    return _lose(past, past.gone.meets(rules.gone) or past.gone_410.meets(rules.gone_410), now)


def _soft_gone(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    past = _answered(_failed(past, now))
    if judgement.verdict == "USURPED":
        return _enter(past, State.USURPED, now)
    kinds = past.soft_kinds | judgement.kinds
    past = replace(past, soft_gone=past.soft_gone.add(now, rules.gap), soft_kinds=kinds)
    proven = len(kinds) >= rules.soft_kinds and Kind.PROBE in kinds
    return _lose(past, proven and past.soft_gone.meets(rules.soft_gone), now)


def _lose(past: LinkPast, proven: bool, now: datetime) -> LinkPast:
    """Go one step towards GONE: first SUSPECT, then with proof GONE, or a question where a gatekeeper was met."""
    if past.state in SETTLED:
        return past
    if past.state is not State.SUSPECT or not proven:
        return _enter(past, State.SUSPECT, now)
    return replace(past, proposed=State.GONE) if past.guarded else _enter(past, State.GONE, now)


def _answered(past: LinkPast) -> LinkPast:
    """Return the past after any answer that came: the host is reachable and was not denying access."""
    return replace(past, unreachable=Strikes(), unknown_name=Strikes(), blocked=Strikes())


def _blocked(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    past = _failed(past, now)
    blocked = past.blocked.add(now)
    past = replace(past, unreachable=Strikes(), unknown_name=Strikes(), blocked=blocked, guarded=True)
    unseen = past.state in (State.NEW, State.UNREACHABLE, State.REFUSED)
    if past.state in SETTLED or not (unseen or blocked.meets(rules.blocked)):
        return past
    return _enter(past, State.BLOCKED, now)


def _unreachable(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    past = _failed(past, now)
    unknown_name = past.unknown_name.add(now) if judgement.verdict == "DNS_NXDOMAIN" else Strikes()
    past = replace(past, unreachable=past.unreachable.add(now), unknown_name=unknown_name, blocked=Strikes())
    if past.state in SETTLED:
        return past
    if past.state in (State.SUSPECT, State.BLOCKED) and not past.unreachable.meets(rules.unreachable):
        return past
    lost = past.unreachable.meets(rules.host_gone) or unknown_name.meets(rules.name_gone)
    return _enter(replace(past, proposed=State.GONE if lost else past.proposed), State.UNREACHABLE, now)


def _transient(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    """Count no strike; say of a link that answered so far that it did not this time, if nothing came at all."""
    past = _failed(past, now)
    first = judgement.network and past.state in ANSWERING
    return _enter(past, State.UNREACHABLE, now) if first else past


def _own_fault(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    """Change nothing, except that a link never checked before is marked as failed once: there is no better news."""
    if past.state is State.NEW and judgement.network:
        return _enter(replace(past, failures=1, first_failed_at=now), State.UNREACHABLE, now)
    return past


def _refused(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    return _enter(_failed(past, now), State.REFUSED, now)


def _skipped(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    return past


Step = Callable[[LinkPast, Judgement, datetime, Rules], LinkPast]
STEPS: dict[Klass, Step] = {
    Klass.ALIVE: _alive,
    Klass.GONE: _gone,
    Klass.SOFT_GONE: _soft_gone,
    Klass.BLOCKED: _blocked,
    Klass.UNREACHABLE: _unreachable,
    Klass.TRANSIENT: _transient,
    Klass.REFUSED: _refused,
    Klass.SKIPPED: _skipped,
    Klass.OWN_FAULT: _own_fault,
}
