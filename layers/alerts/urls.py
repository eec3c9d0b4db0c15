from django.urls import path

from . import views

app_name = "alerts"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:alert_id>/", views.index, name="detail"),
    path("<int:alert_id>/<slug:action>/", views.act, name="act"),
]
