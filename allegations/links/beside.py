"""What is asked beside pages that leave something open: first their platforms, then addresses that cannot exist."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from allegations.links.addresses import AddressPolicy
from allegations.links.exchange import Exchange
from allegations.links.journey import Job
from allegations.links.judgement import Judgement, Known
from allegations.links.providers import wants_oembed
from allegations.links.urls import probe_url
from allegations.links.verdicts import judge, wants_probe

logger = logging.getLogger(__name__)

Fetch = Callable[[Sequence[Job]], list[Exchange]]


class Looked(Protocol):
    """A page that was asked for: what came, what is known of its last good copy, and what the check says so far."""

    judgement: Judgement

    @property
    def exchange(self) -> Exchange:
        """What came."""

    @property
    def known(self) -> Known:
        """What is known of the last good copy."""


LookedT = TypeVar("LookedT", bound=Looked)


def ask_beside(pages: Sequence[LookedT], fetch: Fetch, policy: AddressPolicy) -> list[tuple[LookedT, Exchange]]:
    """Ask on where another answer tells more of a page, and judge that page again; the bodies that come are closed.

    Returns the answers, each with the page that it was asked beside.

    The pages of platforms for videos and posts say only in scripts whether what was there still is; their oEmbed
    addresses say it plainly. How a host says “not found”, an address tells that cannot exist.
    """
    told_of = _ask(
        [(one, url) for one in pages if (url := wants_oembed(one.judgement, one.exchange.url))],
        fetch,
        lambda one, told: judge(one.exchange, one.known, oembed=told),
    )
    token = f"{secrets.token_hex(8)}.html"
    probed = _ask(
        [(one, probe_url(one.exchange.url, token, policy)) for one in pages if wants_probe(one.judgement)],
        fetch,
        lambda one, probe: judge(one.exchange, one.known, probe),
    )
    return told_of + probed


def _ask(
    asked: Sequence[tuple[LookedT, str]], fetch: Fetch, judge_again: Callable[[LookedT, Exchange], Judgement]
) -> list[tuple[LookedT, Exchange]]:
    answers = fetch([Job(url) for _, url in asked]) if asked else []
    for (one, _), answer in zip(asked, answers, strict=True):
        try:
            one.judgement = judge_again(one, answer)
        except Exception:  # what was judged of the page itself stands, and the others of the batch go on
            logger.exception("What was asked beside %s could not be judged", one.exchange.url)
        finally:
            if answer.payload:
                answer.payload.close()
    return [(one, answer) for (one, _), answer in zip(asked, answers, strict=True)]
