"""Addresses under the name of ARCHIVE_ORIGIN: archived copies, and nothing else."""

from django.urls import path

from allegations.views import archive_origin

urlpatterns = [
    path("copies/<str:ticket>/", archive_origin.copy, name="archived-copy"),
]
