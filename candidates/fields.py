"""A model field for uncertain dates: the text as written, and the days it may mean in two columns beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from candidates.dates import BadDate, UncertainDate, parse

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField


def validate_edtf(text: str) -> None:
    try:
        parse(text)
    except BadDate as error:
        raise ValidationError(str(error), code="bad_date") from error


class UncertainDateField(CharField):
    """EDTF text; `<name>_earliest` and `<name>_latest` follow it on every save of the text.

    Reading the attribute gives the text; `uncertain(instance, name)` gives it parsed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
        self.validators.append(validate_edtf)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if cls._meta.abstract or cls.__module__ == "__fake__":
            return  # a migration's model already lists both columns
        for end in ("earliest", "latest"):
            bound = models.DateField(null=True, blank=True, editable=False)
            cls.add_to_class(f"{name}_{end}", bound)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = super().pre_save(model_instance, add)
        read = parse(text) if text else UncertainDate("", None, None)
        setattr(model_instance, f"{self.attname}_earliest", read.earliest)
        setattr(model_instance, f"{self.attname}_latest", read.latest)
        return text


def with_bounds(*names: str) -> list[str]:
    """Name uncertain-date fields together with the columns that follow them, for `update_fields`."""
    return [column for name in names for column in (name, f"{name}_earliest", f"{name}_latest")]


def earliest(row: models.Model, name: str) -> date | None:
    """The first day that the uncertain date `name` of a row may mean."""
    return getattr(row, f"{name}_earliest", None)


def latest(row: models.Model, name: str) -> date | None:
    """The last day that the uncertain date `name` of a row may mean."""
    return getattr(row, f"{name}_latest", None)
