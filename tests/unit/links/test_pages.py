"""What a page says, whatever its markup is like."""

import doctest
import time

import pytest

from allegations.links import markup, pages
from allegations.links.judgement import SHORT_TEXT, Case, Known
from allegations.links.pages import LONGEST_TEXT, LONGEST_TITLE, Page, read_page, title_of
from allegations.links.sketch import likeness
from allegations.links.verdicts import judge

from .webpages import FOOTER, LONG, OLD_MENU, SENTENCE, copy_of, exchange, paragraphs, site_page


def similarity(known: str, came: str) -> float | None:
    return Case(exchange(came), read_page(exchange(came)), copy_of(known)).similarity


def test_examples_in_the_module_hold():
    assert doctest.testmod(pages).failed == 0


def test_a_page_is_read_as_a_visitor_sees_it():
    page = read_page(
        exchange(
            "<!-- <title>no</title> --><TITLE>Caf&eacute;\n news</TITLE><script>var a='<p>hidden'</script>"
            "<p>1 < 2 &amp; <b>bold</b><style>p{}</style><input type=password>"
        )
    )

    assert (page.title, page.text, page.asks_password) == ("Café news", "1 < 2 & bold", True)
    assert title_of(exchange("<p>none</p>")) is None
    assert read_page(exchange("<p>shown</p><script>var hidden='page not found'")).text == "shown"
    assert len(page.text) < SHORT_TEXT


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one<p>two", "one two"),
        ("wo<b>r</b>d <i>and</i> word", "word and word"),
        ("a<script>no</script>b", "a b"),
        ("a<!-->b", "ab"),
        ("a<!-- no -- > no -->b", "ab"),
        ("a<!-- never closed", "a"),
        ("a<STYLE>no</style >b", "a b"),
        ("a<template>no</template>b<textarea>no</textarea>c", "a b c"),
        ("a < b > c", "a < b > c"),
        ("a<p never closed", "a"),
        ("<a href=1>one</a> <a href=2>two</a>", "one two"),
        ("a&nbsp;&lt;b&gt;&#65;&#x42;&eacute;&unknown; &", "a <b>abé&unknown; &"),
        ("&#99999999999999999999999;", "&#99999999999999999999999;"),
        ("it’s", "it's"),
        ("<title>no</title>İSTANBUL <b>I</b>", "istanbul i"),
        ("<nav>menu</nav>text", "menu text"),
    ],
)
def test_the_visible_text_of(markup, text):
    assert read_page(exchange(markup)).text == text


def test_a_number_that_python_would_refuse_is_no_letter():
    found = judge(exchange(f"<title>a &#{'9' * 5000};</title>{LONG}"))

    assert found.verdict == "OK"


def test_a_place_in_lower_case_is_the_same_place_in_the_page():
    page = read_page(exchange(f"<p>{'İ' * 50}</p><title>İstanbul’da yargılama</title>"))

    assert page.title == "Istanbul’da yargılama"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title>One</title><title>Two</title>", "One"),
        ("<title></title><title>Two</title>", "Two"),
        ("<title lang=en>One", "One"),
        ("<svg><title>Icon</title></svg>", "Icon"),
        ("<title", ""),
        ("<title>" + "x" * 9999, "x" * (LONGEST_TITLE - 1)),
        ("<title>" + "x" * 9999 + "</title>", "x" * LONGEST_TITLE),
    ],
)
def test_the_title_of(markup, title):
    assert read_page(exchange(markup)).title == title


@pytest.mark.parametrize(
    ("markup", "asks"),
    [
        ("<input type=password>", True),
        ("<INPUT name=p TYPE = 'password'>", True),
        ("<p>a password<input type=text>", False),
        ("<input name=password type=text>", False),
    ],
)
def test_a_field_for_a_password(markup, asks):
    assert read_page(exchange(markup)).asks_password is asks


@pytest.mark.parametrize(
    ("content_type", "body", "title"),
    [
        ("text/html", "<title>T</title>", "T"),
        ("application/xhtml+xml", "<title>T</title>", "T"),
        ("", "<title>T</title>", "T"),
        ("application/pdf", "<title>T</title>", ""),
        ("text/html", "%PDF-1.7 <title>T</title>", ""),
        ("application/json", "<title>T</title>", ""),
    ],
)
def test_only_pages_are_read(content_type, body, title):
    page = read_page(exchange(body, headers={"content-type": content_type}))

    assert (page.title, page.is_html) == (title, bool(title))


def test_plain_text_is_read_as_it_stands():
    page = read_page(exchange(f"{SENTENCE}\n\n<b>{SENTENCE}", headers={"content-type": "text/plain"}))

    assert (len(list(page.blocks)), page.title, page.is_html) == (2, "", False)
    assert "<b>" in page.text


def test_a_title_and_a_text_hold_no_nul():
    page = read_page(exchange("<title>Min\0ister</title><p>char\0ged</p>"))
    assert (page.title, page.text) == ("Min\ufffdister", "char\ufffdged")


def test_prose_is_what_a_page_says_without_what_stands_around_it():
    page = read_page(exchange(site_page("Story", f"<p>{SENTENCE}</p><p>Too short for prose.</p>")))

    assert list(page.blocks) == [SENTENCE.strip().lower()]
    assert "section number 3" in page.text


@pytest.mark.parametrize("around", ["nav", "aside", "footer"])
@pytest.mark.parametrize("markup", ["<{0}>{1}<p>{2}</p>", "<p>{2}</p></{0}>", "<{0}>{1}</{0}><p>{2}</p><{0}>{1}</{0}>"])
def test_a_frame_that_is_never_closed_hides_nothing(around, markup):
    page = read_page(exchange(markup.format(around, "<b>x</b>", SENTENCE)))

    assert SENTENCE.strip().lower() in page.blocks


def test_what_stands_around_is_left_out_with_all_that_is_in_it():
    inside = f"<p>{SENTENCE}</p><nav>Menu</nav><p>{SENTENCE}</p>"
    page = read_page(
        exchange(f"<aside>{inside}</aside><p>Not {SENTENCE}</p><footer>{'<p>x</p>' * 2000}{SENTENCE}</footer>")
    )

    assert list(page.blocks) == [f"not {SENTENCE}".strip().lower()]


def test_of_a_menu_that_is_opened_twice_and_closed_once_the_inner_one_is_left_out():
    page = read_page(exchange(f"<nav><p>{SENTENCE}</p><nav><p>Menu: {SENTENCE}</p></nav>"))

    assert list(page.blocks) == [SENTENCE.strip().lower()]


def test_no_word_is_cut_where_a_piece_of_markup_ends():
    page = read_page(exchange(f"<p>{'wo<b>r</b>d ' * 700}</p>" * 3))

    assert set(page.text.split()) == {"word"}


def test_the_same_page_is_alike_and_another_of_its_site_is_not():
    story, other = (site_page(f"Story {seed}", paragraphs(seed)) for seed in (1, 2))
    front = site_page("Home", "".join(f"<h3><a href=/{n}>Headline of the day {n}</a></h3>" for n in range(40)))

    assert similarity(story, story) == 1.0
    assert similarity(story, other) < 0.2
    assert similarity(story, front) < 0.6


@pytest.mark.parametrize("menu", [OLD_MENU, "<ul>" + "<li>Menu</li>" * 90 + "</ul>"])
def test_a_menu_shared_by_all_pages_makes_them_no_more_alike(menu):
    pair = [site_page(f"Story {seed}", paragraphs(seed, 2), menu) for seed in (1, 2)]

    assert similarity(*pair) < 0.2


@pytest.mark.parametrize(("rewritten", "alike"), [(0, True), (1, True), (3, True), (8, False), (12, False)])
def test_how_much_may_be_rewritten(rewritten, alike):
    old, new = paragraphs(1), paragraphs(2)
    lines = new.splitlines()[:rewritten] + old.splitlines()[rewritten:]
    found = similarity(site_page("S", old), site_page("S", "\n".join(lines)))

    assert (found >= 0.6) is alike


def test_what_is_added_at_the_end_of_a_long_page_changes_nothing():
    old = paragraphs(1, 20)

    assert similarity(site_page("S", old), site_page("S", old + paragraphs(2, 20))) == 1.0


def test_without_prose_on_one_side_titles_are_compared():
    story, table = site_page("Docket of the court", paragraphs(1)), site_page("Docket of the court", "<td>1<td>2")

    assert similarity(table, story) == similarity(story, table) == similarity(table, table) == 1.0
    assert similarity(table, site_page("Garden tips", "<td>1")) < 0.6
    assert Case(exchange(table), read_page(exchange(table)), Known()).similarity is None


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        (
            "部长昨天在法庭上否认了所有关于公共合同的指控，他的律师说没有任何证据。",
            "花园里的玫瑰需要在春天修剪，并且每周至少浇水两次才能开花。",
        ),
        (
            "大臣は昨日の法廷で公共契約に関するすべての疑惑を否定し、証拠がないと述べた。",
            "庭のバラは春に剪定し、週に二回は水をやる必要があります。",
        ),
        (
            "รัฐมนตรีปฏิเสธข้อกล่าวหาทั้งหมดเกี่ยวกับสัญญาสาธารณะในศาลเมื่อวานนี้",
            "กุหลาบในสวนต้องตัดแต่งในฤดูใบไม้ผลิและรดน้ำสัปดาห์ละสองครั้ง",
        ),
        (
            "نفى الوزير أمام المحكمة أمس جميع الاتهامات المتعلقة بالعقود العامة وقال محاميه",
            "تحتاج الورود في الحديقة إلى التقليم في الربيع والري مرتين في الأسبوع على الأقل",
        ),
        (
            "Министр вчера отрицал в суде все обвинения по делу о государственных контрактах",
            "Розы в саду нужно обрезать весной и поливать не реже двух раз в неделю летом",
        ),
    ],
)
def test_prose_in_any_script_is_compared(sentence, other):
    story, again, garden = (f"<p>{text}</p>" for text in (sentence * 4, sentence * 4, other * 4))

    assert similarity(story, again) == 1.0
    assert similarity(story, garden) < 0.2
    assert likeness(copy_of(story).sketch, copy_of(f"<p>{sentence * 4}</p>").sketch) == 1.0


def test_only_the_first_of_a_long_page_is_read():
    page = Page("<p>word " * 100_000, is_html=True)

    assert len(page.text) <= LONGEST_TEXT


HOSTILE = [
    "<", "<!--", "<a ", "<script>", "</", "<title>", "&", "&#", "&#9", "&amp", "<p>", "page not found ", "\x00", "<<>",
    "<!-->", "<input ", "<input password", "<nav>", "</nav>", "<nav></aside>", "</a> <a", "</a> . . . <a x", "的",
    "的 ", "İ", "<title>x</title>", "<script></script>", "<a href='" + "x" * 9999 + "'>", "<div " * 5 + ">",
    " - ", "casino ", "isaccessibleforfree", "<meta http-equiv=refresh ", '"playabilitystatus" : {', "cookie ", "<b>",
    "<nav><aside>", "<nav><aside></aside>", "<nav>" + "x" * 4000, "<nav>" + "x" * 4000 + "</nav>", "<!--><b>",
    "<footer></nav>" + "x" * 4000, "<title></title>",
    "&abcdefghijklmnopqrstuv", "a" * 500_000, "<p " + "a" * 400_000, "<!--" + "-" * 400_000,
]  # fmt: skip


@pytest.mark.parametrize("markup", HOSTILE, ids=lambda markup: repr(markup[:24]))
@pytest.mark.parametrize("title", ["", "<title>404</title>"])
def test_hostile_markup_takes_no_longer_than_its_length(markup, title):
    """Half a megabyte of each is judged in a pass or two; a quadratic reader would take minutes."""
    body = (title + markup * (500_000 // len(markup)))[:500_000]
    before = time.process_time()
    judge(exchange(body), Known("Story", "0" * 64, (1, 2, 3)))

    assert time.process_time() - before < 2


def test_an_attribute_with_words_is_no_text():
    assert not list(read_page(exchange(f'<p title="{SENTENCE}">x</p>{FOOTER}')).blocks)


STORY_PAGE = site_page("Story", paragraphs(1, 30))


def unread(*_):
    raise AssertionError("This need not be read.")


def test_of_the_same_bytes_nothing_is_read(monkeypatch):
    known = copy_of(STORY_PAGE, "1" * 64)
    monkeypatch.setattr(markup, "_shown", unread)

    assert judge(exchange(STORY_PAGE), known).changed is False


def test_a_page_is_sketched_once_it_is_to_be_remembered(monkeypatch):
    known = copy_of(STORY_PAGE, "1" * 64)
    with monkeypatch.context() as patched:
        patched.setattr(pages, "sketched", unread)
        found = judge(exchange(STORY_PAGE))

    assert found.known(exchange(STORY_PAGE)) == known


def test_a_long_page_is_read_no_further_than_its_first_words(monkeypatch):
    known = copy_of(STORY_PAGE)
    monkeypatch.setattr(Page, "text", property(unread))
    far = STORY_PAGE.replace("</main>", "<p>x</p>" * 50_000 + "</main>")
    monkeypatch.setattr(markup, "TAG", Counting(markup.TAG))

    assert judge(exchange(far), known).similarity == 1.0
    assert markup.TAG.read < 5 * markup.PIECE


class Counting:
    """A pattern that counts the characters it was given."""

    def __init__(self, pattern):
        self.pattern, self.read = pattern, 0

    def sub(self, into, text):
        self.read += len(text)
        return self.pattern.sub(into, text)
