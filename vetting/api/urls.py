"""Addresses of the API. Every path below /api/ answers in JSON, also those where nothing is."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from vetting.api.views import candidates, elections, evidence, root, sources, tables

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("elections", elections.Elections, "election")
router.register("contests", elections.Contests, "contest")
router.register("candidates", candidates.Candidates, "candidate")
router.register("candidacies", candidates.Candidacies, "candidacy")
router.register("allegations", evidence.Allegations, "allegation")
router.register("letters", evidence.Letters, "letter")
router.register("sources", sources.Sources, "source")

v1 = [
    path("", root.Root.as_view(), name="root"),
    path("schema/", root.Schema.as_view(), name="schema"),
    path("elections/<slug:slug>/assessments.csv", tables.Assessments.as_view(), name="assessments-table"),
    *router.urls,
]
urlpatterns = [
    path("v1/", include(v1)),
    re_path("", root.Nothing.as_view(), name="nothing"),
]
