from layers.core.apps import LayerAppConfig


class StationsConfig(LayerAppConfig):
    name = "layers.stations"
    label = "stations"
