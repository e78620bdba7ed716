"""Short pages that say with a good status that they are refused, limited, withheld or faulty."""

import pytest

from allegations.links.judgement import Klass, Known
from allegations.links.verdicts import judge

from .webpages import exchange, paragraphs, site_page


@pytest.mark.parametrize(
    ("title", "text", "verdict"),
    [
        ("Access Denied", "You don't have permission to access this page. Reference #18.2d4e", "BLOCKED_FORBIDDEN"),
        ("The Herald | Accès refusé", "Référence 18.", "BLOCKED_FORBIDDEN"),
        ("تم رفض الوصول", "رقم المرجع 18", "BLOCKED_FORBIDDEN"),
        ("403 - Forbidden", "nginx", "BLOCKED_FORBIDDEN"),
        ("Too Many Requests", "Try again in a minute.", "RATE_LIMITED"),
        ("451 Unavailable", "Withheld.", "BLOCKED_LEGAL"),
        ("Notice", "This domain has been seized by the Federal Bureau of Investigation.", "BLOCKED_LEGAL"),
        ("Notice", "Access to this website has been blocked by order of the court.", "BLOCKED_LEGAL"),
        ("Доступ ограничен", "Доступ к запрашиваемому ресурсу ограничен.", "BLOCKED_LEGAL"),
        ("502 Bad gateway", "nginx", "SERVER_ERROR"),
        ("The Herald", "The site is down for maintenance.", "TEMP_UNAVAILABLE"),
        ("Log in", "Your e-mail address", "BLOCKED_LOGIN"),
        ("Lütfen bekleyin...", "Tarayıcınız kontrol ediliyor", "BLOCKED_CHALLENGE"),
        ("Story", "We believe you are using automation tools to browse the website.", "BLOCKED_CHALLENGE"),
    ],
)
def test_what_a_short_page_says_of_itself_counts(title, text, verdict):
    judged = judge(exchange(f"<title>{title}</title><p>{text}</p>"))
    assert judged.verdict == verdict
    assert judged.klass is not Klass.GONE


@pytest.mark.parametrize(
    "title",
    [
        "Access denied to observers at polling stations",
        "Too many requests for asylum, says minister",
        "Website seized by police: what we know",
        "Login scandal of a minister",
    ],
)
def test_an_article_about_such_things_is_alive(title):
    assert judge(exchange(site_page(title, paragraphs(1)))).klass is Klass.ALIVE
    assert judge(exchange(f"<title>{title}</title><p>Read the whole story tomorrow.</p>")).klass is Klass.ALIVE


@pytest.mark.parametrize("title", ["Access denied", "Too many requests", "451", "Forbidden | The Herald"])
def test_a_page_that_says_much_else_is_alive_whatever_its_title(title):
    notice = "<p>This domain has been seized, the notice said; access to this website has been blocked.</p>"
    assert judge(exchange(site_page(title, notice + paragraphs(1)))).klass is Klass.ALIVE


def test_a_page_that_always_had_this_title_is_the_page():
    page = "<title>Access denied</title><p>A film by our correspondent.</p>"
    assert judge(exchange(page), Known("Access denied")).klass is Klass.ALIVE
