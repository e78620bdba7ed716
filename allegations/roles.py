"""Which roles of the review a person has: roles are the groups of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allegations.workflow import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def roles_of(person: User) -> frozenset[Role]:
    """The roles of an active person; a superuser is an administrator."""
    if not person.is_active:
        return frozenset()
    names = set(person.groups.values_list("name", flat=True))
    held = {role for role in Role if role in names}
    return frozenset(held | {Role.ADMINISTRATOR} if person.is_superuser else held)
