"""Whether our own network is at fault: then no link's state may advance on what it seemed to see.

A host that was silent already, while others answered, says nothing of our network: only one that answered when it was
last asked, or was never asked, or fell silent since anybody was heard, counts as failing.
One name that leads to a private address is refused by our rules, whatever the weather. Where the names of many hosts
that answered before lead there at once, it is the name server that misleads us: then those are withheld too. No
connection is ever made to what is refused.
The caller keeps a window of recent observations (ten minutes for the whole, an hour for one host), asks `weather`, and
passes each judgement through `withhold` before `states.advance`. A withheld judgement has class OWN_FAULT: it counts no
strike and moves no state, except that a link never checked before is marked “unreachable, first failure”.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from allegations.links.judgement import OF_THE_RESOLVER, Judgement, Klass
from allegations.links.numbers import checked

BOUNDS = {
    "hosts": (2, 1000), "host_share": (0.01, 1), "all_of": (2, 1000), "urls": (2, 1000), "url_share": (0.01, 1),
    "heard": (1, 1000),
}  # fmt: skip
# What came as an answer from the page itself, or from our own rules, holds in any weather.
HOLDS_ANYWAY = frozenset({Klass.ALIVE, Klass.REFUSED, Klass.SKIPPED})


@dataclass(frozen=True)
class Observation:
    """One check of the window: which host and address, which class, and whether it failed before any answer.

    `silent_since` is when the link had begun to fail before any answer, up to the check before this one; None where
    that one answered or there was none. `misled` tells that the name of a host that answered before led to no public
    place.
    """

    host: str
    klass: Klass
    network: bool
    url: str = ""
    silent_since: datetime | None = None
    misled: bool = False

    @property
    def silent(self) -> bool:
        """Tell whether nobody answered who might have."""
        return self.network or self.misled


@dataclass(frozen=True)
class FreezeRules:
    """From how many hosts or addresses on a share of failures says that the fault is not the links’.

    Where fewer hosts are watched, all of at least `all_of` hosts must fail. Once `heard` hosts have answered since a
    link fell silent, its silence is its own.
    """

    hosts: int = 20
    host_share: float = 0.20
    all_of: int = 5
    urls: int = 5
    url_share: float = 0.50
    heard: int = 3

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> FreezeRules:
        """Return the rules with these numbers in place of their own, or raise ValueError with words that name the key.

        >>> FreezeRules.from_mapping({"hosts": 50}).hosts
        50
        """
        return cls(**checked("the freeze of links", given, BOUNDS))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Weather:
    """What a window says: `frozen` for all hosts, `probes` names the hosts with an incident and the one address of
    each whose checks still count. `misled` tells that refused places are part of what froze it."""

    frozen: bool
    reason: str
    probes: dict[str, str]
    misled: bool = False


def heard_since(answers: Iterable[tuple[str, datetime]], rules: FreezeRules | None = None) -> datetime | None:
    """Return the moment since which enough hosts have answered, from (host, moment of an answer), the newest first.

    None where fewer hosts have answered at all.
    """
    rules, hosts = rules or FreezeRules(), set()
    for host, moment in answers:
        hosts.add(host)
        if len(hosts) >= rules.heard:
            return moment
    return None


def weather(window: Iterable[Observation], rules: FreezeRules | None = None, heard: datetime | None = None) -> Weather:
    """Return whether a fault of our own, or of one whole host, lies over this window.

    A host fails when every check of it in the window failed before any answer, or was refused though the host had
    answered before. One whose links all fell silent before
    `heard` (`heard_since`) is left out. Without `heard`, nobody is.
    """
    rules = rules or FreezeRules()
    hosts: defaultdict[str, list[Observation]] = defaultdict(list)
    for seen in window:
        hosts[seen.host].append(seen)
    silent = [of_host for of_host in hosts.values() if all(seen.silent for seen in of_host)]
    telling = [of_host for of_host in silent if any(_tells(seen, heard) for seen in of_host)]
    failing = len(telling)
    asked = len(hosts) - len(silent) + failing
    many = asked >= rules.hosts and failing > rules.host_share * asked
    frozen = many or (asked >= rules.all_of and failing == asked)
    reason = f"{failing} of {asked} hosts failed before any answer"
    probes = {host: min(seen.url for seen in of_host) for host, of_host in hosts.items() if _incident(of_host, rules)}
    misled = sum(any(seen.misled for seen in of_host) for of_host in telling)
    if frozen and misled >= rules.all_of:
        reason += f", {misled} of them as their names led to no public place"
        return Weather(frozen, reason, probes, misled=True)
    return Weather(frozen, reason, probes)


def withhold(judgement: Judgement, host: str, url: str, sky: Weather) -> Judgement:
    """Return the judgement as it may count in this weather; a withheld one keeps its verdict and says why."""
    misled = sky.misled and judgement.verdict in OF_THE_RESOLVER
    if judgement.klass in HOLDS_ANYWAY and not misled:
        return judgement
    if sky.frozen:
        return _withheld(judgement, f"Withheld as a fault of our own: {sky.reason}.")
    if judgement.network and sky.probes.get(host, url) != url:
        why = f"Withheld: most addresses of {host} fail alike, and one stands for them."
        return replace(_withheld(judgement, why), of_host=True)
    return judgement


def _tells(seen: Observation, heard: datetime | None) -> bool:
    """Tell whether this failure may be our network's: the link was not silent before enough others were heard."""
    return heard is None or seen.silent_since is None or seen.silent_since > heard


def _incident(of_host: list[Observation], rules: FreezeRules) -> bool:
    """Tell whether more than the share of a host's addresses failed before any answer."""
    urls = {seen.url for seen in of_host}
    failed = {seen.url for seen in of_host if seen.network}
    return len(urls) >= rules.urls and len(failed) > rules.url_share * len(urls)


def _withheld(judgement: Judgement, why: str) -> Judgement:
    return replace(judgement, klass=Klass.OWN_FAULT, signals=(*judgement.signals, why))
