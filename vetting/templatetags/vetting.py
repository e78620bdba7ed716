"""Tags and filters that every template may use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.translation import gettext as _

from allegations.codes import Credibility, LinkState, Reliability, ReplyKind
from allegations.models import Citation, Proceeding, ProceedingStep, Source
from allegations.models.allegation import Reviewed
from allegations.replies import is_of_candidate
from allegations.views.evidence import Cited
from candidates import dates
from vetting.beside import beside
from vetting.days import Days
from vetting.facts import UNEXAMINED, code_of, grade_of
from vetting.matter import Matter
from vetting.risk import scales
from vetting.risk.words import EXONERATION_WORDING, STAGE_WORDING, UNEXAMINED_WORDING, printed
from vetting.steps import STEP_WORDING
from vetting.then import Move
from vetting.then import end_of_dispute as ended

register = template.Library()


@register.filter
def when(text: str) -> str:
    """Say an uncertain date (EDTF) in words."""
    return dates.words(text) if text else ""


@register.filter
def percent(value: float) -> str:
    """A length for a drawing, in any language with a point: 24.64 → “24.64%”."""
    return f"{value:.2f}%"


@register.filter
def pixels(value: float) -> str:
    """A place in a drawing, in any language with a point: 24.64 → “24.6”."""
    return f"{value:.1f}"


@register.filter
def host(url: str) -> str:
    """The host of an address, without “www.”."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def link_words(source: Source) -> str:
    """Where the link of a source stands, in words."""
    return source.past_words


@register.filter
def is_troubled(source: Source) -> bool:
    """Tell whether a reader who follows the link should be told first that it may lead elsewhere or nowhere."""
    return source.state not in (LinkState.NEW, LinkState.ALIVE, LinkState.MOVED)


@register.filter
def grade_words(grade: str) -> str:
    """A grade such as B2 in words, without its letter and digit."""
    reliability = Reliability(grade[0]).label.partition(" ")[2]
    credibility = Credibility(int(grade[1])).label.partition(" ")[2]
    return _("source %(reliability)s, item %(credibility)s") % {"reliability": reliability, "credibility": credibility}


@register.filter
def grade_of_citation(citation: Citation) -> str:
    """The letter and digit of a citation; empty until both are given."""
    return grade_of(citation) if citation.source.reliability and citation.credibility else ""


@register.filter
def stage_words(step: ProceedingStep) -> str:
    """What may be said of one stage of a proceeding, and never more than an authority has said (methodology 5.4)."""
    code = code_of(step)
    if code in UNEXAMINED_WORDING and not (code == "K1" and is_complaint_alone(step.proceeding)):
        return UNEXAMINED_WORDING[code]
    return EXONERATION_WORDING.get(code) or STEP_WORDING.get(step.stage) or STAGE_WORDING[code]


def is_complaint_alone(proceeding: Proceeding) -> bool:
    """Tell whether nothing has come of a complaint that anybody has recorded."""
    return all(code_of(step) == "K1" and not step.outcome for step in proceeding.steps.all())


@register.filter
def beside_stage(matter: Matter) -> list[str]:
    """What is said beside the stage that counts: each ruling with its authority and day, and complaints still open."""
    steps = (step for each in matter.proceedings for step in each.record.steps.all())
    return beside(matter.line["stage"] if matter.line else None, steps)


@register.filter
def of_candidate(replies: Iterable[Cited]) -> list[Cited]:
    """What the candidate has answered, in person or through somebody who speaks for the candidate."""
    return [each for each in _given(replies) if is_of_candidate(each.record)]


@register.filter
def of_others(replies: Iterable[Cited]) -> list[Cited]:
    """What others have answered, which is no reply of the candidate."""
    return [each for each in _given(replies) if not is_of_candidate(each.record)]


def _given(replies: Iterable[Cited]) -> list[Cited]:
    return [each for each in replies if each.record.kind != ReplyKind.NONE_YET]


@register.filter
def standing_words(line: dict[str, Any]) -> str:
    """Where a matter of a profile stands; of one that nobody has taken anywhere, that it is alleged."""
    return str(line["wording"]).replace("is alleged to; ", _("alleged; "), 1)


@register.filter
def authority_acted(proceeding: Proceeding) -> bool:
    """Tell whether an authority has examined anything in a proceeding, so that its independence matters."""
    return any(code_of(step) not in UNEXAMINED for step in proceeding.steps.all())


@register.filter
def severity_words(severity: int | None) -> str:
    return scales.SEVERITIES[severity] if severity else ""


@register.filter
def link_of_candidate(link: int | None) -> str:
    return scales.LINKS[link] if link is not None else ""


@register.filter
def tier_label(line: dict[str, Any]) -> str:
    """The tier of a matter of a profile, in words."""
    return scales.TIERS[scales.Tier(line["tier"])]


@register.filter
def tier_name(line: dict[str, Any]) -> str:
    """The tier of a matter of a profile, as its hatching is named."""
    return scales.Tier(line["tier"]).name.lower()


@register.filter
def printed_score(score: int) -> str:
    """A score as pages print it."""
    return printed(score)


@register.filter
def end_of_dispute(record: Reviewed, days: Days | None) -> Move | None:
    """What ended the dispute in which a record was on the past day of a page, if it was in one and is no more."""
    return None if days is None or days.is_today else ended(record, days)


@register.filter
def reply_words(profile: dict[str, Any]) -> str:
    """How the candidate answered, as the vector string of a profile records it."""
    code = profile["vector"].partition("/RR:")[2][:1]
    return scales.REPLIES.get(code, "")
