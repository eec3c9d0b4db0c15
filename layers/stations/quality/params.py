"""The quality tests by name, and what can be set of each (checked by pydantic)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from layers.core.shown import Params, Shown

Number = FiniteFloat
Minutes = Annotated[float, Field(gt=0, le=7 * 1440)]
Percent = Annotated[float, Field(ge=0, le=1_000)]
_SUSPECT = _("Suspect beyond")
_FAIL = _("Implausible beyond")


def _rising(suspect: float | None, fail: float | None, what: str) -> None:
    if suspect is not None and fail is not None and fail < suspect:
        raise ValueError(f"{what}: fail must not be reached before suspect")


class GrossRange(Params):
    low: Annotated[Number, Shown(_("Implausible below"))]
    high: Annotated[Number, Shown(_("Implausible above"))]
    suspect_low: Annotated[Number | None, Shown(_("Suspect below"))] = None
    suspect_high: Annotated[Number | None, Shown(_("Suspect above"))] = None
    negative_to_zero: Annotated[
        bool, Shown(_("Negative values that are plausible count as 0, as suspect"))
    ] = False

    @model_validator(mode="after")
    def _within(self) -> Self:
        low = self.low if self.suspect_low is None else self.suspect_low
        high = self.high if self.suspect_high is None else self.suspect_high
        if not self.low <= low < high <= self.high:
            raise ValueError("the suspect range must lie within low and high")
        return self


class SeasonSpan(BaseModel):
    """A part of the year: ``period`` as in :class:`.single.Season`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    period: Literal["month", "quarter", "week", "dayofyear", "dayofweek", "year"]
    first: int
    last: int
    low: Number
    high: Number
    fail_low: Number | None = None
    fail_high: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.first > self.last or self.low > self.high:
            raise ValueError("first and low must not exceed last and high")
        if (self.fail_low is None) != (self.fail_high is None):
            raise ValueError("fail_low and fail_high belong together")
        return self


class Climatology(Params):
    seasons: Annotated[
        tuple[SeasonSpan, ...], Shown(_("What is usual, by part of the year"))
    ] = Field(min_length=1)


class PercentileRange(Params):
    low: Annotated[float, Shown(_("Lower percentile of the day"), unit="%")] = Field(
        5, ge=0, le=50
    )
    high: Annotated[float, Shown(_("Upper percentile of the day"), unit="%")] = Field(
        95, ge=50, le=100
    )
    pad: Annotated[float, Shown(_("Beyond them by"))] = Field(0, ge=0)


class Spike(Params):
    method: Annotated[Literal["average", "differential"], Shown(_("Distance"))] = (
        "differential"
    )
    measure: Annotated[Literal["mad", "value"], Shown(_("Thresholds in"))] = "mad"
    suspect: Annotated[float, Shown(_SUSPECT)] = Field(3, gt=0)
    fail: Annotated[float | None, Shown(_FAIL)] = Field(6, gt=0)
    beside: Annotated[int, Shown(_("Values on either side"))] = Field(12, ge=2, le=48)
    least: Annotated[float, Shown(_("Least deviation"))] = Field(0, ge=0)
    least_percent: Annotated[
        Percent, Shown(_("Least deviation, of the local median"), unit="%")
    ] = 5

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _rising(self.suspect, self.fail, "spike")
        return self


class RateOfChange(Params):
    suspect: Annotated[float, Shown(_SUSPECT)] = Field(gt=0)
    fail: Annotated[float | None, Shown(_FAIL)] = Field(None, gt=0)
    minutes: Annotated[Minutes, Shown(_("in so many minutes"), unit="min")] = 10

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _rising(self.suspect, self.fail, "rate_of_change")
        return self


class FlatLine(Params):
    suspect_minutes: Annotated[Minutes, Shown(_("Suspect after"), unit="min")] = 60
    fail_minutes: Annotated[Minutes, Shown(_("Implausible after"), unit="min")] = 180
    tolerance: Annotated[float, Shown(_("Changes below this are none"))] = Field(
        0, ge=0
    )
    exempt: Annotated[tuple[Number, ...], Shown(_("Values that may stay"))] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _rising(self.suspect_minutes, self.fail_minutes, "flat_line")
        return self


class AttenuatedSignal(Params):
    check: Annotated[Literal["std", "range"], Shown(_("Measured by"))] = "std"
    suspect: Annotated[float, Shown(_("Suspect below"))] = Field(gt=0)
    fail: Annotated[float, Shown(_("Implausible below"))] = Field(gt=0)
    minutes: Annotated[Minutes, Shown(_("in the last"), unit="min")] = 720
    least: Annotated[int, Shown(_("Least number of values"))] = Field(72, ge=2)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _rising(self.fail, self.suspect, "attenuated_signal")
        return self


class ImpossibleDate(Params):
    ahead_minutes: Annotated[
        Minutes, Shown(_("Implausible ahead of reception"), unit="min")
    ] = 5
    behind_minutes: Annotated[
        Minutes, Shown(_("Worth a look behind reception"), unit="min")
    ] = 10
    drift_s: Annotated[float, Shown(_("Worth a look: drift per day"), unit="s")] = (
        Field(30, gt=0)
    )


class DataReception(Params):
    late_minutes: Annotated[Minutes, Shown(_("Late after"), unit="min")] = 15
    lost_minutes: Annotated[Minutes, Shown(_("Lost after"), unit="min")] = 30
    out_minutes: Annotated[Minutes, Shown(_("Out of service after"), unit="min")] = (
        1_440
    )


class AtMost(Params):
    percent: Annotated[Percent, Shown(_("Suspect above, of the other"), unit="%")]


class Neighbours(Params):
    km: Annotated[float, Shown(_("Within"), unit="km")] = Field(20, gt=0, le=200)
    times: Annotated[
        float, Shown(_("Times the mean of the others, or a part of it"))
    ] = Field(4, gt=1)
    hours: Annotated[int, Shown(_("for so many hours"), unit="h")] = Field(
        6, ge=1, le=72
    )


class RepeatingBlocks(Params):
    values: Annotated[int, Shown(_("Values in a block"))] = Field(24, ge=6, le=288)
    distinct: Annotated[int, Shown(_("Different values in it"))] = Field(6, ge=3)


class Clipped(Params):
    percent: Annotated[Percent, Shown(_("Just under the limit"), unit="%")] = 3
    share: Annotated[Percent, Shown(_("Share of the values of a day"), unit="%")] = 15
    least: Annotated[int, Shown(_("Least number of values"))] = Field(24, ge=6)


class LongCalibration(Params):
    minutes: Annotated[Minutes, Shown(_("Longer than"), unit="min")] = 120


class CalibrationOnExceedance(Params):
    times: Annotated[int, Shown(_("Times in a week"))] = Field(3, ge=2)
    percent: Annotated[Percent, Shown(_("Of the limit, before it"), unit="%")] = 90


@dataclass(frozen=True, slots=True)
class Test:
    """``pattern``: looked for over whole days; a finding, never a flag."""

    name: str
    title: str | Promise
    params: type[Params]
    pattern: bool = False


_ALL = (
    Test("gross_range", _("Plausible range"), GrossRange),
    Test("impossible_date", _("Clock of the logger"), ImpossibleDate),
    Test("climatology", _("Usual for the season"), Climatology),
    Test("percentile_range", _("Percentiles of the day"), PercentileRange),
    Test("spike", _("Spike"), Spike),
    Test("rate_of_change", _("Rate of change"), RateOfChange),
    Test("flat_line", _("Flat line"), FlatLine),
    Test("attenuated_signal", _("Weak signal"), AttenuatedSignal),
    Test("data_reception", _("Reception"), DataReception, pattern=True),
    Test("pm_ratio", _("PM2.5 at most PM10"), AtMost),
    Test("bod_cod", _("BOD₅ at most COD"), AtMost),
    Test("do_saturation", _("DO against saturation"), AtMost),
    Test("neighbours", _("Against neighbours"), Neighbours, pattern=True),
    Test("repeating_blocks", _("Repeated stretch"), RepeatingBlocks, pattern=True),
    Test("clipped", _("Values just under the limit"), Clipped, pattern=True),
    Test("long_calibration", _("Long calibration"), LongCalibration, pattern=True),
    Test(
        "calibration_on_exceedance",
        _("Calibration near the limit"),
        CalibrationOnExceedance,
        pattern=True,
    ),
)
TESTS = {entry.name: entry for entry in _ALL}


def read(test: str, params: dict[str, Any]) -> Params:
    """The settings of a test. Raises KeyError for an unknown test, pydantic's
    ValidationError for what it cannot be set to."""
    return TESTS[test].params.model_validate(params)
