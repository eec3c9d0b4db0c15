from layers.core.apps import LayerAppConfig


class ZonesConfig(LayerAppConfig):
    name = "layers.zones"
    label = "zones"
