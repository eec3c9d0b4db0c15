from django.urls import path

from . import views

app_name = "tiles"
urlpatterns = [path("", views.index, name="page")]
