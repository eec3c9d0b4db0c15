from layers.core.apps import LayerAppConfig


class VesselsConfig(LayerAppConfig):
    name = "layers.vessels"
    label = "vessels"
