"""Writing a checked list, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import Point

from layers.core.uploads import changes
from layers.core.uploads.contract import Outcome, Record, StaleError
from layers.core.uploads.models import Upload
from layers.core.versions import begin_change

from .declaring import Facilities

SOURCE = "import"


def commit(what: Facilities, upload: Upload, records: Iterator[Record]) -> Outcome:
    begin_change(what.layer)
    counts = {"new": 0, "changed": 0}
    model = apps.get_model(what.model)
    for record in records:
        if record.change == "same":
            continue
        data = record.data
        row = _fresh(what, data) or model(source=SOURCE, external_id=data["code"])
        values = {
            name: model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
            for name, value in data["fields"].items()
        }
        if data["place"] is not None:
            lon, lat = data["place"]
            values["geom"] = Point(lon, lat, srid=4326)
        changes.write(upload, row, values)
        if data["period"] is not None and data["figures"]:
            _write_figures(what, upload, row, data)
        counts[record.change] += 1
    return Outcome(counts=counts)


def _fresh(what: Facilities, data: Mapping[str, Any]) -> Any:
    """The row that was looked at when the file was checked. Raises StaleError."""
    if data["id"] is None:
        if what.rows.filter(external_id=data["code"]).exists():
            raise StaleError(data["code"])
        return None
    row = what.rows.select_for_update().filter(pk=data["id"]).first()
    if row is None or row.updated_at.isoformat() != data["seen"]:
        raise StaleError(data["code"])
    return row


def _write_figures(
    what: Facilities, upload: Upload, row: Any, data: Mapping[str, Any]
) -> None:
    model = apps.get_model(what.history)
    get = model._meta.get_field
    period = get(what.period.name).to_python(data["period"])  # type: ignore[union-attr]
    name = {what.owner: row, what.period.name: period}
    known = model._default_manager.select_for_update().filter(**name).first()
    figures = {
        key: get(key).to_python(value)  # type: ignore[union-attr]
        for key, value in data["figures"].items()
    }
    changes.write(upload, known or model(**name), figures)


def undo(what: Facilities, upload: Upload) -> Outcome:
    begin_change(what.layer, removed=True)
    return changes.take_back(upload)
