"""Made-up months of the province, so that its pace can be seen; marked as such.

Years that were published keep their sum; the months in them are made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from layers.core import units
from layers.indicators.models import Fact

from .drawing import (
    Drawn,
    Floats,
    Spec,
    follow,
    parts_of_year,
    share_out,
    totals_of_year,
)
from .published import PROVINCE
from .writing import Writer

if TYPE_CHECKING:
    from fixtures import Demo

Row = dict[str, str]

NOISE = 0.03
ROW = {"scale": "level", "low": "0", "high": "", "growth": "0", "noise": str(NOISE)}


def facts(demo: Demo, writer: Writer, shapes: dict[str, Floats]) -> Iterator[Fact]:
    home = units.tree().codes("province")[PROVINCE]
    drawn: dict[tuple[str, str], Drawn] = {}
    rows = demo.table("province_series")
    for key, group in groupby(rows, key=lambda row: (row["code"], row["facet"])):
        of_code = list(group)
        spec = _spec(of_code[0])
        rng = demo.rng(f"indicators {spec.name} province")
        drawn[key] = one = _draw(rng, spec, of_code, shapes, drawn)
        for y, row in enumerate(of_code):
            parts = parts_of_year(rng, one, 0, y, 1)
            for part in [*parts, *totals_of_year(one, 0, y, 1)]:
                yield from writer.part(rng, spec, home, int(row["year"]), part)


def _spec(row: Row) -> Spec:
    zones = dict.fromkeys(("mountain", "plain", "coast"), "")
    return Spec.of({**ROW, **zones, **row, "unit": "", "communes": "", "plan": ""})


def _draw(
    rng: np.random.Generator,
    spec: Spec,
    rows: list[Row],
    shapes: dict[str, Floats],
    drawn: dict[tuple[str, str], Drawn],
) -> Drawn:
    totals = np.array([[float(row["total"]) for row in rows]])
    whole = spec.rounded(totals)
    if spec.running:
        months = follow(whole, drawn[spec.running, ""])
    else:
        months = share_out(rng, spec, whole, shapes[spec.shape])
    return Drawn(spec, whole, months, totals)
