from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.spec import Field, GridSpec, Layer, ScopeSpec, TileSpec

from .choices import Category, Channel, Status

REPORTER = "citizen_reports.view_reporter"

LAYER = Layer(
    slug="citizen_reports",
    title=_("Citizen reports"),
    group=_("Government"),
    icon="message-report",
    roles=frozenset({"citizen-reports"}),
    geometry="point",
    model="citizen_reports.CitizenReport",
    relation="citizen_reports_map",
    as_of="citizen_reports_as_of",
    order=70,
    demo_order=60,
    readers=("operator", "leader", "officer", "environment"),
    editors=("operator",),
    source=_("Open311 address of the citizens' app, hotline and portal"),
    time_field="requested_at",
    ingest="layers.citizen_reports.services.apply",
    tile=TileSpec(
        minzoom=7,
        expires_s=60,
        grid=GridSpec(worst="late", ranks=("true",), dominant="category"),
    ),
    scope=ScopeSpec(over="answered_at"),
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
            name="category",
            type="text",
            title=pgettext_lazy("what a report is about", "Field"),
            choices=tuple(Category.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="open",
            type="boolean",
            title=_("Open"),
            tile=True,
            filter=True,
            drawer=False,
        ),
        Field(name="late", type="boolean", title=_("Overdue"), tile=True, filter=True),
        Field(name="description", type="text", title=_("Description")),
        Field(name="address", type="text", title=_("Address"), search=True),
        Field(
            name="channel",
            type="text",
            title=_("Channel"),
            choices=tuple(Channel.choices),
            filter=True,
        ),
        Field(
            name="requested_at",
            type="datetime",
            title=_("Reported at"),
            tile=True,
            filter=True,
        ),
        Field(name="due_at", type="datetime", title=_("Answer due"), filter=True),
        Field(name="answered_at", type="datetime", title=_("Answered at"), filter=True),
        Field(name="agency", type="text", title=_("Lead agency"), filter=True),
        Field(name="answer", type="text", title=_("Answer")),
        Field(name="rating", type="integer", title=_("Rating"), unit="/5", filter=True),
        Field(name="photo_count", type="integer", title=_("Photos")),
        Field(name="reporter_name", type="text", title=_("Reporter"), mask=REPORTER),
        Field(name="reporter_phone", type="text", title=_("Phone"), mask=REPORTER),
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
