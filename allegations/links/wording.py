"""Where a link stands, and why it came to stand there, in words for pages and for audit rows."""

from __future__ import annotations

from datetime import datetime

from allegations.links.judgement import VERDICTS, Klass
from allegations.links.memory import LinkPast, State, Strikes

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


# What stands behind the last of the failures that have gone on for long, by verdict; other failures are silence.
STILL_ANSWERS = {
    **dict.fromkeys(
        ("TLS_EXPIRED", "TLS_UNTRUSTED", "TLS_NAME"),
        "The host answers, but cannot prove who it is: is it still the page behind that certificate?",
    ),
    "TLS_PROTOCOL": "The host answers, but no encrypted connection can be agreed on. Is the page gone?",
    "EMPTY": "The host answers, but with an empty page. Is the page gone?",
    "SERVER_ERROR": "The host answers, but with a fault of its own. Is the page gone?",
    "REDIRECT_LOOP": "The host answers, but its redirects go in a circle. Is the page gone?",
    "REDIRECT_LIMIT": "The host answers, but its redirects lead nowhere. Is the page gone?",
    "PROTOCOL": "The host answers, but not as a web site does. Is the page gone?",
    "SLOW": "The host takes the connection, but the page does not come in time. Is the page gone?",
    "CUT_SHORT": "The host answers, but breaks off. Is the page gone?",
}
SILENCE = "The host has not answered for a long time. Is the page gone?"


def question(proposed: State, verdict: str) -> str:
    """Return what a person is asked where this state is proposed after a check with this verdict.

    >>> question(State.GONE, "CONNECT_TIMEOUT")
    'The host has not answered for a long time. Is the page gone?'
    >>> question(State.GONE, "EMPTY")
    'The host answers, but with an empty page. Is the page gone?'
    """
    if proposed is State.USURPED:
        return "Is it the page that was cited, or another’s?"
    if VERDICTS.get(verdict) is not Klass.UNREACHABLE:
        return "Is the page gone?"
    return STILL_ANSWERS.get(verdict, SILENCE)


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
        return _not_seen(past, now) or f"{words}, last seen {_day(past.last_ok_at, now)}"
    if past.state in (State.SUSPECT, State.BLOCKED, State.UNREACHABLE):
        words = f"{words}, {_failures(past, now)}"
    elif past.since:
        words = f"{words} since {_day(past.since, now)}"
    if past.proposed is State.USURPED:
        words = f"{words}, what answers may be another’s page"
    if past.last_ok_at:
        words = f"{words}, last known good on {_date(past.last_ok_at)}"
    return words


def _not_seen(past: LinkPast, now: datetime) -> str:
    """Say of a link that answered how the checks since then came to nothing; empty where the last one showed the page.

    A check that was not made, or that counts neither for nor against the link, leaves its state as it was. What a
    person said after that check stands.
    """
    if past.last_ok_at is None or past.checked_at is None:
        return ""
    if past.checked_at <= max(past.last_ok_at, past.since or past.last_ok_at):
        return ""
    if past.proposed is State.USURPED:
        return f"what answers may be another’s page, last known good on {_date(past.last_ok_at)}"
    counted = past.failures or past.withheld
    return f"not {'seen' if counted else 'checked'} since {_day(past.last_ok_at, now)}: {past.reason.rstrip('.')}"


def transition(before: LinkPast, after: LinkPast) -> tuple[State, State, str] | None:
    """Return from which state a link came to which one, and why, for an audit row; None when it stayed.

    >>> transition(LinkPast(), LinkPast(state=State.ALIVE, reason="The page answers."))
    (<State.NEW: 'new'>, <State.ALIVE: 'alive'>, 'The page answers.')
    """
    if before.state is after.state:
        return None
    return before.state, after.state, f"{_evidence(after)}{after.reason}"


def _evidence(past: LinkPast) -> str:
    """Say how many observations a state rests on, where that is more than one."""
    if past.state is State.GONE:
        strikes = max(past.gone_410, past.gone, past.soft_gone, key=lambda one: one.count)
    elif past.state is State.UNREACHABLE:
        strikes = past.unreachable
    else:
        strikes = past.blocked if past.state is State.BLOCKED else Strikes()
    if strikes.count < 2 or strikes.first is None or strikes.last is None:
        return ""
    return f"{strikes.count} checks from {_date(strikes.first)} to {_date(strikes.last)} found: "


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
