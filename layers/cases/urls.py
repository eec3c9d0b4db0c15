from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("check/", views.check, name="check"),
    path("<int:case_id>/", views.detail, name="detail"),
    path("<int:case_id>/correct/", views.correct, name="correct"),
    path("<int:case_id>/gather/", views.gather, name="gather"),
    path("<int:case_id>/step/<slug:slug>/", views.act, name="act"),
    path(
        "<int:case_id>/v<int:number>/case.<slug:ending>",
        views.download,
        name="download",
    ),
]
