"""Building workbooks of figures as people fill them in, and sending them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from layers.core.scope import Grant, everything
from layers.core.uploads import queries, running, services, templating
from layers.core.uploads.contract import importers
from layers.core.uploads.models import Upload
from layers.indicators.models import Direction, Indicator, IndicatorSet, SetMember

OPTIONS = {"set": "test", "period": "2023", "vintage": "final", "plan": "no"}
# code -> (title, unit, rhythm, whole from parts)
INDICATORS = {
    "TQ01": ("Share of households", "%", "year", "weighted"),
    "TQ02": ("Households", "count", "year", "sum"),
    "TQ03": ("Output", "t", "year", "sum"),
    "TQ04": ("Monthly cases", "count", "month", "sum"),
}
LONG = ("unit", "level", "indicator", "facet", "period", "vintage", "value", "plan")


def make_set(kind: str = "district") -> IndicatorSet:
    """A set of the test's own, whatever the demo holds."""
    found = IndicatorSet.objects.create(
        slug="test", title="Test set", kind=kind, agency="The office"
    )
    for order, (code, (title, unit, period, rollup)) in enumerate(INDICATORS.items()):
        indicator = Indicator.objects.create(
            code=code, subsystem="1", title=title, title_en=title, unit=unit,
            period=period, direction=Direction.UP, level="district;commune",
            rollup=rollup, decimals=0 if unit == "count" else 2,
        )  # fmt: skip
        if period == "year":
            SetMember.objects.create(set=found, indicator=indicator, order=order)
    Indicator.objects.create(
        code="TQ09", subsystem="1", title="Computed", unit="%", period="year",
        direction=Direction.UP, level="district", formula="TQ02 / TQ03",
    )  # fmt: skip
    return found


def template(**options: str) -> bytes:
    importer, chosen = importers["figures"], OPTIONS | options
    with override("en"):
        table = importer.tables(chosen, everything())[0]
        return templating.make(importer, table, chosen)


def filled(edit: Callable[[Any], None], body: bytes | None = None) -> bytes:
    """The template after somebody has worked on its first sheet."""
    book = load_workbook(io.BytesIO(body or template()))
    edit(book.worksheets[0])
    return saved(book)


def long_book(*rows: Mapping[str, Any] | list[Any], title: str = "Figures") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(LONG)
    for row in rows:
        named = row if isinstance(row, list) else [row.get(name) for name in LONG]
        sheet.append(named)
    return saved(book)


def saved(book: Any) -> bytes:
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def send(
    body: bytes,
    user: Any,
    *,
    name: str = "figures.xlsx",
    grant: Grant | None = None,
    options: Mapping[str, str] | None = None,
    run: bool = True,
) -> Upload:
    """Hand in and check."""
    upload = services.receive(
        importers["figures"],
        name=name,
        body=body,
        by_id=user.pk,
        grant=grant or everything(),
        options=options or {},
    )
    return step(upload) if run else upload


def step(upload: Upload) -> Upload:
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def commit(upload: Upload, user: Any) -> Upload:
    services.ask_commit(
        upload.pk, by_id=user.pk, grant=everything(), accept_warnings=True
    )
    return step(upload)


def said(upload: Upload) -> list[tuple[str, str, str]]:
    """(sheet, cell, reason) of every problem."""
    return [(p.sheet, p.cell, p.reason) for p in queries.problems(upload)]


def texts(upload: Upload) -> str:
    shown = queries.worded(upload, list(queries.problems(upload)))
    return "\n".join(f"{entry.title}: {entry.text}" for entry in shown)


def put(cell: str, value: Any, number_format: str = "") -> Callable[[Any], None]:
    def edit(sheet: Any) -> None:
        sheet[cell] = value
        if number_format:
            sheet[cell].number_format = number_format

    return edit
