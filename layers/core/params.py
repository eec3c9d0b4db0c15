"""What a request wants of a layer: one set of parameters for tiles and features.

``filter`` (with ``filter-lang``), ``fields``, ``limit``, ``at`` and ``datetime``.
``at`` is a moment: the layer as it stood then. ``datetime`` follows OGC API: a
moment means the same as ``at``; a span ``a/b``, ``a/..`` or ``../b`` (both ends
included) keeps the rows whose ``time_field`` lies in it. A span together with
``at`` picks from the rows as they stood at that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from . import filters
from .spec import Layer

# Spans before and after a moment stay within what Python and PostgreSQL can say.
FIRST_YEAR, LAST_YEAR = 1900, 2999

Fragment = tuple[sql.Composable, list[object]]


class ParamError(ValueError):
    """A parameter cannot be used; the text names it and says what would be."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """``since`` and ``until`` are the ends of ``datetime``, None where open.
    ``named``: the rows are asked for by their ids."""

    filter: str = ""
    language: str = ""
    at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    fields: tuple[str, ...] | None = None
    limit: int | None = None
    named: bool = False

    @property
    def is_now(self) -> bool:
        """Whether neither a time nor a row is named."""
        return not self.named and self.at is self.since is self.until is None

    @property
    def key(self) -> Hashable:
        """Equal keys want the same; None wants everything, now."""
        return None if self == EVERYTHING else self


EVERYTHING = Wanted()


def parse(
    params: Mapping[str, str], layer: Layer, known: Collection[str], most: int
) -> Wanted:
    """The parameters of a request. ``known`` are the fields that may be named,
    ``most`` is the greatest limit.

    Raises ParamError.
    """
    if not params:
        return EVERYTHING
    moment, since, until = _times(params, layer)
    return Wanted(
        filter=params.get("filter", "").strip(),
        language=_language(params.get("filter-lang", "")),
        at=moment,
        since=since,
        until=until,
        fields=parse_fields(params.get("fields", ""), known),
        limit=_limit(params.get("limit", ""), most),
    )


def parse_moment(text: str, name: str = "at") -> datetime:
    """ISO 8601 with an offset or Z; a time without one is refused, and so is one that
    cannot be reckoned with (a day before year 1, or after 9999)."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise ParamError(f"{name}: {error}") from None
    if moment.tzinfo is None:
        reason = "time needs a zone: 2026-11-22T08:00:00+07:00 or …Z"
        raise ParamError(f"{name}: {reason}")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ParamError(f"{name}: the year must be {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def parse_fields(text: str, known: Collection[str]) -> tuple[str, ...] | None:
    """The named fields, each once and sorted; None when there is no name."""
    names = {name.strip() for name in text.split(",")} - {""}
    if not names:
        return None
    unknown = sorted(names - set(known))
    if unknown:
        there = ", ".join(known) or "none"
        raise ParamError(f"fields: no field {unknown[0]!r:.60}; there are: {there}")
    return tuple(sorted(names))


def condition(layer: Layer, wanted: Wanted, masks: Collection[str] = ()) -> Fragment:
    """The filter and the span as one condition, values bound.

    Raises filters.FilterError.
    """
    parts: list[sql.Composable] = []
    values: list[object] = []
    if wanted.filter:
        text, bound = filters.to_sql(layer, wanted.filter, masks, wanted.language)
        parts.append(text)
        values += bound
    column = sql.Identifier(layer.time_field)
    if layer.recent is not None and wanted.is_now:
        parts.append(sql.SQL("{} >= now() - %s::interval").format(column))
        values.append(layer.recent)
    for operator, moment in ((">=", wanted.since), ("<=", wanted.until)):
        if moment is not None:
            parts.append(sql.SQL("{} " + operator + " %s").format(column))
            values.append(moment)
    return (sql.SQL(" AND ").join(parts) if parts else sql.SQL("true")), values


def _times(
    params: Mapping[str, str], layer: Layer
) -> tuple[datetime | None, datetime | None, datetime | None]:
    at, span = params.get("at", ""), params.get("datetime", "")
    moment = parse_moment(at) if at else None
    if not span:
        return moment, None, None
    if "/" not in span:
        if moment is not None:
            raise ParamError("datetime: a moment says the same as at; send one of them")
        return parse_moment(span, "datetime"), None, None
    entry = layer.columns.get(layer.time_field)
    if entry is None or entry.mask:
        raise ParamError(f"datetime: layer {layer.slug} has no time of its own")
    ends = [
        None if end.strip() in ("", "..") else parse_moment(end, "datetime")
        for end in span.split("/", 1)
    ]
    since, until = ends
    if since is not None and until is not None and since > until:
        raise ParamError("datetime: the span ends before it begins")
    return moment, since, until


def _language(text: str) -> str:
    if text and text not in filters.LANGUAGES:
        raise ParamError(f"filter-lang must be {' or '.join(filters.LANGUAGES)}")
    return text


def _limit(text: str, most: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise ParamError(f"limit must be a whole number from 1 to {most}")
    return int(text)
