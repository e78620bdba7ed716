"""What stays of a record that was retracted: that it was, why and when. Nothing of what it said."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from allegations.models import CoalitionLetter
from vetting.api.serializers.fields import Page


class RetractionSerializer(serializers.Serializer[Any]):
    url = serializers.SerializerMethodField(help_text="Its address in this API.")
    page = Page()
    state = serializers.CharField(read_only=True)
    reason = serializers.CharField(source="state_reason", read_only=True)
    retracted_at = serializers.DateTimeField(source="state_since", read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)

    class Meta:
        ref_name = "Retraction"

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, record: Model) -> str:
        if isinstance(record, CoalitionLetter):
            return reverse("api:letter-detail", args=[record.slug], request=self.context["request"])
        return reverse("api:allegation-detail", args=[record.pk], request=self.context["request"])


class Reviewed(serializers.ModelSerializer[Any]):
    """A record that is answered by its tombstone once it is retracted."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        if instance.is_retracted:
            return dict(RetractionSerializer(instance, context=self.context).data)
        return super().to_representation(instance)
