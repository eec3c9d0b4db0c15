from django.urls import path

from . import editing, looking, views

urlpatterns = [
    path("", views.index, name="rules"),
    path("rules.csv", views.as_csv, name="rules-csv"),
    path("new/", views.new, name="rule-new"),
    path("tests/<int:test_id>/", views.test, name="rule-test"),
    path("tests/<int:test_id>/cancel/", views.cancel, name="rule-test-cancel"),
    path("drafts/<int:draft_id>/", editing.edit, name="rule-draft"),
    path("drafts/<int:draft_id>/zone/", editing.zone, name="rule-zone"),
    path(
        "drafts/<int:draft_id>/features.json",
        looking.features,
        name="rule-features",
    ),
    path("drafts/<int:draft_id>/zones.json", looking.zones, name="rule-zones"),
    path("drafts/<int:draft_id>/<slug:action>/", editing.act, name="rule-draft-act"),
    path("<slug:slug>/", views.rule, name="rule"),
    path("<slug:slug>/draft/", views.draft, name="rule-begin"),
    path("<slug:slug>/off/", views.off, name="rule-off"),
    path("<slug:slug>/restore/<int:version>/", views.restore, name="rule-restore"),
]
