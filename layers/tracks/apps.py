from layers.core.apps import LayerAppConfig


class TracksConfig(LayerAppConfig):
    name = "layers.tracks"
    label = "tracks"
