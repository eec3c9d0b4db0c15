from layers.core.apps import LayerAppConfig


class PressConfig(LayerAppConfig):
    name = "layers.press"
    label = "press"
