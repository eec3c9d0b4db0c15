"""Running composed SQL through Django's cursors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql


def execute(
    cursor: Any,
    statement: sql.Composable,
    values: Sequence[Any] | Mapping[str, Any] = (),
) -> None:
    """Execute a ``psycopg.sql`` statement.

    Django and its wrappers (django-pghistory) read the statement as text.
    """
    cursor.execute(statement.as_string(None), values)
