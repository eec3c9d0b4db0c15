"""What slides are put together from: texts, maps, charts."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils.translation import gettext as _
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from layers.indicators.showing import Shown

from . import drawing
from .content import Map, in_order

INK, QUIET = RGBColor(0x1D, 0x2A, 0x35), RGBColor(0x5B, 0x66, 0x70)
WHITE, NONE = RGBColor(0xFF, 0xFF, 0xFF), RGBColor(0xE6, 0xE6, 0xE2)
LINE = RGBColor(0x6B, 0x3F, 0x8F)
BARS = 15
STEPS = 3.0  # of the outlines, 100 m each


def add_text(
    slide: Any,
    text: str,
    left: float,
    top: float,
    width: float,
    height: float,
    *,
    size: int,
    bold: bool = False,
    colour: RGBColor = INK,
) -> None:
    """A text box; places in inches, size in points."""
    box = slide.shapes.add_textbox(
        Inches(left), Inches(top), Inches(width), Inches(height)
    )
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.text = text
    for paragraph in frame.paragraphs:
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
        paragraph.font.color.rgb = colour


def add_map(slide: Any, drawn: Map) -> None:
    """Every outline as a shape of its own, named after its unit."""
    shapes = {entry["id"]: entry for entry in drawn.outlines["units"]}
    rings = {key: drawing.points(entry["path"]) for key, entry in shapes.items()}
    every = [point for parts in rings.values() for ring in parts for point in ring]
    if not every:
        return
    xs, ys = zip(*every, strict=True)
    left, top = Inches(0.6), Inches(1.65)
    scale = min(Inches(6.4) / (max(xs) - min(xs)), Inches(4.6) / (max(ys) - min(ys)))
    for area in drawn.choropleth.areas:
        fill = NONE
        if area.place is not None:
            fill = RGBColor.from_string(
                drawn.choropleth.classes[area.place].light.removeprefix("#").upper()
            )
        for ring in map(_coarse, rings.get(area.unit_id, [])):
            placed = [
                (int(left + (x - min(xs)) * scale), int(top + (y - min(ys)) * scale))
                for x, y in ring
            ]
            builder = slide.shapes.build_freeform(*placed[0], scale=1.0)
            builder.add_line_segments(placed[1:], close=True)
            shape = builder.convert_to_shape()
            shape.name = area.title
            shape.fill.solid()
            shape.fill.fore_color.rgb = fill
            shape.line.color.rgb, shape.line.width = WHITE, Emu(6350)
            shape.shadow.inherit = False
    _legend(slide, drawn)


def _coarse(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """An outline without what cannot be seen on a slide: 300 m."""
    line = shapely.LinearRing(ring).simplify(STEPS)
    return [(x, y) for x, y in line.coords[:-1]]


def _legend(slide: Any, drawn: Map) -> None:
    entries = [
        (RGBColor.from_string(entry.light.removeprefix("#").upper()), entry.label)
        for entry in drawn.choropleth.classes
    ]
    if drawn.missing:
        entries.append((NONE, f"{_('no figure')} ({drawn.missing})"))
    for number, (colour, label) in enumerate(entries):
        left, top = 0.6 + 1.65 * (number % 4), 6.35 + 0.32 * (number // 4)
        box = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(0.25), Inches(0.2)
        )
        box.fill.solid()
        box.fill.fore_color.rgb = colour
        box.line.fill.background()
        box.shadow.inherit = False
        add_text(slide, label, left + 0.27, top - 0.06, 1.4, 0.3, size=10, colour=QUIET)


def add_bars(slide: Any, drawn: Map, shown: Shown) -> None:
    """The first of the ranking as bars, the best on top."""
    ordered = in_order(drawn.choropleth.areas)
    chosen = [area for area in ordered if area.figure is not None][:BARS]
    if not chosen:
        return
    data = CategoryChartData()
    data.categories = [area.title for area in reversed(chosen)]
    values = [area.figure.value if area.figure else None for area in reversed(chosen)]
    data.add_series(shown.measure or shown.name, values)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED,
        Inches(7.2),
        Inches(1.5),
        Inches(5.6),
        Inches(5.4),
        data,
    )
    plain(frame.chart)


def plain(chart: Any) -> None:
    """One quiet colour, values at the bars, no lines behind them."""
    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(11)
    plot = chart.plots[0]
    plot.has_data_labels = True
    plot.data_labels.font.size = Pt(10)
    if hasattr(plot, "gap_width"):
        plot.gap_width = 40
    series = plot.series[0]
    if hasattr(series, "smooth"):
        series.smooth = False
        series.format.line.color.rgb = LINE
    else:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = LINE
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.visible = False
