"""Forms of allegations, and of the proceedings and replies on their page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget

from allegations.actions.evidence import NO_BASIS, bases_of, needs_basis
from allegations.codes import ReplyKind, Stage
from allegations.forms.records import GradeSelect, RecordForm, reason_field
from allegations.models import Allegation, Citation, Grading, Proceeding, ProceedingStep, Reply
from candidates.fields import validate_edtf

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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


class ProceedingForm(RecordForm):
    """What a proceeding is; its stages are rows of their own on its page."""

    grades: ClassVar = {"forum": Grading.Scale.FORUM}
    forum_reason = reason_field("grade of the forum")
    forum_basis = forms.ModelChoiceField(
        Citation.objects.none(),
        label="What the grade rests on",
        required=False,
        help_text="A citation of this proceeding or its matter that shows how independent the authority is.",
    )

    class Meta:
        model = Proceeding
        fields: ClassVar = ["kind", "jurisdiction", "forum_name", "complainant", "forum", "note"]
        widgets: ClassVar = {"forum": GradeSelect("forum"), "note": AdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("forum_basis")
        if isinstance(field, forms.ModelChoiceField) and self.instance.pk:
            field.queryset = Citation.objects.filter(bases_of(self.instance)).select_related("source").order_by("pk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        anew = "forum" in self.changed_data or cleaned.get("forum_reason")
        wants = anew and needs_basis(Grading.Scale.FORUM, cleaned.get("forum") or "")
        if wants and "forum_basis" in self.fields and not cleaned.get("forum_basis"):
            self.add_error("forum_basis", NO_BASIS)
        return cleaned


class ProceedingRowForm(RecordForm):
    """A proceeding on the page of its allegation, with the stage that it has reached when it is first recorded.

    Its forum is graded once something is cited for it.
    """

    class Meta:
        model = Proceeding
        fields: ClassVar = ["kind", "jurisdiction", "forum_name", "complainant", "note"]
        widgets: ClassVar = {"note": AdminTextareaWidget(attrs={"rows": 2})}

    stages: ClassVar = ("stage", "reached", "final", "on_merits", "outcome")
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            for name in self.stages:
                self.fields[name].disabled = True
            self.fields["stage"].help_text = "Its stages stand on its own page; add the next one there."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("stage", "reached"):
            if self.instance._state.adding and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "Say which stage it has reached, and when.")
        return cleaned

    def keep(self, *, by: User) -> Any:
        adding = self.instance._state.adding
        record = super().keep(by=by)
        if adding:
            facts = {name: self.cleaned_data[name] for name in self.stages}
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
