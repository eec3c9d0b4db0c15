from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec, ZoneSpec

KINDS = (
    ("national_waters", _("National waters")),
    ("province_waters", _("Waters of the province")),
    ("band", _("Fishing band")),
    ("coastal_line", _("Coastal line")),
    ("inshore_line", _("Inshore line")),
    ("offshore_limit", _("Outer limit of fishing")),
    ("closed_area", _("Closed area")),
    ("port", _("Fishing port")),
    ("anchorage", _("Anchorage")),
    ("storm_shelter", _("Storm shelter")),
    ("watched", _("Watched area")),
)
BANDS = (
    ("coastal", _("Coastal")),
    ("inshore", _("Inshore")),
    ("offshore", _("Offshore")),
)
SIDES = (("left", _("Left")), ("right", _("Right")))

LAYER = Layer(
    slug="zones",
    title=_("Sea zones and lines"),
    group=_("Sea and fishing"),
    icon="polygon",
    geometry="mixed",
    model="zones.Zone",
    relation="zones_zone",
    history="zones_zoneevent",
    order=20,
    demo_order=5,
    readers=("*",),
    editors=("fisheries",),
    roles=frozenset({"zones"}),
    scope=ScopeSpec(kind="open"),
    drawn="layers.zones.drawing.make",
    source=_("Decree 26/2019/ND-CP, articles 42-43; agreement of 25 December 2000"),
    zone=ZoneSpec(
        valid_from="valid_from",
        valid_to="valid_to",
        season_from="season_from",
        season_to="season_to",
        beyond="beyond",
        version="version",
        legal_basis="legal_basis",
        changed="updated_at",
    ),
    tile=TileSpec(labels=True, bands=(5, 6, 7, 8, 9, 10, 11)),
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
            name="band",
            type="text",
            title=pgettext_lazy("of a fishing zone", "Band"),
            choices=BANDS,
            tile=True,
            filter=True,
        ),
        Field(
            name="closed",
            type="boolean",
            title=_("Closed to fishing"),
            tile=True,
            filter=True,
        ),
        Field(name="season_from", type="text", title=_("Season from"), tile=True),
        Field(name="season_to", type="text", title=_("Season to"), tile=True),
        Field(
            name="beyond", type="text", title=_("Side beyond the line"), choices=SIDES
        ),
        Field(name="legal_basis", type="text", title=_("Legal basis")),
        Field(name="valid_from", type="date", title=_("Valid from"), filter=True),
        Field(name="valid_to", type="date", title=_("Last day valid"), filter=True),
        Field(name="version", type="integer", title=_("Version")),
        Field(name="schematic", type="boolean", title=_("Schematic"), tile=True),
        Field(name="code", type="text", title=_("Code"), filter=True, search=True),
        Field(name="title_en", type="text", title=_("English name"), search=True),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
