"""The form of one grade on the page of a matter's grades: the grade with its rubric, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from allegations.actions.evidence import NO_BASIS, needs_basis
from allegations.actions.grading import Item
from allegations.forms.records import GradeSelect
from allegations.grading import FORUM, Part
from allegations.models import Citation
from allegations.rubrics import RUBRICS


class GradeForm(forms.Form):
    """One grade, or nothing; a grade has a reason. It opens empty, whatever others gave."""

    part = forms.ChoiceField(choices=[(part.value, part.value) for part in Part], widget=forms.HiddenInput)
    first = forms.IntegerField(required=False, widget=forms.HiddenInput)
    value = forms.ChoiceField(label="Grade", required=False)
    reason = forms.CharField(label="Why", required=False, widget=AdminTextareaWidget(attrs={"rows": 2}))

    basis = forms.ChoiceField(label="What it rests on", required=False)

    def __init__(self, item: Item, sent: Any = None, bases: Iterable[Citation] = ()) -> None:
        self.item, pair = item, item.pair
        self.bases = {str(row.pk): row for row in bases}
        seen = {"part": item.due and item.due.value, "first": pair.first.pk if pair else None}
        super().__init__(sent, prefix=item.key, initial=seen)
        rubric = RUBRICS[item.scale]
        field = self.fields["value"]
        assert isinstance(field, forms.ChoiceField)
        field.widget = GradeSelect(item.scale)
        field.choices = [("", "---------"), *((level.value, level.name) for level in rubric.levels)]
        field.label = rubric.title
        self.fields["reason"].help_text = "It is kept with the grade, and published with it."
        self._offer_bases()

    def _offer_bases(self) -> None:
        """Ask what a grade rests on where it has a citation of its own: that of a forum does."""
        field = self.fields["basis"]
        assert isinstance(field, forms.ChoiceField)
        if self.item.scale != FORUM:
            del self.fields["basis"]
            return
        field.choices = [("", "---------"), *((pk, str(row)) for pk, row in self.bases.items())]
        field.help_text = "A citation of the proceeding or its matter that shows how independent the authority is."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        value, reason = cleaned.get("value"), cleaned.get("reason", "").strip()
        if value and not reason:
            self.add_error("reason", "Say why this grade.")
        elif reason and not value and "value" not in self.errors:
            self.add_error("value", "Choose a grade, or leave its reason empty.")
        cleaned["basis"] = self.bases.get(cleaned.get("basis", ""))
        if value and needs_basis(self.item.scale, value) and cleaned["basis"] is None and "basis" not in self.errors:
            self.add_error("basis", NO_BASIS)
        return cleaned
