from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "gis_ioc.uploads"
    label = "uploads"
    default_auto_field = "django.db.models.BigAutoField"
