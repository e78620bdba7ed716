"""The code lists of the method, each with its label in words; the weights live in the parameter file."""

from enum import StrEnum

HIGHEST_SCORE = 99
"""A score is a whole number from 0 to this."""

SEVERITIES = {1: "minor", 2: "limited", 3: "serious", 4: "very serious", 5: "grave"}

LINKS = {
    0: "none: mistaken identity or link withdrawn",
    1: "association: attributed to the State, party, family or employer at large",
    2: "institutional role: senior post in the body at the time",
    3: "superior: alleged authority, knowledge and failure to act",
    4: "personal: alleged to have committed, ordered or knowingly aided",
}
SCORED_LINKS = frozenset({2, 3, 4})

STAGES = {
    "K0": "public allegation, no proceeding known",
    "K1": "complaint filed by a private party",
    "N0": "proceeding ended without a ruling on the merits",
    "K2": "inquiry opened by a competent authority",
    "K3": "formally made a suspect, or provisional measure ordered",
    "K4": "charged, indicted or on trial, sought by a court's warrant, or named by a mandated inquiry",
    "K5": "adverse finding, not final",
    "K6": "convicted, appeal possible",
    "K7": "final decision against the person",
}
"""Adverse stages, from the least to the most advanced."""

ADVANCE = {code: rank for rank, code in enumerate(STAGES)}
UNEXAMINED = frozenset({"K0", "K1", "N0"})
"""Stages at which no authority has examined anything; their forum is never graded."""
FINDINGS = frozenset({"K5", "K6", "K7"})

EXONERATIONS = {
    "X1": "complainant withdrew",
    "X2": "closed on the merits by an authority",
    "X3": "acquitted or cleared by a court or tribunal",
    "X4": "exonerated, quashed on the merits, or allegation shown false",
}

FORUMS = {
    "R": "independent",
    "P": "partly independent",
    "U": "independence not assessed",
    "N": "documented as not independent",
}

RELIABILITIES = {
    "A": "no known reason for doubt",
    "B": "usually right, corrects errors",
    "C": "mixed or advocacy, usually factual",
    "D": "often wrong or partisan",
    "E": "known for fabrication",
    "F": "cannot be judged",
}
CREDIBILITIES = {
    "1": "primary record the reader can inspect",
    "2": "first-hand, named, specific and coherent",
    "3": "specific but second-hand, attributed",
    "4": "vague, unattributed or partly inconsistent",
    "5": "contradicted by the record or implausible",
    "6": "cannot be judged",
}
GRADES = tuple(letter + digit for letter in RELIABILITIES for digit in CREDIBILITIES)

REPLIES = {
    "N": "not asked",
    "S": "asked, waiting for an answer",
    "X": "asked, no answer",
    "D": "denied, or answered without evidence",
    "E": "answered with evidence",
}

CHECKS = {
    1: "identity and office on an official list",
    2: "courts and prosecutors at home",
    3: "courts and prosecutors elsewhere",
    4: "United Nations bodies and special procedures",
    5: "regional courts, national human rights institutions and ombuds offices",
    6: "sanctions and debarment lists",
    7: "international media, three outlets or more",
    8: "media in the local language",
    9: "specialised non-governmental organisations, three or more",
    10: "assets, interests and companies",
    11: "disciplinary and ethics records of earlier posts",
    12: "candidate asked for a reply, seven days or more",
}


class Tier(StrEnum):
    """Where a scored matter stands, and so which ceiling its pile can reach."""

    PETTY = "P"
    INSTITUTIONAL = "I"
    UNRESOLVED = "U"
    FOUND = "F"
    FINAL = "A"


TIERS = {
    Tier.PETTY: "petty",
    Tier.INSTITUTIONAL: "institutional",
    Tier.UNRESOLVED: "unresolved",
    Tier.FOUND: "found, not final",
    Tier.FINAL: "final decision",
}


class Status(StrEnum):
    """What a profile is; it is decided before any number is shown."""

    ASSESSED = "ASSESSED"
    PRELIMINARY = "PRELIMINARY"
    NOT_ASSESSED = "NOT ASSESSED"
    NOT_SCORED = "RECORDED, NOT SCORED"
    NOTHING_FOUND = "NO RECORDED CONCERN FOUND"


class Confidence(StrEnum):
    """How firmly the evidence carries a matter, or the whole profile."""

    VERY_LOW = "Very low"
    LOW = "Low"
    MODERATE = "Moderate"
    HIGH = "High"


CONFIDENCE_ORDER = tuple(Confidence)
