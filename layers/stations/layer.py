from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer, TileSpec, Touch

from .kinds import Kind, State

LAYER = Layer(
    slug="stations",
    title=_("Monitoring stations"),
    group=_("Environment"),
    icon="temperature",
    geometry="point",
    model="stations.Station",
    relation="stations_map",
    as_of="stations_as_of",
    order=30,
    demo_order=40,
    readers=("*",),
    editors=("environment",),
    roles=frozenset({"stations"}),
    category="Env",
    source=_(
        "Automatic monitoring stations, Department of Agriculture and Environment"
    ),
    tile=TileSpec(minzoom=5, expires_s=60),
    touched_by=(Touch(table="stations_stationstate", column="station_id"),),
    freshness=timedelta(minutes=30),
    time_field="at",
    ingest="layers.stations.ingest.services.apply",
    observations="layers.stations.observations.stored",
    fields=(
        Field(
            name="kind",
            type="text",
            title=_("Kind"),
            choices=tuple(Kind.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="state",
            drawer=False,
            type="text",
            title=_("State"),
            choices=tuple(State.choices),
            tile=True,
            filter=True,
        ),
        Field(
            name="parameter", drawer=False, type="text", title=_("Parameter"), tile=True
        ),
        Field(name="value", drawer=False, type="number", title=_("Value"), tile=True),
        Field(name="unit", drawer=False, type="text", title=_("Unit"), tile=True),
        Field(name="at", drawer=False, type="datetime", title=_("Measured"), tile=True),
        Field(
            name="aqi",
            drawer=False,
            type="integer",
            title="VN_AQI",
            tile=True,
            filter=True,
        ),
        Field(
            name="ratio",
            drawer=False,
            type="number",
            title=_("Value against limit"),
            filter=True,
            tile=True,
        ),
        Field(
            name="level_m",
            drawer=False,
            type="number",
            title=_("Water level"),
            unit="m",
            filter=True,
        ),
        Field(
            name="alarm_level",
            drawer=False,
            type="integer",
            title=_("Flood alarm level"),
            tile=True,
            filter=True,
        ),
        Field(
            name="rain_24h_mm",
            drawer=False,
            type="number",
            title=_("Rain in 24 hours"),
            unit="mm",
            filter=True,
        ),
        Field(
            name="alarm_level_1_m",
            drawer=False,
            type="number",
            title=_("Alarm level I"),
            unit="m",
        ),
        Field(
            name="alarm_level_2_m",
            drawer=False,
            type="number",
            title=_("Alarm level II"),
            unit="m",
        ),
        Field(
            name="alarm_level_3_m",
            drawer=False,
            type="number",
            title=_("Alarm level III"),
            unit="m",
        ),
        Field(name="code", type="text", title=_("Code"), search=True, filter=True),
        Field(name="river", type="text", title=_("River"), search=True, filter=True),
        Field(name="owner", type="text", title=_("Owner"), search=True, filter=True),
        Field(name="address", type="text", title=_("Address"), search=True),
        Field(name="permit_no", type="text", title=_("Permit number")),
    ),
)
