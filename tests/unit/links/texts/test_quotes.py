"""Whether a quoted passage stands in a text."""

import time

import pytest

from allegations.links.texts.quotes import Passages, Standing

SAID = (
    "“They held us for 19 days in a room without a window,” one of the engineers told the court.\n"
    "« Nous ne demandons rien d’autre qu’une enquête indépendante », a déclaré Mme Colin.\n"
    "وأضاف محامي الضحيتين أن موكليه احتُجزا 19 يومًا في غرفة بلا نافذة.\n"
    "检方表示，现年58岁的曼苏里没有出席已传唤他的四次庭审中的任何一次。\n"
    "El general niega los cargos."
)


@pytest.mark.parametrize(
    ("quote", "standing"),
    [
        ("They held us for 19 days in a room without a window", "exact"),
        ("they held us, for 19 days, in a room “without a window”!", "exact"),
        ("They held us […] in a room without a window", "exact"),
        ("They held us ... without a window", "exact"),
        ("They held [both of us] for 19 days in a room", "exact"),
        ("They held us for 19 days [in a cell] without a window", "exact"),
        ("They held us for 19 days in the room without a window", "alike"),
        ("They kept the two of them for 20 weeks in a cellar without any light", "missing"),
        ("held us for 19", "exact"),
        ("held us for 18", "missing"),
        ("eld us for", "missing"),
        ("niega los cargos", "exact"),
        ("Nous ne demandons rien d'autre qu'une enquete independante", "exact"),
        ("موكليه احتجزا ١٩ يوما", "missing"),
        ("موكليه احتجزا 19 يوما في غرفة", "exact"),
        ("现年58岁的曼苏里没有出席", "exact"),
        ("现年58岁的曼苏里没有出席已传唤他的五次庭审中的任何一次", "alike"),
        ("现年58岁的曼苏里 没有出席", "exact"),
        ("曼苏里出席了", "missing"),
        ("", "exact"),
        ("…", "exact"),
    ],
)
def test_standing(quote, standing):
    assert Passages(SAID).standing(quote) == standing


def test_a_long_passage_needs_all_its_parts():
    passage = " ".join(f"The court heard witness {n} on the events of day {n}." for n in range(40))
    said = Passages(f"Before that. {passage} After that.")

    assert said.standing(passage) is Standing.EXACT
    assert (
        said.standing(
            passage.replace("witness 7 on the events of day 7", "nobody at all, and then it rose for lunch and")
        )
        is Standing.MISSING
    )
    assert said.standing(passage.replace("witness 7 on", "witness 7 about")) is Standing.ALIKE


@pytest.mark.parametrize("quote", ["the court heard two witnesses on that day", "两名证人在法庭上说了他们看到的一切"])
def test_a_passage_is_found_wherever_it_stands_in_a_long_line(quote):
    for place in range(19_960, 20_000, 7):
        line = "é" + "x" * (place - 2) + f" {quote} " + "y " * 4_000
        assert Passages(line).standing(quote) is Standing.EXACT


@pytest.mark.parametrize("filling", ["the court said that he was not ", "a", "the ", "没有", "لم يكن "])
def test_no_text_makes_a_look_up_slow(filling):
    passages = Passages(filling * (400_000 // len(filling)))
    began = time.process_time()
    quote = "the court said that he was not the one who had ordered the detention of both men"

    assert passages.standing(quote) is Standing.MISSING
    assert passages.standing("检方表示现年58岁的曼苏里没有出席已传唤他的四次庭审中的任何一次") is Standing.MISSING
    assert time.process_time() - began < 2
