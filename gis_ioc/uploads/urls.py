from django.urls import path

from . import source, views

app_name = "uploads"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/<slug:slug>/", views.new, name="new"),
    path("new/<slug:slug>/template.xlsx", views.template, name="template"),
    path("<int:upload_id>/", views.detail, name="detail"),
    path("<int:upload_id>/state/", views.state, name="state"),
    path("<int:upload_id>/step/<slug:step>/", views.act, name="act"),
    path("<int:upload_id>/original", source.original, name="original"),
    path("<int:upload_id>/problems.xlsx", source.marked, name="marked"),
    path("<int:upload_id>/rows/<path:sheet>/<int:number>/", source.row, name="row"),
]
