"""Forms of the reviewers: an allegation and its rows on one page, with grades, sources and words for what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.safestring import SafeString, mark_safe

from allegations.actions.evidence import address_policy, grade, source_for
from allegations.codes import Material, Reliability, ReplyKind, Stage
from allegations.links.urls import UrlRefused, canonical
from allegations.models import Allegation, Citation, Grading, Proceeding, ProceedingStep, Reply, Source
from allegations.rubrics import RUBRICS
from candidates.fields import validate_edtf, with_bounds
from candidates.models import Organization

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_STORED = 2000
CITED_TWICE = "This source is cited here already; give another place in it, or another stance."


class GradeSelect(forms.Select):
    """A choice of grade with the rubric of its scale beside it."""

    def __init__(self, scale: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rubric = render_to_string("admin/allegations/rubric.html", {"rubric": RUBRICS[self.scale]})
        return mark_safe(f'<div class="graded">{super().render(name, value, attrs, renderer)}{rubric}</div>')  # noqa: S308


def reason_field(grade_name: str) -> forms.CharField:
    words = f"Why this {grade_name}; it is kept with the grade."
    return forms.CharField(required=False, help_text=words, widget=AdminTextareaWidget(attrs={"rows": 2}))


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose `keep` saves the record: who wrote it, and each changed grade with its row."""

    grades: ClassVar[dict[str, Grading.Scale]] = {}

    def keep(self, *, by: User) -> Any:
        record = self.instance
        if record._state.adding and hasattr(record, "written_by_id"):
            record.written_by = by
        wanted = {name: self.cleaned_data[name] for name in self.grades if name in self.cleaned_data}
        for name in wanted:  # a grade is given by `grade`, which keeps the row of it
            before = record._meta.get_field(name).get_default() if record._state.adding else self.initial[name]
            setattr(record, name, before)
        if record._state.adding:
            record.save()
        else:  # only what the form shows: the rest of the row may have moved on meanwhile
            record.save(update_fields=self._columns())
        for name, value in wanted.items():
            reason = self.cleaned_data.get(f"{name}_reason", "")
            grade(record, self.grades[name], value, by=by, reason=reason)
        return record

    def _columns(self) -> list[str]:
        columns = {field.name for field in self.instance._meta.concrete_fields if not field.primary_key}
        return [name for name in with_bounds(*self.cleaned_data) if name in columns]


class AllegationForm(RecordForm):
    grades: ClassVar = {"severity": Grading.Scale.SEVERITY, "link": Grading.Scale.LINK}
    severity_reason = reason_field("severity")
    link_reason = reason_field("link")

    class Meta:
        model = Allegation
        exclude: ClassVar = ["written_at"]
        widgets: ClassVar = {
            "severity": GradeSelect("severity"),
            "link": GradeSelect("link"),
            "reply_waiver": AdminTextareaWidget(attrs={"rows": 3}),
        }


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
        for name in ("pk", "host", "canonical_url", "_state"):
            setattr(self.instance, name, getattr(row, name))
        return super().keep(by=by)


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
            cleaned["source"] = self.recognised
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
    def clean(self) -> None:
        super().clean()
        cited = set()
        forms_: list[Any] = list(self.forms)
        for form in forms_:
            key = form.cited if form.is_valid() and form.has_changed() else None
            if key and key in cited:
                form.add_error("new_url" if form.cleaned_data.get("new_url") else "source", CITED_TWICE)
            cited.add(key)


class ProceedingForm(RecordForm):
    """A proceeding with the stage that it has reached when it is first recorded."""

    grades: ClassVar = {"forum": Grading.Scale.FORUM}
    forum_reason = reason_field("grade of the forum")
    stage = forms.ChoiceField(label="Stage reached", choices=[("", "---------"), *Stage.choices], required=False)
    reached = forms.CharField(
        label="When",
        required=False,
        max_length=40,
        validators=[validate_edtf],
        help_text="For example 2021-10-01, 2021-10 or 2021.",
        widget=AdminTextInputWidget,
    )
    final = forms.BooleanField(required=False, help_text="No ordinary appeal is possible any more.")
    on_merits = forms.BooleanField(required=False, label="Decided on the merits")
    outcome = forms.CharField(required=False, max_length=300, widget=AdminTextInputWidget)

    class Meta:
        model = Proceeding
        fields: ClassVar = ["kind", "jurisdiction", "forum_name", "complainant", "forum", "note"]
        widgets: ClassVar = {"forum": GradeSelect("forum"), "note": AdminTextareaWidget(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("stage", "reached"):
            if self.instance._state.adding and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "Say which stage it has reached, and when.")
        return cleaned

    def keep(self, *, by: User) -> Any:
        record = super().keep(by=by)
        if self.cleaned_data.get("stage"):
            names = ("stage", "reached", "final", "on_merits", "outcome")
            facts = {name: self.cleaned_data[name] for name in names}
            ProceedingStep.objects.create(proceeding=record, **facts)
        return record


class ReplyForm(RecordForm):
    class Meta:
        model = Reply
        exclude: ClassVar = ["written_at"]
        widgets: ClassVar = {"text": AdminTextareaWidget(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == ReplyKind.NONE_YET and cleaned.get("answered"):
            self.add_error("answered", "A reply that has not come has no date of answer.")
        return cleaned
