from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.assets import AssetSpec, Force
from layers.core.spec import Field, GridSpec, Layer, TailSpec, TileSpec

CLASSES = (
    ("fishing", _("Fishing vessel")),
    ("cargo", _("Cargo ship")),
    ("tanker", _("Tanker")),
    ("passenger", _("Passenger ship")),
    ("tug", _("Tug or service vessel")),
    ("sar", _("Search and rescue")),
    ("law", _("Law enforcement")),
    ("pleasure", _("Pleasure craft")),
    ("other", _("Other vessel")),
    ("navaid", _("Aid to navigation")),
    ("base_station", _("Base station")),
    ("buoy", _("Net or buoy marker")),
    ("distress", _("Distress beacon")),
)
# ITU-R M.1371, table 45
STATUSES = (
    ("0", _("Under way using engine")),
    ("1", _("At anchor")),
    ("2", _("Not under command")),
    ("3", _("Restricted manoeuvrability")),
    ("4", _("Constrained by her draught")),
    ("5", _("Moored")),
    ("6", _("Aground")),
    ("7", _("Engaged in fishing")),
    ("8", _("Under way sailing")),
    ("14", _("Distress signal active")),
    ("15", _("Not defined")),
)
# Shown where many vessels are drawn as one, the gravest last (sql/views.sql).
WORST = (
    ("broken", _("Device broken")),
    ("disabled", _("Not under command or aground")),
    ("silent_6h", _("Silent for 6 hours")),
    ("silent_10d", _("Silent for 10 days")),
    ("beyond", _("Beyond the outer limit")),
    ("distress", _("Distress beacon")),
)
OWNER = "vessels.view_owner"
BANDS = (
    ("coastal", _("Coastal")),
    ("inshore", _("Inshore")),
    ("offshore", _("Offshore")),
)
# layers.vessels.duties.ladder.STEPS
STEPS = (
    ("missed", _("Report missed")),
    ("silent_6h", _("Silent for 6 hours")),
    ("silent_10d", _("Silent for 10 days")),
    ("broken", _("Device broken")),
    ("broken_silent", _("Device broken, no report")),
    ("overdue", _("Device broken, not back in time")),
)

LAYER = Layer(
    slug="vessels",
    title=_("Vessels"),
    group=_("Sea and fishing"),
    icon="ship",
    geometry="point",
    model="vessels.Vessel",
    relation="vessels_map",
    as_of="vessels_as_of",
    order=10,
    demo_order=20,
    readers=("*",),
    editors=("fisheries",),
    # the duty officer calls owners and captains
    trusted=("operator",),
    roles=frozenset({"vessels"}),
    category="Transport",
    source=_("AIS and vessel monitoring (VMS)"),
    ingest="layers.vessels.services.apply",
    observations="layers.vessels.observations.stored",
    spellings="layers.vessels.register.names.spellings",
    freshness=timedelta(minutes=10),
    time_field="at",
    assets=AssetSpec(
        state="status",
        forces=(
            # a patrol boat of the fisheries surveillance or border guard: 25 kn
            Force(
                slug="patrol",
                title=_("Patrol boats"),
                icon="shield",
                filter="vessel_class = 'law'",
                cruise_kmh=46,
                speed="speed_kn",
                fresh=True,
            ),
            Force(
                slug="rescue",
                title=_("Rescue vessels"),
                icon="lifebuoy",
                filter="vessel_class = 'sar'",
                cruise_kmh=46,
                speed="speed_kn",
                fresh=True,
            ),
        ),
    ),
    tile=TileSpec(
        kind="live",
        grid=GridSpec(
            worst="worst",
            ranks=tuple(value for value, _title in WORST),
            dominant="vessel_class",
        ),
        tail=TailSpec(relation="vessels_tail"),
    ),
    fields=(
        Field(
            name="vessel_class",
            type="text",
            title=_("Class"),
            choices=CLASSES,
            tile=True,
            filter=True,
        ),
        Field(
            name="speed_kn",
            type="number",
            title=_("Speed"),
            unit="kn",
            tile=True,
            filter=True,
        ),
        Field(
            name="course_deg",
            type="number",
            title=_("Course over ground"),
            unit="°",
            tile=True,
        ),
        Field(
            name="heading_deg", type="number", title=_("Heading"), unit="°", tile=True
        ),
        Field(
            name="status",
            type="integer",
            title=_("Navigation status"),
            choices=STATUSES,
            tile=True,
        ),
        Field(name="at", type="datetime", title=_("Position time"), filter=True),
        Field(
            name="registration",
            type="text",
            title=_("Registration"),
            tile=True,
            filter=True,
            search=True,
        ),
        Field(
            name="mmsi", type="text", title="MMSI", tile=True, filter=True, search=True
        ),
        Field(name="call_sign", type="text", title=_("Call sign"), search=True),
        Field(name="imo", type="integer", title="IMO"),
        Field(
            name="length_m",
            type="number",
            title=_("Length"),
            unit="m",
            tile=True,
            filter=True,
        ),
        Field(name="width_m", type="number", title=_("Width"), unit="m"),
        Field(name="power_kw", type="number", title=_("Engine power"), unit="kW"),
        Field(name="gear", type="text", title=_("Fishing gear"), filter=True),
        Field(name="home_port", type="text", title=_("Home port"), filter=True),
        Field(name="owner", type="text", title=_("Vessel owner"), mask=OWNER),
        Field(name="owner_phone", type="text", title=_("Owner's phone"), mask=OWNER),
        Field(name="captain", type="text", title=_("Captain"), mask=OWNER),
        Field(name="phone", type="text", title=_("Phone"), mask=OWNER),
        Field(name="licence_no", type="text", title=_("Licence")),
        Field(
            name="licence_expires",
            type="date",
            title=_("Licence valid until"),
            filter=True,
        ),
        Field(
            name="inspection_expires",
            type="date",
            title=_("Inspection valid until"),
            filter=True,
        ),
        Field(
            name="missing_since",
            type="date",
            title=_("Missing from the register since"),
            filter=True,
        ),
        Field(name="at_sea", type="boolean", title=_("At sea"), tile=True, filter=True),
        Field(name="port", type="text", title=_("In port"), filter=True),
        Field(
            name="band",
            type="text",
            title=_("Fishing band"),
            choices=BANDS,
            filter=True,
        ),
        Field(
            name="beyond",
            type="boolean",
            title=_("Beyond the outer limit"),
            tile=True,
            filter=True,
        ),
        Field(
            name="ladder_step",
            type="text",
            title=_("Reporting"),
            choices=STEPS,
            tile=True,
            filter=True,
        ),
        Field(name="ladder_since", type="datetime", title=_("Since")),
        Field(name="next_due_at", type="datetime", title=_("Next due")),
        Field(name="vms_at", type="datetime", title=_("Last VMS report"), filter=True),
        Field(name="vms_provider", type="text", title=_("VMS provider"), filter=True),
        Field(name="destination", type="text", title=_("Destination")),
        Field(
            name="registered", type="boolean", title=_("In the register"), filter=True
        ),
        Field(name="source", type="text", title=_("Receiver")),
        Field(
            name="received_at", type="datetime", title=pgettext_lazy("time", "Received")
        ),
        Field(
            name="worst",
            type="text",
            title=_("Gravest state"),
            choices=WORST,
            tile=True,
            drawer=False,
        ),
    ),
)
