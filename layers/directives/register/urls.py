from django.urls import path, re_path

from . import views

urlpatterns = [
    path("", views.register, name="register"),
    path("tasks/", views.tasks, name="register-tasks"),
    re_path(
        r"^(?P<what>units|tasks)\.(?P<ending>csv|xlsx)$",
        views.export,
        name="register-export",
    ),
]
