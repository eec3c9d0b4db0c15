from django.urls import include, path

from . import delegation_views, views, workviews
from .new_view import edit, new
from .review.views import report

app_name = "directives"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", new, name="new"),
    path("delegations/", delegation_views.delegations, name="delegations"),
    path(
        "delegations/<int:delegation_id>/revoke/",
        delegation_views.revoke,
        name="revoke",
    ),
    path("playbooks/", include("layers.directives.playbook_editor.urls")),
    path("register/", include("layers.directives.register.urls")),
    path("<int:directive_id>/edit/", edit, name="edit"),
    path("evidence/<int:evidence_id>/", workviews.evidence_file, name="evidence"),
    path(
        "evidence/<int:evidence_id>/preview/",
        workviews.evidence_preview,
        name="evidence-preview",
    ),
    path("tasks/<int:task_id>/time/", workviews.ask_time, name="ask-time"),
    path("time/<int:extension_id>/", workviews.answer_time, name="answer-time"),
    path("<int:directive_id>/", views.detail, name="detail"),
    path("<int:directive_id>/evidence/", workviews.add_evidence, name="add-evidence"),
    path("<int:directive_id>/report.pdf", report, name="report"),
    path("<int:directive_id>/<slug:action>/", views.act, name="act"),
]
