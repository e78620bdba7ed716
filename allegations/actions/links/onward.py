"""Hosts that a check comes to besides its link's own: where it redirects to, and the oEmbed address of a platform.

They are remembered with the link, so that the next batch knows what their robots.txt said, as it knows it of its own
hosts (`door.Visit`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from allegations.actions.evidence import address_policy
from allegations.links.exchange import Exchange
from allegations.links.providers import oembed_url
from allegations.links.urls import UrlRefused, followed, host_key, parse
from allegations.models import Source

MOST = 8


def hosts_of(exchange: Exchange) -> list[str]:
    """The keys of the hosts that were asked, in their order, and of the one that would have been the next."""
    hosts = [host_key(hop.url) for hop in exchange.hops]
    if exchange.hops and (location := exchange.hops[-1].location):
        policy = address_policy()
        with suppress(UrlRefused):
            hosts.append(followed(parse(exchange.final_url, policy), location, policy).host_key)
    return hosts


def remembered(source: Source, exchange: Exchange, besides: Collection[str]) -> dict[str, Any]:
    """What is remembered of these hosts: at most `MOST`. Where a check failed, those of earlier ones stay.

    `besides` are the hosts that other questions about the link led to.
    """
    earlier = source.memory.get("met", ()) if exchange.failure else ()
    met = dict.fromkeys((*hosts_of(exchange), *besides, *earlier))
    return {"met": [host for host in met if host and host != source.host.key][:MOST]}


def likely_hosts(sources: Iterable[Source]) -> set[str]:
    """The hosts that checks of these links are likely to come to besides their own."""
    likely: set[str] = set()
    for source in sources:
        likely.update(source.memory.get("met", ()))
        if told_at := oembed_url(source.canonical_url):
            likely.add(host_key(told_at))
    return likely
