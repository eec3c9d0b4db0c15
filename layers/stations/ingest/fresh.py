"""What a delivery added: the columns that quality, roll-ups and indices read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .readings import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """``n`` values just stored, repetitions left out, in order of receipt.

    ``parameter`` holds symbols of the catalogue; ``value`` NaN means missing;
    ``status`` is 0, 1 or 2; times are seconds since 1970 UTC. Two versions of a
    value may be among them: the later row is the one that counts.
    """

    series_id: Ints
    station_id: Ints
    parameter: npt.NDArray[np.str_]
    at: Floats
    value: Floats
    status: Ints
    received_at: Floats

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: npt.NDArray[np.generic]) -> Fresh:
        """The values at ``rows`` (indices or a mask)."""
        columns = {name: getattr(self, name)[rows] for name in self.__slots__}
        return replace(self, **columns)
