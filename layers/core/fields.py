"""Model fields that layers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.gis.db import models as gis
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, Concat

if TYPE_CHECKING:
    NullableId = models.BigIntegerField[int | None, int | None]
else:
    NullableId = models.BigIntegerField


class UnitRefField(NullableId):
    """The id of the administrative unit a row belongs to.

    Not a foreign key: layers do not import each other, and units are never
    deleted (they only end), so the id always resolves.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        from .units import choices

        return forms.TypedChoiceField(
            choices=lambda: [("", "—"), *choices()],
            coerce=int,
            empty_value=None,
            required=not self.blank,
            label=kwargs.get("label") or self.verbose_name,
            help_text=self.help_text,
        )


def shape_field() -> models.GeneratedField:
    """Web-mercator copy of ``geom``, kept by the database for tiles."""
    return models.GeneratedField(
        expression=Transform("geom", 3857),
        output_field=gis.GeometryField(srid=3857, null=True),
        db_persist=True,
    )


def search_field(*names: str) -> models.GeneratedField:
    """Lower-case text of ``names`` without diacritics, kept by the database."""
    parts: list[Any] = []
    for name in names:
        parts += [Coalesce(F(name), Value("")), Value(" ")]
    return models.GeneratedField(
        expression=Func(Concat(*parts), function="ioc_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )


def feature_indexes(name: str) -> list[models.Index]:
    """The indexes every feature table has; ``name`` is short and unique."""
    return [
        # tiles of the layer
        GistIndex(fields=["shape"], name=f"{name}_shape"),
        # ``search_text LIKE '%…%'`` and similarity search
        GinIndex(OpClass(F("search_text"), "gin_trgm_ops"), name=f"{name}_search"),
    ]
