from layers.core.apps import LayerAppConfig


class CamerasConfig(LayerAppConfig):
    name = "layers.cameras"
    label = "cameras"
