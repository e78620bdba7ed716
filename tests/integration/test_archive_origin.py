"""Copies have an origin of their own: whoever has leave gets them, as what does no harm, and nothing else is there."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from allegations.actions.links.store import archive
from allegations.codes import LinkState
from allegations.models import StoredFile
from allegations.views import archive_origin
from allegations.views.archive_origin import Ticket
from allegations.workflow import Role
from candidates.models import Candidate
from tests import factories

pytestmark = pytest.mark.django_db

SITE, COPIES = "vetting.example", "copies.example:8443"
HTML = b"<!doctype html><title>A story</title><p>It is said that \xe9"


@pytest.fixture(autouse=True)
def origins(settings):
    settings.ALLOWED_HOSTS = [SITE]
    settings.ARCHIVE_ORIGIN = f"https://{COPIES}"
    settings.DEMO = False


@pytest.fixture
def source(candidacy):
    return factories.allegation(candidacy.candidate).citations.get().source


@pytest.fixture
def capture(source):
    return kept(source, HTML, media_type="text/html; charset=ISO-8859-1")


def kept(source, body, **kwargs):
    """A copy whose bytes lie in the archive."""
    copy = factories.capture(source, body, **kwargs)
    archive().put(copy.file.key, BytesIO(body))
    return copy


def leave(capture, shown=True, reviewer=None):
    return Ticket(capture.pk, shown, f"https://{SITE}", reviewer).address.removeprefix(f"https://{COPIES}")


def get(client, path, *, dest="iframe", host=COPIES, method="get", **headers):
    """Ask as a browser does; `body` of the answer is all that it holds."""
    answer = getattr(client, method)(path, secure=True, headers={"host": host, "sec-fetch-dest": dest, **headers})
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def test_a_page_is_shown_in_a_frame_and_can_do_nothing_there(client, capture):
    answer = get(client, leave(capture))

    assert (answer.status_code, answer.body.decode()) == (200, HTML.decode("latin-1"))
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "sandbox": "", "default-src": "'none'", "img-src": "data:", "style-src": "'unsafe-inline'",
        "form-action": "'none'", "base-uri": "'none'", "frame-ancestors": f"https://{SITE}",
    }  # fmt: skip
    assert {name: answer.headers[name] for name in archive_origin.ALWAYS} == archive_origin.ALWAYS
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("dest", ["document", "embed", "script", "empty", "image", "object", "serviceworker", ""])
def test_a_page_is_refused_outside_its_frame(client, capture, dest):
    answer = get(client, leave(capture), dest=dest)

    assert answer.status_code == 403
    assert b"in its frame" in answer.body
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_nothing_becomes_a_service_worker(client, capture):
    assert (
        get(client, leave(capture, shown=False), dest="serviceworker", **{"service-worker": "script"}).status_code
        == 403
    )


TYPES = {
    "image/png": ("image/png", "png"),
    "IMAGE/JPEG; x": ("image/jpeg", "jpg"),
    "text/html": ("text/html; charset=utf-8", "html.txt"),
    "Text/HTML;charset=<b>": ("text/html; charset=utf-8", "html.txt"),
    "image/svg+xml": (None, "svg.txt"),
    "application/xhtml+xml": (None, "bin"),
    "text/xml": (None, "bin"),
    "application/pdf": (None, "pdf"),
    "text/plain": (None, "txt"),
    "application/javascript": (None, "bin"),
    "multipart/x-mixed-replace": (None, "bin"),
    "": (None, "bin"),
}


@pytest.mark.parametrize("said", TYPES)
def test_only_pages_and_pictures_are_shown_and_all_else_is_a_download(client, source, said):
    shown_as, ending = TYPES[said]
    copy = kept(source, b"anything", media_type=said)

    shown, loaded = get(client, leave(copy)), get(client, leave(copy, shown=False), dest="document")

    assert (shown.status_code, shown.headers["Content-Type"]) == (
        (200, shown_as) if shown_as else (403, "text/plain; charset=utf-8")
    )
    assert (loaded.status_code, loaded.headers["Content-Type"]) == (200, "application/octet-stream")
    name = f"copy-{copy.captured_at:%Y-%m-%d}-{copy.sha256[:12]}.{ending}"
    assert loaded.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "sandbox" in loaded.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in loaded.headers["Content-Security-Policy"]


def test_no_cookie_is_read_and_none_is_set(client, capture, reviewer):
    client.force_login(reviewer)
    answer = get(client, leave(capture))

    assert answer.status_code == 200
    assert not answer.cookies
    assert "Vary" not in answer.headers
    assert not hasattr(answer.wsgi_request, "session")


def test_a_head_has_no_body_and_a_part_is_not_given(client, capture):
    whole = leave(capture, shown=False)
    head = get(client, whole, method="head")
    part = get(client, whole, range="bytes=0-3")

    assert (head.status_code, head.body, head.headers["Content-Length"]) == (200, b"", str(len(HTML)))
    assert (part.status_code, part.body, part.headers["Accept-Ranges"]) == (200, HTML, "none")
    assert get(client, leave(capture), method="head").body == b""
    assert get(client, whole, method="post").status_code == 405


LEADING = """<!doctype html><LINK
rel=preconnect HREF=//a><link/href=//b><a title="x"href = //c>href</a><svg><a xlink:href=//d></svg>
<iframe src=//e srcdoc="&lt;a href=//f&gt;">x</IFRAME><frame src=//g>
<a><set attributeName="h&#114;ef" to=//h><set
to="//i"ATTRIBUTENAME
=href></a><frameset><p data-hrefs=x>a href: &lt;iframe&gt;"""
LED = """<!doctype html><LINK
rel=preconnect data-href=//a><link/data-href=//b><a title="x"data-href = //c>href</a><svg><a xlink:data-href=//d></svg>
<noframes src=//e srcdoc="&lt;a data-href=//f&gt;">x</noframes><meta src=//g>
<a><set data-attribute="h&#114;ef" to=//h><set
to="//i"data-attribute
=href></a><frameset><p data-hrefs=x>a href: &lt;iframe&gt;"""


@pytest.mark.parametrize(
    ("codec", "label"), [("utf-8", "utf-8"), ("utf-8-sig", "x"), ("utf-16-le", "utf-16le"), ("utf-16", "utf-8")]
)
def test_nothing_in_a_shown_page_leads_on_and_the_download_is_as_it_was(client, source, codec, label):
    copy = kept(source, LEADING.encode(codec), media_type=f"text/html; charset={label}")

    page, download = get(client, leave(copy)), get(client, leave(copy, shown=False), dest="document")

    assert page.body.decode() == LED
    assert download.body == LEADING.encode(codec)


def test_a_page_too_large_for_a_frame_is_a_download(client, source, monkeypatch):
    monkeypatch.setattr(archive_origin, "LARGEST_SHOWN", len(HTML) - 1)
    copy = kept(source, HTML)
    assert get(client, leave(copy)).status_code == 403
    assert get(client, leave(copy, shown=False), dest="document").body == HTML


# Leave


def test_leave_lasts_five_minutes(client, capture, monkeypatch):
    path, now = leave(capture), timezone.now().timestamp()

    monkeypatch.setattr("time.time", lambda: now + archive_origin.VALID_S - 1)
    assert get(client, path).status_code == 200
    monkeypatch.setattr("time.time", lambda: now + archive_origin.VALID_S + 2)
    late = get(client, path)

    assert (late.status_code, b"five minutes" in late.body) == (403, True)
    assert archive_origin.VALID_S <= 300


def test_leave_cannot_be_made_up_or_turned_to_another_use(client, source, capture):
    other = kept(source, b"other")
    value, stamp = Ticket(capture.pk, False, f"https://{SITE}").signed().split(":", 1)
    shown = signing.b64_encode(signing.JSONSerializer().dumps([capture.pk, True, "https://x", None])).decode()
    forged = [
        f"{shown}:{stamp}",
        signing.dumps([other.pk, True, f"https://{SITE}", None], salt="another"),
        value,
        "x",
    ]
    for ticket in forged:
        assert get(client, f"/copies/{ticket}/").status_code == 403, ticket
    assert get(client, f"/copies/{value}:{stamp}/", dest="document").status_code == 200


def test_leave_for_the_public_ends_when_the_source_is_public_no_more(client, capture):
    path = leave(capture)
    Candidate.objects.update(published_at=None, published_by=None)

    answer = get(client, path)

    assert (answer.status_code, HTML in answer.body) == (404, False)


def test_leave_for_a_reviewer_holds_for_a_draft_and_ends_with_the_role(client, reviewer):
    draft = kept(factories.source(), HTML)
    assert get(client, leave(draft)).status_code == 404
    path = leave(draft, reviewer=reviewer.pk)
    assert get(client, path).status_code == 200
    assert get(client, leave(draft, reviewer=factories.person().pk)).status_code == 404

    reviewer.groups.remove(Group.objects.get(name=Role.REVIEWER.value))
    assert get(client, path).status_code == 404
    reviewer.groups.add(Group.objects.get(name=Role.REVIEWER.value))
    reviewer.is_active = False
    reviewer.save()
    assert get(client, path).status_code == 404


def test_a_retired_source_gives_nothing(client, source, capture, reviewer):
    paths = [leave(capture), leave(capture, shown=False), leave(capture, reviewer=reviewer.pk)]
    source.state = LinkState.RETIRED
    source.save()
    assert [get(client, path).status_code for path in paths] == [404] * 3


# What the archive holds


def test_a_file_that_an_audit_found_damaged_is_not_served(client, capture):
    StoredFile.objects.filter(pk=capture.file_id).update(fault="changed", fault_at=timezone.now())
    answer = get(client, leave(capture))
    assert (answer.status_code, HTML in answer.body) == (503, False)


def test_a_flipped_bit_that_no_audit_has_met_is_not_served(client, capture, settings):
    path = settings.ARCHIVE_DIR / capture.file.key
    path.chmod(0o600)
    path.write_bytes(HTML.replace(b"story", b"stori"))
    answer = get(client, leave(capture))
    assert (answer.status_code, b"stori" in answer.body) == (503, False)


def test_a_file_that_is_missing_is_said_to_be(client, capture, settings):
    (settings.ARCHIVE_DIR / capture.file.key).unlink()
    assert get(client, leave(capture)).status_code == 503


# Two origins


def test_the_site_does_not_exist_on_the_origin_of_the_copies(client, source):
    named = [
        reverse(name) for name in ("home", "search", "method", "robots", "sitemap", "live", "ready", "admin:login")
    ]
    for path in [*named, source.get_absolute_url(), "/api/v1/", "/static/css/base.css", "/copies/", "/favicon.ico"]:
        answer = get(client, path)
        assert (answer.status_code, answer.body) == (404, b"There is no such copy.\n"), path
        assert not answer.cookies


def test_copies_do_not_exist_on_the_site(client, capture):
    assert get(client, leave(capture), host=SITE).status_code == 404


@pytest.mark.parametrize(
    "host", ["copies.example", "copies.example:8000", "x.copies.example:8443", "copies.example:8443."]
)
def test_neither_is_found_under_the_name_of_the_copies_at_another_port(client, capture, host):
    for path in (leave(capture), reverse("home")):
        assert get(client, path, host=host).status_code == 400


def test_a_demo_leads_from_the_name_of_the_copies_to_that_of_the_site(client, settings):
    settings.DEMO, settings.ARCHIVE_ORIGIN, settings.ALLOWED_HOSTS = True, "http://localhost:8001", ["localhost"]
    answer = client.get("/search/?q=x", headers={"host": "localhost:8000"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:8000/search/?q=x")


def test_without_an_origin_of_their_own_copies_are_nowhere(client, source, capture, settings):
    path, settings.ARCHIVE_ORIGIN = leave(capture), ""
    for host in (SITE, COPIES, ""):
        assert get(client, path, host=host).status_code in (400, 404)
    page = get(client, capture.get_absolute_url(), host=SITE)
    assert b"<iframe" not in page.content
    assert "frame-src" not in page.headers["Content-Security-Policy"]


# The page about a copy


def test_the_page_of_a_copy_frames_it_and_nothing_else(client, capture):
    answer = get(client, capture.get_absolute_url(), host=SITE)
    page = answer.content.decode()

    assert f'<iframe class="captured" sandbox="" src="https://{COPIES}/copies/' in page
    assert f"frame-src https://{COPIES}" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    other = get(client, capture.source.get_absolute_url(), host=SITE)
    assert "frame-src" not in other.headers["Content-Security-Policy"]


def addresses(answer):
    return [
        answer.context[name].removeprefix(f"https://{COPIES}")
        for name in ("frame", "download")
        if name in answer.context
    ]


def test_the_page_of_a_copy_gives_leave_that_holds(client, capture):
    frame, download = addresses(get(client, capture.get_absolute_url(), host=SITE))
    assert get(client, frame).status_code == 200
    assert get(client, frame, dest="document").status_code == 403
    assert get(client, download, dest="document").headers["Content-Type"] == "application/octet-stream"


def test_a_document_is_a_download_only(client, source):
    copy = kept(source, b"%PDF-1.7", media_type="application/pdf")
    answer = get(client, copy.get_absolute_url(), host=SITE)
    assert b"<iframe" not in answer.body
    assert len(addresses(answer)) == 1


def test_a_reviewer_is_given_leave_for_a_draft_and_others_are_told_nothing(client, reviewer):
    draft = kept(factories.source(title="Draft story"), HTML)
    path = draft.get_absolute_url()
    hidden, missing = get(client, path, host=SITE), get(client, path.replace(f"/{draft.pk}/", "/999999/"), host=SITE)
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert dict(hidden.headers) == dict(missing.headers)

    client.force_login(reviewer)
    answer = get(client, path, host=SITE)
    frame, _ = addresses(answer)

    assert b"Draft." in answer.body
    assert answer.headers["Cache-Control"] == "no-store, private"
    client.logout()
    assert get(client, frame).status_code == 200


@pytest.mark.parametrize("trouble", ["retired", "damaged"])
def test_the_page_of_a_copy_that_is_not_shown_gives_no_leave(client, source, capture, trouble):
    factories.capture_text(capture, "What it said.")
    if trouble == "retired":
        source.state = LinkState.RETIRED
        source.save()
    else:
        StoredFile.objects.filter(pk=capture.file_id).update(fault="changed", fault_at=timezone.now())
    answer = get(client, capture.get_absolute_url(), host=SITE)
    page = answer.content.decode()
    assert addresses(answer) == []
    assert capture.sha256 in page
    assert ("What it said." in page) == (trouble == "damaged")
    assert ("The file is not what was stored." in page) == (trouble == "damaged")
