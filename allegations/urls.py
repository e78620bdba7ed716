"""Addresses of the evidence itself."""

from django.urls import path

from allegations.views import changes, copies, histories, letters, sources

urlpatterns = [
    path("letters/<slug:slug>/", letters.letter, name="letter"),
    path("sources/<uuid:pk>/", sources.source, name="source"),
    *(
        path(f"sources/<uuid:pk>/{kind}/", sources.history, {"kind": kind}, name=f"source-{kind}")
        for kind in histories.HISTORIES
    ),
    path("sources/<uuid:pk>/changes/<int:number>/", changes.change, name="change"),
    path("sources/<uuid:pk>/copies/<int:number>/", copies.copy, name="copy"),
]
