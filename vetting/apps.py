"""The vetting application: it assembles the records into profiles, pages and answers."""

from django.apps import AppConfig


class VettingConfig(AppConfig):
    name = "vetting"
    default_auto_field = "django.db.models.BigAutoField"
