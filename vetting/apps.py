"""The vetting application: it assembles the records into profiles, pages and answers."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class VettingConfig(AppConfig):
    name = "vetting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allegations.roles import make_groups
        from vetting import (
            assessments,
            checks,  # noqa: F401  (registers the deployment checks)
        )

        assessments.connect()
        # The last application to be migrated, so that every permission exists.
        post_migrate.connect(make_groups, sender=self, dispatch_uid="allegations.roles")


class ReviewSiteConfig(AdminConfig):
    """The framework's admin with our site as the default."""

    default_site = "vetting.site.ReviewSite"
