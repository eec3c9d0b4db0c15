from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gis_ioc.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import following, people, seen  # noqa: F401  (register themselves)
