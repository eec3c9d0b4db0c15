"""Units of what the indices are worked out from. Pure.

Gases at 25 °C and one atmosphere, as the ambient air standard wants: micrograms
per cubic metre for one part per billion. Units outside these tables are never
guessed: the value then does not enter an index.
"""

from __future__ import annotations

AIR_UNIT, WATER_UNIT = "µg/m³", "mg/L"

# µg/m³ for one ppb at 25 °C, 1013.25 hPa
PER_PPB = {"O3": 1.963, "NO2": 1.882, "SO2": 2.620, "CO": 1.145}
_MASS_AIR = {"µg/m³": 1.0, "mg/m³": 1_000.0}
_VOLUME = {"ppb": 1.0, "ppm": 1_000.0}
_MASS_WATER = {"mg/L": 1.0, "µg/L": 0.001}
_AS_IT_IS = {"pH": "", "Temp": "°C", "Coliform": "MPN/100mL", "EColi": "MPN/100mL"}


def air_factor(parameter: str, unit: str) -> float | None:
    """What a value in ``unit`` is multiplied by to be in µg/m³; None: unknown.

    Parts per billion or million for gases only; dust has no such unit.
    """
    if unit in _MASS_AIR:
        return _MASS_AIR[unit]
    if unit in _VOLUME and parameter in PER_PPB:
        return _VOLUME[unit] * PER_PPB[parameter]
    return None


def water_factor(parameter: str, unit: str) -> float | None:
    """What a value in ``unit`` is multiplied by for VN_WQI; None: unknown.

    mg/L for substances; pH, degrees Celsius and MPN/100 mL as they are.
    """
    if parameter in _AS_IT_IS:
        return 1.0 if unit == _AS_IT_IS[parameter] else None
    return _MASS_WATER.get(unit)
