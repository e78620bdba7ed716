"""Addresses."""

from django.contrib import admin
from django.urls import include, path

from vetting import health, matrix, matter, method, pages, profile, search

urlpatterns = [
    path("", pages.home, name="home"),
    path("elections/<slug:slug>/", matrix.election, name="election"),
    path("candidates/<slug:slug>/", profile.candidate, name="candidate"),
    path("allegations/<uuid:pk>/", matter.allegation, name="allegation"),
    path("", include("allegations.urls")),
    path("search/", search.search, name="search"),
    path("method/", method.method, name="method"),
    path("method/<str:version>.json", method.numbers, name="numbers"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("admin/", admin.site.urls),
    path("api/", include("vetting.api.urls")),
]
