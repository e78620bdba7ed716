"""Forms of sources: an address as it was found, refused in words where it must not be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from allegations.actions.evidence import address_policy, source_for
from allegations.forms.found import found_for
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefilled: list[str] = []
        if not self.is_bound and not self.instance._state.adding:
            self._prefill()

    def _prefill(self) -> None:
        """Offer what the page says of itself in fields that are empty; it is saved when the person saves."""
        found = found_for(self.instance)
        for name in found.values.keys() & self.fields.keys():
            self.initial[name] = found.values[name]
            self._mark(name, _("Found on the page, not saved yet."))
        if found.unknown_publisher and "publisher" in self.fields:
            address = f"{reverse('admin:candidates_organization_add')}?{urlencode({'name': found.unknown_publisher})}"
            words = _("The page names “%(name)s”, which is not on record.") % {"name": found.unknown_publisher}
            self._help("publisher", format_html('{} <a href="{}">{}</a>', words, address, _("Add it")))

    def _mark(self, name: str, words: str) -> None:
        self.prefilled.append(name)
        self._help(name, format_html('<strong class="found">{}</strong>', words))

    def _help(self, name: str, words: str) -> None:
        """Put words, as markup that is escaped already, before the help of a field: the admin shows it as it stands."""
        self.fields[name].help_text = format_html("{} {}", words, self.fields[name].help_text)


class NewSourceForm(SourceForm):
    url = AddressField(
        label="Address",
        max_length=LONGEST_STORED,
        help_text="It is enough: the page is checked at once, and the other fields are filled with what it says.",
        widget=AdminTextInputWidget(
            attrs={
                "size": 80,
                "class": "known-source",
                "data-known": reverse_lazy("admin:allegations_source_known"),
                "data-new": _lazy("This address is new."),
            }
        ),
    )

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
