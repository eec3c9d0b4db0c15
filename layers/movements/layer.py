from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec

from .choices import Kind

STATES = (("open", _("Still lasts")), ("over", _("Over")))

LAYER = Layer(
    slug="movements",
    title=_("Vessel movements"),
    group=_("Sea and fishing"),
    icon="anchor",
    roles=frozenset({"movements"}),
    geometry="mixed",
    model="movements.Movement",
    relation="movements_map",
    as_of="movements_as_of",
    order=12,
    demo_order=26,
    visible=False,
    readers=("operator", "fisheries", "leader"),
    scope=ScopeSpec(kind="units", column="scope_units"),
    source=_("Found in settled tracks (AIS and vessel monitoring)"),
    time_field="began_at",
    recent=timedelta(days=7),
    tile=TileSpec(minzoom=5, expires_s=60.0),
    fields=(
        Field(
            name="kind",
            type="text",
            title=_("Kind"),
            choices=tuple(Kind.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="state",
            type="text",
            title=_("State"),
            choices=STATES,
            tile=True,
            filter=True,
        ),
        Field(
            name="began_at", type="datetime", title=_("Began"), tile=True, filter=True
        ),
        Field(name="ended_at", type="datetime", title=_("Ended"), filter=True),
        Field(name="hours", type="number", title=_("Lasted"), unit="h", filter=True),
        Field(
            name="distance_km",
            type="number",
            title=pgettext_lazy("travelled", "Distance"),
            unit="km",
            filter=True,
        ),
        Field(name="speed_kn", type="number", title=_("Speed"), unit="kn", filter=True),
        Field(name="port", type="text", title=_("Port"), filter=True),
        Field(name="score", type="number", title=_("Score of falseness"), filter=True),
        Field(
            name="confidence",
            type="integer",
            title=_("Confidence, 1 to 4"),
            filter=True,
        ),
        Field(
            name="vessels", type="integer", title=_("Number of vessels"), filter=True
        ),
        Field(
            name="vessel_id",
            type="integer",
            title=_("Vessel number"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(name="device_id", type="integer", title=_("Device"), drawer=False),
        Field(name="params", type="text", title=_("Parameters"), drawer=False),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
