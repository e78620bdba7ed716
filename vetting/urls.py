"""Addresses."""

from django.contrib import admin
from django.urls import include, path

from vetting import agreement, health, matrix, matter, method, pages, profile, search
from vetting.dossier import views as dossiers

urlpatterns = [
    path("", pages.home, name="home"),
    path("elections/<slug:slug>/", matrix.election, name="election"),
    path("elections/<slug:slug>/dossiers/<str:day>/", dossiers.dossier, name="dossier"),
    path("elections/<slug:slug>/dossiers/<str:day>/dossier.zip", dossiers.bundle, name="dossier-zip"),
    path("elections/<slug:slug>/dossiers/<str:day>/manifest.jsonl", dossiers.manifest, name="dossier-manifest"),
    path("candidates/<slug:slug>/", profile.candidate, name="candidate"),
    path("allegations/<uuid:pk>/", matter.allegation, name="allegation"),
    path("", include("allegations.urls")),
    path("search/", search.search, name="search"),
    path("method/", method.method, name="method"),
    path("method/agreement/", agreement.page, name="agreement"),
    path("method/<str:version>.json", method.numbers, name="numbers"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("admin/", admin.site.urls),
    path("api/", include("vetting.api.urls")),
]
