"""Links that are put off again and again because somebody else is asking a host: after a few times it is their turn.

A link whose address leads to a busy host comes to it in the middle of its own batch, when another one holds that host,
and would for ever. That is counted in the link's memory; once it has come in vain `AGED` times, its batch takes that
host at its very beginning, or has it kept for the link until it comes back (`politeness.Turns`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from allegations.links.exchange import Exchange
from allegations.models import Source

AGED = 3
SOONEST = timedelta(seconds=30)
LATEST = timedelta(minutes=3)  # a host is kept for longer than that


def counted(memory: Mapping[str, Any], exchange: Exchange) -> dict[str, Any]:
    """What is remembered of a check that was put off, besides what was: how often in a row, and behind which host."""
    if not exchange.busy:
        return {name: memory[name] for name in ("put_off", "behind") if name in memory}
    return {"put_off": memory.get("put_off", 0) + 1, "behind": exchange.busy}


def is_aged(memory: Mapping[str, Any]) -> bool:
    """Tell whether a link has waited long enough."""
    return memory.get("put_off", 0) >= AGED and bool(memory.get("behind"))


def comes_back_in(exchange: Exchange) -> timedelta:
    """How long a link waits whose turn is the next: until the host is likely to be free, and kept for it."""
    return min(max(timedelta(seconds=exchange.wait_s), SOONEST), LATEST)


def tickets(sources: Iterable[Source]) -> dict[str, str]:
    """The hosts whose turn these links have waited for, each with the ticket of one of them."""
    return {source.memory["behind"]: str(source.pk) for source in sources if is_aged(source.memory)}
