"""SQL comments: a merge patch for TileJSON (RFC 7386), and our own key ``ioc``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

OWN_KEY = "ioc"
MAX_ZOOM = 30  # of TileJSON
MAX_COMMENT = 65_536
MAX_DEPTH = 16
MAX_DESCRIPTION = 2_000

Zoom = Annotated[int, Field(ge=0, le=MAX_ZOOM)]
Name = Annotated[str, Field(min_length=1, max_length=63)]


class CommentError(ValueError):
    """What stands under ``ioc`` cannot be obeyed; the text says why."""


class Options(BaseModel):
    """The key ``ioc``. Who sees the source: at most one of ``public``, ``shared``,
    ``unit_column`` and ``unit_argument``; none of them: whole-province callers.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    public: bool = False
    shared: bool = False
    unit_column: Name | None = None
    unit_argument: bool = False
    id_column: Name | None = None
    properties: list[Name] | None = None
    minzoom: Zoom | None = None
    maxzoom: Zoom | None = None
    srid: Annotated[int, Field(gt=0, lt=1_000_000)] | None = None
    limit: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    max_age_s: Annotated[int, Field(ge=1, le=86_400)] = 10


class _VectorLayer(BaseModel):
    id: str
    fields: dict[str, str]


class _TileJson(BaseModel):
    """What clients rely on; everything else may be there too."""

    model_config = ConfigDict(strict=True)

    tilejson: str
    name: str | None = None
    description: str | None = None
    attribution: str | None = None
    content_type: str | None = None
    minzoom: Zoom | None = None
    maxzoom: Zoom | None = None
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    center: Annotated[list[float], Field(min_length=2, max_length=3)] | None = None
    vector_layers: list[_VectorLayer] | None = None


@dataclass(frozen=True)
class Comment:
    """``patch`` is laid over the TileJSON; ``warnings`` are for the administrator."""

    options: Options = field(default_factory=Options)
    patch: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read(text: str | None) -> Comment:
    """A comment's meaning. Text that is no JSON object is the description.

    Raises CommentError when ``ioc`` is wrong: rather nobody sees the source than
    the wrong people.
    """
    if not text or not text.strip():
        return Comment()
    if len(text) > MAX_COMMENT:
        return Comment(warnings=(f"comment over {MAX_COMMENT} characters is ignored",))
    try:
        patch = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        patch = None
        reason = f"the comment looks like JSON but is not: {error}"
        warnings = (reason,) if text.lstrip().startswith("{") else ()
    else:
        warnings = ()
    if not isinstance(patch, dict):
        described = {"description": text.strip()[:MAX_DESCRIPTION]}
        return Comment(patch=described, warnings=warnings)
    wanted = options(patch.pop(OWN_KEY, None))
    if _depth(patch) > MAX_DEPTH:
        return Comment(wanted, {}, ("the comment is nested too deeply",))
    return Comment(wanted, patch)


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386: objects are merged, null deletes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def check(document: dict[str, Any]) -> str:
    """Why a client could not use the TileJSON; empty when it can."""
    try:
        _TileJson.model_validate(document)
    except ValidationError as error:
        return f"the comment is ignored: {_short(error)}"
    return ""


def options(value: Any) -> Options:
    """The key ``ioc``. Raises CommentError."""
    if value is None:
        return Options()
    try:
        found = Options.model_validate(value)
    except ValidationError as error:
        raise CommentError(f'comment, "{OWN_KEY}": {_short(error)}') from error
    audiences = [found.public, found.shared, found.unit_column, found.unit_argument]
    if sum(map(bool, audiences)) > 1:
        both = "public, shared, unit_column and unit_argument exclude one another"
        raise CommentError(f'comment, "{OWN_KEY}": {both}')
    return found


def _short(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}"[:200]


def _depth(value: Any) -> int:
    """How deeply objects and lists are nested, without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth
