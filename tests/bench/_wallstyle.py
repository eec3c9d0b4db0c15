"""How a page draws the layer of moving points: it has no folder of its own."""

from __future__ import annotations

from typing import Any

# What the layer of moving points looks like: a dot from afar, else a dart by course.
STYLE: list[dict[str, Any]] = [
    {
        "id": "moving-dot",
        "type": "circle",
        "maxzoom": 8,
        "paint": {
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 1.2, 8, 2.6],
            "circle-color": ["match", ["get", "kind"], "fishing", "#5fb3a8", "#8fa8c9"],
        },
    },
    {
        "id": "moving-dart",
        "type": "symbol",
        "minzoom": 8,
        "layout": {
            "icon-image": ["case", ["get", "overdue"], "vessel-fishing", "vessel"],
            "icon-rotate": ["coalesce", ["get", "course_deg"], 0],
            "icon-rotation-alignment": "map",
            "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.45, 12, 0.8],
            "icon-allow-overlap": True,
        },
        "paint": {
            "icon-color": ["match", ["get", "kind"], "fishing", "#6fd0c2", "#9dbbe0"]
        },
    },
]
