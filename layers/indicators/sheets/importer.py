"""Registers the figures with the uploads."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from layers.core.uploads.contract import (
    Checker,
    Importer,
    Job,
    Outcome,
    Record,
    importers,
)
from layers.core.uploads.models import Upload
from layers.indicators.services import SLUG

from . import layout, reasons


def _checker(job: Job) -> Checker:
    from .checking import FigureChecker

    return FigureChecker(job)


def _commit(upload: Upload, records: Iterator[Record]) -> Outcome:
    from .writing import commit

    return commit(upload, records)


def _undo(upload: Upload, by_id: int, reason: str) -> Outcome:
    from .writing import undo

    return undo(upload, by_id, reason)


importers.register(
    Importer(
        slug="figures",
        title=_("Figures of indicators"),
        help=_("A set of indicators for the units of one level and one period."),
        layer=SLUG,
        options=layout.options,
        tables=layout.tables,
        checker=_checker,
        commit=_commit,
        undo=_undo,
        reasons=reasons.ALL,
        order=10,
    )
)
