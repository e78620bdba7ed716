"""Answers that stand in no row of the catalogue, served for real: each has to be told by its class."""

from __future__ import annotations

import gzip
import time

import pytest

from allegations.links.judgement import Klass
from allegations.links.verdicts import judge
from tests.servers.hostile import CHALLENGE, Handler, answer, raw, redirect

from .catalogue import PAGE, STORY_PATH, everybody, page, served
from .webpages import MENU, exchange, paragraphs, site_page

__all__ = ["everybody"]


def said(title: str, text: str, status: int = 200, **headers: str) -> dict[str, Handler]:
    return page(f"<!doctype html><title>{title}</title><p>{text}</p>", status, **headers)


def sent(head: bytes, body: bytes = PAGE.encode()) -> dict[str, Handler]:
    return {STORY_PATH: raw(head + b"\r\n\r\n" + body)}


CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked"
CHUNKS = b"%x\r\n%s\r\n0\r\nx-sum: 1\r\n\r\n" % (len(PAGE.encode()), PAGE.encode())
PACKED = gzip.compress(PAGE.encode())
HTML = "HTTP/{} 200 OK\r\ncontent-type: text/html"

MISSING = {
    "ar": "عفوا، هذا الرابط لم يعد موجودا",
    "bg": "Страницата не е намерена",
    "bn": "পেজটি পাওয়া যায়নি",
    "cs": "Požadovaná stránka neexistuje",
    "da": "Siden blev ikke fundet",
    "de": "Diese Seite gibt es leider nicht mehr.",
    "de2": "Die aufgerufene Seite wurde leider nicht gefunden.",
    "el": "Η σελίδα δεν υπάρχει",
    "en": "This page no longer exists.",
    "en2": "The article you requested does not exist.",
    "en3": "Whoops! This story has been deleted or moved.",
    "es": "Lo sentimos, la página a la que intenta acceder no existe.",
    "es2": "El contenido que busca ya no está.",
    "fa": "متاسفانه صفحه‌ای که به دنبال آن هستید وجود ندارد",
    "fi": "Etsimääsi sivua ei löytynyt",
    "fr": "La page que vous avez demandée n’existe pas.",
    "fr2": "Désolé, cet article n’existe plus.",
    "he": "הדף המבוקש",
    "hi": "क्षमा करें, पेज नहीं मिला",
    "hr": "Stranica nije pronađena",
    "hu": "Az oldal nem található",
    "id": "Maaf, halaman yang Anda tuju tidak ada.",
    "it": "Ops! La pagina che hai richiesto non esiste.",
    "ja": "指定されたページは存在しないか、移動した可能性があります。",
    "ko": "존재하지 않는 페이지입니다.",
    "mk": "Страницата не постои",
    "nl": "Deze pagina bestaat niet meer.",
    "no": "Siden finnes ikke",
    "pl": "Strona o podanym adresie nie istnieje",
    "pt": "Ops! Página não localizada.",
    "ro": "Pagina căutată nu mai există",
    "ru": "Такой страницы на нашем сайте нет.",
    "ru2": "Запрашиваемой вами страницы не существует",
    "sk": "Stránka sa nenašla",
    "sr": "Страница није пронађена",
    "sv": "Sidan finns inte längre.",
    "sw": "Ukurasa haupatikani",
    "th": "ไม่พบหน้าที่คุณต้องการ",
    "tr": "Üzgünüz, aradığınız içerik kaldırılmış.",
    "uk": "На жаль, такої сторінки не існує.",
    "ur": "صفحہ موجود نہیں",
    "vi": "Trang này không tồn tại",
    "zh": "抱歉，你访问的页面不见了",
    "zh2": "该文章不存在或已被删除",
    "zh-hant": "您所瀏覽的網頁不存在",
}
NOBODYS = {
    "Apache": ("Apache2 Ubuntu Default Page: It works", "This is the default welcome page." + "Configuration. " * 200),
    "nginx": ("Welcome to nginx!", "If you see this page, the nginx web server is successfully installed and working."),
    "IIS": ("IIS Windows Server", "<img src=iisstart.png>"),
    "Plesk": ("Web Server's Default Page", "You see this page because there is no Web site at this address."),
    "cPanel": ("Default Web Site Page", "If you are the owner of this website, please contact your hosting provider."),
    "suspended": ("Account Suspended", "This Account has been suspended."),
    "Heroku": ("No such app", "There's nothing here, yet."),
    "GitHub": ("Site not found &middot; GitHub Pages", "There isn't a GitHub Pages site here."),
    "WordPress": ("WordPress &rsaquo; Installation", "The famous five-minute WordPress installation process!"),
    "first post": ("My Blog", "Welcome to WordPress. This is your first post. Edit or delete it, then start writing!"),
    "new domain": ("news.example", "Future home of something quite cool."),
}
EXPIRED = {
    "renew": "This domain name has expired. If you are the owner, renew it now.",
    "pending": "NOTICE: This domain name expired on 1 October and is pending renewal or deletion.",
    "backorder": "This domain name expired last week. Backorder this domain.",
    "registrar": "This domain has been registered with a registrar. It is currently parked by the owner.",
    "links": "Related searches <script src=https://www.google.com/adsense/domains/caf.js></script>",
    "French": "Ce nom de domaine a expiré. Renouveler ce domaine.",
    "German": "Die Domain ist abgelaufen. Domain verlängern",
    "Chinese": "此域名已过期，请域名续费",
}
TOLD = {
    **{f"soft 404 in {language}": ("SOFT_GONE", said("The Herald", text)) for language, text in MISSING.items()},
    **{f"nobody’s: {whose}": ("SOFT_GONE", said(*words)) for whose, words in NOBODYS.items()},
    **{f"expired domain: {how}": ("USURPED", said("news.example", words)) for how, words in EXPIRED.items()},
}
CASES = {
    **{
        f"status {status}": (verdict, said(str(status), "x", status))
        for verdict, statuses in {
            "BLOCKED_OTHER": (400, 405, 406, 409, 413, 414, 418, 421, 422, 423, 425, 426, 428, 431, 440, 444, 494, 499),
            "BLOCKED_PAYMENT": (402,),
            "BLOCKED_AUTH": (407,),
            "SERVER_ERROR": (408, 501, 503, 505, 507, 508, 509, 510, 529, 530, 598, 599, 600),
            "BLOCKED_FORBIDDEN": (999,),
            "TEMP_UNAVAILABLE": (202,),
            "OWN_FAULT": (511,),
            "PROTOCOL": (300, 301, 304, 305, 306),
            "OK": (201, 203, 226),
        }.items()
        for status in statuses
    },
    "404 in plain text": ("GONE_404", page("not found", 404, content_type="text/plain")),
    "404 in plain text with 200": ("SOFT_GONE", page("404 page not found\n", content_type="text/plain")),
    "500 that says not found": ("SERVER_ERROR", said("Page not found", "Page not found", 500)),
    "503 of a gatekeeper": ("BLOCKED_CHALLENGE", page(CHALLENGE, 503, retry_after="60")),
    "captcha in French": ("BLOCKED_CHALLENGE", said("Contrôle", "Confirmez que vous n’êtes pas un robot.", 403)),
    "captcha in Spanish": ("BLOCKED_CHALLENGE", said("Verificación", "Confirma que no eres un robot.", 403)),
    "DataDome": ("BLOCKED_CHALLENGE", page("<p>Please enable JS</p>", 403, x_datadome="protected")),
    "script that sends on": ("NEEDS_JS", page("<script>location.replace('https://other.example/')</script>")),
    "meta refresh": ("NEEDS_JS", page("<meta http-equiv=refresh content='0; url=/login?next=/x'>")),
    "page that refreshes itself": ("OK", page("<meta http-equiv=refresh content=300>" + PAGE)),
    "domain in a frame": ("OK", page("<title>x</title><frameset rows='100%,*'><frame src=https://other.example/>")),
    "feed": ("OK", page("<rss><channel><title>News</title></channel></rss>", content_type="application/rss+xml")),
    "canonical elsewhere": ("OK", page(PAGE, link='<https://other.example/x>; rel="canonical"')),
    "refresh in the head": ("EMPTY", page("", refresh="0; url=/new")),
    "comment only": ("EMPTY", page("<!-- nothing -->")),
    "blanks": ("EMPTY", page(" \n\t\r\n ")),
    "mark only": ("EMPTY", page(b"\xef\xbb\xbf")),
    "gzip of nothing": ("EMPTY", page(gzip.compress(b""), content_encoding="gzip")),
    "gzip twice": ("UNREADABLE", page(gzip.compress(PACKED), content_encoding="gzip, gzip")),
    "not gzip, named so": ("UNREADABLE", page(PAGE, content_encoding="gzip")),
    "zstd": ("UNREADABLE", page(b"\x28\xb5\x2f\xfd", content_encoding="zstd")),
    "HTTP/1.0": ("OK", sent(HTML.format("1.0").encode())),
    "no reason in the first line": ("OK", sent(b"HTTP/1.1 200\r\ncontent-type: text/html")),
    "lines without CR": ("OK", {STORY_PATH: raw(b"HTTP/1.1 200 OK\ncontent-type: text/html\n\n" + PAGE.encode())}),
    "no type": ("OK", sent(b"HTTP/1.1 200 OK")),
    "chunks with a trailer": ("OK", sent(CHUNKED, CHUNKS)),
    "chunks that are none": ("CUT_SHORT", sent(CHUNKED, b"zz\r\nhello\r\n")),
    "chunks that break off": ("CUT_SHORT", sent(CHUNKED, b"ff\r\nhello")),
    "no HTTP": ("PROTOCOL", {STORY_PATH: raw(PAGE.encode())}),
    "half a head": ("CONNECT_RESET", {STORY_PATH: raw(b"HTTP/1.1 200 OK\r\ncontent-ty")}),
    "redirect without a place": ("PROTOCOL", {STORY_PATH: answer(302, "moved")}),
    "redirect to itself": ("REDIRECT_LOOP", {STORY_PATH: redirect(STORY_PATH)}),
}  # fmt: skip
MISLABELLED = {
    "UTF-8 called Latin-1": ("Página no encontrada", "utf-8", "text/html; charset=iso-8859-1"),
    "Latin-1 called UTF-8": ("Página no encontrada", "latin-1", "text/html; charset=utf-8"),
    "UTF-8 called windows-1251": ("Страница не найдена", "utf-8", "text/html; charset=windows-1251"),
    "UTF-16 with a mark": ("Page not found", "utf-16", "text/html"),
    "UTF-16 by its label": ("Page not found", "utf-16-le", "text/html; charset=utf-16le"),
    "UTF-16 without a word": ("Page not found", "utf-16-le", "text/html"),
    "UTF-16 of the other order": ("Page not found", "utf-16-be", "text/html"),
    "a charset nobody knows": ("Page not found", "utf-8", "text/html; charset=utf-7"),
}
LANGUAGED = {
    "ru": ("Страница не найдена", "cp1251"), "ar": ("الصفحة غير موجودة", "cp1256"), "zh": ("页面不存在", "gb18030"),
    "ja": ("ページが見つかりません", "shift_jis"), "ko": ("페이지를 찾을 수 없습니다", "euc-kr"),
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("verdict", "routes"), CASES.values(), ids=CASES)
def test_an_answer_is_told_by_its_class(verdict, routes, scheme):
    with served(scheme, routes) as site:
        _, judged = site.check(site.url(), None)

    assert judged.verdict == verdict, judged.signals


@pytest.mark.parametrize(("verdict", "routes"), TOLD.values(), ids=TOLD)
def test_a_page_that_says_what_became_of_it_is_told_in_its_language(verdict, routes):
    with served("http", routes) as site:
        assert site.check(site.url(), None)[1].verdict == verdict


@pytest.mark.parametrize(("title", "codec", "content_type"), MISLABELLED.values(), ids=MISLABELLED)
def test_a_wrong_word_on_its_letters_hides_no_loss(title, codec, content_type):
    body = f"<!doctype html><title>{title}</title><p>x".encode(codec)
    with served("http", page(body, content_type=content_type)) as site:
        assert site.check(site.url(), None)[1].verdict == "SOFT_GONE"


@pytest.mark.parametrize("language", LANGUAGED)
def test_a_page_that_is_wrongly_called_utf_8_is_read_as_its_language_was_written(language):
    title, codec = LANGUAGED[language]
    body = f"<!doctype html><html lang={language}><title>{title}</title><p>x".encode(codec)
    with served("http", page(body)) as site:
        assert site.check(site.url(), None)[1].verdict == "SOFT_GONE"


FALSE_FRIENDS = [
    "The domain has been registered in Panama by the minister, it was heard.",
    "The witness said that the evidence does not exist.",
    "Hier entsteht eine neue Schule, sagte die Ministerin.",
    "The document that you requested is attached below.",
    "His licence recently expired and is pending renewal, so he was told to renew it now.",
    "The company is registered at 5 High Street; its car is currently parked outside.",
    "El ministro dijo que la prueba no existe.",
    "Le ministre a été supprimé de la liste.",
    "Материалы дела удалены из реестра.",
    "该记录已由法院确认。",
    "It works! the inventor said of the machine.",
    "This content isn't available right now, said the ministry.",
]


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_a_short_page_that_says_such_things_of_others_is_alive(text):
    with served("http", page(site_page("In brief", f"<p>{text}"))) as site:
        assert site.check(site.url(), None)[1].verdict == "OK"


@pytest.mark.parametrize("text", [*MISSING.values(), *EXPIRED.values(), *(words for _, words in NOBODYS.values())])
def test_an_article_that_quotes_such_words_is_alive(text):
    with served("http", page(site_page("Court hears the case", f"{paragraphs(1)}<p>“{text}”, it said."))) as site:
        assert site.check(site.url(), None)[1].klass is Klass.ALIVE


def test_looking_words_up_stays_cheap_on_a_page_of_many_menus():
    shown = exchange(f"<title>The Herald</title>{MENU * 12}")
    judge(shown)
    began = time.process_time()
    for _ in range(20):
        judge(shown)

    assert (time.process_time() - began) / 20 < 0.05
