"""What all record forms share: a choice of grade with its rubric, and saving with who wrote it and who graded it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from allegations.actions.evidence import grade
from allegations.models import Grading
from allegations.rubrics import RUBRICS

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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
        record.save()
        for name, value in wanted.items():
            reason = self.cleaned_data.get(f"{name}_reason", "")
            basis = self.cleaned_data.get(f"{name}_basis")
            grade(record, self.grades[name], value, by=by, reason=reason, basis=basis)
        return record
