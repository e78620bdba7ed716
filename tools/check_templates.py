"""Refuses templates and styles that break a promise: inline code, raw output, other hosts, words never to be said."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
COMPONENT = "_components/"
FORBIDDEN_WORDS = (
    "guilty",
    "convicted criminal",
    "criminals?",
    "faces? charges",
    "accused by courts?",
    "under suspicion",
    "escaped",
    "low[- ]risk",
    "clean",
    "cleared",
    "safe",
    "refused to comment",
    "widely condemned",
    "error margin",
    "margin of error",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that must not stand in a file, and what to say to the person who wrote it."""

    pattern: re.Pattern[str]
    message: str


def rule(pattern: str, message: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE | re.DOTALL), message)


MARKUP = (
    rule(r"<style\b", "Move the style into static/css; the content security policy refuses inline styles."),
    rule(r"<[^>]*\sstyle\s*=", "Use a class; the content security policy refuses style attributes."),
    rule(r"<script\b(?![^>]*\ssrc\s*=)", "Move the script into static/js; inline scripts are refused."),
    rule(r"<[^>{]*\son[a-z]+\s*=\s*[\"']", "Listen for events in static/js; event attributes are refused."),
    rule(r"\|\s*safe(seq)?\b", "Never mark text as safe; let the template escape it."),
    rule(r"{%\s*autoescape\s+off", "Never turn escaping off."),
    rule(
        r"<(?:link|script|img|source|iframe|object|embed|video|audio)\b[^>]*\s(?:href|src|data)\s*=\s*[\"']?(?:https?:)?//",
        "Serve it from here; public pages load nothing from other hosts.",
    ),
    rule(
        r"{%\s*include\s+[\"']_components/(?:(?!\bonly\s*%})[^%])*%}",
        "Include a component with what it takes and nothing else: end the tag with “only”.",
    ),
)
STYLES = (
    rule(r"@import\b|url\(\s*[\"']?(?:https?:)?//", "Load nothing from other hosts."),
    rule(
        r"(?<![\w-])(?:(?:margin|padding|border|inset)-)?(?:left|right)(?:-(?:width|style|color|radius))?\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b|border-(?:top|bottom)-(?:left|right)-radius",
        "Write logical properties (inline-start, inline-end), so that pages read from the right too.",
    ),
)
WORDS = tuple(
    rule(r"(?<![\w-])" + word.replace(" ", r"\s+") + r"(?![\w-])", "The wording table of the method forbids this.")
    for word in FORBIDDEN_WORDS
)
DECLARES = re.compile(r"{#[^\n]+#}")
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
SPOKEN_TAG = re.compile(r"{%\s*(?:translate|trans)\s+([\"'])(.*?)\1.*?%}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r"\s(?:alt|title|placeholder|aria-label|content)=\"([^\"]*)\"")
TAG = re.compile(r"{%.*?%}|{{.*?}}|<[^>]*>", re.DOTALL)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    message: str
    found: str

    def __str__(self) -> str:
        return f"{self.line}: {self.message} Found: {self.found}"


def problems_in_template(text: str, *, is_component: bool = False) -> list[Problem]:
    """What is wrong with a template, in the order of its lines."""
    code = COMMENT.sub(_blank, text)
    found = [*_broken(MARKUP, code), *_broken(WORDS, spoken(code))]
    if is_component and not DECLARES.match(text):
        found.append(Problem(1, "Declare in a first-line comment what the component takes.", text[:40].strip()))
    return sorted(found, key=lambda problem: problem.line)


def problems_in_style(text: str) -> list[Problem]:
    """What is wrong with a style sheet, in the order of its lines."""
    return sorted(_broken(STYLES, CSS_COMMENT.sub(_blank, text)), key=lambda problem: problem.line)


def spoken(code: str) -> str:
    """What a reader of the page may see or hear of a template, on the lines where it stands."""
    said = SPOKEN_TAG.sub(lambda tag: f" {tag[2]} ", code)
    attributes = SPOKEN_ATTRIBUTE.sub(lambda attribute: f">{attribute[1]}<", said)
    return TAG.sub(_blank, attributes)


def _broken(rules: Iterable[Rule], text: str) -> Iterator[Problem]:
    for each in rules:
        for match in each.pattern.finditer(text):
            yield Problem(text.count("\n", 0, match.start()) + 1, each.message, " ".join(match[0].split())[:60])


def _blank(match: re.Match[str]) -> str:
    return " " + "\n" * match[0].count("\n")


def check(folder: Path) -> list[str]:
    """The problems of every template and style sheet below a project folder, each as file:line."""
    found = []
    for path in sorted((folder / "templates").rglob("*")):
        if path.suffix in (".html", ".txt", ".xml"):
            is_component = path.parent.name == COMPONENT.rstrip("/")
            found += _located(path, folder, problems_in_template(path.read_text(), is_component=is_component))
    for path in sorted((folder / "static").rglob("*.css")):
        found += _located(path, folder, problems_in_style(path.read_text()))
    return found


def _located(path: Path, folder: Path, problems: Iterable[Problem]) -> list[str]:
    return [f"{path.relative_to(folder)}:{problem}" for problem in problems]


def main() -> int:
    found = check(PROJECT)
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
