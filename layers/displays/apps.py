from layers.core.apps import LayerAppConfig


class DisplaysConfig(LayerAppConfig):
    name = "layers.displays"
    label = "displays"
