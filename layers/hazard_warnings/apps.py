from layers.core.apps import LayerAppConfig


class HazardWarningsConfig(LayerAppConfig):
    name = "layers.hazard_warnings"
    label = "hazard_warnings"
