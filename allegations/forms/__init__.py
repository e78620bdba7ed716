"""Forms of the reviewers: each keeps its record with who wrote it, and says in words what is wrong."""

from allegations.forms.citations import CitationForm, CitationFormSet
from allegations.forms.duplicates import Likeness, like_address, like_content
from allegations.forms.matters import AllegationForm, ProceedingForm, ProceedingRowForm, ReplyForm
from allegations.forms.records import RecordForm
from allegations.forms.sources import NewSourceForm, SourceForm, known_source

__all__ = [
    "AllegationForm",
    "CitationForm",
    "CitationFormSet",
    "Likeness",
    "NewSourceForm",
    "ProceedingForm",
    "ProceedingRowForm",
    "RecordForm",
    "ReplyForm",
    "SourceForm",
    "known_source",
    "like_address",
    "like_content",
]
