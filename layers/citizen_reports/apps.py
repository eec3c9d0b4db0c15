from layers.core.apps import LayerAppConfig


class CitizenReportsConfig(LayerAppConfig):
    name = "layers.citizen_reports"
    label = "citizen_reports"
