"""What platforms say of things that were removed."""

import doctest

import pytest

from allegations.links import platforms, providers
from allegations.links.judgement import Kind, Klass, Known
from allegations.links.providers import oembed_url, wants_oembed
from allegations.links.verdicts import judge

from .webpages import STORY, copy_of, exchange, paragraphs, site_page

YOUTUBE = "https://www.youtube.com/watch?v=x"


def playable(status: str, reason: str) -> str:
    data = f'{{"playabilityStatus":{{"status":"{status}","reason":"{reason}"}}}}'
    return f"<title>A video - YouTube</title><script>var ytInitialPlayerResponse = {data};</script>"


def test_examples_in_the_module_hold():
    assert doctest.testmod(providers).failed == 0


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (YOUTUBE, playable("ERROR", "This video has been removed by the uploader")),
        ("https://youtu.be/x", playable("ERROR", "Vidéo non disponible")),
        ("https://m.youtube.com/watch?v=x", "<title>YouTube</title><h1>This video isn’t available any more</h1>"),
        ("https://vimeo.com/1", "<title>VimeUhOh</title><h1>Sorry, we couldn’t find that page</h1>"),
        ("https://x.com/a/status/1", "<title>X</title><p>Hmm...this page doesn’t exist. Try searching."),
        ("https://twitter.com/a/status/1", "<title>X</title><p>This Tweet was deleted by the Tweet author."),
        ("https://www.facebook.com/a/posts/1", "<title>Facebook</title><p>This content isn't available right now"),
        ("https://www.instagram.com/p/x/", "<title>Instagram</title><p>Sorry, this page isn't available."),
        ("https://www.tiktok.com/@a/video/1", "<title>TikTok</title><p>Video currently unavailable"),
        ("https://drive.google.com/file/d/x", "<title>Drive</title>Sorry, the file you have requested does not exist."),
    ],
)
def test_something_removed_is_a_loss_that_wants_repeating(url, body):
    found = judge(exchange(body, hops=(url,)), Known("A video"))

    assert (found.verdict, found.klass, found.kinds) == ("GONE_CONTENT", Klass.SOFT_GONE, {Kind.PROVIDER})


@pytest.mark.parametrize(
    ("url", "body", "verdict"),
    [
        (YOUTUBE, playable("LOGIN_REQUIRED", "This is a private video"), "BLOCKED_LOGIN"),
        (YOUTUBE, playable("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"), "BLOCKED_CHALLENGE"),
        (YOUTUBE, playable("UNPLAYABLE", "The uploader has not made this available in your country"), "BLOCKED_GEO"),
        (YOUTUBE, playable("OK", "in every country") + paragraphs(1), "OK"),
        (
            "https://player.vimeo.com/video/1",
            "<p>Because of its privacy settings, this cannot be played",
            "BLOCKED_LOGIN",
        ),
        ("https://docs.google.com/document/d/x", "<title>Google Docs</title><p>You need access", "BLOCKED_LOGIN"),
    ],
)
def test_what_is_not_for_everyone_is_not_gone(url, body, verdict):
    assert judge(exchange(body, hops=(url,))).verdict == verdict


def test_the_same_words_elsewhere_are_no_platforms():
    body = "<title>X</title><p>This content isn't available right now, said the ministry."

    assert judge(exchange(body)).verdict == "OK"


def test_a_page_of_a_platform_with_much_to_say_is_alive():
    body = site_page("A post", paragraphs(1) + "<p>This content isn't available right now")

    assert judge(exchange(body, hops=("https://www.facebook.com/a/posts/1",))).verdict == "OK"


def test_every_platform_is_found_by_its_sites():
    assert len(platforms.BY_SITE) == sum(len(platform.sites) for platform in platforms.PLATFORMS)
    for platform in platforms.PLATFORMS:
        assert platform.removed
        assert not [phrase for phrase in (*platform.removed, *platform.private) if phrase != phrase.lower()]
        assert not [phrase for phrase in (*platform.removed, *platform.private) if "’" in phrase]


def test_a_platform_is_asked_where_its_page_shows_nothing():
    shell = judge(exchange("<title>X</title><div id=root></div><script></script>", hops=("https://x.com/a/status/1",)))

    assert wants_oembed(shell, "https://x.com/a/status/1") == oembed_url("https://x.com/a/status/1")
    assert wants_oembed(shell, STORY) is None
    assert wants_oembed(judge(exchange(site_page("A", paragraphs(1)))), "https://x.com/a/status/1") is None


@pytest.mark.parametrize(
    ("status", "verdict"), [(404, "GONE_CONTENT"), (410, "GONE_CONTENT"), (200, "NEEDS_JS"), (401, "NEEDS_JS"),
                            (429, "NEEDS_JS"), (500, "NEEDS_JS"), (None, "NEEDS_JS")]
)  # fmt: skip
def test_only_a_platforms_no_says_more(status, verdict):
    shell = exchange("<title>X</title><div id=root></div><script></script>", hops=("https://x.com/a/status/1",))
    answer = exchange("{}", status, hops=(oembed_url("https://x.com/a/status/1"),))

    assert judge(shell, None, None, answer).verdict == verdict


def test_a_page_like_our_copy_is_there_whatever_oembed_says():
    page = site_page("A video", paragraphs(1))
    answer = exchange("", 404, hops=(oembed_url(YOUTUBE),))

    assert judge(exchange(page, hops=(YOUTUBE,)), copy_of(page), None, answer).verdict == "OK"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (YOUTUBE, True), ("https://m.youtube.com/watch?list=a&v=x", True), ("https://youtu.be/x", True),
        ("https://www.youtube.com/shorts/x", True), ("https://www.youtube.com/@candidate", False),
        ("https://www.youtube.com/channel/x", False), ("https://www.youtube.com/", False),
        ("https://x.com/candidate/status/1", True), ("https://x.com/candidate", False),
        ("https://vimeo.com/1", False), ("https://soundcloud.com/a/b", False), (STORY, False),
    ],
)  # fmt: skip
def test_only_of_a_video_or_a_post_is_asked_and_where_private_is_not_called_missing(url, told):
    assert (oembed_url(url) is not None) == told


def test_what_a_platform_itself_calls_private_is_not_gone_whatever_oembed_says():
    private = exchange(playable("LOGIN_REQUIRED", "This is a private video"), hops=(YOUTUBE,))
    judged = judge(private, None, None, exchange("", 404, hops=(oembed_url(YOUTUBE),)))

    assert (judged.verdict, judged.klass) == ("BLOCKED_LOGIN", Klass.BLOCKED)
    assert wants_oembed(judge(private), YOUTUBE) is None
