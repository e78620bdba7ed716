"""Uncertain dates: what a text means, what it is called, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.dates import BadDate, parse, words


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "said"),
    [
        ("2021-11-25", date(2021, 11, 25), date(2021, 11, 25), "25 November 2021"),
        ("2020-10", date(2020, 10, 1), date(2020, 10, 31), "October 2020"),
        ("2018?", date(2018, 1, 1), date(2018, 12, 31), "possibly 2018"),
        ("2022~", date(2022, 1, 1), date(2022, 12, 31), "about 2022"),
        ("2021-11-22~", date(2021, 11, 22), date(2021, 11, 22), "about 22 November 2021"),
        (
            "2021-11-23/2021-11-25",
            date(2021, 11, 23),
            date(2021, 11, 25),
            "23 November 2021 to 25 November 2021",
        ),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2021-11-08/..", date(2021, 11, 8), None, "since 8 November 2021"),
        ("2021-10-XX", date(2021, 10, 1), date(2021, 10, 31), "2021-10-XX"),
        ("2021-21", date(2021, 3, 1), date(2021, 5, 31), "2021-21"),
        ("../2021", None, date(2021, 12, 31), "until 2021"),
    ],
)
def test_a_date_has_its_days_and_its_words(text, earliest, latest, said):
    found = parse(text)
    assert (found.earliest, found.latest, words(text), str(found)) == (earliest, latest, said, said)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2021-13",
        "2021-02-30",
        "25.11.2021",
        "2021-11-25/2020",
        "../..",
        "/",
        "202x",
        "<b>",
        "2021-1-1",
    ],
)
def test_what_is_no_date_is_refused_with_examples(text):
    with pytest.raises(BadDate, match=r"2020-10"):
        parse(text)


@given(st.dates(), st.sampled_from(["", "~", "?"]))
def test_every_day_reads_back_as_itself(day, mark):
    if day.year < 1000:
        return
    found = parse(day.isoformat() + mark)
    assert found.earliest == found.latest == day
    assert str(day.year) in str(found)


@given(st.text(max_size=30) | st.text("0123456789X-/~?%uxyT.", max_size=22))
def test_no_text_raises_anything_but_a_refusal(text):
    try:
        found = parse(text)
    except BadDate:
        return
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest
    assert words(found.text)
