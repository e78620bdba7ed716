"""The candidates application."""

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "candidates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from candidates import lookups  # noqa: F401 (registers them)
