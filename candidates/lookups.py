"""A lookup for many keys at once, which go to PostgreSQL as one array."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`field__among=keys` finds the rows that `field__in=keys` finds, for keys that are written as the database does.

    `in` makes a parameter of every key, and Django looks at each of them four times.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet  # no query is needed to find nothing
        column, params = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        kind = getattr(field, "target_field", field).rel_db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", (*params, self.rhs)
