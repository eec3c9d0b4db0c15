"""Whether a step names what there is: layers, and fields in filters."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.core import filters
from layers.core.filters import FilterError
from layers.core.spec import Layer, by_role, registry

from .addressing import AnyTo, OfLayer
from .playbooks import Step


def layer_named(name: str) -> Layer | None:
    """A layer by its slug or its role."""
    if name in registry:
        return registry[name]
    try:
        return by_role(name)
    except LookupError:
        return None


def step_problems(step: Step) -> dict[str, str]:
    """What is wrong with whom a step addresses, by the field of the step."""
    problem = to_problem(step.to)
    return {"to": problem} if problem else {}


def to_problem(to: AnyTo) -> str:
    """ "" for an addressee that can be looked for."""
    if not isinstance(to, OfLayer):
        return ""
    layer = layer_named(to.layer)
    if layer is None:
        return _("There is no layer %(name)s.") % {"name": to.layer}
    if not to.filter:
        return ""
    try:
        filters.to_sql(layer, to.filter)
    except FilterError as error:
        return str(error)
    return ""
