"""What an administrator says of a file: ``<stem>.json`` beside it.

The document is a merge patch (RFC 7386) on the file's TileJSON; its member
``ioc`` says who may see it and is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from layers.core.mercator import MAX_ZOOM
from layers.core.scope import Grant

from .formats import BrokenFileError

MAX_BYTES = 1024 * 1024
Zoom = Field(None, ge=0, le=MAX_ZOOM)


class Access(BaseModel):
    """Nothing said: only who may see the whole province sees the file.

    ``public``: everyone, also without signing in. ``shared``: everyone who is
    signed in. ``unit_column``: the attribute that holds the id of the unit that a
    row belongs to; callers see the rows of their units.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    public: bool = False
    shared: bool = False
    unit_column: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Access:
        if self.unit_column and (self.public or self.shared):
            raise ValueError("unit_column goes neither with public nor with shared")
        return self

    def visible(self, grant: Grant) -> bool:
        """Whether the caller may know the file; rows are another matter."""
        if self.public or grant.beyond == "everything":
            return True
        if grant.user_id is None or grant.beyond == "nothing":
            return False
        return self.shared or bool(self.unit_column)


class _Known(BaseModel):
    """The members of a sidecar that we use ourselves; others only pass through."""

    model_config = ConfigDict(strict=True)

    ioc: Access = Access()
    name: str | None = None
    description: str | None = None
    attribution: str | None = None
    minzoom: int | None = Zoom
    maxzoom: int | None = Zoom
    bounds: list[float] | None = Field(None, min_length=4, max_length=4, strict=False)

    @model_validator(mode="before")
    @classmethod
    def _no_data(cls, given: Any) -> Any:
        if isinstance(given, dict) and "features" in given:
            raise ValueError("this is data; give it a name of its own")
        return given

    @model_validator(mode="after")
    def _zooms(self) -> _Known:
        if (self.minzoom or 0) > (MAX_ZOOM if self.maxzoom is None else self.maxzoom):
            raise ValueError("minzoom is greater than maxzoom")
        return self


@dataclass(frozen=True)
class Sidecar:
    access: Access = field(default_factory=Access)
    patch: dict[str, Any] = field(default_factory=dict)

    def zoom(self, name: str, otherwise: int) -> int:
        given = self.patch.get(name)
        return otherwise if given is None else int(given)

    def apply(self, tilejson: dict[str, Any]) -> dict[str, Any]:
        """The patched document; what every TileJSON needs cannot be removed."""
        needed = {key: tilejson[key] for key in ("name", "minzoom", "maxzoom")}
        return {**needed, **merge_patch(tilejson, self.patch)}


def read_sidecar(path: Path) -> Sidecar:
    """Raises BrokenFileError, so that a slip of the pen opens nothing."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BrokenFileError(f"{path.name} is too long for a description")
        patch = orjson.loads(path.read_bytes())
        known = _Known.model_validate(patch)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{path.name}: {place} {first['msg']}".replace(":  ", ": ")
        raise BrokenFileError(reason) from error
    except (OSError, orjson.JSONDecodeError) as error:
        raise BrokenFileError(f"{path.name} is no JSON: {error}") from error
    return Sidecar(known.ioc, {k: v for k, v in patch.items() if k not in OWN})


OWN = frozenset({"ioc", "tiles", "tilejson"})


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: objects are merged, null removes, the rest replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
