"""Suggestions of one origin: what is found, what is not, and that each pair is judged by itself."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegations.links.texts.blocks import Block
from allegations.origins import MOST_CITATIONS, CitedText, Kind, basis, left_out, shortened, suggestions
from allegations.origins.likeness import NEAR, NEAR_RUNS
from allegations.origins.records import MOST_WORDS, ROOM, held

SUBJECT = (
    "Major General Ahmed Naser Al Raisi",
    "the president of the international organisation",
    "two men who were detained in the capital",
)
few = settings(max_examples=30, deadline=None)  # each example reads whole texts


def cited(key, *paragraphs, **fields):
    return CitedText(key, blocks=tuple(Block("paragraph", one) for one in paragraphs), **fields)


def paragraph(name, words=50):
    """A paragraph of words that no paragraph of another name has."""
    return " ".join(f"{name}{n}" for n in range(words)) + "."


def kinds(*texts):
    return {(found.kind, found.first, found.second) for found in suggestions(texts)}


STORY = [paragraph(letter) for letter in "abcdef"]


class TestTheSameText:
    def test_two_copies_of_one_text_are_suggested_with_what_shows_it(self):
        first, second = (cited(key, *STORY, text_sha256="ab" * 32) for key in (1, 2))
        [found] = suggestions([first, second])
        assert (found.kind, found.pair, found.likeness) == (Kind.SAME_TEXT, (1, 2), 1.0)
        assert "SHA-256 begins with abababababab" in found.signals[0].words

    def test_case_marks_and_what_nobody_sees_make_no_other_text(self):
        other = [line.upper().replace("A1 ", "A\u200b1, ") for line in STORY]
        assert kinds(cited(1, *STORY), cited(2, *other)) == {(Kind.SAME_TEXT, 1, 2)}

    def test_a_notice_that_many_pages_share_tells_nothing(self):
        notice = "Please accept our cookies to read on."
        assert not kinds(cited(1, notice, text_sha256="ab"), cited(2, notice, text_sha256="ab"))

    def test_two_places_in_one_page_are_one_origin(self):
        assert kinds(cited(1, source="s"), cited(2, source="s")) == {(Kind.SAME_TEXT, 1, 2)}


class TestNearDuplicates:
    def test_a_wire_story_cut_short_with_a_paragraph_of_its_own_is_found_whole(self):
        printed = [paragraph("own", 60), STORY[1], STORY[3]]
        [found] = suggestions([cited(1, *STORY), cited(2, *printed)])
        assert (found.kind, found.first, found.second) == (Kind.NEAR, 1, 2)
        assert found.likeness == pytest.approx(92 / 156, abs=0.01)
        assert "92 runs of 5 words stand in both, 59% of those of the shorter text." in found.signals[0].words
        assert [shown.words for shown in found.passages] == [50, 50]
        assert found.passages[0].first == found.passages[0].second == STORY[1].rstrip(".")

    @pytest.mark.parametrize(("shared", "is_found"), [(43, False), (44, True)])
    def test_the_border_lies_at_two_fifths_of_the_runs(self, shared, is_found):
        """Both texts have 100 runs; of `shared` words in a row `shared` - 4 are runs of both."""
        text = paragraph("a", 104)
        other = " ".join([*text.rstrip(".").split()[:shared], *(f"own{n}" for n in range(104 - shared))])
        assert bool(kinds(cited(1, text), cited(2, other))) is is_found
        assert (shared - 4) / 100 >= NEAR if is_found else (shared - 4) / 100 < NEAR

    @pytest.mark.parametrize(("words", "is_found"), [(33, False), (34, True)])
    def test_less_than_a_paragraph_is_too_little_however_much_of_a_text_it_is(self, words, is_found):
        short = " ".join(STORY[0].split()[:words])
        assert bool(kinds(cited(1, *STORY), cited(2, short))) is is_found
        assert (words - 4 >= NEAR_RUNS) is is_found

    def test_chinese_is_compared_in_runs_of_signs(self):
        text = "".join(chr(0x4E00 + 7 * n) for n in range(300))
        assert kinds(cited(1, text), cited(2, text[40:260])) == {(Kind.NEAR, 1, 2)}
        assert not kinds(cited(1, text), cited(2, text[100:130] + "".join(chr(0x6E00 + n) for n in range(300))))

    @pytest.mark.parametrize(("signs", "is_found"), [(68, False), (69, True)])
    def test_a_paragraph_in_chinese_is_twice_as_many_signs(self, signs, is_found):
        text = "".join(chr(0x4E00 + 7 * n) for n in range(300))
        assert bool(kinds(cited(1, text), cited(2, text[:signs]))) is is_found

    def test_shown_words_are_those_of_each_text(self):
        loud = STORY[0].upper()
        [found] = suggestions([cited(1, *STORY), cited(2, loud, paragraph("z"))])
        assert found.passages[0].first.startswith("a0 a1")
        assert found.passages[0].second.startswith("A0 A1")


class TestQuotations:
    LETTER = "would damage the reputation of the organisation and stand in contradiction to the spirit of its mission"

    def test_two_reports_that_quote_one_letter(self):
        first = cited(1, paragraph("a"), f"The letter says that it “{self.LETTER}”.")
        second = cited(2, paragraph("b"), f'"It {self.LETTER}," the signatories wrote.')
        [found] = suggestions([first, second])
        assert found.kind is Kind.QUOTED
        assert self.LETTER in found.passages[0].first

    def test_the_letter_itself_and_a_report_that_quotes_it(self):
        letter = cited(1, paragraph("a"), f"We think that this {self.LETTER}, and ask you to act.")
        assert (Kind.QUOTED, 1, 2) in kinds(letter, cited(2, paragraph("b"), f"It “{self.LETTER}”, they say."))

    def test_what_is_nearly_the_same_text_is_not_told_twice(self):
        quoting = f"They say that it “{self.LETTER}”."
        assert kinds(cited(1, *STORY, quoting), cited(2, *STORY[:2], quoting)) == {(Kind.NEAR, 1, 2)}

    def test_words_in_common_that_nobody_quotes_are_none(self):
        first, second = (cited(key, paragraph(name), f"It {self.LETTER}.") for key, name in ((1, "a"), (2, "b")))
        assert not kinds(first, second)

    def test_a_short_quotation_may_be_a_saying(self):
        first, second = (cited(key, paragraph(name), "“This man is absolutely responsible.”") for key, name in
                         ((1, "a"), (2, "b")))  # fmt: skip
        assert not kinds(first, second)

    def test_what_a_reviewer_quoted_is_looked_for_in_the_other(self):
        quote = "a part of the security apparatus that targets critics"
        [found] = suggestions([cited(1, quote=quote), cited(2, paragraph("b"), f"It was {quote}, he said.")])
        assert (found.kind, found.signals[0].said, found.signals[0].by) == (Kind.QUOTED, quote, 1)


class TestWireCopies:
    @staticmethod
    def told(line, **fields):
        return suggestions([cited(1, paragraph("a"), line, **fields), cited(2, publisher="Agence France-Presse")])

    def test_an_agency_in_both_is_named_with_the_line_that_credits_it(self):
        first = cited(1, "PARIS (AFP) - The inquiry was opened.", paragraph("a"))
        second = cited(2, paragraph("b"), "Le Monde avec AFP")
        [found] = suggestions([second, first])
        assert (found.kind, found.first, found.second) == (Kind.WIRE, 1, 2)
        assert [(signal.by, signal.said) for signal in found.signals] == [
            (1, "PARIS (AFP) - The inquiry was opened."),
            (2, "Le Monde avec AFP"),
        ]

    def test_two_stories_of_one_agency_weeks_apart_are_two(self):
        line, day = "(AFP)", date(2021, 11, 1)
        near, far = (cited(2, line, dated=(date(2021, 11, n), date(2021, 11, n))) for n in (11, 12))
        first = cited(1, line, dated=(day, day))
        assert kinds(first, near) == {(Kind.WIRE, 1, 2)}
        assert not kinds(first, far)
        assert kinds(first, replace(far, dated=(None, None))) == {(Kind.WIRE, 1, 2)}

    def test_agencies_without_a_name_may_be_the_one_that_the_other_names(self):
        assert kinds(cited(1, "(Agencias)"), cited(2, "By Reuters Staff")) == {(Kind.WIRE, 1, 2)}

    def test_another_agency_is_another_wire(self):
        assert not kinds(cited(1, "(AFP)"), cited(2, "(Reuters)"))


class TestWhatIsOnRecord:
    @pytest.mark.parametrize(
        "fields",
        [({}, {"derived_from": 1}), ({"derived_from": 2}, {}), ({"derived_from": 7}, {"derived_from": 7}),
         ({"origin": 3}, {"origin": 3})],
    )  # fmt: skip
    def test_it_is_not_suggested_again(self, fields):
        assert not kinds(*(cited(key, *STORY, **given) for key, given in zip((1, 2), fields, strict=True)))

    def test_what_has_no_origin_on_record_is(self):
        assert kinds(cited(1, *STORY, origin=3), cited(2, *STORY, origin=4))
        assert kinds(cited(1, *STORY), cited(2, *STORY))


# What holds for any texts


@st.composite
def paragraphs(draw, least=3, most=8):
    names = draw(st.lists(st.integers(0, 10**6), min_size=least, max_size=most, unique=True))
    return [paragraph(f"p{name}x", draw(st.integers(30, 60))) for name in names]


@st.composite
def statements(draw):
    """Citations of one statement that share paragraphs, credits and attributions now and then."""
    pool = draw(paragraphs(4, 6))
    extras = ["(AFP)", "He was charged, according to The Guardian.", "As the Daily Herald reported, he was."]
    size = draw(st.integers(2, 5))
    return [
        cited(
            key,
            *draw(st.lists(st.sampled_from(pool), max_size=4, unique=True)),
            *draw(st.lists(st.sampled_from(extras), max_size=2, unique=True)),
            publisher=draw(st.sampled_from(["The Guardian", "Daily Herald", "Agence France-Presse", "Others"])),
        )
        for key in draw(st.lists(st.integers(0, 999), min_size=size, max_size=size, unique=True))
    ]


@few
@given(statements(), st.randoms(use_true_random=False))
def test_order_does_not_matter(texts, chance):
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert suggestions(shuffled) == suggestions(texts)


@few
@given(statements())
def test_another_citation_never_removes_or_changes_a_suggestion_between_others(texts):
    newcomer, *others = texts
    assert set(suggestions(others)) == {found for found in suggestions(texts) if newcomer.key not in found.pair}


@few
@given(paragraphs(), st.data())
def test_a_text_and_a_shortened_copy_are_suggested(story, data):
    kept = data.draw(st.lists(st.sampled_from(story), min_size=2, max_size=len(story), unique=True))
    own = data.draw(st.integers(0, 30))
    printed = [paragraph("lead", own), *kept] if own else kept
    found = kinds(cited(1, *story), cited(2, *printed))
    assert found & {(Kind.NEAR, 1, 2), (Kind.SAME_TEXT, 1, 2)}


@few
@given(st.randoms(use_true_random=False))
def test_unrelated_texts_of_one_subject_are_not(chance):
    def written(name):
        said = [f"{name}{n} {name}{n + 500} {chance.choice(SUBJECT)} {name}{n + 900} {name}x{n}." for n in range(30)]
        return cited(name, *said)

    assert not kinds(written(1), written(2))


def test_no_more_than_the_bound_is_compared_and_who_comes_later_takes_nothing():
    texts = [cited(key, *STORY) for key in range(MOST_CITATIONS)]
    later = cited(MOST_CITATIONS, *STORY)
    pairs = MOST_CITATIONS * (MOST_CITATIONS - 1) // 2
    found = suggestions([later, *texts])
    assert len(found) == pairs
    assert not [one for one in found if later.key in one.pair]
    assert left_out([later, *texts]) == [later.key]


def test_a_long_text_costs_no_more_than_its_first_words():
    blocks = held([Block("paragraph", "word " * (ROOM // 5 + 1)), Block("paragraph", "more " * 1_000)])
    assert sum(len(block.text) for block in blocks) <= ROOM
    [found] = suggestions([CitedText(key, blocks=blocks) for key in (1, 2)])
    assert f"first {MOST_WORDS:,} words" in found.signals[0].words


def test_a_hostile_text_costs_no_time():
    nasty = ["“" * 70_000, "a " * 35_000, "( " * 30_000, "told " * 10_000 + "The Guardian"]
    nasty += ["dit " * 20 + "The Guardian a " * 3_000, "déclaré à The Guardian, told the Guardian " * 1_000]
    begun = time.process_time()
    for line in nasty:
        suggestions([cited(1, line, publisher="The Guardian"), cited(2, line, publisher="Others")])
    assert time.process_time() - begun < 5


def test_a_basis_changes_with_either_text_and_not_with_the_order():
    first, second = cited(1, text_sha256="a"), cited(2, text_sha256="b")
    assert basis(first, second) == basis(second, first) != basis(first, replace(second, text_sha256="c"))
    assert basis(first, second) != basis(first, replace(second, quote="x"))


def test_marks_that_turn_text_around_are_written_out():
    assert shortened("safe\u202egpj.exe") == "safe[U+202E]gpj.exe"
