from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec, Touch

from .choices import Precision, Tone, Topic, Verified

LEVELS = (
    ("province", _("Provincial")),
    ("region", _("Regional")),
    ("nation", _("National")),
    ("social", _("Social network")),
)

LAYER = Layer(
    slug="press",
    title=_("Press"),
    group=_("Government"),
    icon="news",
    roles=frozenset({"press"}),
    geometry="point",
    model="press.PressItem",
    relation="press_map",
    as_of="press_as_of",
    order=80,
    demo_order=80,
    visible=False,
    readers=("operator", "leader"),
    editors=("operator",),
    source=_("RSS and Atom documents of the registered outlets"),
    time_field="published_at",
    ingest="layers.press.services.apply",
    tile=TileSpec(minzoom=6),
    touched_by=(Touch(table="press_outlet", column="id", feature="outlet_id"),),
    scope=ScopeSpec(over="published_at"),
    fields=(
        Field(
            name="tone",
            type="text",
            title=_("Tone"),
            choices=tuple(Tone.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="topic",
            type="text",
            title=_("Topic"),
            choices=tuple(Topic.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="verified",
            type="text",
            title=_("Verified"),
            choices=tuple(Verified.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="published_at",
            type="datetime",
            title=_("Published at"),
            tile=True,
            filter=True,
        ),
        Field(name="outlet", type="text", title=_("Outlet"), filter=True),
        Field(
            name="outlet_level",
            type="text",
            title=_("Outlet level"),
            choices=LEVELS,
            filter=True,
        ),
        Field(
            name="summary", type="text", title=_("Summary"), search=True, drawer=False
        ),
        Field(name="place", type="text", title=_("Place named"), search=True),
        Field(
            name="precision",
            type="text",
            title=_("Place known by"),
            choices=tuple(Precision.choices),
            filter=True,
        ),
        Field(
            name="tone_corrected",
            type="boolean",
            title=_("Tone corrected"),
            filter=True,
        ),
        Field(name="url", type="text", title=_("Link"), drawer=False),
        Field(
            name="snapshot_sha256",
            type="text",
            title=_("Hash of the snapshot"),
            drawer=False,
        ),
        Field(name="external_id", type="text", title=_("Code"), drawer=False),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
