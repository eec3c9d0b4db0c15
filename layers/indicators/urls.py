from django.urls import path

from .views import (
    brief,
    briefing,
    drawer,
    explorer,
    loads,
    marks,
    message,
    pace,
    passport,
)

app_name = "indicators"
urlpatterns = [
    path("", explorer.index, name="explorer"),
    path("small/", explorer.small, name="small"),
    path("compare/", explorer.compare, name="compare"),
    path("outlines/", explorer.outlines, name="outlines"),
    path("units/<int:unit_id>/group/<slug:subsystem>/", drawer.group, name="group"),
    path("units/<int:unit_id>/<slug:code>/", drawer.indicator, name="indicator"),
    path(
        "units/<int:unit_id>/<slug:code>/passport/",
        passport.cast,
        name="cast-passport",
    ),
    path("facts/<int:fact_id>/", passport.passport, name="passport"),
    path("facts/<int:fact_id>/message/", message.message, name="message"),
    path("loads/<int:load_id>/", loads.load, name="load"),
    path("marks/", marks.marks, name="marks"),
    path("pace/", pace.index, name="pace"),
    path("briefing/", briefing.index, name="briefing"),
    path("briefing/file.<slug:fmt>", briefing.file, name="briefing-file"),
    path("brief/", brief.index, name="brief"),
]
