"""Rubrics: what each grade means, with one short example, for those who grade and those who read a grade."""

from __future__ import annotations

from dataclasses import dataclass

from allegations.acts import table


@dataclass(frozen=True, slots=True)
class Level:
    """One grade of a scale: its stored value, the name people say, what it means, an invented example."""

    value: str
    name: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """A scale with the question that a grader answers and the rule that is most often forgotten.

    `usual` names for a grade the kinds of act that usually have it.
    """

    scale: str
    title: str
    question: str
    remember: str
    levels: tuple[Level, ...]
    usual: tuple[tuple[str, str], ...] = ()


SEVERITY = Rubric(
    "severity",
    "Severity of the conduct",
    "How grave is the conduct, taken as it is alleged?",
    "Grade the conduct, not how well it is proven. To deviate from the usual grade of its kind of act, a second person "
    "must agree.",
    (
        Level(
            "5",
            "S5 grave",
            "International crimes and the gravest harm to people: torture, enforced disappearance, unlawful killing, "
            "war crimes, crimes against humanity, slavery or trafficking.",
            "Detainees say they were beaten until they signed confessions.",
        ),
        Level(
            "4",
            "S4 very serious",
            "Serious violence or sexual abuse below S5, arbitrary detention, persecution of critics abroad, grand "
            "corruption, organised crime, obstruction of justice.",
            "A journalist was held for five months without a charge.",
        ),
        Level(
            "3",
            "S3 serious",
            "Bribery, fraud, embezzlement, harassment of staff, abuse of the very powers that the post gives.",
            "A police notice was requested to silence an opponent.",
        ),
        Level(
            "2",
            "S2 limited",
            "An undeclared conflict of interest, an irregular procurement, a false statement in the candidacy file.",
            "A relative's company won the tender and this was not declared.",
        ),
        Level(
            "1",
            "S1 minor",
            "A late declaration, a minor disciplinary or administrative breach.",
            "The declaration of assets came three weeks late.",
        ),
    ),
    usual=tuple((f"S{severity}", ", ".join(acts)) for severity, acts in table()),
)
LINK = Rubric(
    "link",
    "Link of the candidate to the conduct",
    "What does the source say that this person did or failed to do?",
    "Grade what the source alleges, not what the post suggests. L1 and L0 are shown and never scored.",
    (
        Level(
            "4",
            "L4 personal",
            "Committed, ordered or instigated it, or knowingly aided or profited from it.",
            "A witness says that the candidate gave the order in the room.",
        ),
        Level(
            "3",
            "L3 superior",
            "Is said to have had effective authority over those responsible, and to have known or had reason to know, "
            "and not to have prevented, punished or referred it; or had the duty to investigate and did not.",
            "The candidate led the inspectorate that received the complaints and opened none.",
        ),
        Level(
            "2",
            "L2 institutional role",
            "Held a senior post in the very body at that time; nobody alleges knowledge, control or omission.",
            "The candidate was deputy head of the agency in that year.",
        ),
        Level(
            "1",
            "L1 association",
            "It is laid at the door of the state, party, family, predecessor or employer at large.",
            "A report about the country's prisons does not name the candidate.",
        ),
        Level(
            "0",
            "L0 none",
            "A mistaken identity, or the source has withdrawn the link.",
            "The newspaper corrected that it was a namesake.",
        ),
    ),
)
RELIABILITY = Rubric(
    "reliability",
    "Reliability of the source",
    "How far can this source be trusted in general: its record, its independence, its corrections?",
    "Who has a stake in the election is at most C. Grade the source here, and the single item by its credibility.",
    (
        Level(
            "A",
            "A completely reliable",
            "There is no known reason for doubt.",
            "The register of an independent court; an inquiry mandated by the United Nations.",
        ),
        Level(
            "B",
            "B usually reliable",
            "It is usually right and corrects its errors.",
            "A news agency with a published policy on corrections.",
        ),
        Level(
            "C",
            "C fairly reliable",
            "Of mixed record, or an advocate, yet usually factual.",
            "A human rights organisation that campaigns on the case.",
        ),
        Level(
            "D",
            "D not usually reliable",
            "Often wrong, or partisan.",
            "A party newspaper writing about the rival party.",
        ),
        Level(
            "E",
            "E unreliable",
            "Known to have invented reports.",
            "A site that fact-checkers showed to fabricate interviews.",
        ),
        Level(
            "F",
            "F cannot be judged",
            "Nothing is known about its record.",
            "A new site without a masthead.",
        ),
    ),
)
CREDIBILITY = Rubric(
    "credibility",
    "Credibility of this item",
    "How believable is what this item says, including the link to the candidate?",
    "Judge the item by itself, without looking at other sources.",
    (
        Level(
            "1",
            "1 confirmed by a primary record",
            "It is a primary record, or shows one, that a reader can inspect.",
            "The court's own judgment, with its docket number.",
        ),
        Level(
            "2",
            "2 probably true",
            "First-hand, from a named or verifiably known person; specific and coherent.",
            "The complainant describes dates, rooms and people in a signed statement.",
        ),
        Level(
            "3",
            "3 possibly true",
            "Specific, but second-hand, and attributed to somebody.",
            "A reporter retells what the lawyer of the complainant said.",
        ),
        Level(
            "4",
            "4 doubtful",
            "Vague, attributed to nobody, or in part inconsistent.",
            "“It is said in diplomatic circles that …”",
        ),
        Level(
            "5",
            "5 improbable",
            "Contradicted by the record, or implausible.",
            "It places the candidate in a city while a public video shows another.",
        ),
        Level(
            "6",
            "6 cannot be judged",
            "There is too little to judge it by.",
            "One sentence without any detail.",
        ),
    ),
)
FORUM = Rubric(
    "forum",
    "Independence of the forum",
    "How independent was this authority or court in this proceeding?",
    "Grade the forum of this one proceeding, with a citation for the grade; never grade by the name of the country.",
    (
        Level(
            "R",
            "R independent",
            "It is independent of the parties and of the government.",
            "A supranational court with judges whom no party can remove.",
        ),
        Level(
            "P",
            "P partly independent",
            "There are documented doubts, and working safeguards.",
            "A national court whose judges a minister can transfer.",
        ),
        Level(
            "N",
            "N documented as not independent",
            "Reports by competent bodies document that it is not independent.",
            "A special court of which a UN body says that it follows instructions.",
        ),
        Level(
            "U",
            "U not assessed",
            "Nobody has assessed it yet; an exonerating decision then counts in full.",
            "A prosecutor's office on which no report was found.",
        ),
    ),
)
ORIGINS = Rubric(
    "origin",
    "One origin or two",
    "Where does each of them have what it tells?",
    "They have one origin by default, whatever the number of outlets; independence is argued in one sentence.",
    (
        Level(
            "same",
            "Same origin",
            "One wire copy, interview, document, press conference or lawyer is behind both, or one relays the other.",
            "A newspaper cuts an agency's story by half and puts its own headline above it.",
        ),
        Level(
            "independent",
            "Independent",
            "It has what it tells from other people or papers, and would tell it if the other did not exist.",
            "One outlet spoke to a former detainee; the other read the court's file.",
        ),
        Level(
            "dismissed",
            "Not now",
            "The sign tells nothing, or more has to be found out first; they count as they did.",
            "Both quote one sentence of a law.",
        ),
    ),
)
RUBRICS = {rubric.scale: rubric for rubric in (SEVERITY, LINK, RELIABILITY, CREDIBILITY, FORUM)}
