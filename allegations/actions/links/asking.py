"""Which questions a check raises for people, and which it settles by itself; nothing is written here."""

from __future__ import annotations

from allegations.links.judgement import Judgement
from allegations.links.memory import LinkPast, State
from allegations.links.wording import question
from allegations.models import ReviewTask

ASKING_STATES = frozenset({"suspect", "gone", "usurped"})


def questions_raised(judgement: Judgement, before: LinkPast, after: LinkPast, *, elsewhere: bool) -> dict[str, str]:
    """What a check asks a person, by kind of task; asked once, when it comes about.

    `elsewhere` tells that the page is at another address than the last time.
    """
    kinds, asked = ReviewTask.Kind, {}
    if after.proposed is not None and after.proposed is not before.proposed:
        kind = kinds.USURPED if after.proposed.value == "usurped" else kinds.UNREACHABLE
        asked[kind.value] = f"{question(after.proposed, judgement.verdict)} {after.reason}"
    if after.state is not before.state and after.state.value in ASKING_STATES:
        asked[after.state.value] = after.reason
    if judgement.verdict == "BLOCKED_LEGAL" and before.reason != after.reason:
        asked[kinds.WITHHELD.value] = after.reason
    if judgement.verdict == "MOVED_OFFSITE" and judgement.asks_human and before.reason != after.reason:
        asked[kinds.USURPED.value] = after.reason
    moved = judgement.verdict == "MOVED_PERM" and after.state is State.MOVED
    if moved and (elsewhere or before.state is not State.MOVED):
        asked[kinds.MOVED.value] = after.reason
    return asked


def questions_settled(before: LinkPast, after: LinkPast) -> tuple[str, ...]:
    """The questions that no longer stand once the page is seen again, or seen where it was."""
    kinds = ReviewTask.Kind
    if before.proposed is State.GONE and after.proposed is State.USURPED:  # something answers, whosever it is
        return (kinds.UNREACHABLE.value,)
    if before.proposed is not None and after.proposed is None and after.state is before.state:
        return (kinds.USURPED.value, kinds.UNREACHABLE.value)
    if after.state is before.state or after.proposed is not None:
        return ()
    if after.state is State.GONE:
        return (kinds.SUSPECT.value,)
    missed = (kinds.SUSPECT.value, kinds.GONE.value, kinds.UNREACHABLE.value, kinds.USURPED.value)
    if after.state is State.ALIVE:
        return (*missed, kinds.WITHHELD.value, kinds.MOVED.value)
    return missed if after.state is State.MOVED else ()
