"""Facts out of made-up values, with the vintages in which they came out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from layers.indicators import spans
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage

from .drawing import Part, Spec
from .published import midnight

SOURCE = "demo"
NOTE = "synthetic demo series, not a published figure"
# Years from here on came out as an estimate first; before, the final one is kept.
ESTIMATES_FROM = 2023
ESTIMATE_DAY, FINAL_DAY, PLAN_DAY = (12, 15), (4, 30), (12, 15)
# A part of a year comes out so many days after its end, revised ones again later.
FIRST_DAYS, AGAIN_DAYS = 6, 25
REVISED = 0.1  # share of the parts of a year that are revised


class Writer:
    """Makes the facts of one origin; nothing that would come out after ``today``."""

    def __init__(self, today: datetime, known: dict[str, Indicator]) -> None:
        self.today = today
        self.known = known
        self.load = Load.objects.create(channel=Channel.DEMO, title=NOTE, source=SOURCE)

    def year(
        self,
        rng: np.random.Generator,
        spec: Spec,
        unit_id: int,
        year: int,
        value: int,
    ) -> Iterator[Fact]:
        """The final figure of a year, after its estimate."""
        start, end = date(year, 1, 1), date(year, 12, 31)
        if year >= ESTIMATES_FROM:
            first = self._near(rng, spec, value)
            day = midnight(date(year, *ESTIMATE_DAY))
            yield self._fact(spec, unit_id, start, end, first, Vintage.ESTIMATE, day)
        day = midnight(date(year + 1, *FINAL_DAY))
        yield self._fact(spec, unit_id, start, end, value, Vintage.FINAL, day)

    def part(
        self,
        rng: np.random.Generator,
        spec: Spec,
        unit_id: int,
        year: int,
        part: Part,
    ) -> Iterator[Fact]:
        """A month, quarter or the months so far; one in ten is revised."""
        start, end = date(year, part.first, 1), spans.month_end(year, part.last)
        out = midnight(end + timedelta(days=FIRST_DAYS))
        again = midnight(end + timedelta(days=AGAIN_DAYS))
        value = part.value
        if rng.random() < REVISED:
            first = self._near(rng, spec, value)
            if out <= self.today:
                yield self._fact(
                    spec, unit_id, start, end, first, Vintage.ESTIMATE, out
                )
            out = again
        if out <= self.today:
            yield self._fact(spec, unit_id, start, end, value, Vintage.PRELIMINARY, out)

    def plan(self, spec: Spec, unit_id: int, year: int, value: float) -> Fact:
        """The plan of a year, from the December before it."""
        start, end = date(year, 1, 1), date(year, 12, 31)
        day = midnight(date(year - 1, *PLAN_DAY))
        whole = round(value * 10**spec.decimals)
        return self._fact(spec, unit_id, start, end, whole, Vintage.PLAN, day)

    def _near(self, rng: np.random.Generator, spec: Spec, value: int) -> int:
        return spec.whole(value * rng.normal(1, spec.noise / 6) / 10**spec.decimals)

    def _fact(
        self,
        spec: Spec,
        unit_id: int,
        start: date,
        end: date,
        value: int,
        vintage: Vintage,
        published_at: datetime,
    ) -> Fact:
        return Fact(
            indicator=self.known[spec.code],
            unit_id=unit_id,
            facet=spec.facet,
            period_start=start,
            period_end=end,
            value=Decimal(value).scaleb(-spec.decimals),
            unit=spec.unit,
            vintage=vintage,
            published_at=published_at,
            load=self.load,
            note=NOTE,
        )
