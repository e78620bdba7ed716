"""What stands before a page that is there: logins, consent, borders, payment, scripts."""

import pytest

from allegations.links.judgement import Klass, Known
from allegations.links.verdicts import judge

from .webpages import LONG, STORY, copy_of, exchange, paragraphs, site_page

FORM = "<form><input name=u><input type=password name=p></form>"
PAGE = site_page("Minister charged with fraud", paragraphs(1))


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("https://news.example/login?next=%2F2020%2Fstory", f"<title>The Herald</title>{FORM}"),
        ("https://news.example/wp-login.php?redirect_to=x", f"<title>Log In</title>{FORM}"),
        ("https://news.example/auth/realms/x?redirect_uri=y", "<title>The Herald</title>Your e-mail address"),
        ("https://login.news.example/?ReturnUrl=x", "<title>Sign in to your account</title>E-mail"),
        ("https://accounts.news.example/signin?continue=x", "<title>Herald</title>E-mail or phone"),
        ("https://news.okta.com/app?SAMLRequest=x", "<title>News - Sign In</title>"),
        ("https://news.example/connexion?redirect=x", f"<title>Connexion</title>{FORM}"),
        ("https://news.example/iniciar-sesion", f"<title>El Heraldo</title>{FORM}"),
    ],
)
def test_being_sent_to_a_login_is_blocked(place, body):
    assert judge(exchange(body, hops=(STORY, place), hop_status=302)).verdict == "BLOCKED_LOGIN"


@pytest.mark.parametrize(
    "body",
    [
        f"<title>Sign in</title>{FORM}",
        f"<title>تسجيل الدخول</title>{FORM}",
        f"<title>登录</title>{FORM}",
        f"<title>Members</title><p>You must be logged in to read this page.</p>{FORM}",
        f"<title>Membres</title><p>Veuillez vous connecter pour lire la suite.</p>{FORM}",
    ],
)
def test_a_login_in_place_of_the_page_is_blocked(body):
    assert judge(exchange(body), Known("Minister charged")).verdict == "BLOCKED_LOGIN"


@pytest.mark.parametrize(
    ("place", "body"),
    [
        (STORY, f"<title>Story</title>{LONG}{FORM}"),
        (STORY, f"<title>Docket</title>{FORM}<td>1<td>2"),
        ("https://news.example/author/jane", PAGE),
        ("https://news.example/accounting/story", PAGE),
        ("https://news.example/login-scandal-of-minister", PAGE),
        ("https://id.news.example/story", PAGE),
        ("https://news.example/auth/story", PAGE),
    ],
)
def test_a_page_with_a_login_beside_it_is_alive(place, body):
    assert judge(exchange(body, hops=(STORY, place), hop_status=302)).klass is Klass.ALIVE


CONSENT = {
    "of a platform": (
        "https://consent.yahoo.com/v2/collectConsent?sessionId=1",
        "<title>Yahoo is part of the Yahoo family of brands</title><button>Accept all</button>",
    ),
    "of a search engine": ("https://consent.google.com/ml?continue=x", "<title>Before you continue to Google</title>"),
    "under a path": ("https://news.example/cookiewall?back=x", "<title>The Herald</title>Cookies"),
    "in place": (
        STORY,
        "<title>Minister charged | The Herald</title><h2>We value your privacy</h2><p>We and our 842 partners store "
        "and access personal data on your device, such as cookies, to show personalised advertising to you.</p>"
        "<button>Accept all</button><button>Manage options</button>",
    ),
    "in French": (
        STORY,
        "<title>Le Héraut</title><p>Nous et nos partenaires stockons des cookies sur votre appareil afin de mesurer "
        "l’audience et la publicité.</p><button>Tout accepter</button><button>Continuer sans accepter</button>",
    ),
    "in German": (
        STORY,
        "<title>Der Herold</title><p>Mit Werbung weiterlesen: wir und unsere Partner verarbeiten Ihre Daten und setzen "
        "Cookies, wenn Sie Ihre Einwilligung geben.</p><button>Akzeptieren und weiter</button>",
    ),
}


@pytest.mark.parametrize(("place", "body"), CONSENT.values(), ids=CONSENT)
def test_a_question_for_consent_is_alive_and_never_the_page(place, body):
    hops = (STORY,) if place == STORY else (STORY, place)
    found = judge(exchange(body, hops=hops, hop_status=302), copy_of(PAGE))

    assert (found.verdict, found.klass, found.shows_page) == ("CONSENT_WALL", Klass.ALIVE, False)
    assert (found.title, found.sketch, found.similarity) == (None, (), None)


BANNER = (
    "<div><h2>We value your privacy</h2><p>We use cookies to improve your visit and to show advertising that may be of "
    "interest.</p><button>Accept all</button><button>Reject all</button></div>"
)


@pytest.mark.parametrize(
    "content",
    [
        paragraphs(1),
        paragraphs(1, 2),
        "<table>" + "<tr><td>12-CV-100<td>Motion filed<td>3 May 2020" * 30 + "</table>",
        "<p>The party’s privacy policy is about consent and cookies, says our partner, and about advertising.</p>" * 5,
    ],
)
def test_a_banner_beside_the_page_is_no_wall(content):
    assert judge(exchange(site_page("Story", content + BANNER))).verdict == "OK"


def test_a_page_on_consent_that_a_story_moved_to_is_alive():
    assert judge(exchange(PAGE, hops=(STORY, "https://news.example/topics/gdpr/"))).verdict == "MOVED_PERM"


def test_an_address_about_consent_that_was_asked_for_is_alive():
    assert judge(exchange(PAGE, hops=("https://consent.example/collect",))).verdict == "OK"


@pytest.mark.parametrize(
    "sentence",
    [
        "This article is not available in your country.",
        "451: Unavailable due to legal reasons. You come from a country belonging to the European Economic Area.",
        "Ce contenu n’est pas disponible dans votre pays.",
        "Este contenido no está disponible en tu región.",
        "Dieser Inhalt ist in Ihrem Land nicht verfügbar.",
        "Контент недоступен в вашей стране.",
        "هذا المحتوى غير متاح في بلدك",
        "您所在的地区无法观看此内容",
        "Bu içerik ülkenizde kullanılamıyor.",
    ],
)
def test_a_page_withheld_where_we_ask_from_is_blocked(sentence):
    assert judge(exchange(f"<title>The Herald</title><p>{sentence}</p>")).verdict == "BLOCKED_GEO"
    assert judge(exchange(f"<title>The Herald</title><p>{sentence}</p>", 403)).verdict == "BLOCKED_GEO"
    assert judge(exchange(f"<title>The Herald</title><p>{sentence}</p>", 451)).verdict == "BLOCKED_LEGAL"
    assert judge(exchange(site_page("Films", paragraphs(1) + sentence))).verdict == "OK"


@pytest.mark.parametrize(
    "mark",
    [
        '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
        '<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>',
        '<script type="application/ld+json">{"isAccessibleForFree" : "http://schema.org/False"}</script>',
        r'<script>var x="{\"isAccessibleForFree\":false}"</script>',
        '<meta itemprop="isAccessibleForFree" content="false">',
        '<meta content="false" itemprop="isAccessibleForFree">',
        '<meta property="article:content_tier" content="metered">',
        '<meta property="article:content_tier" content="locked"/>',
    ],
)
def test_a_paywall_is_alive(mark):
    found = judge(exchange(PAGE + mark), copy_of(PAGE))

    assert (found.verdict, found.klass, found.similarity) == ("PAYWALLED", Klass.ALIVE, 1.0)


def test_a_paywall_stays_one_while_the_bytes_are_the_same():
    body = PAGE + '<meta property="article:content_tier" content="metered">'

    assert judge(exchange(body), copy_of(body, "1" * 64)).verdict == "PAYWALLED"


@pytest.mark.parametrize(
    "mark",
    [
        '<script type="application/ld+json">{"isAccessibleForFree": true}</script>',
        '<meta property="article:content_tier" content="free">',
        "<p>isAccessibleForFree is a word of schema.org, and false is another.",
    ],
)
def test_a_free_page_is_no_paywall(mark):
    assert judge(exchange(PAGE + mark)).verdict == "OK"


@pytest.mark.parametrize(
    "body",
    [
        "<title>App</title><div id=root></div><script src=a.js></script>",
        "<title>App</title><noscript>You need to enable JavaScript to run this app.</noscript>",
        "<title>App</title><p>Veuillez activer JavaScript pour continuer.",
        "<title>App</title><p>请启用JavaScript后继续",
        "<title>App</title><meta http-equiv=refresh content='0;url=/other'>",
    ],
)
def test_a_page_that_is_empty_without_its_scripts_says_nothing(body):
    found = judge(exchange(body))

    assert (found.verdict, found.klass) == ("NEEDS_JS", Klass.SKIPPED)


def test_a_page_that_lost_its_prose_to_scripts_is_not_saved_by_its_title():
    shell = "<title>Minister charged with fraud | The Herald</title><div id=root></div><script src=a.js></script>"

    assert judge(exchange(shell), copy_of(PAGE)).verdict == "NEEDS_JS"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("<title>403 Forbidden</title><h1>Forbidden</h1>", "BLOCKED_FORBIDDEN"),
        ("<title>502 Bad Gateway</title><h1>502</h1>", "SERVER_ERROR"),
        ("<title>Internal Server Error</title>", "SERVER_ERROR"),
        ("<title>429 Too Many Requests</title>", "RATE_LIMITED"),
        ("<title>The Herald</title><p>Nous sommes en cours de maintenance.", "TEMP_UNAVAILABLE"),
        ("<title>Wartungsarbeiten</title><p>Bald zurück.", "TEMP_UNAVAILABLE"),
        ("<title>403 people charged</title>" + LONG, "OK"),
        ("<title>Bridge under maintenance</title>" + LONG, "OK"),
    ],
)
def test_a_refusal_or_a_fault_may_come_with_a_good_status(body, verdict):
    assert judge(exchange(body)).verdict == verdict
