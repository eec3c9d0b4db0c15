"""Who works with the lead: nothing of it is lost on the way through the editor."""

from __future__ import annotations

import pytest

from layers.directives.playbook_editor import editing, together
from layers.directives.playbook_editor.forms import step_of, values_of
from layers.directives.playbooks import Step

from .conftest import STEP

CO = [
    {"kind": "unit_above", "of": "feature", "levels": 2, "contact_field": "health"},
    {"kind": "role", "agency": "Guard", "contact_field": "sea"},
    {"kind": "units_inside", "lead": "first", "contact_field": ""},
]


@pytest.fixture
def step() -> Step:
    return Step.model_validate({**STEP, "co": CO})


def after(values: dict) -> list[dict]:
    stored = Step.model_validate(step_of(values))
    return [entry.model_dump(mode="json") for entry in stored.co]


def test_what_the_form_does_not_show_is_kept(step) -> None:
    assert after(values_of(step)) == CO


def test_taken_off_it_is_gone_and_what_is_new_has_no_parameters(step) -> None:
    values = values_of(step) | {
        "co": ["unit_above", "containing_unit"],
        "co_agencies": "Guard; Red Cross",
    }
    assert after(values) == [
        CO[0],
        CO[1],
        {"kind": "containing_unit", "contact_field": ""},
        {"kind": "role", "agency": "Red Cross", "contact_field": ""},
    ]
    assert after(values_of(step) | {"co": [], "co_agencies": ""}) == []


@pytest.mark.parametrize("noise", ["{", "[1]", '[{"kind": "nearest"}]', "null", "5"])
def test_what_was_tampered_with_is_as_if_it_were_not_there(step, noise) -> None:
    found = after(values_of(step) | {"co_kept": noise})
    assert [entry["kind"] for entry in found] == ["unit_above", "units_inside", "role"]
    assert together.stored([], "", noise) == []


def test_the_page_carries_it(client, cast, playbook) -> None:
    playbook.steps = [{**STEP, "co": CO}]
    playbook.save()
    client.force_login(cast["leader"])
    page = client.get(f"/directives/playbooks/{playbook.slug}/edit/").content.decode()
    assert 'name="steps-0-co_kept"' in page
    assert "&quot;levels&quot;: 2" in page
    [form] = editing.of_playbook(playbook).steps
    assert form.initial["co_kept"] in form["co_kept"].value()
