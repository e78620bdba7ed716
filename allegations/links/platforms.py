"""Platforms for videos, posts and files, and what their pages say of things that are not there; in lower case."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Platform:
    """A platform: its sites, what its pages say of things removed and of private ones, and its oEmbed address.

    That address is asked of addresses in which `embeds` is found, and only of platforms that refuse what is private by
    another status than what is not there (YouTube, X: 401, 403). Vimeo says 404 of both, and each says it of channels.
    """

    name: str
    sites: tuple[str, ...]
    removed: tuple[str, ...]
    private: tuple[str, ...] = ()
    oembed: str = ""
    embeds: re.Pattern[str] | None = None


YOUTUBE = Platform(
    "YouTube",
    ("youtube.com", "youtu.be", "youtube-nocookie.com"),
    removed=(
        "video unavailable", "this video isn't available", "video is no longer available", "video has been removed",
        "video is unavailable", "account has been terminated", "channel does not exist", "this channel isn't available",
        "cette vidéo n'est plus disponible", "vidéo non disponible", "este video ya no está disponible",
        "video no disponible", "dieses video ist nicht mehr verfügbar", "video nicht verfügbar", "видео недоступно",
        "هذا الفيديو غير متوفر", "الفيديو غير متاح",
    ),
    private=("private video", "vidéo privée", "video privado", "sign in to confirm your age"),
    oembed="https://www.youtube.com/oembed?format=json&url=",
    embeds=re.compile(r"youtu\.be/[\w-]+|/watch\?(?:[^#]*&)?v=[\w-]|/(?:shorts|live|embed)/[\w-]"),
)  # fmt: skip
PLATFORMS = (
    YOUTUBE,
    Platform(
        "Vimeo",
        ("vimeo.com",),
        removed=(
            "this video does not exist", "video not found", "couldn't find that page", "video has been deleted",
            "vimeuhoh",
        ),
        private=("because of its privacy settings", "this is a private video", "this video is private"),
    ),
    Platform(
        "X",
        ("twitter.com", "x.com"),
        removed=(
            "this account doesn't exist", "account suspended", "this post is unavailable", "this tweet is unavailable",
            "this post was deleted", "this tweet was deleted", "page doesn't exist", "page does not exist",
            "account that no longer exists", "from a suspended account", "account has been withheld",
            "cette page n'existe pas", "este post no está disponible", "esta página no existe",
        ),
        private=("these posts are protected", "these tweets are protected"),
        oembed="https://publish.twitter.com/oembed?url=",
        embeds=re.compile(r"/status(?:es)?/\d"),
    ),
    Platform(
        "Facebook",
        ("facebook.com", "fb.watch", "fb.com"),
        removed=(
            "this content isn't available", "content isn't available right now", "this page isn't available",
            "link you followed may be broken", "video isn't available anymore", "this video is no longer available",
            "content not found", "ce contenu n'est pas disponible", "este contenido no está disponible",
            "dieser inhalt ist momentan nicht verfügbar", "هذا المحتوى غير متوفر", "المحتوى غير متاح",
        ),
    ),
    Platform(
        "Instagram",
        ("instagram.com",),
        removed=("sorry, this page isn't available", "post isn't available", "profile isn't available"),
    ),
    Platform(
        "TikTok",
        ("tiktok.com",),
        removed=("video currently unavailable", "couldn't find this account", "video is unavailable"),
        private=("this account is private",),
    ),
    Platform(
        "Dailymotion",
        ("dailymotion.com", "dai.ly"),
        removed=(
            "video has been deleted", "video deleted", "content is no longer available", "video not found",
        ),
        private=("video is private", "private video"),
    ),
    Platform(
        "SoundCloud",
        ("soundcloud.com",),
        removed=("can't find that track", "can't find that user"),
    ),
    Platform(
        "Reddit",
        ("reddit.com", "redd.it"),
        removed=(
            "this post was deleted", "post has been removed by", "community has been banned", "removed by reddit",
            "nobody on reddit goes by that name",
        ),
        private=("this is a private community",),
    ),
    Platform("Telegram", ("t.me", "telegram.me"), removed=("post not found", "channel can't be displayed")),
    Platform(
        "LinkedIn",
        ("linkedin.com",),
        removed=("this page doesn't exist", "this post cannot be displayed", "profile not found"),
    ),
    Platform(
        "Medium",
        ("medium.com",),
        removed=(
            "user deactivated or deleted their account", "author deleted this", "this story is unavailable",
            "out of nothing, something", "story is under investigation",
        ),
    ),
    Platform(
        "Google Drive",
        ("google.com",),
        removed=(
            "file you have requested does not exist", "file is in the owner's trash", "file is in owner's trash",
            "violation of our terms of service",
        ),
        private=("you need access", "request access", "you need permission"),
    ),
    Platform(
        "Dropbox",
        ("dropbox.com",),
        removed=("item was deleted", "file was deleted", "has been deleted or moved", "folder has been deleted"),
    ),
    Platform(
        "Scribd",
        ("scribd.com",),
        removed=("document is no longer available", "document has been removed", "this document was deleted"),
    ),
    Platform(
        "Blogger",
        ("blogspot.com", "blogger.com"),
        removed=("blog has been removed", "has been removed. this address is not", "blog not found"),
        private=("open to invited readers only",),
    ),
    Platform(
        "WordPress.com",
        ("wordpress.com",),
        removed=(
            "authors have deleted this site", "wordpress.com is no longer available", "has been archived or suspended",
        ),
        private=("site is marked private", "is a private site"),
    ),
    Platform(
        "Internet Archive",
        ("archive.org",),
        removed=("item is no longer available", "item is not available due to", "this item has been removed"),
    ),
)  # fmt: skip
BY_SITE = {name: platform for platform in PLATFORMS for name in platform.sites}
