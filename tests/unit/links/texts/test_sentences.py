"""Where sentences end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links.texts.sentences import LONGEST, sentences


@pytest.mark.parametrize(
    "parts",
    [
        ["Mr. Mansouri met Dr. J. R. Oberholt of the U.S. on Friday.", "He denies it."],
        ["The rate was 2.5 percent.", "See art. 17, no. 5 and p. 12.", "That is all."],
        ["“Why?” he asked.", "“Because I said so.”", "She left!"],
        ["He said no.", "They left at 5 p.m. on Friday.", "Wait…", "What?!"],
        ["It costs $2.", "3. The court so orders."],
        ["Mme Colin a parlé à M. Mansouri.", "« Rien », a dit Me Garnier.", "C’est l’art. 17 du code."],
        ["El Sr. Mansouri no compareció.", "¿Qué pasará?", "¡Nadie lo sabe!", "La Dra. Prado tampoco."],
        ["وقال د. أحمد إنه لم يُدن.", "هل أُدين؟", "لا، لم يُدن."],
        ["یہ درست نہیں ہے۔", "عدالت نے کہا۔"],
    ],
)
def test_sentences_with_blanks_between_them(parts):
    assert sentences(" ".join(parts)) == parts


def test_chinese_sentences_have_no_blanks_between_them():
    parts = ["他说：“我没有罪。”", "法院会撤销案件吗？", "没有人知道！", "完"]

    assert sentences("".join(parts)) == parts


@pytest.mark.parametrize("line", ["", "   ", "...", "。。。", "?", "No end"])
def test_lines_without_sentences(line):
    assert sentences(line) == ([line] if line.strip() else [])


@given(st.text(max_size=300))
def test_nothing_is_lost_or_added(line):
    assert "".join("".join(sentences(line)).split()) == "".join(line.split())


@pytest.mark.parametrize("piece", [".", "a.", "Mr. ", "?”", "。", "x", "1. ", "…”)"])
def test_no_line_takes_long(piece):
    began = time.process_time()
    found = sentences(piece * 50_000)

    assert time.process_time() - began < 3
    assert max(map(len, found)) <= max(LONGEST, 100_000 if piece in ("。", "…”)") else LONGEST)
