"""What platforms for videos, posts and files say of something that was removed or is not for everyone.

They answer with a good status whatever became of it. Their own words on their own pages are a signal of its own kind:
repeated over days it is enough. Where a page needs scripts, its platform’s oEmbed address tells the same.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from allegations.links.exchange import Exchange
from allegations.links.judgement import ALIKE, SHORT_TEXT, Case, Judgement, Kind, conclude
from allegations.links.moves import host_of
from allegations.links.phrases import found
from allegations.links.platforms import BY_SITE, YOUTUBE, Platform
from allegations.links.urls import site

REMOVED = frozenset({404, 410})
# What a platform shows in place of a video or a post to visitors without scripts, consent or an account.
UNSEEN = frozenset({"NEEDS_JS", "CONSENT_WALL", "BLOCKED_CHALLENGE", "BLOCKED_LOGIN", "GONE_CONTENT", "SOFT_GONE"})
# The state of a video in the data of its page, with the reason beside it.
PLAYABILITY = re.compile(r'"playabilitystatus"\s{0,3}:\s{0,3}\{\s{0,3}"status"\s{0,3}:\s{0,3}"(\w{1,30})"')
REASON_LENGTH = 1000


def removed(case: Case) -> Judgement | None:
    """The platform says that what was here was removed, or is not for everyone."""
    platform = _platform_of(case.exchange.final_url)
    if platform is None:
        return None
    if platform is YOUTUBE and (judged := _playability(case)):
        return judged
    if case.page.says(SHORT_TEXT):
        return None
    said = f"{case.page.folded_title} {case.page.text}"
    if phrase := found(platform.removed, said):
        return _gone(platform, phrase)
    return _private(platform, phrase) if (phrase := found(platform.private, said)) else None


def oembed_url(url: str) -> str | None:
    """Return where the platform of a video or a post tells whether it still has it; None where it does not.

    >>> oembed_url("https://x.com/a/status/1")
    'https://publish.twitter.com/oembed?url=https%3A%2F%2Fx.com%2Fa%2Fstatus%2F1'
    >>> oembed_url("https://x.com/a") is None
    True
    """
    platform = _platform_of(url)
    told = platform is not None and platform.embeds is not None and platform.embeds.search(url)
    return f"{platform.oembed}{quote(url, safe='')}" if platform and told else None


def wants_oembed(judgement: Judgement, url: str) -> str | None:
    """Return the oEmbed address that would say more of what was judged so, or None.

    Where the page of the platform itself says that it does not show this to everyone, nothing says more.
    """
    return oembed_url(url) if judgement.verdict in UNSEEN and Kind.WITHHELD not in judgement.kinds else None


def by_oembed(judged: Judgement, oembed: Exchange) -> Judgement:
    """Return the judgement once the platform’s oEmbed address was asked too: only its “no” says something more."""
    platform = _platform_of(oembed.url)
    refuses = oembed.failure is None and oembed.status in REMOVED
    if platform is None or not refuses or (judged.similarity or 0.0) >= ALIKE or Kind.WITHHELD in judged.kinds:
        return judged
    return _gone(platform, f"oEmbed {oembed.status}")


def _platform_of(url: str) -> Platform | None:
    return BY_SITE.get(site(host_of(url)))


def _playability(case: Case) -> Judgement | None:
    status = PLAYABILITY.search(case.page.markup)
    if status is None or status[1] == "ok":
        return None
    reason = case.page.markup[status.end() : status.end() + REASON_LENGTH].replace("’", "'")
    if "not a bot" in reason:
        return conclude("BLOCKED_CHALLENGE", "A gatekeeper asks whether we are a robot (YouTube).")
    if phrase := found(YOUTUBE.private, reason):
        return _private(YOUTUBE, phrase)
    if "country" in reason:
        return conclude("BLOCKED_GEO", "YouTube withholds the video where we ask from.")
    return _gone(YOUTUBE, found(YOUTUBE.removed, reason) or status[1]) if status[1] == "error" else None


def _gone(platform: Platform, phrase: str) -> Judgement:
    words = f"{platform.name} says that what was here is not there any more (“{phrase}”)."
    return conclude("GONE_CONTENT", words, kinds=frozenset({Kind.PROVIDER}))


def _private(platform: Platform, phrase: str) -> Judgement:
    words = f"{platform.name} does not show this to everyone (“{phrase}”)."
    return conclude("BLOCKED_LOGIN", words, kinds=frozenset({Kind.WITHHELD}))
