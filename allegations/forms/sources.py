"""Forms of sources: an address as it was found, refused in words where it must not be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError

from allegations.actions.evidence import address_policy, source_for
from allegations.forms.records import GradeSelect, RecordForm
from allegations.links.urls import UrlRefused, canonical
from allegations.models import Grading, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_STORED = 2000


class AddressField(forms.CharField):
    """A web address as it was found; what must not be asked is refused in words."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        scheme, mark, rest = text.partition("://")
        return f"{scheme.lower()}{mark}{rest}" if text and address_of(text) else text


def address_of(url: str) -> str:
    """The canonical form of an address. Raises ValidationError with words for the reviewer."""
    try:
        address = canonical(url, address_policy())
    except UrlRefused as refused:
        raise ValidationError(str(refused), code="refused") from refused
    if len(address) > LONGEST_STORED:
        raise ValidationError(f"The address is longer than {LONGEST_STORED} characters.", code="refused")
    return address


def known_source(url: str) -> Source | None:
    """The source that we have at this address, however it is spelled. Raises ValidationError."""
    return Source.objects.filter(canonical_url=address_of(url)).first()


class SourceForm(RecordForm):
    grades: ClassVar = {"reliability": Grading.Scale.RELIABILITY}

    class Meta:
        model = Source
        fields: ClassVar = [
            "title", "publisher", "author", "dated", "language", "material", "relays",
            "reliability", "reliability_reason", "note",
        ]  # fmt: skip
        widgets: ClassVar = {
            "reliability": GradeSelect("reliability"),
            "reliability_reason": AdminTextareaWidget(attrs={"rows": 2}),
            "note": AdminTextareaWidget(attrs={"rows": 2}),
        }


class NewSourceForm(SourceForm):
    url = AddressField(label="Address", max_length=LONGEST_STORED, widget=AdminTextInputWidget(attrs={"size": 80}))

    class Meta(SourceForm.Meta):
        fields: ClassVar = ["url", *SourceForm.Meta.fields]

    def keep(self, *, by: User) -> Any:
        row = source_for(self.cleaned_data["url"])
        self.initial["reliability"] = row.reliability
        for field in row._meta.concrete_fields:
            if field.name not in self.fields:
                setattr(self.instance, field.attname, getattr(row, field.attname))
        self.instance._state = row._state
        return super().keep(by=by)
