"""The ground of generated styles: the console's quiet colours and its basemap.

The same look as ``gis_ioc/static/ioc/js/map`` (palette.js, basemap.js), for maps
that are not ours; a test compares the two.
"""

from __future__ import annotations

import re
from typing import Any

Paint = dict[str, Any]
MapLayer = dict[str, Any]

FONT = ["Be Vietnam Pro Regular"]
GROUND = {
    "dark": {
        "sea": "#10161d",
        "land": "#1c232c",
        "coast": "#3a4755",
        "coastGlow": "#16202a",
        "river": "#15232f",
        "riverLine": "#1f3342",
        "border": "#57636f",
        "label": "#9aa7b5",
        "labelSea": "#5b7388",
        "labelHalo": "#10161d",
    },
    "light": {
        "sea": "#d3dfe8",
        "land": "#f7f6f2",
        "coast": "#9fb0be",
        "coastGlow": "#c3d3df",
        "river": "#d3dfe8",
        "riverLine": "#b4cadb",
        "border": "#8d99a5",
        "label": "#4d5966",
        "labelSea": "#54788f",
        "labelHalo": "#f7f6f2",
    },
}
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.I)


def zoom(*stops: float) -> list[Any]:
    """A curve over zoom through pairs of zoom and value."""
    return ["interpolate", ["linear"], ["zoom"], *stops]


def turned(color: object) -> object:
    """The same hue with lightness turned round; only plain hex colours change."""
    if not isinstance(color, str) or not _HEX.fullmatch(color):
        return color
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
    shift = 255 - max(parts) - min(parts)
    return "#" + "".join(f"{min(255, max(0, part + shift)):02x}" for part in parts)


def basemap(source: str, theme: str) -> list[MapLayer]:
    """Sea, land, rivers, borders and their names, in drawing order."""
    colors = GROUND[theme]
    sea = {"background-color": colors["sea"]}
    return [
        {"id": "base-sea", "type": "background", "paint": sea},
        *_surfaces(source, colors),
        *_lines(source, colors),
        _labels(source, colors),
    ]


def _surfaces(source: str, colors: dict[str, str]) -> list[MapLayer]:
    glow = {
        "line-color": colors["coastGlow"],
        "line-width": zoom(5, 3, 9, 12, 13, 26),
        "line-blur": zoom(5, 2, 9, 8, 13, 16),
    }
    return [
        {
            **_part("base-coast-glow", "line", source, "land"),
            "minzoom": 5,
            "layout": {"line-join": "round"},
            "paint": glow,
        },
        {
            **_part("base-land", "fill", source, "land"),
            "paint": {"fill-color": colors["land"]},
        },
        {
            **_part("base-lakes", "fill", source, "lakes"),
            "paint": {"fill-color": colors["river"]},
        },
    ]


def _lines(source: str, colors: dict[str, str]) -> list[MapLayer]:
    drawn: list[tuple[str, str, Paint]] = [
        ("rivers", "riverLine", {"line-width": zoom(6, 0.5, 9, 1.2, 13, 3.5)}),
        ("coast", "coast", {"line-width": zoom(4, 0.5, 9, 0.9, 13, 1.4)}),
        (
            "borders",
            "border",
            {
                "line-width": zoom(3, 0.5, 8, 1.2, 12, 1.8),
                "line-dasharray": [5, 2, 1, 2],
            },
        ),
    ]
    return [
        {
            **_part(
                f"base-{name}", "line", source, "land" if name == "coast" else name
            ),
            "layout": {"line-join": "round", "line-cap": "round"},
            "paint": {"line-color": colors[color], **paint},
        }
        for name, color, paint in drawn
    ]


def _labels(source: str, colors: dict[str, str]) -> MapLayer:
    water = ["sea", "gulf", "bay", "water"]
    name_color = ["match", ["get", "class"], water, colors["labelSea"], colors["label"]]
    return {
        **_part("base-labels", "symbol", source, "labels"),
        "filter": ["<=", ["coalesce", ["get", "minzoom"], 0], ["zoom"]],
        "layout": {
            "text-field": ["get", "name"],
            "text-font": FONT,
            "text-size": zoom(5, 11, 12, 13.5),
            "text-letter-spacing": 0.06,
            "text-max-width": 9,
        },
        "paint": {
            "text-color": name_color,
            "text-halo-color": colors["labelHalo"],
            "text-halo-width": 1.1,
        },
    }


def _part(name: str, kind: str, source: str, layer: str) -> MapLayer:
    return {"id": name, "type": kind, "source": source, "source-layer": layer}
