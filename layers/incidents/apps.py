from layers.core.apps import LayerAppConfig


class IncidentsConfig(LayerAppConfig):
    name = "layers.incidents"
    label = "incidents"
