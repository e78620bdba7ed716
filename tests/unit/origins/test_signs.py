"""Signs of a common origin in a text: agencies that it credits, and whom it names as where it has its story from."""

import pytest

from allegations.links.texts.blocks import Block
from allegations.origins import CitedText, Kind, suggestions
from allegations.origins.agencies import AGENCIES, credits_in
from allegations.origins.attributions import aliases

BODY = [Block("paragraph", f"Nothing in line {n} tells of any agency.") for n in range(12)]

CREDITS = [
    ("Reuters", "PARIS, Nov 25 (Reuters) - Two candidates are in the running."),
    ("Reuters", "By Reuters Staff"),
    ("Reuters", "دبي (رويترز) - قال مسؤول إن"),
    ("Reuters", "【路透社伦敦11月25日电】两名候选人"),
    ("Reuters", "(Reporting by A. Writer for Reuters; editing by B. Editor)"),
    ("AFP", "PARIS (AFP) – Le parquet a ouvert une enquête."),
    ("AFP", "Le Monde avec AFP"),
    ("AFP", "Agence France-Presse in Riyadh"),
    ("AFP", "القاهرة - أ ف ب"),
    ("AFP", "© AFP"),
    ("AP", "The Associated Press contributed to this report."),
    ("AP", "By JOHN SMITH, Associated Press"),
    ("AP", "LONDON (AP) — Two men"),
    ("EFE", "Madrid, 25 nov (EFE).- El candidato niega los hechos."),
    ("EFE", "Con información de EFE"),
    ("dpa", "BERLIN (dpa) - Der Kandidat weist das zurück."),
    ("ANSA", "(ANSA) - ROMA, 25 NOV - Il candidato"),
    ("TASS", "MOSCOW, November 25. /TASS/. The candidate"),
    ("Xinhua", "新华社北京11月25日电 国际刑警组织"),
    ("PA Media", "PA Media"),
    ("agencies", "Guardian staff and agencies"),
    ("agencies", "المصدر: وكالات"),
    ("agencies", "(Agencias)"),
    ("agencies", "综合外电报道"),
]


@pytest.mark.parametrize(("agency", "line"), CREDITS)
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_line_that_credits_an_agency_is_found_where_credits_stand(agency, line, place):
    block = Block("paragraph", line)
    found = credits_in("", "", "", [block, *BODY] if place == "first" else [*BODY, block])
    assert {name: credit.line for name, credit in found.items()} == {agency: line}
    assert found[agency].how == f"credits {agency} in its {place} lines"


@pytest.mark.parametrize(
    "line",
    [
        "Photo: AFP",
        "(Photo by AFP)",
        "The general in Rome, in a photo taken in May (AFP)",
        "(Interpol General Assembly, AFP)",
        "REUTERS/Carlos Barria",
        "He told AFP on Monday that the inquiry was over.",
        "Reuters journalist arrested in Cairo",
        "The AP reported on Monday.",
        "The court (which he told Reuters about) sits.",
        "A man from PA said so.",
        "Interpol said that agencies of the state took part.",
        "صورة: أ ف ب",
    ],
)
def test_pictures_and_mentions_are_no_credit(line):
    assert not credits_in("", "", "", [Block("paragraph", line), *BODY])


def test_a_caption_and_a_line_in_the_middle_are_no_credit():
    credit = Block("paragraph", "(AFP)")
    assert not credits_in("", "", "", [*BODY, credit, *BODY])
    assert not credits_in("", "", "", [Block("caption", "(AFP)"), *BODY])


@pytest.mark.parametrize(
    ("fields", "how"),
    [
        (("Reuters Staff", "", ""), "names Reuters as its author"),
        (("", "The Associated Press", ""), "relays AP"),
        (("", "", "新华社"), "is published by Xinhua"),
    ],
)
def test_fields_of_the_record_credit_too(fields, how):
    assert [credit.how for credit in credits_in(*fields, ()).values()] == [how]


def test_no_way_of_writing_belongs_to_two_agencies():
    ways = [name for names in AGENCIES.values() for name in names]
    assert len(ways) == len(set(ways))


GUARDIAN = {"publisher": "The Guardian", "names": ("الغارديان", "卫报")}
REUTERS = {"publisher": "Reuters", "names": ("رويترز", "路透社")}


def relays(line, **fields):
    source = CitedText(1, **fields)
    found = suggestions([source, CitedText(2, publisher="Another Paper", blocks=(Block("paragraph", line),))])
    assert all((one.kind, one.first, one.second) == (Kind.ATTRIBUTED, 2, 1) for one in found)
    return [signal.said for one in found for signal in one.signals]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (GUARDIAN, "Two men have accused him of torture, according to The Guardian."),
        (GUARDIAN, "He told the Guardian that it was so."),
        (GUARDIAN, "An inquiry was opened, the Guardian reported."),
        (GUARDIAN, "It was first reported by the London-based Guardian."),
        (GUARDIAN, "Selon le Guardian, il est accusé."),
        (GUARDIAN, "Il l’a déclaré au Guardian."),
        (GUARDIAN, "Según The Guardian, es acusado."),
        (GUARDIAN, "وقال لصحيفة الغارديان إنه بريء"),
        (GUARDIAN, "بحسب صحيفة الغارديان البريطانية"),
        (GUARDIAN, "قال للغارديان إن التحقيق انتهى"),
        (GUARDIAN, "据英国《卫报》报道，他被指控。"),
        (GUARDIAN, "他告诉卫报，这是真的。"),
        (REUTERS, "وفقًا لوكالة رويترز فإن"),
        (REUTERS, "قال لرويترز إنه"),
        (REUTERS, "El ministro dijo a Reuters que no."),
        (REUTERS, "C’est ce qu’a déclaré le ministre à Reuters."),
        ({"publisher": "The Hill"}, "The Hill reported that two candidates are opposed."),
        ({"publisher": "NBC News"}, "Fifty politicians opposed him, NBC reported."),
        ({"author": "Ruth Michaelson"}, "The lawyer told Ruth Michaelson so."),
        ({"title": "Oppose the candidacy of the general"}, "The letter “Oppose the candidacy of the general” says so."),
    ],
)
def test_a_sentence_that_names_the_other_source_is_the_sign(fields, line):
    assert relays(line, **fields) == [line]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (GUARDIAN, "He met a guardian, according to the file."),
        (GUARDIAN, "The Guardian building is in London."),
        (GUARDIAN, "He told the court that the Guardian had paid him."),
        ({"publisher": "The Hill"}, "The embassy did not respond to The Hill’s request."),
        ({"publisher": "The Hill"}, "He told Hill about it."),
        ({"publisher": "The Hill"}, "He went up the hill, according to the police."),
        ({"author": "Ruth"}, "He told Ruth so."),
        ({"title": "A short title"}, "He wrote “A short title” on the wall, and left."),
    ],
)
def test_a_name_alone_is_no_sign(fields, line):
    assert not relays(line, **fields)


def test_a_relay_that_the_record_names_is_a_sign():
    found = suggestions([CitedText(1, **GUARDIAN), CitedText(2, publisher="The Hill", relays="The Guardian")])
    assert [signal.words for signal in found[0].signals] == ["relays “The Guardian”, as its record says"]


def test_two_texts_that_name_each_other_are_two_suggestions():
    texts = [
        CitedText(1, publisher="The Guardian", blocks=(Block("paragraph", "He is charged, The Hill reported."),)),
        CitedText(2, publisher="The Hill", blocks=(Block("paragraph", "He is charged, according to the Guardian."),)),
    ]
    assert [(found.first, found.second) for found in suggestions(texts)] == [(1, 2), (2, 1)]


def test_what_a_publisher_says_of_itself_is_no_sign():
    line = (Block("paragraph", "He told the Guardian so."),)
    assert not suggestions([CitedText(1, **GUARDIAN, blocks=line), CitedText(2, **GUARDIAN, blocks=line)])


def test_aliases_of_a_publisher():
    assert aliases(["NBC News", "Federation for Human Rights (FIDH)", "The Hill", "X"]) == [
        "NBC News",
        "NBC",
        "Federation for Human Rights",
        "FIDH",
        "The Hill",
    ]
