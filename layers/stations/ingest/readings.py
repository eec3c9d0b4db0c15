"""What feeds hand to this layer: values as columns of one length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AVERAGING_MINUTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """``n`` values in the order in which they were received.

    ``parameter`` holds symbols and ``unit`` units of the catalogue;
    ``value`` NaN means missing; times are seconds since 1970 UTC; ``status`` is
    0, 1 or 2; ``batch_id`` the inbox row, 0 when there is none; ``averaging`` over
    how many minutes each value is a mean (five when it is not given).
    """

    station_id: Ints
    parameter: npt.NDArray[np.str_]
    unit: npt.NDArray[np.str_]
    at: Floats
    value: Floats
    status: Ints
    received_at: Floats
    batch_id: Ints
    averaging: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        if not len(self.averaging):
            usual = np.full(len(self.at), AVERAGING_MINUTES, np.int64)
            object.__setattr__(self, "averaging", usual)

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: npt.NDArray[np.generic]) -> Readings:
        """The readings at ``rows`` (indices or a mask)."""
        columns = {name: getattr(self, name)[rows] for name in self.__slots__}
        return replace(self, **columns)


def readings(
    station_id: Sequence[int],
    parameter: Sequence[str],
    unit: Sequence[str],
    at: Sequence[float],
    value: Sequence[float],
    status: Sequence[int],
    received_at: Sequence[float],
    batch_id: Sequence[int] | None = None,
    averaging: Sequence[int] | None = None,
) -> Readings:
    """Readings from plain sequences of one length."""
    batches = np.zeros(len(at), np.int64) if batch_id is None else batch_id
    return Readings(
        station_id=np.asarray(station_id, np.int64),
        parameter=np.asarray(parameter, np.str_),
        unit=np.asarray(unit, np.str_),
        at=np.asarray(at, np.float64),
        value=np.asarray(value, np.float64),
        status=np.asarray(status, np.int64),
        received_at=np.asarray(received_at, np.float64),
        batch_id=np.asarray(batches, np.int64),
        averaging=np.asarray([] if averaging is None else averaging, np.int64),
    )
