"""When a question about a link is put again that a person has looked at and left as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from allegations.links.memory import LinkPast, State, Strikes
from allegations.links.rules import Rules


def put_off(past: LinkPast, now: datetime, rules: Rules) -> LinkPast:
    """Return the past without a proposal to call the link gone: the trouble has to last once more before there is one.

    What is known stays known: a link that counts as unreachable goes on to, and only what leads on from there is
    counted anew.
    """
    fresh = Strikes()
    return replace(
        past,
        proposed=None if past.proposed is State.GONE else past.proposed,
        gone=fresh,
        gone_410=fresh,
        soft_gone=fresh,
        unknown_name=fresh,
        unreachable=_established(past.unreachable, now, rules),
    )


def _established(silence: Strikes, now: datetime, rules: Rules) -> Strikes:
    """Return as many strikes, over as much time, as being unreachable takes, where there were."""
    if not silence.meets(rules.unreachable):
        return Strikes()
    return Strikes(rules.unreachable.strikes, now - rules.unreachable.spread, now)
