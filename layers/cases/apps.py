from layers.core.apps import LayerAppConfig


class CasesConfig(LayerAppConfig):
    name = "layers.cases"
    label = "cases"
