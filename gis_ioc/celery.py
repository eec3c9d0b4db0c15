"""The Celery application. Beat entries come from each app's ``tasks.BEAT``."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")

app = Celery("gis_ioc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule(sender: Celery, **kwargs: object) -> None:
    """Collect what the apps want done regularly."""
    from importlib import import_module

    from django.apps import apps
    from django.utils.module_loading import module_has_submodule

    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "tasks"):
            module = import_module(f"{config.module.__name__}.tasks")
            sender.conf.beat_schedule |= getattr(module, "BEAT", {})
