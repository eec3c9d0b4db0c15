from layers.core.apps import LayerAppConfig


class MovementsConfig(LayerAppConfig):
    name = "layers.movements"
    label = "movements"
