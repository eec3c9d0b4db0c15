from layers.core.apps import LayerAppConfig


class DirectivesConfig(LayerAppConfig):
    name = "layers.directives"
    label = "directives"
