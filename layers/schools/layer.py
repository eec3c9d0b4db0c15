from django.utils.translation import gettext_lazy as _

from layers.core.assets import AssetSpec
from layers.core.spec import Field, GridSpec, Layer, TileSpec

LEVELS = (
    ("kindergarten", _("Kindergarten")),
    ("primary", _("Primary school")),
    ("lower_secondary", _("Lower secondary school")),
    ("upper_secondary", _("Upper secondary school")),
    ("combined", _("Combined school")),
    ("continuing", _("Continuing education centre")),
)

LAYER = Layer(
    slug="schools",
    title=_("Schools"),
    group=_("Education and health"),
    icon="school",
    roles=frozenset({"schools"}),
    geometry="point",
    model="schools.School",
    relation="schools_school",
    as_of="schools_as_of",
    alike="level",
    order=60,
    demo_order=30,
    visible=False,
    readers=("*",),
    editors=("officer",),
    source=_("Department of Education and Training"),
    assets=AssetSpec(state="level", sums=("pupils", "teachers")),
    tile=TileSpec(minzoom=6, grid=GridSpec(dominant="level")),
    fields=(
        Field(
            name="level",
            type="text",
            title=_("Level"),
            choices=LEVELS,
            tile=True,
            filter=True,
        ),
        Field(
            name="pupils",
            type="integer",
            title=_("Pupils"),
            unit=_("people"),
            tile=True,
            filter=True,
        ),
        Field(name="classes", type="integer", title=_("Classes"), filter=True),
        Field(
            name="teachers",
            type="integer",
            title=_("Teachers"),
            unit=_("people"),
            filter=True,
        ),
        Field(
            name="pupils_per_class",
            type="number",
            title=_("Pupils per class"),
            unit=_("pupils"),
            tile=True,
            filter=True,
        ),
        Field(
            name="pupils_per_teacher",
            type="number",
            title=_("Pupils per teacher"),
            unit=_("pupils"),
            filter=True,
        ),
        Field(name="rooms", type="integer", title=_("Classrooms"), unit=_("rooms")),
        Field(
            name="rooms_solid",
            type="integer",
            title=_("Solid classrooms"),
            unit=_("rooms"),
        ),
        Field(
            name="national_standard",
            type="boolean",
            title=_("National standard"),
            tile=True,
            filter=True,
        ),
        Field(
            name="standard_level",
            type="integer",
            title=_("Level of the standard"),
            filter=True,
        ),
        Field(name="flood_prone", type="boolean", title=_("Flood-prone"), filter=True),
        Field(name="school_year", type="text", title=_("School year")),
        Field(
            name="external_id", type="text", title=_("Code"), filter=True, search=True
        ),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
