from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "gis_ioc.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
