from django.urls import path

from . import log, views

app_name = "mobile"
urlpatterns = [
    path("sw.js", views.service_worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("settings/notifications/", views.preferences, name="preferences"),
    path("settings/notifications/test/", views.test, name="test"),
    path(
        "settings/notifications/test/<int:message_id>/",
        views.test_state,
        name="test-state",
    ),
    path(
        "settings/notifications/devices/<int:device_id>/forget/",
        views.forget,
        name="forget",
    ),
    path("messages/", views.inbox, name="inbox"),
    path("messages/read/", views.read_all, name="read-all"),
    path("messages/<int:message_id>/open/", views.open_message, name="open"),
    path("deliveries/", log.index, name="log"),
    path("deliveries.csv", log.as_csv, name="log-csv"),
    path("deliveries/<int:delivery_id>/", log.detail, name="delivery"),
    path("deliveries/<int:delivery_id>/resend/", log.resend, name="resend"),
]
