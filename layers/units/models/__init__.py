"""Administrative units with a past: validity, versions and lineage."""

from .boundaries import BoundarySet, DraftUnit, Purpose, SetState
from .lineage import Basis, Lineage
from .officers import Duty, Officer, Role
from .unit import Kind, Unit, UnitType, ValidDays

__all__ = [
    "Basis",
    "BoundarySet",
    "DraftUnit",
    "Duty",
    "Kind",
    "Lineage",
    "Officer",
    "Purpose",
    "Role",
    "SetState",
    "Unit",
    "UnitType",
    "ValidDays",
]
