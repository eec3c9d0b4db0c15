from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, TileSpec

from .choices import State

LAYER = Layer(
    slug="displays",
    title=_("Displays"),
    group=_("Command"),
    icon="device-tv",
    geometry="point",
    model="displays.Display",
    relation="displays_display",
    history="displays_displayevent",
    order=95,
    demo_order=85,
    visible=False,
    beside=True,
    readers=("operator", "leader"),
    editors=(),
    roles=frozenset({"wall-panels"}),
    category="Infra",
    source=_("Heartbeats of the panels of the walls"),
    time_field="last_seen",
    freshness=timedelta(seconds=20),
    ingest="layers.displays.services.apply",
    tile=TileSpec(minzoom=8),
    fields=(
        Field(
            name="state",
            type="text",
            title=_("State"),
            choices=tuple(State.choices),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(name="state_since", type="datetime", title=_("Since"), drawer=False),
        Field(name="wall", type="text", title=_("Wall"), filter=True, search=True),
        Field(name="column", type="integer", title=_("Column"), tile=True),
        Field(name="row", type="integer", title=_("Row"), tile=True),
        Field(name="last_seen", type="datetime", title=_("Last heartbeat")),
        Field(name="scene", type="text", title=_("Scene")),
        Field(name="release", type="text", title=_("Release"), filter=True),
        Field(name="address", type="text", title=_("Address")),
        Field(name="offset_ms", type="number", title=_("Clock offset"), unit="ms"),
        Field(name="rtt_ms", type="number", title=_("Way and back"), unit="ms"),
        Field(name="frame_p50_ms", type="number", title=_("Frame, median"), unit="ms"),
        Field(name="frame_p95_ms", type="number", title=_("Frame, 95 %"), unit="ms"),
        Field(name="fps", type="number", title=_("Frames"), unit="1/s"),
        Field(name="heap_mb", type="number", title=_("Memory"), unit="MB"),
        Field(name="data_age_s", type="number", title=_("Age of the data"), unit="s"),
        Field(name="external_id", type="text", title=_("Code"), search=True),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
