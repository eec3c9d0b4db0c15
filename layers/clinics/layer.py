from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from layers.core.assets import AssetSpec, Force
from layers.core.spec import Field, Layer, TileSpec, Touch

KINDS = (
    ("provincial_hospital", _("Provincial hospital")),
    ("district_hospital", _("Area hospital")),
    ("commune_station", _("Commune health station")),
    ("private", _("Private clinic or hospital")),
)

CASES = (
    ("cases_7d", _("Infectious diseases")),
    ("dengue_7d", _("Dengue")),
    ("hfmd_7d", _("Hand, foot and mouth disease")),
    ("measles_7d", _("Measles")),
    ("covid_7d", _("Coronavirus disease")),
)

LAYER = Layer(
    slug="clinics",
    title=_("Hospitals and clinics"),
    group=_("Education and health"),
    icon="building-hospital",
    roles=frozenset({"clinics"}),
    geometry="point",
    model="clinics.Clinic",
    relation="clinics_map",
    as_of="clinics_as_of",
    order=61,
    demo_order=31,
    visible=False,
    readers=("*",),
    editors=("officer",),
    category="Health",
    source=_("Department of Health"),
    freshness=timedelta(days=2),
    time_field="reported_at",
    alike="kind",
    assets=AssetSpec(
        state="kind",
        sums=("beds", "beds_occupied"),
        forces=(
            # an ambulance on roads that are a third longer than the straight line
            Force(
                slug="emergency",
                title=_("Hospitals that take emergencies"),
                icon="ambulance",
                filter="emergency = true",
                cruise_kmh=45,
                detour=1.3,
            ),
        ),
    ),
    # the cases of the last week follow the clock
    tile=TileSpec(minzoom=6, expires_s=3_600),
    touched_by=(Touch(table="clinics_casereport", column="clinic_id"),),
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
        Field(
            name="doctors",
            type="integer",
            title=_("Doctors"),
            unit=_("people"),
            filter=True,
        ),
        Field(
            name="nurses",
            type="integer",
            title=_("Nurses"),
            unit=_("people"),
            filter=True,
        ),
        *(
            Field(
                name=name,
                type="integer",
                title=title,
                unit=_("cases in 7 days"),
                tile=name == "cases_7d",
                filter=True,
                drawer=False,
            )
            for name, title in CASES
        ),
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
