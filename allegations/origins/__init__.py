"""Which citations of one statement may go back to one origin, and by what signs; a person decides."""

from allegations.origins.records import CitedText, Kind, Passage, Signal, Suggestion
from allegations.origins.suggesting import MOST_CITATIONS, basis, left_out, suggestions
from allegations.origins.words import shortened

__all__ = [
    "MOST_CITATIONS",
    "CitedText",
    "Kind",
    "Passage",
    "Signal",
    "Suggestion",
    "basis",
    "left_out",
    "shortened",
    "suggestions",
]
