from django.utils.translation import gettext_lazy as _

from layers.core.assets import AssetSpec, Force
from layers.core.spec import Field, Layer, TileSpec

from .choices import Kind, Purpose, State

LAYER = Layer(
    slug="cameras",
    title=_("Cameras"),
    group=_("Security and traffic"),
    icon="device-cctv",
    roles=frozenset({"cctv"}),
    geometry="point",
    model="cameras.Camera",
    relation="cameras_camera",
    history="cameras_cameraevent",
    order=50,
    demo_order=40,
    readers=("operator", "leader"),
    editors=("operator",),
    category="Security",
    source=_("Camera register and health reports of the owning agencies"),
    time_field="last_seen",
    ingest="layers.cameras.services.apply",
    assets=AssetSpec(
        state="state",
        forces=(
            Force(
                slug="cameras",
                title=_("Cameras"),
                icon="device-cctv",
                reach="range_m",
            ),
        ),
    ),
    tile=TileSpec(minzoom=7, buffer=256),
    fields=(
        Field(
            name="state",
            type="text",
            title=_("State"),
            choices=tuple(State.choices),
            tile=True,
            filter=True,
        ),
        Field(name="state_since", type="datetime", title=_("Since"), filter=True),
        Field(name="last_seen", type="datetime", title=_("Last picture")),
        Field(
            name="purpose",
            type="text",
            title=_("Purpose"),
            choices=tuple(Purpose.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="kind",
            type="text",
            title=_("Kind"),
            choices=tuple(Kind.choices),
            tile=True,
            filter=True,
        ),
        Field(name="agency", type="text", title=_("Owner"), filter=True, search=True),
        Field(name="address", type="text", title=_("Address"), search=True),
        Field(name="height_m", type="number", title=_("Mount height"), unit="m"),
        Field(
            name="azimuth_deg",
            type="number",
            title=_("Azimuth"),
            unit="°",
            tile=True,
        ),
        Field(
            name="fov_deg",
            type="number",
            title=_("Field of view"),
            unit="°",
            tile=True,
        ),
        Field(name="range_m", type="number", title=_("Range"), unit="m", tile=True),
        Field(
            name="external_id",
            type="text",
            title=_("Code"),
            filter=True,
            search=True,
        ),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
