"""A playbook as a JSON file: to be kept, sent to another province, read again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as ShapeError

from layers.directives.models import Playbook
from layers.directives.playbooks import Ladder, Rung, Step, Steps

from .store import Content, content_of

FORMAT = "gis-ioc-playbook/1"
MOST_BYTES = 500_000


class PlaybookFile(BaseModel):
    """What a file holds. ``version`` tells where it came from; here it gets the next
    one of its playbook."""

    model_config = ConfigDict(extra="forbid")

    format: str = Field(pattern=f"^{FORMAT}$")
    slug: str = Field(max_length=60)
    version: int = Field(1, ge=1)
    title: str = Field(min_length=1, max_length=200)
    title_en: str = Field("", max_length=200)
    legal_basis: str = Field("", max_length=300)
    triggers: list[str] = []
    ladder: list[Rung] = []
    area_km: float | None = Field(None, gt=0, le=500)
    auto_issue: bool = False
    steps: list[Step] = Field(min_length=1)


class FileError(ValueError):
    """The file is no playbook; the text says where and why."""


def to_file(playbook: Playbook) -> bytes:
    """A version as JSON, keys in a fixed order."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "slug": playbook.slug,
        "version": playbook.version,
        **asdict(content_of(playbook)),
    }
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def from_file(body: bytes) -> tuple[str, Content]:
    """(code, content) of a file. Raises FileError."""
    if len(body) > MOST_BYTES:
        raise FileError(_("The file is larger than 500 kB."))
    try:
        found = PlaybookFile.model_validate(orjson.loads(body))
        Steps.validate_python(found.steps)
        validate_slug(found.slug)
    except orjson.JSONDecodeError as error:
        raise FileError(_("This is not JSON: %(why)s") % {"why": error}) from error
    except ShapeError as error:
        raise FileError(
            "; ".join(
                f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
                for part in error.errors()
            )
        ) from error
    except ValidationError as error:
        raise FileError(f"slug: {'; '.join(error.messages)}") from error
    values = found.model_dump(mode="json", exclude_none=True)
    names = set(Content.__dataclass_fields__)
    kept = {name: value for name, value in values.items() if name in names}
    kept["ladder"] = [
        rung.model_dump() for rung in Ladder.validate_python(found.ladder)
    ]
    return found.slug, Content(**kept)
