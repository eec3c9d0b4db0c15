from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, TileSpec, Touch
from layers.vessels.layer import CLASSES

KINDS = (
    ("track", _("Track")),
    ("gap", _("Silence")),
    ("suspect", _("Not credible")),
)
DEVICE_KINDS = (
    ("ais", "AIS"),
    ("vms", "VMS"),
    ("manual", _("Reported by people")),
    ("table", _("Table of positions")),
)
BEGINS = (
    ("0", _("Goes on from the day before")),
    ("1", _("First heard")),
    ("2", _("After a silence")),
    ("3", _("After a jump that no ship makes")),
    ("4", _("Leaves a port")),
    ("5", _("The device changed vessels")),
)


LAYER = Layer(
    slug="tracks",
    title=_("Vessel tracks"),
    group=_("Sea and fishing"),
    icon="route",
    roles=frozenset({"tracks"}),
    geometry="mixed",
    model="tracks.Piece",
    relation="tracks_map",
    as_of="tracks_as_of",
    order=11,
    demo_order=25,
    visible=False,
    readers=("operator", "fisheries", "leader"),
    source=_("AIS and vessel monitoring (VMS)"),
    time_field="at",
    recent=timedelta(hours=24),
    # three levels of 1 km, 250 m and 50 m, made when a day is settled
    tile=TileSpec(minzoom=5, bands=(8, 11), expires_s=30.0),
    touched_by=(
        # settling tells which tracks change; whose they are is seen a little later
        Touch(table="vessels_fitting", late=True),
        Touch(table="vessels_vessel", late=True),
        Touch(table="vessels_device", late=True),
    ),
    fields=(
        Field(
            name="kind",
            type="text",
            title=_("Kind"),
            choices=KINDS,
            tile=True,
            filter=True,
        ),
        Field(
            name="vessel_id",
            type="integer",
            title=_("Vessel number"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(
            name="vessel_class",
            type="text",
            title=_("Class"),
            choices=CLASSES,
            tile=True,
            filter=True,
        ),
        Field(name="registration", type="text", title=_("Registration"), filter=True),
        Field(
            name="device_kind",
            type="text",
            title=_("Heard by"),
            choices=DEVICE_KINDS,
            tile=True,
            filter=True,
        ),
        Field(name="started_at", type="datetime", title=_("First fix"), filter=True),
        Field(name="at", type="datetime", title=_("Last fix"), tile=True, filter=True),
        Field(name="fixes", type="integer", title=_("Fixes"), filter=True),
        Field(
            name="distance_km",
            type="number",
            title=_("Length"),
            unit="km",
            filter=True,
        ),
        Field(
            name="speed_kn",
            type="number",
            title=_("Mean speed"),
            unit="kn",
            tile=True,
            filter=True,
        ),
        Field(
            name="max_kn",
            type="number",
            title=_("Highest speed"),
            unit="kn",
            filter=True,
        ),
        Field(
            name="begins",
            type="integer",
            title=_("Begins because"),
            choices=BEGINS,
            filter=True,
        ),
        Field(name="device_id", type="integer", title=_("Device"), drawer=False),
        Field(name="branch", type="integer", title=_("Branch"), drawer=False),
        Field(name="segment", type="integer", title=_("Segment"), drawer=False),
        Field(
            name="reasons",
            type="integer",
            title=_("Reasons for doubt"),
            filter=True,
            drawer=False,
        ),
    ),
)
