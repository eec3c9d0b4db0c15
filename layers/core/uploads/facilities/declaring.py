"""What a layer says about its list, and the importer made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import Text
from layers.core.uploads.contract import (
    Column,
    Importer,
    Options,
    Reason,
    Row,
    Table,
)

from .reasons import REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Facilities:
    """A layer whose rows are handed in as a list.

    ``own`` are columns of the feature, ``figures`` those that change with the
    ``period`` (a column of ``history``, whose foreign key is ``owner``); names of
    columns are names of fields. ``new`` are fields that a new row needs. ``check``
    says what is wrong with a row, given the known one. ``also`` gives further fields of
    the feature that follow from the newest period.
    """

    slug: str
    title: Text
    layer: str
    model: str
    history: str
    owner: str
    period: Column
    own: tuple[Column, ...]
    figures: tuple[Column, ...]
    new: tuple[str, ...] = ()
    help: Text = ""
    reasons: tuple[Reason, ...] = ()
    check: Callable[[Row, models.Model | None], None] = lambda row, known: None
    also: Callable[[Any], dict[str, Any]] = lambda period: {}
    order: int = 50
    notes: tuple[Text, ...] = ()

    @property
    def rows(self) -> Any:
        """The manager of the features."""
        return apps.get_model(self.model)._default_manager

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*PLACE, *self.own, self.period, *self.figures)


PLACE = (
    Column(name="code", title=_("Code"), required=True, filled=True, width=16),
    Column(name="name", title=_("Name"), width=40),
    Column(
        name="unit",
        title=_("Code of the commune"),
        width=12,
        help=_("Code of the General Statistics Office, as valid today."),
    ),
    Column(
        name="lon",
        title=_("Longitude"),
        kind="number",
        low=-180,
        high=180,
        unit="°",
        help=_("WGS 84, degrees, such as 105.7761."),
    ),
    Column(
        name="lat", title=_("Latitude"), kind="number", low=-180, high=180, unit="°"
    ),
)


def importer(what: Facilities) -> Importer:
    """The importer of such a list."""
    from . import writing
    from .checking import FacilityChecker

    def tables(options: Options, grant: Grant) -> Sequence[Table]:
        return [
            Table(
                slug=what.slug,
                title=what.title,
                columns=what.columns,
                key=("code", what.period.name),
                rows=_known_rows(what, grant),
                notes=what.notes,
            )
        ]

    return Importer(
        slug=what.slug,
        title=what.title,
        layer=what.layer,
        help=what.help,
        tables=tables,
        checker=lambda job: FacilityChecker(what, job),
        commit=lambda upload, records: writing.commit(what, upload, records),
        undo=lambda upload, by_id, reason: writing.undo(what, upload),
        reasons=(*REASONS, *what.reasons),
        order=what.order,
    )


def _known_rows(what: Facilities, grant: Grant) -> list[dict[str, Any]]:
    """The template lists what is known of the sender's units."""
    rows = what.rows.order_by("unit_id", "title")
    if grant.units is not None:
        rows = rows.filter(unit_id__in=sorted(grant.units))
    nodes = units.tree().nodes
    names = [column.name for column in what.own]
    listed = []
    for row in rows:
        node = nodes.get(row.unit_id or 0)
        place = {"lon": row.geom.x, "lat": row.geom.y} if row.geom else {}
        own = {name: getattr(row, name) for name in names}
        listed.append(
            {
                "code": row.external_id,
                "name": row.title,
                "unit": node.code if node else "",
                **place,
                **own,
            }
        )
    return listed
