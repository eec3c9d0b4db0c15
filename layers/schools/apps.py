from layers.core.apps import LayerAppConfig


class SchoolsConfig(LayerAppConfig):
    name = "layers.schools"
    label = "schools"
