"""Pages that say in any language that they are not there, and pages that only seem to."""

import doctest

import pytest

from allegations.links import moves, notfound, phrases
from allegations.links.judgement import Kind, Klass, Known
from allegations.links.verdicts import judge, wants_probe

from .webpages import MENU, STORY, copy_of, exchange, paragraphs, site_page

SAID = {
    "en": ("Page not found", "Sorry, the page you are looking for does not exist or has moved."),
    "fr": ("Page introuvable", "Désolé, la page que vous recherchez n’existe pas ou a été déplacée."),
    "es": ("Página no encontrada", "Lo sentimos, la página que busca no existe o ha cambiado de lugar."),
    "ar": ("الصفحة غير موجودة", "عذرا، الصفحة التي تبحث عنها غير موجودة أو تم نقلها"),
    "zh": ("页面不存在", "抱歉，您访问的页面不存在或已被删除。"),
    "zh-hant": ("找不到頁面", "抱歉，您要找的頁面已經不在了。"),
    "de": ("Seite nicht gefunden", "Die gesuchte Seite wurde leider verschoben oder gelöscht."),
    "it": ("Pagina non trovata", "Spiacenti, la pagina che stai cercando non esiste più."),
    "pt": ("Página não encontrada", "Desculpe, a página que você procura não existe."),
    "ru": ("Страница не найдена", "К сожалению, запрашиваемая страница была удалена."),
    "tr": ("Sayfa bulunamadı", "Üzgünüz, aradığınız sayfa taşınmış veya silinmiş olabilir."),
    "ja": ("ページが見つかりません", "お探しのページは移動したか削除されました。"),
    "ko": ("페이지를 찾을 수 없습니다", "요청하신 페이지가 삭제되었거나 이동되었습니다."),
}


def test_examples_in_the_modules_hold():
    assert not any(doctest.testmod(module).failed for module in (moves, notfound, phrases))


@pytest.mark.parametrize("title", [title for title, _ in SAID.values()], ids=SAID)
@pytest.mark.parametrize("form", ["{}", "{} | The Herald", "The Herald - {}", "404 – {}", "{}!"])
def test_a_title_says_so(form, title):
    found = judge(exchange(f"<title>{form.format(title)}</title>{MENU}<p>The Herald"))

    assert (found.verdict, found.kinds) == ("SOFT_GONE", {Kind.TITLE})


@pytest.mark.parametrize("sentence", [sentence for _, sentence in SAID.values()], ids=SAID)
def test_a_sentence_says_so_within_the_frame_of_the_site(sentence):
    found = judge(exchange(site_page("The Herald", f"<h2>{sentence}</h2>")))

    assert (found.verdict, found.kinds) == ("SOFT_GONE", {Kind.PHRASE})


@pytest.mark.parametrize("title", ["404", "Error 404", "404 - Not Found", "HTTP 404", "Oops!", "Not Found", "410 Gone"])
def test_a_title_of_few_letters_says_so(title):
    assert judge(exchange(f"<title>{title}</title><p>x")).kinds == {Kind.TITLE}


def test_a_title_that_is_nothing_else_says_so_whatever_is_on_the_page():
    assert judge(exchange(site_page("Page not found", paragraphs(1)))).kinds == {Kind.TITLE}


@pytest.mark.parametrize(
    "title",
    [
        "Missing millions not found, says the auditor",
        "404 Media sues the ministry",
        "Evidence no longer available to the court",
        "Le ministre n’est plus disponible pour la presse",
        "El dinero no encontrado",
        "Пропавшие миллионы не найдены",
        "Page not found in the minister’s diary",
    ],
)
def test_an_article_with_such_words_in_its_title_is_alive(title):
    assert judge(exchange(site_page(title, paragraphs(1)))).verdict == "OK"


def test_an_article_that_quotes_such_a_sentence_is_alive():
    body = paragraphs(1) + "<p>“Sorry, the page you are looking for does not exist”, it said."

    assert judge(exchange(site_page("Ministry deletes its pages", body))).verdict == "OK"


@pytest.mark.parametrize("place", ["404", "error.html", "errors/", "page-not-found", "not-found", "erreur.php"])
def test_being_sent_to_a_page_for_errors_is_a_signal(place):
    found = judge(exchange(site_page("The Herald", paragraphs(1)), hops=(STORY, f"https://news.example/{place}")))

    assert (found.verdict, found.kinds) == ("SOFT_GONE", {Kind.PATH})


def test_a_page_that_was_asked_for_under_such_an_address_is_alive():
    assert judge(exchange(site_page("Errors", paragraphs(1)), hops=("https://news.example/errors/",))).verdict == "OK"


@pytest.mark.parametrize(
    ("asked", "final", "signal"),
    [
        ("https://news.example/story", "https://news.example/", True),
        ("https://news.example/story", "https://www.news.example/index.html", True),
        ("https://news.example/story", "https://news.example/fr", True),
        ("https://news.example/?p=12", "https://news.example/", True),
        ("https://news.example/story", "https://other.example/", True),
        ("https://news.example/story", "https://news.example/?utm_source=old&error=404", True),
        ("https://news.example/story", "https://news.example/ok", False),
        ("https://news.example/story", "https://news.example/?p=12", False),
        ("https://news.example/en/", "https://news.example/", False),
        ("http://news.example/", "https://news.example/", False),
        ("https://bit.ly/3x", "https://news.example/", False),
        ("https://doi.org/10.1/x", "https://news.example/", False),
    ],
)
def test_being_sent_to_the_front_page_is_a_signal(asked, final, signal):
    found = judge(exchange(site_page("Home", paragraphs(1)), hops=(asked, final)))

    assert (Kind.ROOT in found.kinds) is signal


def test_a_site_that_gives_all_its_pages_one_title_hides_no_loss():
    story = "<title>The Herald</title>" + paragraphs(1)
    front = "<title>The Herald</title><h3>Headline</h3>"
    missing = "<title>The Herald</title><h1>Page not found</h1>"
    root = (STORY, "https://news.example/")

    assert judge(exchange(front, hops=root), copy_of(story)).verdict == "SOFT_GONE"
    assert judge(exchange(missing), copy_of(story)).verdict == "SOFT_GONE"
    assert judge(exchange(story, hops=root), copy_of(story)).verdict == "MOVED_PERM"


# Every address shows the same


SHELL = site_page("The Herald", paragraphs(7))
PAGE = site_page("Minister charged", paragraphs(1))


def test_a_page_like_that_of_an_impossible_address_and_unlike_our_copy_is_gone():
    found = judge(exchange(SHELL), copy_of(PAGE), exchange(SHELL))

    assert (found.verdict, found.kinds) == ("SOFT_GONE", {Kind.PROBE, Kind.UNLIKE})


def test_a_page_like_that_of_an_impossible_address_is_alive_while_it_is_like_our_copy_or_none_is_known():
    assert judge(exchange(SHELL), copy_of(SHELL), exchange(SHELL)).verdict == "OK"
    assert judge(exchange(SHELL), None, exchange(SHELL)).verdict == "OK"


def test_a_page_unlike_that_of_an_impossible_address_is_alive():
    missing = exchange(site_page("Page not found", "<h1>Page not found</h1>"), 404)

    assert judge(exchange(SHELL), copy_of(PAGE), missing).verdict == "OK"
    assert judge(exchange(PAGE), copy_of(PAGE), missing).verdict == "OK"


def test_a_front_page_that_is_shown_for_every_address_is_alive_however_it_changes():
    found = judge(exchange(SHELL, hops=("https://news.example/",)), copy_of(PAGE), exchange(SHELL))

    assert found.verdict == "OK"


def test_a_failed_question_for_an_impossible_address_says_nothing():
    body = "<title>Page not found</title>"
    late = exchange(body, None)

    assert judge(exchange(body), None, late).kinds == {Kind.TITLE}


def test_pages_without_prose_are_compared_by_all_their_words():
    body = "<title>Page not found</title><h1>Page not found</h1>"
    other = f"<title>Page not found</title>{'<td>Cell of a table that is long</td>' * 9}<td>1<td>2<td>3"

    assert Kind.PROBE in judge(exchange(body), None, exchange(body)).kinds
    assert Kind.PROBE not in judge(exchange(other), None, exchange(body)).kinds


def test_a_probe_is_wanted_where_it_would_say_more():
    said, unlike = judge(exchange("<title>404</title>")), judge(exchange(SHELL), copy_of(PAGE))
    answered = judge(exchange("<title>404</title>"), None, exchange("<title>404</title>"))

    assert (wants_probe(said), wants_probe(unlike), wants_probe(answered)) == (True, True, False)
    for quiet in (judge(exchange(PAGE), copy_of(PAGE)), judge(exchange(PAGE)), judge(exchange("", 404))):
        assert not wants_probe(quiet)


def test_a_soft_loss_is_of_its_own_class():
    assert judge(exchange("<title>404</title>"), Known("Story")).klass is Klass.SOFT_GONE
