"""The reviewers' side on the framework's own admin: evidence, its review, and the links it rests on."""

from allegations.admin import allegations, letters, origins, sources, tasks

__all__ = ["allegations", "letters", "origins", "sources", "tasks"]
