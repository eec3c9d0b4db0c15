from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, ScopeSpec, TileSpec

from .choices import Category, Certainty, Severity, State, Urgency

LAYER = Layer(
    slug="hazard_warnings",
    title=_("Hazard warnings"),
    group=_("Command"),
    icon="cloud-storm",
    geometry="polygon",
    model="hazard_warnings.Warning",
    relation="hazard_warnings_map",
    as_of="hazard_warnings_as_of",
    order=30,
    readers=("*",),
    editors=("operator",),
    roles=frozenset({"hazard-warnings"}),
    time_field="sent",
    ingest="layers.hazard_warnings.services.apply",
    category="Met",
    source=_("CAP messages of other centres"),
    tile=TileSpec(minzoom=0, labels=True, expires_s=60),
    scope=ScopeSpec(kind="open", column=""),
    fields=(
        Field(
            name="severity",
            type="text",
            title=_("Severity"),
            choices=tuple(Severity.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="state",
            type="text",
            title=_("State"),
            choices=tuple(State.choices),
            tile=True,
            filter=True,
        ),
        Field(name="event", type="text", title=_("Event"), tile=True, search=True),
        Field(
            name="category",
            type="text",
            title=_("Category"),
            choices=tuple(Category.choices),
            filter=True,
        ),
        Field(
            name="urgency",
            type="text",
            title=_("Urgency"),
            choices=tuple(Urgency.choices),
            filter=True,
        ),
        Field(
            name="certainty",
            type="text",
            title=_("Certainty"),
            choices=tuple(Certainty.choices),
            filter=True,
        ),
        Field(name="status", type="text", title=_("Kind of message"), filter=True),
        Field(name="sender_name", type="text", title=_("Issued by"), search=True),
        Field(name="area_text", type="text", title=_("Area"), search=True),
        Field(
            name="begins_at", type="datetime", title=_("From"), tile=True, filter=True
        ),
        Field(
            name="expires", type="datetime", title=_("Until"), tile=True, filter=True
        ),
        Field(name="sent", type="datetime", title=_("Sent"), filter=True),
        Field(name="ended_at", type="datetime", title=_("Ended"), filter=True),
        Field(name="description", type="text", title=_("Description"), drawer=False),
        Field(name="instruction", type="text", title=_("What to do"), drawer=False),
        Field(name="contact", type="text", title=_("Contact")),
        Field(name="identifier", type="text", title=_("Identifier"), filter=True),
    ),
)
