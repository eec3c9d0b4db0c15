"""Parameters as forms show them: title, unit, help and role of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .spec import Text

Role = Literal[
    "", "number", "moment", "layer", "layers", "filter", "rule", "event",
    "indicator", "unit", "feature", "lines", "view", "roles",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What people read of a parameter; stands in ``Annotated`` beside its type.

    ``role`` says what its text names: a numeric field of the layer (``number``), one
    with a date or time (``moment``), a ``layer`` (or several), a ``feature`` by its
    id, a CQL2 ``filter``, another ``rule``, a kind of ``event``, an ``indicator`` or a
    ``unit`` by its code; ``lines`` is text of several lines. ``choices`` are the
    titles of fixed values.
    """

    title: Text
    unit: Text = ""
    help: Text = ""
    role: Role = ""
    choices: tuple[tuple[str, Text], ...] = ()


class Params(BaseModel):
    """Base of parameters that people fill in: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def shown(cls) -> dict[str, Shown]:
        """What people read of each parameter, in the order of a form."""
        return {
            name: next(part for part in entry.metadata if isinstance(part, Shown))
            for name, entry in cls.model_fields.items()
        }

    @classmethod
    def form_schema(cls) -> dict[str, Any]:
        """JSON schema with title, description, ``unit``, ``role`` and ``choices``
        of each parameter in the language of the moment, for forms made from it."""
        schema = cls.model_json_schema()
        for name, entry in cls.shown().items():
            schema["properties"][name] |= {
                "title": str(entry.title),
                "description": str(entry.help),
                "unit": str(entry.unit),
                "role": entry.role,
                "choices": [[value, str(text)] for value, text in entry.choices],
            }
        return schema
