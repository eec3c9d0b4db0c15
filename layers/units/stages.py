"""What this folder hooks into when the system starts: who answers for units."""

from __future__ import annotations

from layers.core.units import Roster, rosters

from . import officers

ROSTER = rosters.register(Roster(slug="officers", order=10, run=officers.of_units))
