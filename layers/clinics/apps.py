from layers.core.apps import LayerAppConfig


class ClinicsConfig(LayerAppConfig):
    name = "layers.clinics"
    label = "clinics"
