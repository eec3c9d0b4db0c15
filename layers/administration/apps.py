from layers.core.apps import LayerAppConfig


class AdministrationConfig(LayerAppConfig):
    name = "layers.administration"
    label = "administration"
