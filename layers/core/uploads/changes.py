"""What a committed upload did to rows, so that it can be taken back row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db import models

from .contract import Outcome
from .models import Upload, UploadChange


def write(upload: Upload, row: models.Model, values: Mapping[str, Any]) -> bool:
    """Give ``row`` these values and save it; False when it has them already.

    Must run in the transaction of the commit. What the row was is remembered.
    """
    new = row._state.adding
    names = [name for name in values if new or getattr(row, name) != values[name]]
    if not names:
        return False
    before = None if new else {name: _plain(row, name) for name in names}
    for name in names:
        setattr(row, name, values[name])
    row.save() if new else row.save(update_fields=[*names, *_stamps(row)])
    UploadChange.objects.create(
        upload=upload,
        model=row._meta.label,
        row_id=row.pk,
        before=before,
        after={name: _plain(row, name) for name in names},
    )
    return True


def take_back(upload: Upload) -> Outcome:
    """Give every row back what it was, the last change first. A row that somebody
    has changed since keeps what it is now, and is counted as kept."""
    counts = {"restored": 0, "removed": 0, "kept": 0}
    changes = UploadChange.objects.filter(upload=upload).order_by("-pk")
    for change in changes:
        rows = apps.get_model(change.model)._default_manager.select_for_update()
        row = rows.filter(pk=change.row_id).first()
        if row is None or any(
            _plain(row, name) != value for name, value in change.after.items()
        ):
            counts["kept"] += 1
        elif change.before is None:
            row.delete()
            counts["removed"] += 1
        else:
            for name, value in change.before.items():
                setattr(row, name, _rich(row, name, value))
            row.save(update_fields=[*change.before, *_stamps(row)])
            counts["restored"] += 1
    return Outcome(counts=counts)


def _stamps(row: models.Model) -> list[str]:
    return ["updated_at"] if hasattr(row, "updated_at") else []


def _plain(row: models.Model, name: str) -> Any:
    """A value as JSON can hold it."""
    value = getattr(row, name)
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    field = row._meta.get_field(name)
    return field.value_to_string(row)  # type: ignore[union-attr]


def _rich(row: models.Model, name: str, value: Any) -> Any:
    field = row._meta.get_field(name)
    if isinstance(field, GeometryField):
        return None if value is None else GEOSGeometry(value)
    return field.to_python(value)  # type: ignore[union-attr]
