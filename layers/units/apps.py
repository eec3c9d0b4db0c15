from layers.core.apps import LayerAppConfig


class UnitsConfig(LayerAppConfig):
    name = "layers.units"
    label = "units"
