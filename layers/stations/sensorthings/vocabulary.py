"""Names of units and parameters that machines of other houses know.

Units: UCUM (ucum.org) code and English name. Definitions of pollutants: vocabulary of
the European Environment Agency (dd.eionet.europa.eu/vocabulary/aq/pollutant); what is
not in it has a name of our own.
"""

from __future__ import annotations

from psycopg import sql

from layers.stations.kinds import Kind
from layers.stations.parameters import CATALOGUE

UCUM = {
    "": ("unity", "1"),
    "µg/m³": ("microgram per cubic metre", "ug/m3"),
    "mg/m³": ("milligram per cubic metre", "mg/m3"),
    "mg/Nm³": ("milligram per cubic metre at standard conditions", "mg/m3"),
    "ppm": ("parts per million", "[ppm]"),
    "ppb": ("parts per billion", "[ppb]"),
    "mg/L": ("milligram per litre", "mg/L"),
    "µg/L": ("microgram per litre", "ug/L"),
    "%": ("percent", "%"),
    "°C": ("degree Celsius", "Cel"),
    "hPa": ("hectopascal", "hPa"),
    "kPa": ("kilopascal", "kPa"),
    "mmHg": ("millimetre of mercury", "mm[Hg]"),
    "m³/h": ("cubic metre per hour", "m3/h"),
    "m³/s": ("cubic metre per second", "m3/s"),
    "m³/d": ("cubic metre per day", "m3/d"),
    "Pt-Co": ("platinum-cobalt colour unit", "{Pt-Co}"),
    "NTU": ("nephelometric turbidity unit", "{NTU}"),
    "mm": ("millimetre", "mm"),
    "m": ("metre", "m"),
}
_EIONET = "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/"
_KNOWN = {"SO2": 1, "PM10": 5, "O3": 7, "NO2": 8, "CO": 10, "NO": 38, "PM2.5": 6001}


def definition(symbol: str) -> str:
    """Address or name that stands for a parameter."""
    number = _KNOWN.get(symbol)
    return f"urn:gis-ioc:parameter:{symbol}" if number is None else f"{_EIONET}{number}"


def units() -> sql.Composable:
    """(unit, name, definition) as a table."""
    return _table(
        [
            (unit, name, f"http://unitsofmeasure.org/ucum#{code}")
            for unit, (name, code) in UCUM.items()
        ]
    )


def parameters() -> sql.Composable:
    """(id, symbol, title, definition) as a table; titles in the language of now."""
    return _table(
        [
            (number, entry.symbol, str(entry.title), definition(entry.symbol))
            for number, entry in enumerate(CATALOGUE.values(), 1)
        ]
    )


def kinds() -> sql.Composable:
    """(kind, title) of stations as a table."""
    return _table([(str(kind), str(kind.label)) for kind in Kind])


def _table(rows: list[tuple[object, ...]]) -> sql.Composable:
    listed = sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row)))
        for row in rows
    )
    text = sql.SQL("(VALUES {})").format(listed).as_string(None)
    # a unit may be %, which stands for a value in statements
    return sql.SQL(
        text.replace("%", "%%").replace("{", "{{").replace("}", "}}")
    ).format()  # type: ignore[arg-type]
