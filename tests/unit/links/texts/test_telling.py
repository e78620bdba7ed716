"""The telling parts of sentences, in five languages."""

import pytest

from allegations.links.texts.folding import tokens
from allegations.links.texts.telling import Finder

NAMES = ("Tarek al-Mansouri", "طارق المنصوري", "塔里克·曼苏里")
FINDER = Finder((), NAMES)


def told(sentence, finder=FINDER):
    return {(part.kind.value, part.value) for part in finder.find(sentence, tokens(sentence))}


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("It wasn’t him.", {("negation", "wasn’t")}),
        ("He cannot and will never say.", {("negation", "cannot"), ("negation", "never")}),
        (
            "She was acquitted, not convicted.",
            {("verdict", "acquitted"), ("verdict", "convicted"), ("negation", "not")},
        ),
        ("The claim was dismissed.", {("verdict", "claim"), ("verdict", "dismissed")}),
        ("On 14 January 2022 or January 15, 2022", {("date", "14 January 2022"), ("date", "January 15, 2022")}),
        (
            "On 2021-11-23 at 14:05, or on 23/11/2021",
            {("date", "2021-11-23"), ("date", "14:05"), ("date", "23/11/2021")},
        ),
        ("It may be that in May 2019 he may", {("date", "May 2019")}),
        ("They march on Friday.", {("date", "Friday")}),
        ("He got $2.5 million and 300,000 pounds.", {("money", "$2.5 million"), ("money", "300,000 pounds")}),
        (
            "Some 68.9% or 19 percent of 140",
            {("percent", "68.9%"), ("percent", "19 percent"), ("number", "140"), ("number", "Some")},
        ),
        ("Twenty-two people, 19 men", {("number", "Twenty"), ("number", "two"), ("number", "19")}),
        ("Al-Mansouri spoke to Mr Mansour.", {("name", "Mansouri")}),
        ("Il n’a jamais été condamné.", {("negation", "n’a"), ("negation", "jamais"), ("verdict", "condamné")}),
        (
            "L’accusé a été relaxé le 3 mai 2021.",
            {("verdict", "L’accusé"), ("verdict", "relaxé"), ("date", "3 mai 2021")},
        ),
        ("Soit 66 pour cent de 1 250 000 euros", {("percent", "66 pour cent"), ("money", "1 250 000 euros")}),
        (
            "No fue absuelto el 14 de enero de 2022.",
            {("negation", "No"), ("verdict", "absuelto"), ("date", "14 de enero de 2022")},
        ),
        ("Pagó 2,5 millones de dólares.", {("money", "2,5 millones de dólares")}),
        ("ولم يُدَن المنصوري.", {("negation", "ولم"), ("verdict", "يُدَن"), ("name", "المنصوري")}),
        ("وبرّأت المحكمة المتهم من التهمة.", {("verdict", "وبرّأت"), ("verdict", "المتهم"), ("verdict", "التهمة")}),
        ("في 14 يناير 2022 بمبلغ 2.5 مليون دولار", {("date", "14 يناير 2022"), ("money", "2.5 مليون دولار")}),
        ("لن يحضر للمنصوري أحد", {("negation", "لن"), ("name", "للمنصوري")}),
        ("تنفيذ القرار", set()),
        ("曼苏里被判无罪。", {("name", "曼苏里"), ("verdict", "无罪"), ("negation", "无")}),
        ("2022年1月14日未被起诉", {("date", "2022年1月14日"), ("negation", "未"), ("verdict", "起诉")}),
        ("The den of the density in Denmark", set()),
        ("", set()),
    ],
)
def test_parts(sentence, parts):
    assert told(sentence) == parts


def test_words_of_other_languages_count_only_where_the_language_is_unknown():
    assert told("Sin and vice", Finder(("en",))) == set()
    assert told("Sin and vice", Finder()) == {("negation", "Sin")}
    assert told("Er wurde nicht angeklagt.", Finder(("de",))) == {("negation", "nicht")}
    assert told("لم يحضر", Finder(("en",))) == {("negation", "لم")}


def test_short_parts_and_articles_of_names_do_not_count():
    assert told("Al went to the bin.", Finder((), ("Al bin Nasser",))) == set()
    assert told("Li Ng left, and Xi came.", Finder((), ("Li Ng",))) == {("name", "Li"), ("name", "Ng")}
