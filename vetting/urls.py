"""Addresses."""

from django.contrib import admin
from django.urls import include, path

from vetting import health

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("admin/", admin.site.urls),
    path("api/", include("vetting.api.urls")),
]
