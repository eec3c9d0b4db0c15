from layers.core.apps import LayerAppConfig


class AlertsConfig(LayerAppConfig):
    name = "layers.alerts"
    label = "alerts"

    def ready(self) -> None:
        super().ready()
        from . import (
            escalating,  # noqa: F401  (reacts to alerts)
            kinds,  # noqa: F401  (registers the rule kinds)
        )
