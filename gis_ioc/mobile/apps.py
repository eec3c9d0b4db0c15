from django.apps import AppConfig


class MobileConfig(AppConfig):
    name = "gis_ioc.mobile"
    label = "mobile"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import push  # noqa: F401  (registers the channel)
