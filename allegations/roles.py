"""Which roles of the review a person has: roles are the groups of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allegations.workflow import EDITORS, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


def roles_of(person: User) -> frozenset[Role]:
    """The roles of an active person; a superuser is an administrator."""
    if not person.is_active:
        return frozenset()
    names = set(person.groups.values_list("name", flat=True))
    held = {role for role in Role if role in names}
    return frozenset(held | {Role.ADMINISTRATOR} if person.is_superuser else held)


def who_work_here() -> QuerySet[User]:
    """Active people who have a role, by name."""
    from django.contrib.auth.models import User
    from django.db.models import Q

    has_role = Q(groups__name__in=list(Role)) | Q(is_superuser=True)
    return User.objects.filter(has_role, is_active=True).order_by("username").distinct()


# What each role may do to records in the admin, besides the steps of the workflow; nobody deletes anything.
WRITERS = {
    "candidates": ("organization", "candidate", "candidatename", "candidacy", "candidacystatus", "researchcheck"),
    "allegations": (
        "allegation", "proceeding", "proceedingstep", "source", "citation", "origin", "coalitionletter",
        "signature", "reply", "factconflict", "conflictside",
    ),
}  # fmt: skip
READERS = {
    "candidates": ("election", "contest"),
    "allegations": ("host", "linkcheck", "capture", "grading", "reviewevent", "reviewtask"),
    "vetting": ("assessment",),
}
EDITORS_ONLY = {"candidates": ("election", "contest"), "allegations": ("reviewtask",)}


def permissions_of(role: Role) -> set[tuple[str, str]]:
    """The (application, codename) pairs of a role."""
    granted = _pairs(WRITERS, "add", "change", "view") | _pairs(READERS, "view")
    if role in EDITORS:
        granted |= _pairs(EDITORS_ONLY, "add", "change", "view")
    if role is Role.ADMINISTRATOR:
        granted |= {("auth", f"{verb}_user") for verb in ("add", "change", "view")}
    return granted


def _pairs(models: dict[str, tuple[str, ...]], *verbs: str) -> set[tuple[str, str]]:
    return {(app, f"{verb}_{name}") for app, names in models.items() for name in names for verb in verbs}


def make_groups(**kwargs: object) -> None:
    """Create the groups of the roles and give them their permissions; runs after every migration."""
    from django.contrib.auth.models import Group, Permission

    by_code = {(p.content_type.app_label, p.codename): p for p in Permission.objects.select_related("content_type")}
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(by_code[pair] for pair in permissions_of(role) if pair in by_code)
