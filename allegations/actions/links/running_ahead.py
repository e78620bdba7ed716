"""Moments so far ahead that nothing of ours sets them: a clock had run ahead, and what it put off is due now."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

logger = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(days=100)  # the longest interval, and what it is spread by
LONGEST_REST = timedelta(days=8)  # the longest that a host may ask for, and what it is spread by
LONGEST_LEASE = timedelta(days=1)
LIMITS: dict[str, Any] = {"lease": LONGEST_LEASE, "rest": LONGEST_REST, "wait": LONGEST_WAIT}
STATEMENTS = (
    """UPDATE allegations_source SET lease_token = NULL, lease_until = NULL
    WHERE lease_until > statement_timestamp() + %(lease)s""",
    """UPDATE allegations_host SET not_before = statement_timestamp(), penalty_level = 0
    WHERE not_before > statement_timestamp() + %(rest)s""",
    """UPDATE allegations_source SET next_check_at = statement_timestamp()
    WHERE state <> 'retired' AND next_check_at > statement_timestamp() + %(wait)s""",
    """UPDATE allegations_source SET copies_due_at = statement_timestamp()
    WHERE copies_due_at > statement_timestamp() + %(wait)s""",
    """UPDATE allegations_capture SET read_due_at = statement_timestamp()
    WHERE quality = 'unread' AND read_due_at > statement_timestamp() + %(lease)s""",
)


def bring_back(cursor: CursorWrapper) -> int:
    """Let all that was put off so far be due now; return how many moments those were."""
    found = 0
    for statement in STATEMENTS:
        cursor.execute(statement, LIMITS)
        found += cursor.rowcount
    if found:
        logger.error("%d moments lay too far ahead: a clock had run ahead, and what it put off is due now", found)
    return found
