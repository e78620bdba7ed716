"""The form of a citation: its source is chosen, or named by its address and described in the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AutocompleteSelect
from django.urls import reverse_lazy

from allegations.actions.evidence import grade, source_for
from allegations.codes import Material, Reliability
from allegations.forms.records import GradeSelect, RecordForm, reason_field
from allegations.forms.sources import LONGEST_STORED, AddressField, address_of, known_source
from allegations.models import Citation, Grading, Source
from candidates.fields import validate_edtf
from candidates.models import Organization

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CITED_TWICE = "This source is cited here already; give another place in it, or another stance."


class CitationForm(RecordForm):
    """A citation whose source is chosen, or named by its address and described in the same row."""

    grades: ClassVar = {"credibility": Grading.Scale.CREDIBILITY}
    credibility_reason = reason_field("credibility")
    new_url = AddressField(
        label="Or paste its address",
        required=False,
        max_length=LONGEST_STORED,
        help_text="An address that is known already is recognised, however it is spelled.",
        widget=AdminTextInputWidget(
            attrs={"size": 80, "class": "known-source", "data-known": reverse_lazy("admin:allegations_source_known")}
        ),
    )
    source_title = forms.CharField(label="Title", required=False, max_length=300, widget=AdminTextInputWidget)
    source_publisher = forms.ModelChoiceField(
        Organization.objects.all(),
        label="Publisher",
        required=False,
        widget=AutocompleteSelect(Source._meta.get_field("publisher"), site),
    )
    source_author = forms.CharField(label="Author", required=False, max_length=200, widget=AdminTextInputWidget)
    source_dated = forms.CharField(
        label="Date",
        required=False,
        max_length=40,
        validators=[validate_edtf],
        help_text="When it was published, for example 2020-10 or 2021-11-25; empty where not stated.",
        widget=AdminTextInputWidget,
    )
    source_language = forms.CharField(
        label="Language",
        required=False,
        max_length=12,
        help_text="BCP 47, for example en, ar or zh-Hans.",
        widget=AdminTextInputWidget,
    )
    source_material = forms.ChoiceField(
        label="Kind of material", required=False, choices=Material.choices, initial=Material.OTHER
    )
    source_reliability = forms.ChoiceField(
        label="Reliability",
        required=False,
        choices=[("", "---------"), *Reliability.choices],
        widget=GradeSelect("reliability"),
    )
    source_reliability_reason = forms.CharField(
        label="Reason", required=False, widget=AdminTextareaWidget(attrs={"rows": 2})
    )
    recognised: Source | None = None  # the known source that stands at the pasted address

    class Meta:
        model = Citation
        fields: ClassVar = [
            "source", "stance", "directness", "quote", "locator", "credibility", "derived_from", "origin",
            "read_on", "note",
        ]  # fmt: skip
        widgets: ClassVar = {
            "credibility": GradeSelect("credibility"),
            "quote": AdminTextareaWidget(attrs={"rows": 2}),
            "note": AdminTextareaWidget(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        url, chosen = cleaned.get("new_url"), cleaned.get("source")
        if url:
            self.recognised = known_source(url)
            if chosen and chosen != self.recognised:
                self.add_error("new_url", "Choose a known source or paste an address, not both.")
        elif not chosen and "source" in self.fields and "new_url" not in self.errors:
            self.add_error("source", "Choose a known source, or paste the address of a new one.")
        return cleaned

    @property
    def cited(self) -> tuple[str, str, str] | None:
        """What must not be cited twice for one statement: the source's address, the place in it, the stance."""
        data = self.cleaned_data
        source, url = data.get("source"), str(data.get("new_url") or "")
        if not source and not url:
            return None
        return source.canonical_url if source else address_of(url), data.get("locator", ""), data.get("stance", "")

    def keep(self, *, by: User) -> Any:
        if not self.instance.source_id:
            self.instance.source = self._new_source(by=by)
        return super().keep(by=by)

    def _new_source(self, *, by: User) -> Source:
        if known := known_source(self.cleaned_data["new_url"]):  # made by another row of this page
            return known
        source = source_for(self.cleaned_data["new_url"])
        for name in ("title", "publisher", "author", "dated", "language", "material", "reliability_reason"):
            setattr(source, name, self.cleaned_data[f"source_{name}"])
        source.material = source.material or Material.OTHER
        source.save()
        reason = source.reliability_reason
        grade(source, Grading.Scale.RELIABILITY, self.cleaned_data["source_reliability"], by=by, reason=reason)
        return source


class CitationFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The citations of one statement, no two of the same place in the same source."""

    def clean(self) -> None:
        super().clean()
        rows: list[Any] = [form for form in self.forms if form.is_valid()]
        cited = self._cited_besides({form.instance.pk for form in rows})
        for form in rows:
            if form.cited in cited:
                form.add_error("new_url" if form.cleaned_data.get("new_url") else "source", CITED_TWICE)
            if form.cited:
                cited.add(form.cited)

    def _cited_besides(self, own: set[int | None]) -> set[tuple[str, str, str]]:
        statement: Any = self.instance
        if statement._state.adding:
            return set()
        others = Citation.objects.filter(**{self.fk.name: statement}).exclude(pk__in=own - {None})
        return set(others.values_list("source__canonical_url", "locator", "stance"))
