"""Where clients of SensorThings expect the service."""

from __future__ import annotations

from django.urls import re_path

from . import door

PREFIX = "sta/"
urlpatterns = [
    re_path(r"^v1\.1/?$", door.service),
    re_path(r"^v1\.1/(?P<path>.+)$", door.service),
]
