"""Many rows of a model in one statement: bulk_create is slow beyond some hundreds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def insert_many(
    model: type[models.Model], given: Mapping[str, Sequence[Any]], **same: Any
) -> None:
    """Insert rows; ``given``: attribute -> one value per row, ``same``: for all rows.

    Other fields get the model's defaults. Signals are not sent.
    """
    example = model(**same)
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]
    values: list[Any] = []
    chosen: list[sql.Composable] = []
    columns = {field.attname: str(field.column) for field in fields}
    for field in fields:
        if field.attname in given:
            chosen.append(sql.Identifier("row", columns[field.attname]))
        else:
            chosen.append(sql.Placeholder())
            said = field.pre_save(example, add=True)
            values.append(field.get_db_prep_save(said, connection))
    varying = [field for field in fields if field.attname in given]
    arrays = [
        sql.SQL("{}::{}[]").format(
            sql.Placeholder(), sql.SQL(str(field.db_type(connection)))
        )
        for field in varying
    ]
    statement = sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS row ({})"
    ).format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, columns.values())),
        sql.SQL(", ").join(chosen),
        sql.SQL(", ").join(arrays),
        sql.SQL(", ").join([sql.Identifier(columns[f.attname]) for f in varying]),
    )
    values += [list(given[field.attname]) for field in varying]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
