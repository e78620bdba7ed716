"""What is said about candidates, on which evidence, and how far its review has come."""

from allegations.models.allegation import Allegation, Reviewed
from allegations.models.citation import Citation, Origin
from allegations.models.conflict import ConflictSide, FactConflict
from allegations.models.grading import Grading
from allegations.models.letter import CoalitionLetter, Signature
from allegations.models.proceeding import Proceeding, ProceedingStep
from allegations.models.reply import Reply
from allegations.models.review import ReviewEvent, ReviewTask
from allegations.models.source import Capture, Host, LinkCheck, Source

__all__ = [
    "Allegation",
    "Capture",
    "Citation",
    "CoalitionLetter",
    "ConflictSide",
    "FactConflict",
    "Grading",
    "Host",
    "LinkCheck",
    "Origin",
    "Proceeding",
    "ProceedingStep",
    "Reply",
    "ReviewEvent",
    "ReviewTask",
    "Reviewed",
    "Signature",
    "Source",
]
