from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, TileSpec

KINDS = (
    ("province", _("Province")),
    ("district", _("Area (former district)")),
    ("commune", _("Commune or ward")),
)

LAYER = Layer(
    slug="indicators",
    title=_("Indicators"),
    group=_("Administrative units and indicators"),
    icon="chart-bar",
    geometry="polygon",
    model="indicators.UnitFigures",
    relation="indicators_map",
    as_of="indicators_as_of",
    order=11,
    demo_order=20,
    visible=False,
    readers=("*",),
    roles=frozenset({"indicators"}),
    source=_("Agencies of the province; each figure names its own source"),
    time_field="published_at",
    # Searching by name finds the units themselves, in the layer that holds them.
    tile=TileSpec(
        labels=True, simplify=((5, 1200.0), (7, 400.0), (9, 120.0), (11, 30.0))
    ),
    fields=(
        Field(name="code", type="text", title=_("Code of the unit"), filter=True),
        Field(
            name="kind",
            type="text",
            title=_("Level"),
            choices=KINDS,
            tile=True,
            filter=True,
        ),
        Field(
            name="poverty_pct",
            type="number",
            title=_("Poverty rate"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(
            name="new_rural_pct",
            type="number",
            title=_("New-rural communes"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(
            name="revenue_bn_vnd",
            type="number",
            title=_("Budget revenue"),
            unit=_("bn VND"),
            tile=True,
            filter=True,
        ),
        Field(
            name="disbursed_pct",
            type="number",
            title=_("Public investment disbursed"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(
            name="on_time_pct",
            type="number",
            title=_("Dossiers on time"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(
            name="accidents",
            type="number",
            title=_("Traffic accidents"),
            unit=_("cases"),
            tile=True,
            filter=True,
        ),
        Field(
            name="insured_pct",
            type="number",
            title=_("Health insurance coverage"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(
            name="standard_schools_pct",
            type="number",
            title=_("National-standard schools"),
            unit="%",
            tile=True,
            filter=True,
        ),
        Field(
            name="density",
            type="number",
            title=_("Density"),
            unit=_("people/km²"),
            tile=True,
            filter=True,
        ),
        Field(name="population", type="integer", title=_("Population")),
        Field(name="newest_day", type="date", title=_("Newest period ends")),
        Field(name="published_at", type="datetime", title=_("Last published")),
    ),
)
