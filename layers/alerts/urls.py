from django.urls import include, path

from . import views
from .views import aside, handover, load, suppressions

app_name = "alerts"
urlpatterns = [
    path("", views.index, name="index"),
    path("aside/", aside.index, name="aside"),
    path("aside/suppress/", suppressions.start, name="suppression-start"),
    path("aside/<int:suppression_id>/end/", suppressions.end, name="suppression-end"),
    path("handover/", handover.index, name="handover"),
    path("handover/<int:handover_id>/", handover.show, name="handover-one"),
    path("handover/<int:handover_id>/take/", handover.take, name="handover-take"),
    path("handover/<int:handover_id>.pdf", handover.printed, name="handover-pdf"),
    path("handover/<slug:action>/", handover.act, name="handover-act"),
    path("load/", load.index, name="load"),
    path("load/<slug:table>.csv", load.export, name="load-csv"),
    path("rules/", include("layers.alerts.studio.urls")),
    path("<int:alert_id>/", views.index, name="detail"),
    path("<int:alert_id>/<slug:action>/", views.act, name="act"),
]
