"""The steps of a playbook as typed data."""

from __future__ import annotations

from string import Template
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

PLACEHOLDERS = frozenset({"feature", "zone", "rule", "unit", "raised", "lon", "lat"})


class Step(BaseModel):
    """What is to be done, by whom, by when, and with which evidence.

    ``text`` may name $feature, $zone, $rule, $unit, $raised, $lon and $lat.
    ``addressee``: the unit around the place (at sea the nearest), the unit of the
    feature, or a role at the centre.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=3, max_length=200)
    text: str = Field(min_length=3, max_length=4_000)
    addressee: Literal["containing_unit", "unit_of_feature", "role"] = "containing_unit"
    role: str = ""
    needed_by_min: int = Field(gt=0, le=525_600)
    deadline_min: int = Field(gt=0, le=525_600)
    evidence: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Step:
        if self.addressee == "role" and not self.role:
            raise ValueError("a step for a role must name it")
        template = Template(self.text)
        if not template.is_valid():
            raise ValueError("a $ must be followed by a name; write $$ for the sign")
        unknown = set(template.get_identifiers()) - PLACEHOLDERS
        if unknown:
            raise ValueError(f"unknown placeholders: {', '.join(sorted(unknown))}")
        return self

    def filled(self, values: dict[str, str]) -> str:
        """The text with its placeholders replaced."""
        return Template(self.text).safe_substitute(values)


Steps: TypeAdapter[list[Step]] = TypeAdapter(list[Step])
