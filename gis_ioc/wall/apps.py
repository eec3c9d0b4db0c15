from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WallConfig(AppConfig):
    name = "gis_ioc.wall"
    label = "wall"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gis_ioc.live.topics import topics

        from . import alarms  # noqa: F401  (hears of alarms)
        from .conductor.topic import TOPIC
        from .scenes import shipping

        topics.register(TOPIC)

        post_migrate.connect(shipping.after_migrate, sender=self)
