"""Reading the settings of a feed (``Feed.config``) by a model of pydantic."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """Settings in which a misspelt name is a mistake."""

    model_config = ConfigDict(extra="forbid")


def settings_of(config: Any, model: type[M]) -> M:
    """Raises ValueError with one line per mistake, for the person who typed it."""
    try:
        return model.model_validate(config or {})
    except ValidationError as wrong:
        lines = [
            f"{'.'.join(map(str, error['loc'])) or 'settings'}: {error['msg']}"
            for error in wrong.errors()
        ]
        raise ValueError("; ".join(lines)) from None
