"""Makes one contributor and one editor for the demo."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import transaction

from vetting.demo.environment import keep_private

ACCOUNTS = {"contributor": "Contributor", "editor": "Editor"}  # user name: group


class Command(BaseCommand):
    help = "Makes a contributor and an editor; their passwords are kept in accounts.txt of the var folder."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make the accounts that are missing; one whose password is not in the file gets a new one."""
        kept = Path(settings.VAR_DIR, "accounts.txt")
        passwords = read(kept)
        for name, group in ACCOUNTS.items():
            make(name, group, passwords)
        keep_private(kept, "".join(f"{name} {passwords[name]}\n" for name in ACCOUNTS))


def read(path: Path) -> dict[str, str]:
    """Return the kept passwords by user name."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {name: password for name, _, password in (line.partition(" ") for line in lines)}


def make(name: str, group: str, passwords: dict[str, str]) -> None:
    """Make the account `name` in `group` and add its password to `passwords`."""
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if is_new or name not in passwords:
        passwords.setdefault(name, secrets.token_urlsafe(18))
        user.set_password(passwords[name])
        user.save(update_fields=["password"])
    user.groups.add(Group.objects.get(name=group))
