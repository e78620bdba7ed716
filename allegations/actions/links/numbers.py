"""The numbers of the links engine, as the settings give them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from allegations.links.memory import Rules
from allegations.links.schedule import Schedule


@cache
def rules() -> Rules:
    """How much evidence each change of state takes."""
    return Rules.from_mapping(_numbers(settings.LINKS_RULES))


@cache
def schedule() -> Schedule:
    """How often links are checked."""
    return Schedule.from_mapping(_numbers(settings.LINKS_SCHEDULE))


def _numbers(pairs: Mapping[str, str]) -> dict[str, Any]:
    """Read the numbers of a setting; parts between slashes make a list."""
    return {name: _number(text) for name, text in pairs.items()}


def _number(text: str) -> Any:
    try:
        parts = [float(part) for part in text.split("/")]
    except ValueError:
        return text  # whoever checks the numbers says which one is none
    return parts if len(parts) > 1 else parts[0]
