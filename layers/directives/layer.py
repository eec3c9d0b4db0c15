from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec

from .rules import CLOCKS, OUTCOMES, STATUSES

SEVERITIES = (
    ("critical", _("Critical")),
    ("high", _("High")),
    ("medium", _("Medium")),
    ("low", _("Low")),
)

LAYER = Layer(
    slug="directives",
    title=_("Directives"),
    group=_("Command"),
    icon="clipboard-check",
    geometry="mixed",
    model="directives.Directive",
    relation="directives_map",
    as_of="directives_as_of",
    order=20,
    demo_order=80,
    readers=("*",),
    editors=("operator", "leader"),
    scope=ScopeSpec(kind="units", column="scope_units", over="closed_at"),
    roles=frozenset({"orders"}),
    time_field="issued_at",
    source=_("Orders of the centre"),
    tile=TileSpec(buffer=256, expires_s=60),
    fields=(
        Field(name="number", type="text", title=_("Number"), tile=True, search=True),
        Field(
            name="status",
            type="text",
            title=_("Status"),
            choices=STATUSES,
            tile=True,
            filter=True,
        ),
        Field(
            name="clock",
            type="text",
            title=_("Clock"),
            choices=CLOCKS,
            tile=True,
            filter=True,
        ),
        Field(
            name="severity",
            type="text",
            title=_("Severity"),
            choices=SEVERITIES,
            tile=True,
            filter=True,
        ),
        Field(
            name="needed_by",
            type="datetime",
            title=_("Needed by"),
            tile=True,
            filter=True,
        ),
        Field(
            name="legal_deadline",
            type="datetime",
            title=_("Legal deadline"),
            filter=True,
        ),
        Field(name="body", type="text", title=_("What is to be done")),
        Field(name="cap_status", type="text", title=_("Kind of message"), filter=True),
        Field(name="issued_at", type="datetime", title=_("Issued")),
        Field(name="reported_at", type="datetime", title=_("Reported")),
        Field(name="closed_at", type="datetime", title=_("Closed")),
        Field(
            name="outcome",
            type="text",
            title=_("How it came"),
            choices=OUTCOMES,
            filter=True,
        ),
        Field(name="alert_id", type="integer", title=_("Alert"), filter=True),
    ),
)
