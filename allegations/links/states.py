"""How a link's state follows from one observation after the other; never from a single one to “gone”.

A first failure before any answer moves a link that was new or answering to UNREACHABLE with `failures` 1: that is what
is known, and `describe` says it is the first. It asserts nothing about the link: `established` tells when enough
failures over enough time have come, and only established ones lead on, to a question for a human. An observation
that was withheld because our own network is at fault, or a name server's hiccup, counts no strike at all.

What was gone, taken over or long silent comes back by a page like our copy, or by a person's word. What cannot be
compared with anything we know proves nothing, and waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from allegations.links.judgement import WALLS, Judgement, Kind, Klass
from allegations.links.memory import LinkPast, Rules, State, Strikes, brought_back, healed
from allegations.links.wording import describe, transition

__all__ = ["STEPS", "advance", "confirm", "describe", "doubted", "established", "learns", "noticed", "transition"]

RULES = Rules()
ANSWERING = frozenset({State.NEW, State.ALIVE, State.MOVED})
# Only a human, or the page itself, leads out of these.
SETTLED = frozenset({State.GONE, State.USURPED})
UNPROVEN = "Nothing that is known of the page tells whether this is it."
MOST_STEPS = 12.0
# After so many steps of growth the slowest tier has reached its longest interval (30 days times 1.5 ** 2.71 are 90).
LEAST_LONGEST = 2.71
# A clock that went back by more ran ahead before: what it dated is not waited for.
AHEAD = timedelta(days=7)


def advance(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules = RULES) -> LinkPast:
    """Return the link's past with this observation in it.

    A clock that went back stands still. Where it went back by more than `AHEAD`, it had run ahead: moments to come are
    brought back to now, and strikes of days that have not been count for nothing.
    """
    if past.state is State.RETIRED:
        return past
    if past.checked_at is not None and past.checked_at - now > AHEAD:
        past = brought_back(past, now)
    now = max(now, past.checked_at or now)
    seen = replace(past, checked_at=now, reason=judgement.signals[0] if judgement.signals else judgement.verdict)
    if judgement.verdict != "DEFERRED":  # nobody was asked
        withheld = past.withheld + 1 if judgement.klass is Klass.OWN_FAULT else 0
        silent_since = (past.silent_since or now) if judgement.unanswered else None
        seen = replace(seen, silent_since=silent_since, withheld=withheld)
    return STEPS[judgement.klass](seen, judgement, now, rules)


def confirm(past: LinkPast, state: State, now: datetime) -> LinkPast:
    """Return the past after a human's word on the link's state, which settles what was proposed.

    Where it is that the page is there, the caller forgets the old copy (`judgement.Known`): the next answer is compared
    with nothing.
    """
    answers = state in (State.ALIVE, State.MOVED)
    return _enter(healed(past) if answers else replace(past, proposed=None), state, now)


def established(past: LinkPast, rules: Rules = RULES) -> bool:
    """Tell whether the link has been unreachable often and long enough to say so without “first failure”."""
    return past.state is State.UNREACHABLE and past.unreachable.meets(rules.unreachable)


def learns(past: LinkPast, judgement: Judgement, rules: Rules = RULES) -> bool:
    """Tell whether the page that came is to be remembered as the link's last good copy, given the past after it.

    A page in doubt never is: it would be like itself at the next check, and heal the link. Nor is what a paywall
    leaves.
    """
    if not judgement.shows_page or judgement.verdict == "OK_NOT_MODIFIED" or judgement.changed is False:
        return False
    is_stub = judgement.verdict == "PAYWALLED" and _unlike(judgement, rules)
    return past.state in ANSWERING and past.proposed is None and not is_stub


def doubted(past: LinkPast, judgement: Judgement, rules: Rules = RULES) -> bool:
    """Tell whether what came may be another's page, given the past after it: then no copy of it stands as evidence."""
    troubled = past.state in SETTLED or past.proposed is not None or past.long_silent
    likeness = judgement.unproven if judgement.similarity is None else judgement.similarity
    return troubled and (likeness is None or likeness < rules.alike)


def noticed(past: LinkPast, changed: bool, rules: Rules = RULES) -> LinkPast:
    """Return the past once a comparison of contents has told whether the page that came had changed.

    A changed page is asked again sooner, an unchanged one later (`schedule.next_check`).
    """
    return replace(past, pace=_pace(past.pace, changed, rules))


def _unlike(judgement: Judgement, rules: Rules) -> bool:
    return judgement.similarity is not None and judgement.similarity < rules.alike


def _enter(past: LinkPast, state: State, now: datetime) -> LinkPast:
    return past if past.state is state else replace(past, state=state, since=now)


def _failed(past: LinkPast, now: datetime) -> LinkPast:
    return replace(past, failures=past.failures + 1, first_failed_at=past.first_failed_at or now)


def _alive(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    walled = judgement.verdict in WALLS
    missed = past.state in SETTLED or past.state is State.SUSPECT or past.proposed is not None
    if walled and missed:  # what was missed is not seen to be back
        return past
    if _doubtful(past, judgement, rules):
        reason = past.reason if judgement.similarity is not None else UNPROVEN
        return replace(past, proposed=State.USURPED, reason=reason)
    stays_moved = past.state is State.MOVED and (walled or judgement.verdict == "OK_NOT_MODIFIED")
    moved = stays_moved or judgement.verdict in ("MOVED_PERM", "MOVED_OFFSITE")
    seen = replace(healed(past), last_ok_at=now, pace=_pace(past.pace, judgement.changed, rules))
    return _enter(seen, State.MOVED if moved else State.ALIVE, now)


def _doubtful(past: LinkPast, judgement: Judgement, rules: Rules) -> bool:
    """Tell whether the page may be another's: unproven after great trouble, or unlike our copy after any."""
    troubled = bool({past.state, past.proposed} & SETTLED) or past.long_silent or established(past, rules)
    if judgement.similarity is None:
        return troubled
    return _unlike(judgement, rules) and (troubled or past.state is State.SUSPECT or judgement.asks_human)


def _pace(pace: float, changed: bool | None, rules: Rules) -> float:
    """Return the interval in steps of growth: one more, or fewer by `change_steps`, from where no tier grows any more
    at the latest."""
    if changed is None:
        return pace
    return max(min(pace, LEAST_LONGEST) - rules.change_steps, -MOST_STEPS) if changed else min(pace + 1, MOST_STEPS)


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
    proven = Kind.PROVIDER in kinds or (Kind.PROBE in kinds and len(kinds) >= rules.soft_kinds)
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
    seen = judgement.unproven is not None and judgement.unproven >= rules.alike
    past = _seen_beside(past, rules) if seen else _counted(past, rules)
    if past.state in SETTLED:
        return past
    if past.state in (State.SUSPECT, State.BLOCKED) and not past.unreachable.meets(rules.unreachable):
        return past
    lost = past.unreachable.meets(rules.host_gone) or unknown_name.meets(rules.name_gone)
    return _enter(replace(past, proposed=State.GONE if lost else past.proposed), State.UNREACHABLE, now)


def _counted(past: LinkPast, rules: Rules) -> LinkPast:
    return replace(past, long_silent=past.long_silent or past.unreachable.meets(rules.unreachable))


def _seen_beside(past: LinkPast, rules: Rules) -> LinkPast:
    """The page came, though its certificate is at fault: that may be unreachable for long, and is no nearer to gone."""
    strikes, need = past.unreachable, rules.unreachable
    if strikes.first is None or strikes.last is None or not strikes.meets(need):
        return past
    kept = replace(strikes, count=need.strikes, first=max(strikes.first, strikes.last - need.spread))
    return replace(past, unreachable=kept)


def _transient(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    """Count no strike; say of a link that answered so far that it did not this time, if nothing came at all."""
    past = _failed(past, now)
    first = judgement.network and past.state in ANSWERING
    return _enter(past, State.UNREACHABLE, now) if first else past


def _own_fault(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    """Change nothing, except that a link never checked before is marked as failed once: there is no better news.

    A link that has been silent as long as being unreachable takes is no longer spared for what its host does.
    """
    if judgement.of_host and past.silent_since and now - past.silent_since >= rules.unreachable.spread:
        return _unreachable(past, judgement, now, rules)
    if past.state is State.NEW and judgement.network:
        return _enter(replace(past, failures=1, first_failed_at=now), State.UNREACHABLE, now)
    return past


def _refused(past: LinkPast, judgement: Judgement, now: datetime, rules: Rules) -> LinkPast:
    """What was gone or taken over stays in doubt, so that a detour over a refused address settles nothing."""
    proposed = State.USURPED if past.state in SETTLED else past.proposed
    return _enter(replace(_failed(past, now), proposed=proposed), State.REFUSED, now)


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
