"""What pages say, checked. Raises ViewError, whose text says what is wrong."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gis_ioc.live.views import ViewError
from gis_ioc.wall.acts import Console

Place = Annotated[int, Field(ge=1, le=99)]
Panel = tuple[Place, Place]
Wall = Annotated[str, Field(min_length=1, max_length=50)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Said(BaseModel):
    # newer pages may say more
    model_config = ConfigDict(extra="ignore", frozen=True)
    wall: Wall


class Join(Said):
    """``panel`` (column, row); None: the whole canvas, or a console, which names its
    window in ``console``."""

    panel: Panel | None = None
    console: Console = ""


class Led(Said):
    x: float = Field(ge=-0.5, le=1.5, allow_inf_nan=False)
    y: float = Field(ge=-0.5, le=1.5, allow_inf_nan=False)
    zoom: float = Field(ge=0, le=22, allow_inf_nan=False)
    rest: bool = False


class Stats(BaseModel):
    """How a panel does; frames in ms, memory in MB, ages in s."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    offset_ms: Number | None = None
    rtt_ms: Number | None = None
    frame_p50_ms: Number | None = None
    frame_p95_ms: Number | None = None
    fps: Number | None = None
    heap_mb: Number | None = None
    data_age_s: Number | None = None
    maps: int | None = Field(default=None, ge=0, le=999)
    scene: str | None = Field(default=None, max_length=60)
    seq: int | None = None
    bundle: str = Field(default="", max_length=80)
    release: str = Field(default="", max_length=80)
    window: tuple[int, int] | None = None


class Beat(Said):
    panel: Panel
    stats: Stats = Stats()


S = TypeVar("S", bound=Said)


def read(model: type[S], message: dict[str, Any]) -> S:
    try:
        return model.model_validate(message)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(map(str, wrong["loc"]))
        raise ViewError(
            f"{message.get('type')!s:.20}: {place}: {wrong['msg']}"
        ) from None
