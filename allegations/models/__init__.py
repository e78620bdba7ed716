"""What is said about candidates, on which evidence, and how far its review has come."""

from allegations.models.allegation import Allegation, Reviewed
from allegations.models.amendment import Amendment
from allegations.models.capture import Capture, CaptureText, ContentChange, WebCopy
from allegations.models.check import LinkCheck, LinkEvent
from allegations.models.citation import Citation, Origin
from allegations.models.conflict import ConflictSide, FactConflict
from allegations.models.decision import OriginDecision
from allegations.models.digest import Digest
from allegations.models.grading import Grading
from allegations.models.host import Host, RobotsFile
from allegations.models.letter import CoalitionLetter, Signature
from allegations.models.proceeding import Proceeding, ProceedingStep
from allegations.models.quote import QuoteCheck
from allegations.models.reply import Reply
from allegations.models.review import ReviewEvent, ReviewTask
from allegations.models.second_look import SecondLook, VolatilePlace
from allegations.models.source import Source
from allegations.models.stored import DayFault, DayManifest, DayTimestamp, StoredFile

__all__ = [
    "Allegation",
    "Amendment",
    "Capture",
    "CaptureText",
    "Citation",
    "CoalitionLetter",
    "ConflictSide",
    "ContentChange",
    "DayFault",
    "DayManifest",
    "DayTimestamp",
    "Digest",
    "FactConflict",
    "Grading",
    "Host",
    "LinkCheck",
    "LinkEvent",
    "Origin",
    "OriginDecision",
    "Proceeding",
    "ProceedingStep",
    "QuoteCheck",
    "Reply",
    "ReviewEvent",
    "ReviewTask",
    "Reviewed",
    "RobotsFile",
    "SecondLook",
    "Signature",
    "Source",
    "StoredFile",
    "VolatilePlace",
    "WebCopy",
]
