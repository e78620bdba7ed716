"""Which sentences became which, and which of their words changed."""

from hypothesis import given
from hypothesis import strategies as st

from allegations.links.texts.diff import altered, difference

OLD = [
    "He was charged on Tuesday with fraud.",
    "He denies it.",
    "The trial begins soon.",
    "Nineteen men were held for three weeks.",
]


def marked(sentence):
    return [sentence.text[start:end] for start, end in sentence.spans]


def told(before, after):
    return [
        (edit.op, [one.text for one in edit.before], [one.text for one in edit.after])
        for edit in difference(before, after).edits
    ]


def test_the_same_sentences_differ_in_nothing():
    assert told(OLD, OLD) == []
    assert difference(OLD, OLD).kept == 1


def test_case_of_quotes_and_blanks_is_no_difference():
    assert told(["“A”  b – c"], ['"A" b - c']) == []


def test_an_altered_sentence_is_one_that_was_replaced():
    new = [OLD[0].replace("was", "was not"), *OLD[1:]]

    assert told(OLD, new) == [("replace", [OLD[0]], [new[0]])]
    edit = difference(OLD, new).edits[0]
    assert (marked(edit.before[0]), marked(edit.after[0]), edit.at) == ([], ["not"], (0, 0))


def test_sentences_come_go_and_move():
    new = [OLD[3], OLD[0], "Nobody else was there to see.", OLD[2]]

    assert told(OLD, new) == [
        ("move", [OLD[3]], [OLD[3]]),
        ("delete", [OLD[1]], []),
        ("insert", [], [new[2]]),
    ]


def test_words_are_marked_in_every_script():
    assert [marked(one) for one in altered("检方表示他无罪", "检方表示他有罪")[:2]] == [["无"], ["有"]]
    assert [marked(one) for one in altered("ولم يُدَن الرجل", "وقد أُدين الرجل")[:2]] == [["ولم يُدَن"], ["وقد أُدين"]]
    assert [marked(one) for one in altered("Il n’a pas nié", "Il a nié")[:2]] == [["n’a pas"], ["a"]]


def test_edits_are_data():
    edit = difference(["He was charged."], ["He was cleared."]).edits[0]

    assert edit.as_data() == {
        "op": "replace",
        "before": [{"text": "He was charged.", "spans": [[7, 14]]}],
        "after": [{"text": "He was cleared.", "spans": [[7, 14]]}],
        "at": [0, 0],
    }


SENTENCES = st.lists(st.sampled_from([*OLD, "A.", "B.", "He denies it all.", "He was charged on Monday."]), max_size=12)


@given(SENTENCES, SENTENCES)
def test_edits_hold_all_that_differs(before, after):
    edits = difference(before, after).edits
    gone = [one.text for edit in edits for one in edit.before]
    come = [one.text for edit in edits for one in edit.after]

    assert sorted([*before, *come]) == sorted([*after, *gone])


def test_very_different_and_very_long_lists_do_not_take_long():
    before, after = (
        [f"Sentence {n} of the old one." for n in range(7000)],
        [f"Line {n * 7} of the new one." for n in range(7000)],
    )

    assert difference(before, after).kept < 0.5
