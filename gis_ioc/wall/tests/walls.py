"""Walls as centres have them, for tests."""

from gis_ioc.wall.models import Wall

FULL_HD = {"panel_width_px": 1920, "panel_height_px": 1080}
# A 55-inch panel in full HD: 1.21 m over 1,920 px; its bezel hides 3.5 mm.
LARGE = {**FULL_HD, "bezel_px": 6, "pitch_mm": 0.63, "farthest_m": 8.0}


def wall(name: str) -> Wall:
    """One of the walls by its name; not saved."""
    return Wall(slug=f"wall-{name}", title=name, **WALLS[name])


WALLS: dict[str, dict[str, object]] = {
    "98-inch": {"pitch_mm": 0.565, "farthest_m": 5.0},
    "4x2": {"columns": 4, "rows": 2, **LARGE},
    "3x2": {"columns": 3, "rows": 2, **LARGE},
    "led": {"pitch_mm": 1.2, "farthest_m": 8.0},
    "desk": {
        "panel_width_px": 2560,
        "panel_height_px": 1440,
        "pitch_mm": 0.233,
        "farthest_m": 0.7,
    },
}
