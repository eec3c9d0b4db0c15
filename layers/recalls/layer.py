from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec

from .choices import ORIGINS, STATUSES

LAYER = Layer(
    slug="recalls",
    title=_("Storm recalls"),
    group=_("Sea and fishing"),
    icon="storm",
    roles=frozenset({"recalls"}),
    geometry="polygon",
    model="recalls.Recall",
    relation="recalls_recall",
    history="recalls_recallevent",
    order=14,
    beside=True,
    demo_order=85,
    readers=("*",),
    editors=("operator", "fisheries", "leader"),
    # the area is told to everyone; who is in it, only to those who may see the vessel
    scope=ScopeSpec(kind="open"),
    time_field="valid_from",
    source=_("Orders of the centre"),
    tile=TileSpec(labels=True, bands=(5, 7, 9)),
    fields=(
        Field(
            name="status",
            type="text",
            title=_("Status"),
            choices=STATUSES,
            tile=True,
            filter=True,
        ),
        Field(
            name="exercise",
            type="boolean",
            title=_("Exercise"),
            tile=True,
            filter=True,
        ),
        Field(
            name="valid_from",
            type="datetime",
            title=_("In force from"),
            tile=True,
            filter=True,
        ),
        Field(
            name="valid_to",
            type="datetime",
            title=_("In force until"),
            tile=True,
            filter=True,
        ),
        Field(name="body", type="text", title=_("Text of the call")),
        Field(name="ahead_h", type="number", title=_("Hours ahead"), unit="h"),
        Field(name="issuer", type="text", title=_("Issued by")),
        Field(name="issued_at", type="datetime", title=_("Issued"), filter=True),
        Field(name="lifted_at", type="datetime", title=_("Lifted"), filter=True),
        Field(name="origin", type="text", title=_("Where from"), choices=ORIGINS),
    ),
)
