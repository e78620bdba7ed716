"""A small case file for tests, and a way to write a changed one."""

import json
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((PROJECT / "cases" / "case.schema.json").read_text("utf-8"))

SMALL = """\
version: 1
written_by: {username: ann, name: Ann Author}
published_by: {username: pat, name: Pat Publisher}
recorded: 2021-12-01
organizations:
  - {slug: body, name: The Body, kind: intergovernmental}
sources:
  - key: paper
    url: https://news.example.org/story
    title: A story
    dated: 2021-11-22
    reliability: {grade: B, reason: usually right}
  - {key: copy, url: "https://copies.example.org/story", title: The story again}
origins:
  - {key: witness, label: a witness}
election:
  slug: vote
  title: The vote
  body: body
  voted: 2021-11-25
  contests:
    - {slug: president, label: President}
candidates:
  - slug: alba
    name: Alba
    names:
      - {text: Alba, script: Latn, kind: primary}
      - {text: ألبا, script: Arab, kind: primary}
candidacies:
  - key: vote-president-alba
    candidate: alba
    contest: president
    nominated_by_country: NO
    status: elected
    history:
      - {status: nominated}
      - {status: elected, since: 2021-11-25}
letters:
  - slug: letter
    title: A letter
    stance: opposes
    candidacies: [vote-president-alba]
    addressees: the delegates
    summary: They object.
    signatures:
      - {name: Signatory}
    citations: [{source: paper}]
allegations:
  - key: alba-matter
    candidate: alba
    headline: A witness alleges torture
    summary: It is alleged.
    claimed_by: a witness
    act: "02011111"
    severity: {grade: 5, reason: torture}
    link: {grade: 3, reason: as superior, basis: alba-matter-paper}
    citations:
      - source: paper
        origin: witness
        credibility: {grade: 2, reason: first-hand}
      - {source: copy, derived_from: alba-matter-paper}
    proceedings:
      - key: alba-complaint
        kind: criminal-complaint
        steps:
          - {stage: complaint-filed, reached: 2021-11-08}
        citations: [{source: paper}]
replies:
  - key: alba-reply
    allegation: alba-matter
    kind: denial
    speaker: candidate
    by: Alba
conflicts:
  - key: alba-conflict
    contest: president
    question: How many stand?
    state: resolved
    reason: counted
    sides:
      - {value: one, chosen: true, citations: [{source: paper}]}
      - {value: two, citations: [{source: copy}]}
"""


def changed(*replacements: tuple[str, str]) -> str:
    """The small case with pieces of its text replaced; each must stand in it once."""
    text = SMALL
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_of(text: str, piece: str) -> int:
    """The line on which a piece of a text stands, from 1."""
    return text[: text.index(piece)].count("\n") + 1
