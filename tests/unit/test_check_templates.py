"""The check of templates finds what must never reach a reader, and leaves alone what may."""

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "tools" / "check_templates.py"
spec = importlib.util.spec_from_file_location("check_templates", PATH)
checker = importlib.util.module_from_spec(spec)
sys.modules["check_templates"] = checker  # dataclasses look their module up
spec.loader.exec_module(checker)

BAD = [
    "<style>p {}</style>",
    '<p style="color: red">',
    "<p class='x' style = 'margin: 0'>",
    "<script>alert(1)</script>",
    '<script type="module">import "x"</script>',
    '<button onclick="go()">',
    "{{ text|safe }}",
    "{{ text | safeseq }}",
    "{% autoescape off %}",
    '<img src="https://other.example/x.png" alt="">',
    '<link rel="stylesheet" href="//other.example/x.css">',
    '{% include "_components/marks.html" with marks=marks %}',
    '{% include "_components/marks.html" %}',
    "<p>He is guilty.</p>",
    '{% translate "No concern: low risk" %}',
    "{% blocktranslate %}{{ name }} was cleared{% endblocktranslate %}",
    '<img alt="A clean record">',
    '<a aria-label="Refused to comment">',
    "<p>widely\ncondemned</p>",
]
GOOD = [
    '<a href="https://other.example/">a link is no asset</a>',
    '<script type="module" src="/static/js/copy.js"></script>',
    '{% include "_components/marks.html" with marks=cited.marks only %}',
    "{# never say guilty or low risk #}",
    "<p>not a finding of guilt</p>",
    '<p class="clean">{{ safe }}</p>',
    "<p>Unsafe addresses are below.</p>",
    '<svg width="100%"><rect fill="none"/></svg>',
]


@pytest.mark.parametrize("template", BAD)
def test_a_broken_promise_is_found(template):
    assert checker.problems_in_template(template)


@pytest.mark.parametrize("template", GOOD)
def test_what_may_stand_is_left_alone(template):
    assert checker.problems_in_template(template) == []


def test_a_component_declares_what_it_takes():
    assert checker.problems_in_template("<p></p>", is_component=True)
    assert checker.problems_in_template("{# takes nothing #}\n<p></p>", is_component=True) == []


@pytest.mark.parametrize(
    "style",
    [
        "p { margin-left: 1em }",
        "p{left:0}",
        "p { text-align: right; }",
        "p { border-top-left-radius: 2px }",
        "p { float: left }",
        "@import 'x.css'",
        "p { background: url(https://other.example/x.png) }",
    ],
)
def test_a_style_that_does_not_turn_or_loads_elsewhere_is_found(style):
    assert checker.problems_in_style(style)


def test_logical_styles_are_left_alone():
    style = "p { margin-inline-start: 1em; text-align: start; inset-inline-end: 0 } /* not left: 0 */"
    assert checker.problems_in_style(style) == []


def test_a_problem_is_located_by_file_and_line(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("<p>\n{# two\nlines #}\n<b>guilty</b>\n")
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "x.css").write_text("p {\n  left: 0\n}\n")

    found = checker.check(tmp_path)

    assert [line.split(": ")[0] for line in found] == ["templates/page.html:4", "static/x.css:2"]


def test_the_project_keeps_its_promises():
    assert checker.check(PATH.parents[1]) == []
