"""Fixtures of the directive tests: the trial world of the alerts, and a playbook."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope, User
from layers.alerts.tests import trial
from layers.core import units
from layers.directives.access import Who
from layers.directives.models import Directive, Playbook

STEP = {
    "title": "Turn the boat back",
    "text": "$feature entered $zone at $raised. $unit calls the owner.",
    "addressee": "containing_unit",
    "needed_by_min": 60,
    "deadline_min": 1_440,
}


@pytest.fixture
def world(db) -> Iterator[dict[str, int]]:
    with trial.trial_world():
        ids = trial.units_of_trial()
        units.tree.forget()
        trial.draw(1, (106.05, 19.0, 106.15, 19.1))
        yield ids


@pytest.fixture
def playbook(db) -> Playbook:
    playbook = Playbook(
        slug="closed-zone", title="Closed zone", auto_issue=True, steps=[STEP]
    )
    playbook.full_clean()
    playbook.save()
    return playbook


@pytest.fixture
def people(world, cast) -> dict[str, Who]:
    """Leader, operator, and officers of the two communes."""
    found = {
        name: Who(cast[name], grant_of(cast[name])) for name in ("leader", "operator")
    }
    for name in ("east", "west"):
        user = User.objects.create_user(f"officer-{name}", password="secret-of-a-test")
        user.groups.set(cast["officer"].groups.all())
        Scope.objects.create(user=user, units=[world[name]])
        found[name] = Who(user, grant_of(user))
    return found


@pytest.fixture
def directive(world, playbook) -> Directive:
    trial.rule(playbook="closed-zone")
    trial.deliver(trial.Fix(1, 0, 106.5, 19.5))
    trial.deliver(trial.Fix(1, 60, 106.1, 19.05))
    return Directive.objects.get()
