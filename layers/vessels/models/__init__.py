"""Vessels, the devices that speak for them, and what they reported."""

from .contacts import Contact
from .devices import Device, Fitting, Provider, StaticReport
from .duties import DeviceFault, Outage, ReportingDuty, VesselState
from .imports import RefusedRow, RegisterImport
from .matching import Conflict, Examined
from .positions import LivePosition, Position, Receiver
from .register import Vessel, VesselClass

__all__ = [
    "Conflict",
    "Contact",
    "Device",
    "DeviceFault",
    "Examined",
    "Fitting",
    "LivePosition",
    "Outage",
    "Position",
    "Provider",
    "Receiver",
    "RefusedRow",
    "RegisterImport",
    "ReportingDuty",
    "StaticReport",
    "Vessel",
    "VesselClass",
    "VesselState",
]
