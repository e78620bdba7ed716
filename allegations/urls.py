"""Addresses of the evidence itself."""

from django.urls import path

from allegations.views import letters, sources

urlpatterns = [
    path("letters/<slug:slug>/", letters.letter, name="letter"),
    path("sources/<uuid:pk>/", sources.source, name="source"),
]
