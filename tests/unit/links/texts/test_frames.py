"""What goes over the pipes to a child and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allegations.links.texts import Block, Reading, Text, compare
from allegations.links.texts.frames import Broken, framed, opened, reading_data, reading_from, text_data, text_from


def text(lines, **more):
    return Text(tuple(Block("paragraph", line) for line in lines), **more)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=5), st.sampled_from(["", "Title"]))
def test_a_text_comes_out_of_a_frame_as_it_went_in(lines, title):
    sent = text(lines, title=title, pages=len(lines) or None)
    head, parts = opened(b"".join(framed(*text_data(sent))))

    assert text_from(head, *parts) == sent


def test_a_reading_comes_out_of_a_frame_as_it_went_in():
    change = compare(text(["He was charged."]), text(["He was not charged."]))
    sent = Reading(text(["He was not charged."]), text_sha256="ab", simhash=-5, change=change)
    head, parts = opened(b"".join(framed(*reading_data(sent))))

    assert reading_from(head, *parts) == sent


@pytest.mark.parametrize("lengths", [[3], [2, 1], [5, -1], [9, 9], [2, 2, -2, 2]])
def test_lengths_that_are_not_those_of_the_text_are_refused(lengths):
    head, body = text_data(text(["four"]))

    with pytest.raises((Broken, ValueError)):
        text_from({**head, "blocks": ["paragraph"] * len(lengths), "lengths": lengths}, body)


@pytest.mark.parametrize("frame", [b"[]", b"{}", b'{"parts": 1}', b'{"parts": ["x"]}', b"{", b'{"parts": [9]}'])
def test_a_frame_of_another_form_is_refused(frame):
    start, body = framed({}, b"four")

    with pytest.raises(Broken):
        opened(start[:3] + bytes([len(frame)]) + start[4:12] + frame + body)
