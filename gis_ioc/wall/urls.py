from django.urls import include, path

from . import api, panels, views
from .kiosk.views import enter

urlpatterns = [
    path("", views.home, name="wall-home"),
    path("", include("gis_ioc.wall.scenes.urls")),
    path("<slug:slug>", views.show, name="wall"),
    path("<slug:slug>/<int:column>/<int:row>", views.show, name="wall-panel"),
    path("<slug:slug>/state", views.state, name="wall-state"),
    path("<slug:slug>/bundle", api.bundle, name="wall-bundle"),
    path("<slug:slug>/acts", api.act, name="wall-acts"),
    path("<slug:slug>/enter", enter, name="wall-enter"),
    path("<slug:slug>/panels", panels.page, name="wall-panels"),
    path("<slug:slug>/panels/tell", panels.tell, name="wall-panels-tell"),
]
