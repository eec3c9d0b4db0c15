from django.urls import path

from . import drillviews, views

app_name = "console"
urlpatterns = [
    path("", views.page, name="page"),
    path("log", views.log, name="log"),
    path("walls/<slug:slug>/then", views.then, name="then"),
    path("walls/<slug:slug>/push", views.push, name="push"),
    path("walls/<slug:slug>/ask", views.ask, name="ask"),
    path("drills/", drillviews.listing, name="drills"),
    path("drills/start", drillviews.start, name="drill-start"),
    path("drills/now", drillviews.now, name="drill-now"),
    path("drills/<int:drill_id>/", drillviews.report, name="drill"),
    path("drills/<int:drill_id>/act", drillviews.act, name="drill-act"),
    path("drills/<int:drill_id>/acts", drillviews.acts, name="drill-acts"),
    path("drills/<int:drill_id>/end", drillviews.end, name="drill-end"),
]
