"""Walls, what they can show, and what they are showing."""

from .conduct import WallAct, WallState
from .scene import Playlist, Scene, Slot
from .wall import Panel, Wall

__all__ = ["Panel", "Playlist", "Scene", "Slot", "Wall", "WallAct", "WallState"]
