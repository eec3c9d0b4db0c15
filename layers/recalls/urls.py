from django.urls import path

from . import views

app_name = "recalls"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<int:recall_id>/", views.detail, name="detail"),
    path("<int:recall_id>/list.<slug:fmt>", views.download, name="file"),
    path("<int:recall_id>/<slug:action>/", views.act, name="act"),
]
