from django.urls import include, path

from . import views
from .new_view import edit, new
from .review.views import report

app_name = "directives"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", new, name="new"),
    path("playbooks/", include("layers.directives.playbook_editor.urls")),
    path("<int:directive_id>/edit/", edit, name="edit"),
    path("evidence/<int:evidence_id>/", views.evidence_file, name="evidence"),
    path("<int:directive_id>/", views.detail, name="detail"),
    path("<int:directive_id>/evidence/", views.add_evidence, name="add-evidence"),
    path("<int:directive_id>/report.pdf", report, name="report"),
    path("<int:directive_id>/<slug:action>/", views.act, name="act"),
]
