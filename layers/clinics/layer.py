from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, TileSpec

KINDS = (
    ("provincial_hospital", _("Provincial hospital")),
    ("district_hospital", _("Area hospital")),
    ("commune_station", _("Commune health station")),
    ("private", _("Private clinic or hospital")),
)

LAYER = Layer(
    slug="clinics",
    title=_("Hospitals and clinics"),
    group=_("Education and health"),
    icon="building-hospital",
    geometry="point",
    model="clinics.Clinic",
    relation="clinics_clinic",
    as_of="clinics_as_of",
    order=61,
    demo_order=31,
    visible=False,
    readers=("*",),
    editors=("officer",),
    source=_("Department of Health"),
    freshness=timedelta(days=2),
    time_field="reported_at",
    tile=TileSpec(minzoom=6),
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
            name="beds",
            type="integer",
            title=_("Beds"),
            unit=_("beds"),
            tile=True,
            filter=True,
        ),
        Field(
            name="beds_occupied",
            type="integer",
            title=_("Beds taken"),
            unit=_("beds"),
            filter=True,
        ),
        Field(
            name="occupancy_pct",
            type="number",
            title=_("Occupancy"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(name="doctors", type="integer", title=_("Doctors"), unit=_("people")),
        Field(name="nurses", type="integer", title=_("Nurses"), unit=_("people")),
        Field(
            name="emergency",
            type="boolean",
            title=_("Takes emergencies"),
            tile=True,
            filter=True,
        ),
        Field(name="phone", type="text", title=_("Phone")),
        Field(
            name="external_id", type="text", title=_("Code"), filter=True, search=True
        ),
        Field(
            name="reported_at",
            type="datetime",
            title=_("Figures reported"),
            filter=True,
        ),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
