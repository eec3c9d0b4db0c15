"""Settings of a register: typed, secrets only named. See :class:`Settings`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from layers.directives import rules

# How pressing a directive of ours is in the words of the register.
RANK = {"critical": "urgent", "high": "urgent"}


class Typed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fields(Typed):
    """Paths with dots to the values in an item of the register."""

    register_no: str = "id"
    document_no: str = "document_no"
    paper_date: str = "paper_date"
    text: str = "content"
    unit: str = "unit_code"
    co_units: str = "co_units"
    deadline: str = "deadline"
    urgency: str = "urgency"
    status: str = "status"
    done_on: str = "done_on"
    entered_on: str = "entered_on"


class Pull(Typed):
    """New and changed tasks: GET ``path``; ``items`` is the path of their list in the
    answer, ``next`` that of the address or the number of the next page; a number goes
    into the parameter ``page``."""

    path: str = "/tasks"
    items: str = "items"
    next: str = "next"
    page: str = "page"
    every_min: int = Field(default=10, ge=1, le=1_440)
    fields: Fields = Fields()


class Push(Typed):
    """A change of state: ``path`` has ``{register_no}``; the body is JSON."""

    path: str = "/tasks/{register_no}/status"
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    key_header: str = "Idempotency-Key"


class Settings(Typed):
    """``statuses``: their words by ours; ``headings``: more headings of files, by
    column; ``urgent``: their words for an urgent paper."""

    base_url: str = Field(default="", pattern=r"^(https?://.+)?$", max_length=500)
    headers: dict[str, str] = {}
    pull: Pull = Pull()
    push: Push = Push()
    statuses: dict[str, str] = {
        rules.ISSUED: "new",
        rules.RECEIVED: "received",
        rules.RETURNED: "returned",
        rules.IN_PROGRESS: "doing",
        rules.SUSPENDED: "suspended",
        rules.REPORTED: "reported",
        rules.CLOSED: "done",
        rules.WITHDRAWN: "withdrawn",
    }
    urgent: list[str] = ["urgent"]
    headings: dict[str, list[str]] = {}

    @property
    def ours(self) -> dict[str, str]:
        """Our states by their words."""
        return {theirs: own for own, theirs in self.statuses.items()}


def problems(given: Any) -> list[str]:
    """What is wrong with settings, each with its place."""
    try:
        Settings.model_validate(given)
    except ValidationError as error:
        return [
            f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
            for part in error.errors()
        ]
    return []
