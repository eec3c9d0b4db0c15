"""App configuration shared by every layer, and discovery of the layer folders."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import module_has_submodule

from .spec import Layer, registry

LAYERS = Path(__file__).resolve().parent.parent

# Looked for beside layer.py when the app is ready: absent is fine, broken is not.
HOOK_MODULES = ("rules", "stages")


def layer_apps() -> list[str]:
    """Dotted names of the folders that hold a ``layer.py``; imports none of them."""
    return [f"layers.{path.parent.name}" for path in sorted(LAYERS.glob("*/layer.py"))]


class LayerAppConfig(AppConfig):
    """A layer's ``apps.py`` only subclasses this and names itself."""

    default_auto_field = "django.db.models.BigAutoField"
    default = False
    layer: Layer

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        self.layer = registry.register(import_module(f"{self.name}.layer").LAYER)
        for name in HOOK_MODULES:
            if module_has_submodule(self.module, name):
                import_module(f"{self.name}.{name}")


class CoreConfig(AppConfig):
    name = "layers.core"
    label = "core"
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401  (registers the system checks)
            following,  # noqa: F401  (registers who follows units)
            touch_triggers,
        )
        from .delivery import channels  # noqa: F401  (registers the kinds of channels)

        post_migrate.connect(touch_triggers.after_migrate, sender=self)
