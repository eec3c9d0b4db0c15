from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec, Touch, ZoneSpec

KINDS = (
    ("province", _("Province")),
    ("district", _("Area (former district)")),
    ("commune", _("Commune or ward")),
)
TYPES = (
    ("province", _("Province")),
    ("city", _("City")),
    ("town", _("Town")),
    ("district", _("District")),
    ("ward", _("Ward")),
    ("commune", _("Commune")),
    ("township", _("Township")),
)

LAYER = Layer(
    slug="units",
    title=_("Administrative units"),
    group=_("Administrative units and indicators"),
    icon="map-2",
    geometry="polygon",
    model="units.Unit",
    relation="units_map",
    as_of="units_as_of",
    order=10,
    beside=True,
    demo_order=1,
    readers=("*",),
    # those who call the duty officers of units
    trusted=("operator", "leader", "fisheries", "environment"),
    personal=("units.view_officer_contact",),
    roles=frozenset({"administrative-units"}),
    scope=ScopeSpec(kind="open"),
    source=_("General Statistics Office; resolutions on administrative units"),
    zone=ZoneSpec(valid_from="valid_from", valid_to="valid_to"),
    tile=TileSpec(labels=True, bands=(5, 6, 7, 8, 9, 10, 11), expires_s=300),
    # a unit above is drawn as long as one of those below it is in force
    touched_by=(Touch(table="units_unit", column="parent_id"),),
    fields=(
        Field(
            name="code",
            type="text",
            title=_("Code"),
            tile=True,
            filter=True,
            search=True,
        ),
        Field(
            name="kind",
            type="text",
            title=_("Level"),
            choices=KINDS,
            tile=True,
            filter=True,
        ),
        Field(
            name="type",
            type="text",
            title=_("Type"),
            choices=TYPES,
            tile=True,
            filter=True,
        ),
        Field(
            name="area_km2",
            type="number",
            title=_("Land area"),
            unit="km²",
            tile=True,
            filter=True,
        ),
        Field(
            name="population",
            type="integer",
            title=_("Population"),
            unit=_("people"),
            tile=True,
            filter=True,
        ),
        Field(
            name="population_year",
            type="integer",
            title=_("Year of population"),
            drawer=False,
        ),
        Field(
            name="density",
            type="number",
            title=_("Density"),
            unit=_("people/km²"),
            tile=True,
        ),
        Field(
            name="current",
            type="boolean",
            title=_("In force today"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(
            name="schematic",
            type="boolean",
            title=_("Schematic outline"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(name="valid_from", type="date", title=_("Valid from"), filter=True),
        Field(
            name="valid_to",
            type="date",
            title=_("Last day valid"),
            filter=True,
            drawer=False,
        ),
        Field(name="decree", type="text", title=_("Legal basis")),
        Field(
            name="geometry_version", type="integer", title=_("Version of the outline")
        ),
        Field(
            name="parent_id",
            type="integer",
            title=_("Unit above"),
            filter=True,
            drawer=False,
        ),
    ),
)
