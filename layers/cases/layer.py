from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec

from .choices import Certainty, Kind, Status

LAYER = Layer(
    slug="cases",
    title=_("Case files"),
    group=_("Sea and fishing"),
    icon="gavel",
    geometry="mixed",
    model="cases.Case",
    relation="cases_case",
    history="cases_caseevent",
    order=30,
    beside=True,
    demo_order=95,
    visible=False,
    readers=("fisheries", "leader"),
    editors=("fisheries",),
    roles=frozenset({"case-files"}),
    time_field="since",
    source=_("Case files of the fisheries staff"),
    tile=TileSpec(minzoom=5),
    scope=ScopeSpec(over="since"),
    fields=(
        Field(name="number", type="text", title=_("Number"), tile=True, search=True),
        Field(
            name="kind",
            type="text",
            title=_("Violation"),
            choices=tuple(Kind.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="status",
            type="text",
            title=_("Status"),
            choices=tuple(Status.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="certainty",
            type="text",
            title=_("Shown by the data"),
            choices=tuple(Certainty.choices),
            tile=True,
            filter=True,
        ),
        Field(name="since", type="datetime", title=_("From"), filter=True),
        Field(name="until", type="datetime", title=_("To"), filter=True),
        Field(name="legal_basis", type="text", title=_("Legal basis")),
        Field(
            name="penalty_vnd",
            type="integer",
            title=_("Penalty"),
            unit="VND",
            filter=True,
        ),
        Field(name="decision_no", type="text", title=_("Decision number")),
        Field(name="version", type="integer", title=_("Version")),
        Field(
            name="vessel_id",
            type="integer",
            title=_("Vessel number"),
            filter=True,
            drawer=False,
        ),
        Field(name="updated_at", type="datetime", title=_("Changed")),
    ),
)
