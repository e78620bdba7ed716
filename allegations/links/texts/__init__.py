"""What a source says and what changed in it: main text, metadata, comparison, and a child process to do it in."""

from allegations.links.texts.blocks import Block, Text
from allegations.links.texts.change import Change, Level, compare
from allegations.links.texts.diff import Edit, Sentence
from allegations.links.texts.folding import distance, simhash, text_sha256
from allegations.links.texts.learning import Learnt, Lesson, learn, settled
from allegations.links.texts.metadata import Metadata
from allegations.links.texts.quotes import Passages, Standing
from allegations.links.texts.readings import READER, Asked, Failure, Reading, read
from allegations.links.texts.sandbox import Bounds, Job, Reader, Readers, ReaderUnavailable
from allegations.links.texts.sentences import all_sentences, sentences

__all__ = [
    "READER",
    "Asked",
    "Block",
    "Bounds",
    "Change",
    "Edit",
    "Failure",
    "Job",
    "Learnt",
    "Lesson",
    "Level",
    "Metadata",
    "Passages",
    "Reader",
    "ReaderUnavailable",
    "Readers",
    "Reading",
    "Sentence",
    "Standing",
    "Text",
    "all_sentences",
    "compare",
    "distance",
    "learn",
    "read",
    "sentences",
    "settled",
    "simhash",
    "text_sha256",
]
