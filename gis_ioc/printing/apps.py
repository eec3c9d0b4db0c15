from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "gis_ioc.printing"
    label = "printing"
