"""What stands between a visitor and a page that is there: logins, consent, borders, payment, scripts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from allegations.links.judgement import SHORT_TEXT, Case, Judgement, conclude
from allegations.links.moves import asked_url
from allegations.links.pages import Page
from allegations.links.phrases import found, parts

TINY_TEXT = 60
SMALL_TEXT = 300
SOME_TEXT = 500
LONG_CONSENT = 3600
LOGIN_PATH = re.compile(
    r"/(?:log-?[io]n|log_in|sign-?in|sign_in|sso|auth|oauth2?|authorize|authwall|accounts?|session|sessions|wp-login\.php"
    r"|connexion|acceder|acceso|iniciar-sesion|inicio-sesion|sesion|anmelden|entrar|accedi|giris"
    r"|saml2?|idp|cas)(?:[/.;_-]|\Z)"
)
LOGIN_HOST = re.compile(r"(?:login|signin|sso|auth|accounts?|id|idp|oauth)\.|.*\.(?:okta|auth0|onelogin)\.com\Z")
COMES_BACK = re.compile(
    r"(?:\A|&)(?:next|return|returnurl|return_?to|return_url|redirect|redirect_?to|redirect_?ur[il]|continue|goto|url"
    r"|service|destination|dest|ref|from|target|back|came_from|samlrequest)="
)
LOGIN_TITLES = (
    "log in", "login", "sign in", "sign-in", "log on", "connexion", "se connecter", "connectez-vous",
    "iniciar sesión", "inicia sesión", "inicio de sesión", "acceder", "anmelden", "einloggen", "accedi", "entrar",
    "войти", "вход", "giriş", "تسجيل الدخول", "登录", "登入", "ログイン", "로그인", "inloggen", "zaloguj",
)  # fmt: skip
LOGIN_TEXTS = (
    "log in to continue", "sign in to continue", "must log in", "must be logged in", "need to log in",
    "please log in", "please sign in", "log in to view", "sign in to view", "sign in to read", "log in to read",
    "connectez-vous pour", "veuillez vous connecter", "inicia sesión para", "debe iniciar sesión",
    "bitte melden sie sich an", "faça login", "войдите, чтобы", "يرجى تسجيل الدخول", "请先登录", "請先登入",
)  # fmt: skip
CONSENT_HOST = re.compile(r"(?:consent|guce|cookiewall|myprivacy|privacy-gate|cmp)\.")
CONSENT_PATH = re.compile(
    r"/(?:consent|collectconsent|cookie-?wall|cookie-?consent|gdpr|dsgvo|privacy-gate|zustimmung)(?:[/.]|\Z)"
)
CONSENT_TITLES = (
    "before you continue", "avant d'accéder", "avant de continuer", "antes de continuar", "bevor sie fortfahren",
    "cookie consent", "privacy consent", "your privacy choices", "we value your privacy", "gestion du consentement",
)  # fmt: skip
CONSENT_TEXTS = (
    "we value your privacy", "your privacy is important", "before you continue to", "we and our partners",
    "our partners store", "accept all", "reject all", "accept cookies", "manage options", "manage preferences",
    "cookie settings", "we use cookies", "give your consent", "part of the yahoo family",
    "nous et nos partenaires", "nos partenaires et nous", "tout accepter", "tout refuser", "continuer sans accepter",
    "respect de votre vie privée", "gérer mes choix", "accepter et continuer",
    "nosotros y nuestros socios", "aceptar todo", "aceptar y continuar", "rechazar todo", "valoramos su privacidad",
    "wir und unsere partner", "alle akzeptieren", "akzeptieren und weiter", "alle ablehnen", "mit werbung",
    "noi e i nostri partner", "accetta tutto", "aceitar tudo", "wij en onze partners", "alles accepteren",
)  # fmt: skip
# Words of sentences that ask for consent; what is left without them is the page’s own.
CONSENT_WORDS = (
    "cookie", "consent", "privacy", "partner", "personal data", "personalis", "personaliz", "advertis", "vie privée",
    "données", "socios", "privacidad", "publicidad", "datenschutz", "zustimm", "einwillig", "werbung", "pubblicit",
    "dati personali", "dados pessoais", "subscri", "abonn",
)  # fmt: skip
GEO_TEXTS = (
    "not available in your country", "not available in your region", "not available in your location",
    "not available in your area", "unavailable in your region", "unavailable in your country",
    "unavailable in your location", "unavailable due to legal reasons", "not accessible from your country",
    "not available to visitors from", "from your country is not allowed", "blocked in your country",
    "from a country belonging to the european economic area", "unavailable in most european countries",
    "n'est pas disponible dans votre pays", "n'est pas disponible dans votre région", "depuis votre pays",
    "no está disponible en su país", "no está disponible en tu país", "no está disponible en su región",
    "no está disponible en tu región", "in ihrem land nicht verfügbar", "in deinem land nicht verfügbar",
    "non è disponibile nel tuo paese", "não está disponível no seu país", "недоступен в вашей стране",
    "недоступна в вашем регионе", "недоступен в вашем регионе", "ülkenizde kullanılam", "غير متاح في بلدك",
    "غير متوفر في بلدك", "غير متاحة في بلدك", "غير متاح في منطقتك", "您所在的地区", "您所在的国家", "您所在的國家",
)  # fmt: skip
PAYWALL = re.compile(
    r"isaccessibleforfree[\\\"']{0,2}\s{0,9}(?::|content\s{0,9}=)\s{0,9}[\\\"']{0,2}(?:https?://schema\.org/)?false"
    r"|content=[\"']false[\"']\s{1,9}itemprop=[\"']isaccessibleforfree"
    r"|article:content_tier[\"']?\s{1,9}content\s{0,9}=\s{0,9}[\"']?(?:locked|metered)"
)
SCRIPT_TEXTS = (
    "enable javascript", "javascript is disabled", "javascript is required", "requires javascript",
    "javascript enabled", "turn on javascript", "activate javascript", "activer javascript",
    "javascript est désactivé", "habilitar javascript", "active javascript", "habilita javascript",
    "javascript aktivieren", "включите javascript", "javascript'i", "启用javascript", "启用 javascript",
    "تفعيل javascript", "abilita javascript", "ative o javascript",
)  # fmt: skip
REFRESH = re.compile(r"<meta\b[^<>]{0,99}http-equiv\s{0,9}=\s{0,9}[\"']?refresh[^<>]{0,99}url\s{0,9}=")


def login(case: Case) -> Judgement | None:
    """A form to sign in stands in place of the page."""
    page = case.page
    if page.says(SHORT_TEXT) or case.looks_same:
        return None
    titled = found(LOGIN_TITLES, page.folded_title)
    form = page.asks_password and (titled or found(LOGIN_TEXTS, page.text))
    sent = _sent_to_login(case) and (page.asks_password or titled or _comes_back(case))
    if not (form or sent or _only_login(case)):
        return None
    return conclude("BLOCKED_LOGIN", "The server shows a login form instead of the page.")


def consent(case: Case) -> Judgement | None:
    """The visitor is asked for consent before the page is shown."""
    page, host, path = case.page, *_sent_to(case)
    if host and CONSENT_HOST.match(host):
        return conclude("CONSENT_WALL", f"The server asks for consent at {host} before it shows the page.")
    named = CONSENT_PATH.search(path) or found(CONSENT_TITLES, page.folded_title)
    if _left_without_consent(page) >= (LONG_CONSENT if named else SOME_TEXT) or page.says(LONG_CONSENT):
        return None
    said = [phrase for phrase in CONSENT_TEXTS if phrase in page.text]
    if CONSENT_PATH.search(path) or len(said) + bool(named) > 1:
        words = f" (“{said[0]}”)" if said else ""
        return conclude("CONSENT_WALL", f"The server asks for consent before it shows the page{words}.")
    return None


def abroad(case: Case) -> Judgement | None:
    """The page is withheld from visitors of the country that we ask from."""
    if case.page.says(SHORT_TEXT):
        return None
    phrase = found(GEO_TEXTS, case.page.text)
    return conclude("BLOCKED_GEO", f"The page is withheld where we ask from (“{phrase}”).") if phrase else None


def needs_script(case: Case) -> Judgement | None:
    """Nothing is there until scripts have run."""
    page = case.page
    if not page.is_html or page.says(SMALL_TEXT) or len(page.text) >= SMALL_TEXT or case.looks_same:
        return None
    if (len(page.text) < TINY_TEXT and "<script" in page.markup) or found(SCRIPT_TEXTS, page.text):
        return conclude("NEEDS_JS", "The page is empty without its scripts.")
    if len(page.text) < TINY_TEXT and REFRESH.search(page.markup):
        return conclude("NEEDS_JS", "The page only sends visitors on, in a way that only browsers follow.")
    return None


def paywall(case: Case) -> Judgement | None:
    """The publisher marks the page as one to be paid for."""
    markup = case.page.markup
    marked = "isaccessibleforfree" in markup or "article:content_tier" in markup
    if marked and PAYWALL.search(markup):
        return conclude("PAYWALLED", "The publisher marks the page as behind a paywall.")
    return None


def _sent_to(case: Case) -> tuple[str, str]:
    """Return host and path that the visitor was sent to in place of what was asked for; nothing where nowhere."""
    asked_for, ended_at = asked_url(case.exchange), case.exchange.final_url
    if asked_for == ended_at:
        return "", ""
    asked, final = urlsplit(asked_for), urlsplit(ended_at)
    if (asked.hostname, asked.path) == (final.hostname, final.path):
        return "", ""
    return (final.hostname or "") if asked.hostname != final.hostname else "", final.path.lower()


def _sent_to_login(case: Case) -> bool:
    host, path = _sent_to(case)
    return bool(LOGIN_HOST.match(host) or LOGIN_PATH.search(path))


def _only_login(case: Case) -> bool:
    """Tell whether the page says next to nothing, under a title of a login; many ask for a name first."""
    page = case.page
    titled = any(part in LOGIN_TITLES for part in parts(page.folded_title))
    bare = titled and not page.says(SMALL_TEXT) and len(page.text) < SMALL_TEXT
    return bare and not LOGIN_PATH.search(urlsplit(asked_url(case.exchange)).path.lower())


def _comes_back(case: Case) -> bool:
    return bool(COMES_BACK.search(urlsplit(case.exchange.final_url).query.lower()))


def _left_without_consent(page: Page) -> int:
    """Return how much the page says of anything but consent; prose of its own makes it no wall."""
    own = about_consent = 0
    for block in page.blocks:
        if found(CONSENT_WORDS, block):
            about_consent += len(block)
            continue
        own += len(block)
        if own >= SMALL_TEXT:
            return LONG_CONSENT
    return len(page.text) - about_consent
