from layers.core.apps import LayerAppConfig


class IndicatorsConfig(LayerAppConfig):
    name = "layers.indicators"
    label = "indicators"
