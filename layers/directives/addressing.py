"""Whom a step of a playbook addresses, as typed data. A layer is named by its role or
its slug; what they come to is found by ``resolving``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# Each addressed unit leads a task of its own, or the first does with the others.
Lead = Literal["each", "first"]


class To(BaseModel):
    """Common to all: whom to name of the unit. ``contact_field``: the officer for
    this field (fisheries …); empty: whoever is on duty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact_field: str = Field("", max_length=80)


class ContainingUnit(To):
    """The unit around the place, at sea the nearest."""

    kind: Literal["containing_unit"] = "containing_unit"


class UnitOfFeature(To):
    """The unit that the feature belongs to (the home of a boat)."""

    kind: Literal["unit_of_feature"] = "unit_of_feature"


class UnitAbove(To):
    """The unit ``levels`` above the place's or the feature's."""

    kind: Literal["unit_above"] = "unit_above"
    of: Literal["place", "feature"] = "place"
    levels: int = Field(1, ge=1, le=5)


class Role(To):
    """An agency at the centre (a department, the border guard), reached through the
    province. ``agency`` is its name as the order gives it."""

    kind: Literal["role"] = "role"
    agency: str = Field(min_length=2, max_length=120)


class OfLayer(To):
    """Features of a layer, addressed through their units. ``filter``: CQL2. ``per``:
    a task for each feature, or one for each unit that names all of its features."""

    layer: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,40}$")
    filter: str = Field("", max_length=500)
    per: Literal["feature", "unit"] = "feature"
    lead: Lead = "each"


class Nearest(OfLayer):
    """The ``count`` nearest features within ``within_km`` of the place."""

    kind: Literal["nearest"] = "nearest"
    count: int = Field(3, ge=1, le=20)
    within_km: float = Field(50, gt=0, le=500)


class Inside(OfLayer):
    """All features inside the area, at most ``most``, the nearest to its middle."""

    kind: Literal["inside"] = "inside"
    most: int = Field(50, ge=1, le=500)


class UnitsInside(To):
    """All communes that the area touches, the one with most of it first."""

    kind: Literal["units_inside"] = "units_inside"
    lead: Lead = "each"


AnyTo = Annotated[
    ContainingUnit | UnitOfFeature | UnitAbove | Role | Nearest | Inside | UnitsInside,
    Field(discriminator="kind"),
]
# Who works with the lead: units, not features.
AnyCo = Annotated[
    ContainingUnit | UnitOfFeature | UnitAbove | Role | UnitsInside,
    Field(discriminator="kind"),
]
TOS: dict[str, type[To]] = {
    "containing_unit": ContainingUnit,
    "unit_of_feature": UnitOfFeature,
    "unit_above": UnitAbove,
    "role": Role,
    "nearest": Nearest,
    "inside": Inside,
    "units_inside": UnitsInside,
}
Cos: TypeAdapter[AnyCo] = TypeAdapter(AnyCo)


def spelled_out(value: Any) -> Any:
    """A kind alone is that kind without parameters."""
    return {"kind": value} if isinstance(value, str) else value
