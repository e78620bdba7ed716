"""Canaries: pages of ours or of partners whose words we know. A network that answers for others shows there.

A sign-in page of a network answers every address well, so that no count of failures tells of it. While none of the
canaries shows its words, nothing is asked, and what was asked meanwhile is asked again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from allegations.actions.links import door, politeness
from allegations.links.exchange import Exchange

logger = logging.getLogger(__name__)

HOLDS_S = 30  # how long an answer of the canaries is good for, for all workers
WITHIN_S = 15.0
AGAIN_IN_S = 300.0  # what was asked behind such a network
WELL, ILL = b"well", b"ill"
WORDS = "none of the pages whose words we know shows them"


@dataclass(frozen=True, slots=True)
class Canary:
    """An address that answers without a redirect, and words that its page shows."""

    url: str
    words: str


def read(text: str) -> list[Canary]:
    """Read ADDRESS | WORDS texts with semicolons between them, or raise ImproperlyConfigured.

    >>> read("https://vetting.example.org/ | records about candidates")
    [Canary(url='https://vetting.example.org/', words='records about candidates')]
    """
    found = [[part.strip() for part in one.split("|")] for one in text.split(";") if one.strip()]
    if bad := [one for one in found if len(one) != 2 or not all(one)]:
        raise ImproperlyConfigured(f"LINKS_CANARIES holds “{' | '.join(bad[0])}”; write ADDRESS | WORDS.")
    return [Canary(*one) for one in found]


def is_clear() -> bool:
    """Tell whether what answers is the web: one canary is well, or there is none."""
    canaries = read(settings.LINKS_CANARIES)
    if not canaries:
        return True
    state = _known()
    if state is None:
        state = WELL if any(asyncio.run(_ask(canaries))) else ILL
        _remember(state)
    if state == ILL:
        logger.warning("Nothing is checked: %s", WORDS)
    return state == WELL


def trouble() -> str:
    """Say in words what the canaries said last, where that was bad."""
    return WORDS if settings.LINKS_CANARIES and _known() == ILL else ""


async def _ask(canaries: list[Canary]) -> list[bool]:
    asked = await asyncio.gather(*(door.ask(canary.url, {}, within_s=WITHIN_S) for canary in canaries))
    return [_is_well(canary, exchange) for canary, exchange in zip(canaries, asked, strict=True)]


def _is_well(canary: Canary, exchange: Exchange) -> bool:
    answered = exchange.failure is None and exchange.status == HTTPStatus.OK
    return answered and canary.words.encode() in exchange.body


def _known() -> bytes | None:
    try:
        found: bytes | None = door.redis_client().get(_key())  # type: ignore[assignment]
    except redis.RedisError:
        return None
    return found


def _remember(state: bytes) -> None:
    try:
        door.redis_client().set(_key(), state, ex=HOLDS_S)
    except redis.RedisError:
        logger.warning("Redis does not answer; the canaries are asked again by whoever comes next")


def _key() -> str:
    return f"{politeness.PREFIX} canaries"
