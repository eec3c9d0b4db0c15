from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, GridSpec, Layer, ScopeSpec, TileSpec

from .choices import Kind, Reporter, Severity, Status

LAYER = Layer(
    slug="incidents",
    title=_("Incidents"),
    group=_("Security and traffic"),
    icon="urgent",
    geometry="point",
    model="incidents.Incident",
    relation="incidents_incident",
    as_of="incidents_as_of",
    order=55,
    demo_order=50,
    readers=("operator", "leader", "officer"),
    editors=("operator", "officer"),
    category="Safety",
    source=_("Incident register of the operations centre"),
    time_field="started_at",
    ingest="layers.incidents.services.apply",
    tile=TileSpec(
        minzoom=6,
        grid=GridSpec(
            worst="severity",
            ranks=("minor", "moderate", "serious", "critical"),
            dominant="kind",
        ),
    ),
    scope=ScopeSpec(over="ended_at"),
    fields=(
        Field(
            name="status",
            type="text",
            title=_("Status"),
            choices=tuple(Status.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="kind",
            type="text",
            title=_("Kind"),
            choices=tuple(Kind.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="severity",
            type="text",
            title=_("Severity"),
            choices=tuple(Severity.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="started_at",
            type="datetime",
            title=_("Started"),
            tile=True,
            filter=True,
        ),
        Field(name="ended_at", type="datetime", title=_("Ended"), filter=True),
        Field(
            name="dead",
            type="integer",
            title=_("Dead"),
            unit=_("people"),
            tile=True,
            filter=True,
        ),
        Field(
            name="injured",
            type="integer",
            title=_("Injured"),
            unit=_("people"),
            filter=True,
        ),
        Field(name="address", type="text", title=_("Address"), search=True),
        Field(name="description", type="text", title=_("Description")),
        Field(
            name="reporter",
            type="text",
            title=_("Reported by"),
            choices=tuple(Reporter.choices),
            filter=True,
        ),
        Field(
            name="external_id",
            type="text",
            title=_("Code"),
            filter=True,
            search=True,
        ),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
