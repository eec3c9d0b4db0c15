"""Sprites, fonts and styles together."""

from __future__ import annotations

from dataclasses import dataclass, field

from .fonts import Fonts
from .sprites import Sprites
from .styles import Styles


@dataclass(frozen=True, slots=True)
class Assets:
    """What a map needs beside its tiles; by default there is nothing."""

    sprites: Sprites = field(default_factory=lambda: Sprites({}))
    fonts: Fonts = field(default_factory=lambda: Fonts(()))
    styles: Styles = field(default_factory=lambda: Styles(None, {}))

    @property
    def broken(self) -> dict[str, str]:
        """What was left out, and why, by kind and name."""
        return {
            f"{kind} {name}": reason
            for kind, held in (
                ("sprite", self.sprites.broken),
                ("font", self.fonts.broken),
                ("style", self.styles.broken),
            )
            for name, reason in held.items()
        }
