from layers.core.apps import LayerAppConfig


class WarningsConfig(LayerAppConfig):
    name = "layers.warnings"
    label = "warnings"
