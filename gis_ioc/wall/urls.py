from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="wall-home"),
    path("<slug:slug>", views.show, name="wall"),
    path("<slug:slug>/state", views.state, name="wall-state"),
]
