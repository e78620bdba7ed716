"""The allegations application."""

from django.apps import AppConfig


class AllegationsConfig(AppConfig):
    name = "allegations"
    default_auto_field = "django.db.models.BigAutoField"
