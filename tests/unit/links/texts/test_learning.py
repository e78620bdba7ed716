"""Lines that change with every visit: what two looks teach, what is left out for it, and what never is."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allegations.links.texts import Asked, Block, Learnt, Level, Text, compare, learn, read, settled, text_sha256
from allegations.links.texts.frames import asked_data, asked_from, reading_data, reading_from
from allegations.links.texts.learning import MOST_LINES
from allegations.links.texts.volatile import LONGEST

from .samples import ARABIC, NEWS

NAMES = ("Tarek Mansouri",)
QUOTE = "the contract was awarded by a committee of five officers"
READERS = ("1,204 people are here", "1,207 people are here")


def text(*lines, kind="paragraph", **more):
    """The story with these lines after its second sentence."""
    story = [Block("paragraph", line) for line in NEWS]
    return Text((*story[:2], *(Block(kind, line) for line in lines), *story[2:]), title="Inquiry", **more)


def learnt(one, other, **more):
    return learn(text(one), text(other), names=NAMES, quotes=(QUOTE,), **more)


def lines_of(lesson):
    return [(place.was, place.became) for place in lesson.places]


# What is learnt


@pytest.mark.parametrize(
    ("one", "other"),
    [
        READERS,
        ("Weather: sunny", "Weather: rain"),
        ("Seats left 12 · Gate B", "Seats left 11 · Gate B"),
        ("Recipes for the weekend", "A walk along the coast"),
        ("Served by web-03 at 14:05:11 in 0.21 s", "Served by web-03 at 14:05:16 in 0.19 s"),
    ],
)
def test_a_short_line_that_says_nothing_is_learnt(one, other):
    lesson = learnt(one, other)

    assert lines_of(lesson) == [((one,), (other,))]
    assert (lesson.places[0].above, lesson.places[0].below) == (NEWS[1][:200], NEWS[2][:200])
    assert lesson.words == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Charged: one general", "Acquitted: one general"),
        ("A court in session", "A court not in session"),
        ("More on Mansouri", "More on the harbour"),
        ("Recipes for spring", "Mr. Tarek in the garden"),
        ("Fine of 200 euros for boats", "Fine of 300 euros for boats"),
        ("Turnout at 12%", "Turnout at 13%"),
        ("Awarded by a committee of five", "Awarded by a board of five"),
        ("He left the hall.", "He left the town."),
        ("He left the hall.”", "He left the town.”"),
        ("Will he stay?", "Will she stay?"),
        ("Новости: сад", "Новости: море"),
        ("Gеneral news of gardens", "Gеneral news of boats"),  # the second letter is Cyrillic
        ("Char\u200bged: one general", "Char\u200bged: two men"),
        ("x" * (LONGEST - 1) + " a", "x" * (LONGEST - 1) + " b"),
    ],
)
def test_a_line_that_may_say_something_is_not_learnt(one, other):
    lesson = learnt(one, other)

    assert lesson.places == ()
    assert lesson.words == "What differed may say something, so that it is compared."


@pytest.mark.parametrize("kind", ["heading", "quote"])
def test_what_a_page_says_in_its_own_name_is_not_learnt(kind):
    assert not learn(text("Gardens in spring", kind=kind), text("Boats in spring", kind=kind)).places


def test_lines_side_by_side_are_one_place_and_all_of_them_have_to_be_harmless():
    lesson = learn(text("Gardens", "12 readers here"), text("Boats", "13 readers here"))

    assert lines_of(lesson) == [(("Gardens", "12 readers here"), ("Boats", "13 readers here"))]
    assert not learn(text("Gardens", "A charge of fraud"), text("Boats", "A fine day")).places


def test_lines_that_come_or_go_are_not_learnt():
    assert not learn(text("Gardens"), text("Gardens", "Boats")).places
    assert not learn(text("Gardens", "Boats"), text("Boats")).places


def test_a_place_that_stands_there_twice_is_not_learnt():
    one, other = (text("Read also", line, "Share", "Read also", "Boats", "Share") for line in ("Gardens", "Roses"))

    assert not learn(one, other).places


def test_in_a_language_whose_words_are_unknown_only_numbers_are_learnt():
    told = [
        "Het openbaar ministerie in de hoofdstad heeft maandag een zaak geopend over de aankoop van schepen",
        "Zijn advocaat zei tegen het persbureau dat alle stukken vorige week aan de rechter zijn gegeven",
        "De zitting wordt in het voorjaar verwacht en het ministerie heeft nog geen vragen beantwoord",
    ]
    pages = [
        tuple(Text(tuple(Block("paragraph", line) for line in [*told[:2], new, *told[2:]])) for new in pair)
        for pair in (("Tuinen in de lente", "Boten in de lente"), ("Lezers: 12", "Lezers: 13"))
    ]

    assert not learn(*pages[0]).places
    assert learn(*pages[1]).places
    assert not learn(*(replace(page, language="nl") for page in (text("Gardens"), text("Boats")))).places


def test_the_telling_words_of_every_language_count():
    story = [Block("paragraph", line) for line in ARABIC]
    one, other = (Text((*story[:2], Block("paragraph", line), *story[2:])) for line in ("أخبار البحر", "تبرئة الجنرال"))

    assert not learn(one, other).places


# Another page teaches nothing


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (Text((Block("paragraph", "Continue to the site after this message. " * 9),), title="Inquiry"), "another page"),
        (replace(text("Boats"), title="Sign in to go on"), "another page"),
        (replace(text("Boats"), language="fr"), "another page"),
        (replace(text("Boats"), free=False), "another page"),
        (replace(text("Boats"), cut=True), "another page"),
        (replace(text("Boats"), pages=2), "Only pages of the web"),
        (Text((Block("paragraph", "Boats"),), title="Inquiry"), "too little text"),
        (Text(), "too little text"),
    ],
)
def test_another_page_teaches_nothing(second, words):
    lesson = learn(replace(text("Gardens"), language="en"), replace(second, language=second.language or "en"))

    assert lesson.places == ()
    assert words in lesson.words


def test_too_many_lines_that_differ_teach_nothing():
    ones, others = ([f"{word} {n}" for n in range(MOST_LINES + 1)] for word in ("Gardens", "Boats"))
    story = [f"{sentence} {n}" for n in range(20) for sentence in NEWS]
    pages = [Text(tuple(Block("paragraph", line) for line in [*story, *lines, NEWS[0]])) for lines in (ones, others)]

    assert learn(*pages).words == "13 lines differed at the second look, too many to learn from."


def test_the_same_page_teaches_nothing():
    assert learn(text("Gardens"), text("Gardens")).words == "Nothing differed but what is left out of every page."
    assert learn(text("3 hours ago"), text("4 hours ago")).words.startswith("Nothing differed")


# What is left out


def after(line, *, one=READERS[0], other=READERS[1], **more):
    """How the story with this line differs from the one of the first look, once the two looks have taught something."""
    volatile = learn(text(one), text(other)).places
    assert volatile
    return compare(text(one), text(line), names=NAMES, quotes=(QUOTE,), volatile=volatile, **more)


def test_what_was_learnt_is_cosmetic_and_says_so():
    change = after("1,950 people are here")

    assert (change.level, change.edits) == (Level.COSMETIC, ())
    assert change.reasons == ("Only lines that change with every visit differ.",)
    assert change.marks == {"volatile"}
    assert change.text_sha256 == text_sha256(text("1,950 people are here"))


@pytest.mark.parametrize(
    "line",
    [
        "1,204 people were killed here",
        "1,204 people are not here",
        "1,204 guilty people are here",
        "Tarek Mansouri and 1,204 people are here",
        "1,204 people are here.",
        "$1,204 people are here",
        "12 % people are here",
        "1,204 people are",
        "people are here and there",
        "Some people are here",
        "",
    ],
)
def test_what_may_say_something_is_told_in_a_learnt_line(line):
    change = after(line) if line else compare(text(READERS[0]), text(), volatile=learn(*map(text, READERS)).places)

    assert change.level in (Level.SUBSTANTIVE, Level.CRITICAL)
    assert change.edits


@pytest.mark.parametrize("line", ["Court: guilty", "Court: not today", "Boats, 12 May", "Boats: 12", "Mansouri news"])
def test_a_line_of_words_that_begins_to_say_something_is_told(line):
    change = after(line, one="Gardens in spring", other="Boats in summer")

    assert change.level is Level.CRITICAL


def test_a_critical_change_elsewhere_is_told_as_ever_and_the_rest_is_left_out():
    volatile = learn(*map(text, READERS)).places
    page = text("1,950 people are here")
    page = replace(page, blocks=(*page.blocks[:-1], Block("paragraph", "He was not charged with murder.")))
    change = compare(text(READERS[0]), page, volatile=volatile)

    assert change.level is Level.CRITICAL
    assert not any("people" in sentence.text for edit in change.edits for sentence in (*edit.before, *edit.after))
    assert change.reasons[-1] == "What changed in lines that change with every visit is left out."


def test_who_is_named_or_quoted_later_is_no_longer_left_out():
    volatile = learn(text("Ahmed Saleh in the garden"), text("Roses in the garden")).places
    pages = text("Ahmed Saleh in the garden"), text("Boats in the garden")

    assert compare(*pages, volatile=volatile).level is Level.COSMETIC
    assert compare(*pages, volatile=volatile, names=["Ahmed Saleh"]).level is Level.CRITICAL
    change = compare(*pages, volatile=volatile, quotes=["He said: Ahmed Saleh in the garden"])
    assert change.level is not Level.COSMETIC


def test_a_quote_is_looked_for_in_the_page_as_it_is():
    volatile = (Learnt(NEWS[1][:200], NEWS[2][:200], ("Gardens",), ("Boats",)),)
    change = compare(text("Gardens"), text("Roses"), volatile=volatile, quotes=["Gardens"])

    assert change.quotes_missing == (0,)
    assert change.level is Level.CRITICAL


def test_a_place_whose_neighbours_changed_is_not_found():
    volatile = learn(*map(text, READERS)).places
    page = text("1,950 people are here")
    page = replace(page, blocks=(page.blocks[0], Block("paragraph", "Another sentence stands here."), *page.blocks[2:]))

    assert settled(text(READERS[0]), page, volatile) is page


def test_reading_learns_and_compares_in_one_go():
    page = "<!doctype html><html lang='en'><head><title>Inquiry</title></head><body><article>{}</article></body></html>"
    paragraphs = [f"<p>{sentence}</p>" for sentence in NEWS]
    one, other = ("".join([*paragraphs[:2], f"<p>{line}</p>", *paragraphs[2:]]) for line in READERS)
    one, other = page.format(one).encode(), page.format(other).encode()
    first = read(one, "text/html")
    found = read(other, "text/html", asked=Asked(first.text, learns=True))

    assert found.lesson is not None
    assert lines_of(found.lesson) == [((READERS[0],), (READERS[1],))]
    assert found.change.level is Level.COSMETIC
    assert found.text_sha256 == text_sha256(found.text)
    assert read(other, "text/html", asked=Asked(first.text)).lesson is None


def test_lessons_and_places_come_out_of_a_frame_as_they_went_in():
    lesson = learn(*map(text, READERS))
    found = replace(read(b"<p>It is said.", "text/html"), lesson=lesson)
    asked = Asked(text(), ("q",), ("n",), "en", "ab", lesson.places, learns=True)

    assert reading_from(*reading_data(found)) == found
    assert replace(asked_from(asked_data(asked), asked.baseline), quotes=("q",), names=("n",)) == replace(
        asked, volatile=list(lesson.places)
    )


# In general

WORDS = [
    "garden",
    "boats",
    "12",
    "1,950",
    "here",
    "today",
    "charged",
    "not",
    "Mansouri",
    "5%",
    "$7",
    "rose",
    "Été",
    "…",
]
LINE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
LINES = st.lists(LINE, min_size=1, max_size=3)
TELLING = {"charged", "not", "Mansouri", "5%", "$7"}
QUIET = st.sampled_from([word for word in WORDS if word not in TELLING])


@st.composite
def two_looks(draw, most=3):
    """Lines as two looks see them: now and then any, else such as differ in a word that says little."""
    if draw(st.integers(0, 4)) == 0:
        return draw(LINES)[:most], draw(LINES)[:most]
    begins = draw(st.lists(st.lists(QUIET, max_size=5), min_size=1, max_size=most))
    return tuple([" ".join([*words, draw(QUIET)]) for words in begins] for _look in ("first", "second"))


@settings(max_examples=150, deadline=None)
@given(two_looks(), LINES)
def test_what_is_left_out_tells_nothing_and_all_else_stays(looks, later):
    one, other = looks
    volatile = learn(text(*one), text(*other), names=NAMES).places
    before, page = text(*one), text(*later)
    told = settled(before, page, volatile, names=NAMES)

    assert len(told.blocks) == len(page.blocks)
    for put_back, shown in zip(told.blocks, page.blocks, strict=True):
        if put_back != shown:
            assert put_back in before.blocks
            assert len(shown.text) <= LONGEST
            assert not TELLING & {*put_back.text.split(), *shown.text.split()}


@settings(max_examples=100, deadline=None)
@given(two_looks())
def test_what_was_learnt_of_two_looks_is_all_left_out_between_them(looks):
    first, second = (text(*lines) for lines in looks)
    volatile = learn(first, second, names=NAMES).places
    assume(volatile)
    change = compare(first, second, names=NAMES, volatile=volatile)

    assert change.level is Level.COSMETIC or len(list(change.edits)) > 0
    assert settled(first, settled(first, second, volatile), volatile) == settled(first, second, volatile)
    assert settled(first, first, volatile) is first


@settings(max_examples=100, deadline=None)
@given(two_looks(most=1), st.sampled_from(sorted(TELLING)), st.integers(0, 6))
def test_a_telling_word_in_a_learnt_line_is_always_told(looks, word, at):
    [one], [other] = looks
    volatile = learn(text(one), text(other), names=NAMES).places
    assume(volatile)
    words = other.split()
    change = compare(text(one), text(" ".join([*words[:at], word, *words[at:]])), names=NAMES, volatile=volatile)

    assert change.level is Level.CRITICAL
