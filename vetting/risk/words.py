"""The sentences of a profile: attributed, neutral, and never more than an authority has said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import floor

from vetting.risk import scales
from vetting.risk.facts import Checks, MatterCoding, Stage, Voices
from vetting.risk.scales import Status

STAGE_WORDING = {
    "K0": "alleged; no proceeding is known",
    "K1": "a complaint has been filed; no authority has examined it",
    "N0": "a proceeding has ended without a ruling on the merits, and no authority has ruled on another",
    "K2": "an authority has opened an inquiry into the allegation",
    "K3": "has been named a suspect or put under a provisional measure; presumed innocent",
    "K4": "has been charged, or named by a court's warrant or a mandated inquiry; presumed innocent",
    "K5": "an authority found against the person; appeal possible; the presumption of innocence continues",
    "K6": "convicted at first instance; appeal possible; the presumption of innocence continues",
    "K7": "a final decision was made against the person",
}
UNEXAMINED_WORDING = {
    "K0": "",
    "K1": "a complaint has been filed",
    "N0": "a proceeding has ended without a ruling on the merits",
}
"""What may be said of these stages beside others, of which they say nothing."""
EXONERATION_WORDING = {
    "X1": "the complainant withdrew",
    "X2": "an authority closed the case on the merits",
    "X3": "acquitted or cleared by a court or tribunal",
    "X4": "exonerated, or the allegation shown false",
}
LINK_WORDING = {
    0: "no link",
    1: "association only",
    2: "institutional role",
    3: "alleged responsibility as superior",
    4: "alleged personal act",
}
LINK_WORDING_FOUND = {3: "responsibility as superior, as found", 4: "personal act, as found"}
ACTS = {
    "K2": "an independent authority had opened an inquiry into {matter}",
    "K3": "an independent authority had named the person a suspect in {matter} (presumed innocent)",
    "K4": "the person had been charged on {matter} before an independent court (presumed innocent)",
    "K5": "an independent authority had found against the person on {matter}, appeal possible",
    "K6": "an independent court had convicted the person on {matter} at first instance, appeal possible",
    "K7": "an independent court had decided finally against the person on {matter}",
    "X2": "an independent authority had closed {matter} on the merits",
    "X3": "an independent court had acquitted the person on {matter}",
    "X4": "the person had been exonerated on {matter}, or the allegation shown false",
}
"""What a what-if says of an act that is not on record, after "if"."""
WITHOUT = "{matter} were not on record"
LOWER_LINK = "the link to {matter} were coded one step lower"
LOWER_SEVERITY = "{matter} were coded one class of severity lower"
SUPPORTED = "one more independent origin of grade {grade} supported {matter}"
REFUTED = "one more independent origin of grade {grade} refuted {matter}"
ASKED = "the candidate had been asked to reply"
SEARCHED = "{done} of {applicable} checks were done and added nothing to the record"
SEARCHED_AND_ASKED = (
    "{done} of {applicable} checks were done, among them asking the candidate to reply, and added nothing to the record"
)
NOTHING_RECORDED = "nothing has been recorded, which says nothing about the person"
INTERVAL_CAPTION = (
    "Covers the choice of weights and grading error; it cannot cover facts nobody has found yet: see coverage."
)


def stage_wording(stage: Stage) -> str:
    """Return what may be said about a stage: an exoneration first, which may be the earlier or the later of the two."""
    adverse = STAGE_WORDING[stage.code]
    if stage.code not in scales.UNEXAMINED and stage.forum != "R":
        adverse = f"{adverse} (forum: {scales.FORUMS[stage.forum]})"
    if not stage.exoneration:
        return adverse
    beside = UNEXAMINED_WORDING.get(stage.code, adverse)
    return "; also on record: ".join(filter(None, (EXONERATION_WORDING[stage.exoneration], beside)))


def link_wording(matter: MatterCoding) -> str:
    """Return the link of the candidate to the conduct, as alleged or, after a finding, as found."""
    found = matter.stage.is_finding and not matter.stage.exoneration
    return (LINK_WORDING_FOUND if found else {}).get(matter.link, LINK_WORDING[matter.link])


def origins_wording(origins: int, admissible: int) -> str:
    """Return how many independent origins support a matter, and how many of them could carry it."""
    counted = counted_noun(origins, "independent origin")
    return counted if origins == admissible else f"{counted}, {admissible} strong enough to be scored"


def counted_noun(count: int, noun: str) -> str:
    """Return a count with its noun, as in "1 matter" and "2 matters"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def factor(value: float) -> str:
    """Return a factor with two significant digits or more, as in ".72", ".045" and "1"."""
    if value >= 0.995:
        return "1" if value >= 0.9995 else f"{value:.3f}".removeprefix("0")
    return f"{value:.{2 if value >= 0.1 else 3}f}".removeprefix("0")


def arithmetic(ceiling: float, link: float, kappa: float, e: float, f: float) -> str:
    """Return one matter as a line of arithmetic that a reader can check."""
    unrefuted = f" × unrefuted {factor(1 - f)}" if f else ""
    points = 100 * ceiling * link * kappa * e * (1 - f)
    return (
        f"severity ceiling {100 * ceiling:.0f} × link {factor(link)} × stage {factor(kappa)}"
        f" × evidence {factor(e)}{unrefuted} = {points:.1f}"
    )


def status_sentence(status: Status, checks: Checks, reply: str, recorded: int, day: date) -> str:
    """Return the sentence that stands before every number: what the profile is, and what it lacks.

    `recorded` counts the matters on record, `day` is the day whose knowledge was used.
    """
    done = f"{checks.done} of {checks.applicable} checks"
    matters = f"{counted_noun(recorded, 'matter')} on record"
    asked = " The candidate has not been asked to reply." if reply == "N" else ""
    match status:
        case Status.ASSESSED:
            return f"The search covers {done}; the reply of the candidate: {scales.REPLIES[reply]}."
        case Status.PRELIMINARY:
            return f"The profile is preliminary: {done} done.{asked}"
        case Status.NOT_ASSESSED:
            on_record = f"{matters}, none scored" if recorded else NOTHING_RECORDED
            return f"Not assessed: the search is not complete, {done} done; {on_record}.{asked}"
        case Status.NOT_SCORED:
            return f"Recorded, not scored: {matters}, none of them scored; {done} done.{asked}"
        case Status.NOTHING_FOUND:
            return f"No recorded concern found in {done} ({day.isoformat()}), counting only what is published."


def outcome(status: Status, score: int | None, band: str | None, before: Status) -> str:
    """Return a score as a sentence ends with it, "22, Moderate", or the status where there is no number.

    A status that is another than `before` is named: "Assessed instead of Preliminary, 22, Moderate".
    """
    if score is None:
        return status.capitalize()
    number = f"{printed(score)}, {band}"
    return number if status is before else f"{status.capitalize()} instead of {before.capitalize()}, {number}"


def printed(score: int) -> str:
    """Return a score as pages print it: "<1" where a scored matter rounds down to 0."""
    return str(score) if score else "<1"


def bands_wording(band: str, chances: Mapping[str, float], likely: float) -> str:
    """Return the band with every other that is at least `likely`, as in "Moderate, possibly Substantial"."""
    others = [name for name, chance in chances.items() if chance >= likely and name != band]
    return ", possibly ".join([band, " or ".join(others)] if others else [band])


def interval_wording(interval: tuple[float, float], score: int) -> str:
    """Return an interval in whole points, which is all that its draws can tell, with the score in it: "17–32".

    It stays on the scale of the score, and ends that are printed alike are one.
    """
    low, high = (min(floor(end + 0.5), scales.HIGHEST_SCORE) for end in interval)
    ends = printed(min(low, score)), printed(max(high, score))
    return "–".join(dict.fromkeys(ends))


def voices_wording(voices: Voices | None, breadth: tuple[float, float]) -> str:
    """Return how many signed from how many countries, and how broad that is from 0 to 100."""
    if voices is None:
        return "none recorded"
    counts = zip((voices.signatories, voices.countries), ("signatory", "country"), strict=True)
    low, high = breadth
    spread = f"{low:.1f}" if low == high else f"{low:.1f}–{high:.1f}"
    return f"{', '.join(recorded(count, noun) for count, noun in counts)}; breadth {spread}"


def recorded(count: int | None, noun: str) -> str:
    """Return a count of what ends in y, or that it is not recorded: "19 signatories", "countries not recorded"."""
    plural = f"{noun.removesuffix('y')}ies"
    return f"{plural} not recorded" if count is None else f"{count} {noun if count == 1 else plural}"
