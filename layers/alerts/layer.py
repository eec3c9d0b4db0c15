from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec, Touch

SEVERITIES = (
    ("critical", _("Critical")),
    ("high", _("High")),
    ("medium", _("Medium")),
    ("low", _("Low")),
)
STATES = (
    ("active", _("Active")),
    ("cleared", _("Cleared")),
    ("shelved", _("Shelved")),
    ("suppressed", _("Suppressed")),
    ("closed", _("Closed")),
)
CERTAINTIES = (
    ("possible", _("Possible, not proven")),
    ("proven", _("Proven")),
)

LAYER = Layer(
    slug="alerts",
    title=_("Alerts"),
    group=_("Command"),
    icon="alert-triangle",
    geometry="point",
    model="alerts.Alert",
    relation="alerts_map",
    as_of="alerts_as_of",
    order=10,
    demo_order=90,
    readers=("*",),
    editors=("operator", "leader", "fisheries", "environment"),
    # the second signature under a rule
    powers=(("approve_rule", ("leader",)),),
    roles=frozenset({"alarms"}),
    freshness=timedelta(days=1),
    time_field="raised_at",
    source=_("Rules of the centre"),
    tile=TileSpec(minzoom=0, buffer=256, expires_s=30),
    touched_by=(Touch(table="alerts_rule", column="id", feature="rule_id"),),
    scope=ScopeSpec(over="closed_at"),
    fields=(
        Field(
            name="severity",
            type="text",
            title=_("Severity"),
            choices=SEVERITIES,
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(
            name="state",
            type="text",
            title=_("State"),
            choices=STATES,
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(
            name="active",
            type="boolean",
            title=_("Active"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(
            name="acknowledged",
            type="boolean",
            title=_("Acknowledged"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(
            name="layer",
            type="text",
            title=_("Layer"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(name="feature_id", type="integer", title=_("Feature"), drawer=False),
        Field(name="feature_title", type="text", title=_("Concerns"), search=True),
        Field(name="part", type="text", title=_("Part"), filter=True, drawer=False),
        Field(name="part_title", type="text", title=_("Of")),
        Field(name="zone_title", type="text", title=_("Zone")),
        Field(name="rule", type="text", title=_("Rule"), tile=True, filter=True),
        Field(
            name="raised_at",
            type="datetime",
            title=_("Raised"),
            tile=True,
            filter=True,
        ),
        Field(
            name="age_min",
            type="integer",
            title=_("Age"),
            unit=_("min"),
            filter=True,
        ),
        Field(name="known_at", type="datetime", title=_("Known")),
        Field(
            name="late",
            type="boolean",
            title=_("Known late"),
            filter=True,
            drawer=False,
        ),
        Field(name="repeats", type="integer", title=_("Repeats")),
        Field(name="cleared_at", type="datetime", title=_("Cleared"), drawer=False),
        Field(name="closed_at", type="datetime", title=_("Closed"), drawer=False),
        Field(name="closed_reason", type="text", title=_("Reason"), drawer=False),
        Field(
            name="certainty",
            type="text",
            title=_("Certainty"),
            choices=CERTAINTIES,
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(name="legal_basis", type="text", title=_("Legal basis"), drawer=False),
    ),
)
