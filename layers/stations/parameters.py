"""Parameters that stations measure: symbols, units, plausible ranges.

Symbols of table 34, annex 15 of Circular 10/2021/TT-BTNMT, as public loggers
write them; DO, BOD5, Turb, Rain and Level are this system's own additions for
surface water, rain and river stations. Ranges: first settings of the quality
check "gross range" (QARTOD); outside of them a value is kept and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# QARTOD flags.
GOOD, NOT_EVALUATED, SUSPECT, FAIL, MISSING = 1, 2, 3, 4, 9

GAS_UNITS = ("µg/m³", "mg/m³", "mg/Nm³", "ppm", "ppb")
DUST_UNITS = ("µg/m³", "mg/m³", "mg/Nm³")
WATER_UNITS = ("mg/L", "µg/L")


@dataclass(frozen=True, slots=True)
class Parameter:
    """``units``: those accepted, the usual one first. ``low``/``high``: beyond
    them a value fails in any unit; ``suspect`` marks unlikely high values."""

    symbol: str
    title: str | Promise
    units: tuple[str, ...]
    low: float
    high: float
    suspect: float = float("inf")
    decimals: int = 1


_ALL = (
    Parameter("PM2.5", "PM2.5", DUST_UNITS, 0, 1_000, 600),
    Parameter("PM10", "PM10", DUST_UNITS, 0, 1_000, 600),
    Parameter("PM", _("Total dust"), DUST_UNITS, 0, 10_000),
    Parameter("SO2", "SO₂", GAS_UNITS, -5, 10_000),
    Parameter("NO2", "NO₂", GAS_UNITS, -5, 10_000),
    Parameter("NO", "NO", GAS_UNITS, -5, 10_000),
    Parameter("CO", "CO", GAS_UNITS, -5, 200_000, decimals=0),
    Parameter("O3", "O₃", GAS_UNITS, -5, 2_000),
    Parameter("H2S", "H₂S", GAS_UNITS, -5, 10_000),
    Parameter("NH3", "NH₃", GAS_UNITS, -5, 10_000),
    Parameter("O2", "O₂", ("%",), 0, 25),
    Parameter("VHg", _("Mercury vapour"), GAS_UNITS, -5, 10_000),
    Parameter("Temp", _("Temperature"), ("°C",), -10, 1_500),
    Parameter("RH", _("Relative humidity"), ("%",), 0, 100),
    Parameter("P", _("Pressure"), ("hPa", "kPa", "mmHg"), 0, 1_200),
    Parameter("Flow", _("Flow"), ("m³/h", "m³/s", "m³/d"), 0, 1_000_000),
    Parameter("pH", "pH", ("",), 0, 14, decimals=2),
    Parameter("TSS", "TSS", WATER_UNITS, 0, 5_000),
    Parameter("COD", "COD", WATER_UNITS, 0, 10_000),
    Parameter("BOD5", "BOD₅", WATER_UNITS, 0, 5_000),
    Parameter("DO", "DO", WATER_UNITS, 0, 25, decimals=2),
    Parameter("NH4", "NH₄⁺-N", WATER_UNITS, 0, 1_000, decimals=2),
    Parameter("TP", _("Total phosphorus"), WATER_UNITS, 0, 1_000, decimals=2),
    Parameter("TN", _("Total nitrogen"), WATER_UNITS, 0, 1_000, decimals=2),
    Parameter("TOC", "TOC", WATER_UNITS, 0, 5_000),
    Parameter("Cl", _("Residual chlorine"), WATER_UNITS, 0, 1_000, decimals=2),
    Parameter("Color", _("Colour"), ("Pt-Co",), 0, 5_000),
    Parameter("Turb", _("Turbidity"), ("NTU",), 0, 5_000),
    Parameter("Rain", _("Rain"), ("mm",), 0, 100, 40),
    Parameter("Level", _("Water level"), ("m",), -10, 300, decimals=2),
)
CATALOGUE = {entry.symbol: entry for entry in _ALL}

_SYMBOLS = {entry.symbol.casefold(): entry.symbol for entry in _ALL} | {
    "pm25": "PM2.5",
    "pm2_5": "PM2.5",
    "wl": "Level",
    "colour": "Color",
}
_UNITS = {
    "": "",
    "-": "",
    "ph": "",
    "c": "°C",
    "oc": "°C",
    "degc": "°C",
    "°c": "°C",
    "ug/m3": "µg/m³",
    "ug/l": "µg/L",
    "mg/l": "mg/L",
    "mg/m3": "mg/m³",
    "mg/nm3": "mg/Nm³",
    "m3/h": "m³/h",
    "m3/s": "m³/s",
    "m3/d": "m³/d",
    "%": "%",
    "%rh": "%",
    "pt-co": "Pt-Co",
    "hpa": "hPa",
    "kpa": "kPa",
    "mbar": "hPa",
    "mmhg": "mmHg",
    "ntu": "NTU",
    "mm": "mm",
    "m": "m",
    "ppm": "ppm",
    "ppb": "ppb",
}


def symbol(text: str) -> str | None:
    """The catalogue's symbol for what a logger wrote (``PM2,5``), or None."""
    return _SYMBOLS.get(text.strip().replace(",", ".").casefold())


def column(name: str) -> str:
    """Name of a symbol as a column for rules: ``pm2_5``, ``cod``."""
    return name.casefold().replace(".", "_")


def unit(text: str) -> str | None:
    """The catalogue's spelling of a unit, or None when it is unknown."""
    folded = text.strip().casefold().replace("³", "3")
    # both the micro sign and the Greek letter are met in files
    return _UNITS.get(folded.replace("\u00b5", "u").replace("\u03bc", "u"))


def gross_range(
    symbols: npt.NDArray[np.str_], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.int16]:
    """QARTOD flag of each value by its parameter's plausible range."""
    flags = np.full(len(values), GOOD, dtype=np.int16)
    for name in np.unique(symbols):
        entry = CATALOGUE[str(name)]
        rows = symbols == name
        found = values[rows]
        kept = np.where(found > entry.suspect, SUSPECT, GOOD)
        outside = (found < entry.low) | (found > entry.high)
        flags[rows] = np.where(outside, FAIL, kept)
    flags[np.isnan(values)] = MISSING
    return flags
