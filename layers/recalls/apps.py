from layers.core.apps import LayerAppConfig


class RecallsConfig(LayerAppConfig):
    name = "layers.recalls"
    label = "recalls"
