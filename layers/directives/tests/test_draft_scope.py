"""A draft is the centre's: those of the place see it when it is issued to them."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope, User
from layers.core.models import Event
from layers.directives import drafts, queries, redrafting, services
from layers.directives.access import NotFoundError, Who
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.services import act

WHERE = (106.1, 19.05)
PLACES = (
    "/api/v1/directives",
    "/api/v1/directives?status=draft",
    "/api/v1/layers/directives/features",
    "/api/v1/search?q=secret",
    "/api/v1/directives/map",
    "/directives/",
    "/directives/?view=list",
    "/directives/?status=draft",
)


@pytest.fixture
def draft(world, people):
    place = Draft(
        source="p",
        external_id="1",
        title="Secret sweep",
        body="Nobody may know yet.",
        tasks=(
            TaskDraft(unit_id=world["east"], co_units=(world["west"],)),
            TaskDraft(unit_id=world["east"], step=2, after_step=1),
        ),
        geom=Point(*WHERE, srid=4326),
        unit_id=world["east"],
    )
    return services.create(place, people["operator"])


def sees(client, user, directive) -> dict[str, bool]:
    client.force_login(user)
    found = {url: "Secret sweep" in text(client, url) for url in PLACES}
    number = directive.pk
    for url in (
        f"/api/v1/directives/{number}",
        f"/directives/{number}/",
        f"/drawer/directives/{number}/",
        f"/api/v1/layers/directives/features/{number}",
    ):
        found[url] = client.get(url).status_code == 200
    return found


def text(client, url: str) -> str:
    return client.get(url).content.decode()


def tiled(grant) -> list[int]:
    """Ids that the tile's own condition lets through."""
    from layers.core.scope import condition
    from layers.core.spec import registry

    fragment, bound = condition(registry["directives"], grant)
    with connection.cursor() as cursor:
        text = fragment.as_string(cursor.connection)
        cursor.execute(f"SELECT id FROM directives_map WHERE {text}", bound)
        return [number for (number,) in cursor.fetchall()]


def test_an_officer_sees_nothing_of_a_draft_and_all_of_what_is_issued(
    draft, people, client
) -> None:
    for name in ("east", "west"):
        assert not any(sees(client, people[name].user, draft).values()), name
        assert tiled(people[name].grant) == []
        with pytest.raises(NotFoundError):
            act(draft.pk, "receive", people[name])
    act(draft.pk, "issue", people["leader"])
    for name in ("east", "west"):
        found = sees(client, people[name].user, draft)
        wrong = [url for url, seen in found.items() if not seen and "draft" not in url]
        assert wrong == [], name
        assert tiled(people[name].grant) == [draft.pk]


def test_a_draft_that_is_withdrawn_was_never_theirs(draft, people, client) -> None:
    act(draft.pk, "withdraw", people["leader"], text="A mistake")
    assert not any(sees(client, people["east"].user, draft).values())


def test_changed_before_it_is_signed_it_stays_the_centres(draft, people, world) -> None:
    given = drafts.DraftIn(
        key="12345678",
        title="Secret sweep",
        body="Other words",
        tasks=[drafts.TaskIn(unit=world["west"])],
    )
    redrafting.redraft(
        draft.pk, drafts.to_draft(given, people["operator"]), people["operator"]
    )
    assert not queries.visible(people["west"].grant).exists()


def test_who_drafts_for_some_units_alone_sees_the_drafts_for_these(
    draft, people, world, cast
) -> None:
    def narrow(role: str, unit: str) -> Who:
        user = User.objects.create_user(f"{role}-{unit}", password="x")
        user.groups.set(cast[role].groups.all())
        Scope.objects.create(user=user, units=[world[unit]])
        return Who(user, grant_of(user))

    east, west = narrow("leader", "east"), narrow("operator", "west")
    assert queries.one(east.grant, draft.pk) == draft
    assert queries.one(west.grant, draft.pk) is None
    assert tiled(east.grant) == []
    act(draft.pk, "issue", east)
    assert queries.one(west.grant, draft.pk) == draft


def test_in_the_past_a_draft_is_nobodys_either(draft, people) -> None:
    act(draft.pk, "issue", people["leader"])
    Event.objects.filter(kind="directive.drafted").update(known_at="2026-01-01T00:00Z")
    draft.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE directives_directive SET created_at = '2026-01-01T00:00Z'"
        )
        cursor.execute(
            "SELECT status, scope_units FROM directives_as_of('2026-01-02T00:00Z')"
        )
        assert cursor.fetchall() == [("draft", [])]
        cursor.execute(
            "SELECT status, scope_units FROM directives_as_of(clock_timestamp())"
        )
        [(status, scope)] = cursor.fetchall()
    assert status == "issued"
    assert scope == draft.scope_units != []
