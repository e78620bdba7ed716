"""Code lists of the evidence records.

HURIDOCS micro-thesauri 4, 16, 18, 19 and 28 give the codes (HURIDOCS, Micro-thesauri for documenting
human rights violations); the labels are ours. Codes with an x- are our own additions.
"""

from __future__ import annotations

from django.db import models


class Act(models.TextChoices):
    TORTURE = "02011111", "torture"
    ASSAULT = "020101", "physical assault"
    SURVEILLANCE = "02010303", "surveillance"
    ARREST = "030101", "arrest"
    DETENTION = "030102", "detention"
    DISAPPEARANCE = "030103", "disappearance"
    ABDUCTION = "030104", "abduction"
    CENSORSHIP = "100101", "censorship"
    SPEECH = "100104", "prohibition of speech"
    NOTICE_MISUSE = "x-notice-misuse", "misuse of police notices"
    TRANSNATIONAL_REPRESSION = "x-transnational-repression", "transnational repression"
    CORRUPTION = "x-corruption", "corruption"
    FRAUD = "x-fraud", "fraud"
    CONFLICT_OF_INTEREST = "x-conflict-of-interest", "conflict of interest"
    ELECTORAL_OFFENCE = "x-electoral-offence", "electoral offence"
    SEXUAL_MISCONDUCT = "x-sexual-misconduct", "sexual misconduct"
    INCITEMENT = "x-incitement", "incitement"


class Involvement(models.TextChoices):
    CARRIED_OUT = "0101", "carried out"
    ORDERED = "0102", "ordered"
    PASSIVE_ACCOMPLICE = "0103", "passive accomplice"
    PRESENT = "0104", "present"
    PLANNED = "0105", "planned"
    SUSPECTED = "0106", "suspected of involvement"
    WROTE_LAW = "0301", "wrote the violating law or policy"
    SUPPORTED_LAW = "0302", "supported its passage"
    IMPLEMENTED = "04", "implemented it"
    NO_AUTHORITY = "0501", "failed to exercise authority over subordinates"
    DID_NOT_ACT = "0502", "failed to act on knowledge of their acts"
    DID_NOT_PREVENT = "0503", "failed to prevent"
    POLITICAL = "06", "general political responsibility"
    OTHER = "90", "other"
    UNKNOWN = "99", "unknown"


class Severity(models.IntegerChoices):
    MINOR = 1, "S1 minor"
    LIMITED = 2, "S2 limited"
    SERIOUS = 3, "S3 serious"
    VERY_SERIOUS = 4, "S4 very serious"
    GRAVE = 5, "S5 grave"


class Link(models.IntegerChoices):
    NONE = 0, "L0 none"
    ASSOCIATION = 1, "L1 association"
    INSTITUTIONAL = 2, "L2 institutional role"
    SUPERIOR = 3, "L3 superior"
    PERSONAL = 4, "L4 personal"


class Stage(models.TextChoices):
    COMPLAINT = "complaint-filed", "complaint filed"
    INQUIRY = "preliminary-inquiry", "preliminary inquiry"
    INVESTIGATION = "investigation", "investigation"
    SUSPECT = "suspect", "named a suspect"
    PROVISIONAL_MEASURE = "provisional-measure", "provisional measure ordered"
    CHARGED = "charged", "charged or indicted"
    WARRANT = "arrest-warrant", "arrest warrant of a court"
    NAMED_BY_INQUIRY = "named-by-inquiry", "named by a UN-mandated inquiry (reasonable grounds)"
    ON_TRIAL = "on-trial", "on trial"
    ADVERSE_FINDING = "adverse-finding", "adverse finding"
    CONVICTED = "convicted", "convicted"
    PENDING_APPEAL = "pending-appeal", "pending appeal"
    ACQUITTED = "acquitted", "acquitted"
    DISMISSED = "dismissed", "dismissed"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"
    SETTLED = "settled", "settled"
    EXONERATED = "exonerated", "exonerated"


class ProceedingKind(models.TextChoices):
    CRIMINAL_COMPLAINT = "criminal-complaint", "criminal complaint"
    INVESTIGATION = "investigation", "investigation"
    CHARGE = "charge", "charge"
    TRIAL = "trial", "trial"
    CIVIL_CLAIM = "civil-claim", "civil claim"
    DISCIPLINARY = "disciplinary", "disciplinary proceeding"
    INQUIRY = "inquiry", "inquiry of an international body"


class Forum(models.TextChoices):
    INDEPENDENT = "R", "independent"
    PARTLY = "P", "partly independent"
    NOT_INDEPENDENT = "N", "documented as not independent"
    UNASSESSED = "U", "not assessed"


class Reliability(models.TextChoices):
    A = "A", "A completely reliable"
    B = "B", "B usually reliable"
    C = "C", "C fairly reliable"
    D = "D", "D not usually reliable"
    E = "E", "E unreliable"
    F = "F", "F cannot be judged"


class Credibility(models.IntegerChoices):
    CONFIRMED = 1, "1 confirmed by a primary record"
    PROBABLE = 2, "2 probably true"
    POSSIBLE = 3, "3 possibly true"
    DOUBTFUL = 4, "4 doubtful"
    IMPROBABLE = 5, "5 improbable"
    UNJUDGED = 6, "6 cannot be judged"


class Stance(models.TextChoices):
    SUPPORTS = "supports", "supports"
    DISPUTES = "disputes", "disputes, with evidence"
    DENIES = "denies", "denies"
    CONTEXT = "context", "context"


class Directness(models.TextChoices):
    PRIMARY = "primary", "primary document"
    FIRST_HAND = "first-hand", "first-hand report"
    REPORTED = "reported", "reported from another source"
    COPY = "copy", "copy of another source"


class Connection(models.TextChoices):
    VICTIM = "0101", "victim"
    WITNESS = "0102", "witness"
    PERPETRATOR = "0103", "alleged perpetrator"
    REPORTER = "0301", "reporter"
    LAWYER = "0401", "lawyer"
    MEDICAL = "0402", "medical staff"
    NGO = "040401", "human rights organisation"
    UNKNOWN = "99", "unknown"


class Material(models.TextChoices):
    COURT_RECORD = "court-record", "court record"
    NEWSPAPER = "newspaper", "newspaper write-up"
    WIRE = "wire", "news agency report"
    OPINION = "opinion", "opinion piece"
    PRESS_RELEASE_GOVERNMENT = "press-release-government", "press release of a government"
    PRESS_RELEASE_NGO = "press-release-ngo", "press release of a human rights organisation"
    REPORT_NGO = "report-ngo", "report of a human rights organisation"
    LETTER = "letter", "letter"
    AFFIDAVIT = "affidavit", "signed affidavit"
    INTERVIEW = "interview", "interview"
    PHOTOGRAPH = "photograph", "photograph"
    VIDEO = "video", "video"
    VICTIM_TESTIMONY = "victim-testimony", "victim testimony"
    WITNESS_TESTIMONY = "witness-testimony", "witness testimony"
    OFFICIAL_RECORD = "official-record", "official record"
    OTHER = "other", "other"


class ReplyKind(models.TextChoices):
    DENIAL = "denial", "denial"
    ACKNOWLEDGEMENT = "acknowledgement", "acknowledgement"
    OTHER_EXPLANATION = "other-explanation", "another explanation"
    GENERAL = "general-statement", "general statement"
    DECLINED = "declined", "declined to answer"
    NONE_YET = "no-reply-yet", "no reply yet"


class OfficialPosition(models.TextChoices):
    STATE_CIRCUMSTANCES = "0101", "states circumstances"
    DENY = "0102", "denies the act"
    DENY_RESPONSIBILITY = "0103", "acknowledges the act and denies responsibility"
    OTHER_EXPLANATION = "0104", "acknowledges the act with another explanation"
    ACCEPT = "0105", "accepts responsibility"
    OTHER = "90", "other"
    UNKNOWN = "99", "unknown"


class Sensitivity(models.TextChoices):
    PUBLIC = "public", "names already public by their own wish"
    MINIMISED = "minimised", "names left out where they are not needed"
    PROTECTED = "protected", "names must not be published"


class LetterStance(models.TextChoices):
    OPPOSES = "opposes", "opposes"
    SCRUTINY = "asks-scrutiny", "voices concern or asks for scrutiny"
    SUPPORTS = "supports", "supports"


class Certainty(models.TextChoices):
    LISTED = "listed", "listed in the document"
    NAMED = "named", "named by a report about it"
    DOUBTFUL = "doubtful", "doubtful"


class ConflictState(models.TextChoices):
    OPEN = "open", "open"
    EXPLAINED = "explained", "explained"
    RESOLVED = "resolved", "resolved"


class LinkState(models.TextChoices):
    NEW = "new", "not checked yet"
    ALIVE = "alive", "alive"
    MOVED = "moved", "moved"
    SUSPECT = "suspect", "suspect"
    BLOCKED = "blocked", "blocked"
    UNREACHABLE = "unreachable", "unreachable"
    GONE = "gone", "gone"
    USURPED = "usurped", "usurped"
    REFUSED = "refused", "refused"
    RETIRED = "retired", "retired"


class ContentState(models.TextChoices):
    """How what a link shows compares with the copy that was cited."""

    BASELINE = "baseline", "first copy"
    UNCHANGED = "unchanged", "unchanged"
    COSMETIC = "cosmetic", "changed around the text"
    SUBSTANTIVE = "substantive", "text changed"
    MAJOR = "major", "largely rewritten"
    CRITICAL = "critical", "critical change"
    REPLACED = "replaced", "replaced"
    PAYWALLED = "paywalled", "behind a paywall"


LOST = (LinkState.GONE, LinkState.USURPED)
