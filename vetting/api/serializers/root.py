"""What the API offers, by name."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

LISTS = {
    "elections": "election-list",
    "contests": "contest-list",
    "candidates": "candidate-list",
    "candidacies": "candidacy-list",
    "allegations": "allegation-list",
    "letters": "letter-list",
    "sources": "source-list",
    "schema": "schema",
}


class RootSerializer(serializers.Serializer[Any]):
    elections = serializers.URLField(read_only=True)
    contests = serializers.URLField(read_only=True)
    candidates = serializers.URLField(read_only=True)
    candidacies = serializers.URLField(read_only=True)
    allegations = serializers.URLField(read_only=True)
    letters = serializers.URLField(read_only=True)
    sources = serializers.URLField(read_only=True)
    schema = serializers.URLField(read_only=True)
