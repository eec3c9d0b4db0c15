"""What was thought of a position when it came: bits of ``Position.flags``.

A position that is doubted is kept with its reason and never deleted or changed.
"""

from __future__ import annotations

from enum import IntFlag

from django.utils.translation import gettext_lazy as _


class Flag(IntFlag):
    """The lower bits make a position suspect, the upper ones only describe it."""

    JUMP = 1  # not reachable from the track, nor from another one
    LAND = 2  # farther inland than a ship can be
    NOWHERE = 4  # 0/0 and the like: a receiver without a fix
    FROZEN = 8  # the same place again and again while it says that it moves
    CIRCLE = 16  # circles as simulators and jammers make them
    CLOCK = 32  # the time it claims cannot be believed
    NO_FIX = 64  # the device itself says that its position is not valid

    NOISE_SPEED = 256  # exact 52.0 or 102.3 kn: the speed is not used
    LATE = 512  # came long after its time (satellite, buffer): history only
    COARSE = 1024  # rounded to 100 m and more
    MANUAL = 2048  # reported by a person
    OFF_POSITION = 4096  # an aid to navigation that says it drifted
    DEAD_RECKONING = 8192  # estimated by the ship, not measured


SUSPECT = (
    Flag.JUMP
    | Flag.LAND
    | Flag.NOWHERE
    | Flag.FROZEN
    | Flag.CIRCLE
    | Flag.CLOCK
    | Flag.NO_FIX
)

TITLES = {
    Flag.JUMP: _("Impossible jump"),
    Flag.LAND: _("On land"),
    Flag.NOWHERE: _("No position"),
    Flag.FROZEN: _("Frozen position"),
    Flag.CIRCLE: _("Circle of a simulator"),
    Flag.CLOCK: _("Time not credible"),
    Flag.NO_FIX: _("Device has no fix"),
    Flag.NOISE_SPEED: _("Speed not credible"),
    Flag.LATE: _("Came late"),
    Flag.COARSE: _("Coarse position"),
    Flag.MANUAL: _("Reported by a person"),
    Flag.OFF_POSITION: _("Off position"),
    Flag.DEAD_RECKONING: _("Estimated by the ship"),
}
