"""Settings, message centre, log and receipts, with their rights."""

from __future__ import annotations

from typing import Any

import pytest

from gis_ioc.accounts.models import ApiKey, Scope
from gis_ioc.mobile.models import Subscription
from layers.core.delivery import Notice, send, working
from layers.core.delivery.models import Delivery, Message, Preference, State

pytestmark = pytest.mark.django_db


def tell(user: Any, key: str = "k1", **changed: Any) -> Message:
    given = {
        "key": key,
        "kind": "alert",
        "severity": "high",
        "subject": "=Late boat",
        "url": "/alerts/7/",
        "users": [user.pk],
    }
    send(Notice(**{**given, **changed}))
    return Message.objects.get(key=key)


@pytest.fixture
def operator(cast: Any) -> Any:
    user = cast["operator"]
    user.phone = "0912345678"
    user.save()
    return user


class TestSettings:
    def test_what_is_chosen_is_kept_and_shown(self, client, operator, sms):
        client.force_login(operator)
        client.post(
            "/settings/notifications/",
            {
                "channel_1": "sms",
                "channel_2": "sms",
                "floor": "high",
                "quiet_from": "22:00",
                "quiet_to": "06:00",
                "quiet_days": ["1", "7"],
            },
        )
        held = Preference.objects.get(user=operator)
        assert (held.channels, held.floor) == (["sms"], "high")
        assert sorted(held.quiet_days) == [1, 7]
        page = client.get("/settings/notifications/?lang=en").content.decode()
        assert 'value="22:00"' in page
        assert "Critical messages and those about human life always ring" in page
        assert "Add to Home Screen" in page

    def test_half_a_span_of_quiet_hours_is_refused_beside_its_field(
        self, client, operator
    ):
        client.force_login(operator)
        answer = client.post(
            "/settings/notifications/?lang=en", {"quiet_from": "22:00"}
        )
        assert "Quiet hours have a beginning and an end." in answer.content.decode()
        assert not Preference.objects.exists()

    def test_a_test_goes_out_and_its_fate_is_shown(
        self, client, operator, sms, gateway
    ):
        gateway.usual = b'{"ok": true, "id": "m1"}'
        client.force_login(operator)
        answer = client.post("/settings/notifications/test/", {"channel": "sms"})
        for pk in working.due():
            working.work(pk)
        page = client.get(answer["Location"].replace("#", "&lang=en#")).content.decode()
        assert "answer True" in page
        assert "hx-trigger" not in page.split('id="test"')[1].split("</section>")[0]

    def test_tests_of_others_are_nobody_else_s_business(
        self, client, cast, operator, sms
    ):
        client.force_login(operator)
        client.post("/settings/notifications/test/", {"channel": "sms"})
        found = Message.objects.get()
        client.force_login(cast["leader"])
        assert (
            client.get(f"/settings/notifications/test/{found.pk}/").status_code == 404
        )

    def test_tests_do_not_become_a_flood(self, client, operator, sms):
        client.force_login(operator)
        for _n in range(8):
            client.post("/settings/notifications/test/", {"channel": "sms"})
        assert Message.objects.count() == 5

    def test_the_worker_is_at_the_root_and_the_manifest_names_icons(self, client):
        worker = client.get("/sw.js")
        assert worker["Content-Type"].startswith("text/javascript")
        assert "no-cache" in worker["Cache-Control"]
        icons = client.get("/manifest.webmanifest").json()["icons"]
        assert [icon["sizes"] for icon in icons] == ["192x192", "512x512"]


class TestDevices:
    def body(self, browser: Any, **changed: Any) -> dict[str, Any]:
        given = {"endpoint": "https://push.example/1", "keys": browser.keys}
        return {**given, "device": "Firefox, Linux", **changed}

    def test_a_browser_belongs_to_who_signed_in_there_last(self, client, cast, browser):
        for role in ("operator", "leader"):
            client.force_login(cast[role])
            answer = client.post(
                "/api/v1/push/subscriptions",
                self.body(browser),
                content_type="application/json",
            )
            assert answer.status_code in (200, 201)
        assert Subscription.objects.get().user == cast["leader"]

    @pytest.mark.parametrize(
        "changed",
        [
            {"endpoint": "http://push.example/1"},
            {"endpoint": "ftp://push.example/1"},
            {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
            {"keys": {"p256dh": "!", "auth": "!"}},
        ],
    )
    def test_what_could_never_take_a_push_is_refused(
        self, client, cast, browser, changed
    ):
        client.force_login(cast["operator"])
        answer = client.post(
            "/api/v1/push/subscriptions",
            self.body(browser, **changed),
            content_type="application/json",
        )
        assert answer.status_code == 422
        assert not Subscription.objects.exists()

    def test_nobody_forgets_the_device_of_another(self, client, cast, browser):
        held = browser.subscribe(cast["leader"], "https://push.example/1")
        client.force_login(cast["operator"])
        client.post(f"/settings/notifications/devices/{held.pk}/forget/")
        client.delete("/api/v1/push/subscriptions?endpoint=https://push.example/1")
        assert Subscription.objects.exists()


class TestMessages:
    def test_opening_one_reads_it_and_leads_to_its_matter(self, client, operator):
        message = tell(operator)
        client.force_login(operator)
        assert "Late boat" in client.get("/messages/").content.decode()
        assert client.get("/api/v1/messages").json()["unread"] == 1
        answer = client.post(f"/messages/{message.pk}/open/")
        assert answer["Location"] == "/alerts/7/"
        assert client.get("/api/v1/messages").json()["unread"] == 0

    def test_nobody_reads_what_others_were_told(self, client, cast, operator):
        message = tell(operator)
        client.force_login(cast["leader"])
        assert "Late boat" not in client.get("/messages/").content.decode()
        assert client.post(f"/messages/{message.pk}/open/").status_code == 404
        assert client.get("/api/v1/messages").json()["messages"] == []

    def test_a_key_that_may_only_read_marks_nothing(self, client, operator):
        tell(operator)
        _key, text = ApiKey.issue(operator, "reader")
        answer = client.post(
            "/api/v1/messages/read",
            {},
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"},
        )
        assert answer.status_code == 403


class TestLog:
    def test_operators_see_it_in_their_scope_and_others_not_at_all(self, client, cast):
        tell(cast["leader"], "here", layer="alerts", feature_id=1, unit_id=5)
        tell(cast["leader"], "there", layer="alerts", feature_id=2, unit_id=6)
        tell(cast["leader"], "secret", layer="no-such-layer", feature_id=2, unit_id=5)
        Scope.objects.filter(user=cast["operator"]).update(all_units=False, units=[])
        client.force_login(cast["operator"])
        assert "Late boat" not in client.get("/deliveries/").content.decode()
        Scope.objects.filter(user=cast["operator"]).update(all_units=True)
        client.force_login(cast["operator"])
        lines = b"".join(client.get("/deliveries.csv").streaming_content)
        assert lines.count(b"Late boat") == 2
        client.force_login(cast["leader"])
        assert client.get("/deliveries/").status_code == 403
        assert client.get("/deliveries.csv").status_code == 403

    def test_the_csv_runs_no_formulas_and_keeps_to_the_filter(self, client, operator):
        tell(operator)
        client.force_login(operator)
        lines = b"".join(client.get("/deliveries.csv").streaming_content)
        assert lines.startswith(b"\xef\xbb\xbf")
        assert b"'=Late boat" in lines
        none = b"".join(client.get("/deliveries.csv?state=failed").streaming_content)
        assert b"Late boat" not in none

    def test_every_attempt_is_shown_and_it_can_be_sent_again(
        self, client, operator, sms, gateway
    ):
        gateway.will(400, b"bad sender")
        gateway.usual = b'{"ok": true, "id": "m1"}'
        tell(operator, channels=["sms"])
        for pk in working.due():
            working.work(pk)
        row = Delivery.objects.get(channel="sms")
        client.force_login(operator)
        page = client.get(f"/deliveries/{row.pk}/?lang=en").content.decode()
        assert "answer 400: bad sender" in page
        assert row.state == State.FAILED
        client.post(f"/deliveries/{row.pk}/resend/")
        for pk in working.due():
            working.work(pk)
        row.refresh_from_db()
        assert row.state == State.SENT

    def test_only_those_who_may_send_again_do(self, client, cast, operator, sms):
        tell(operator, channels=["sms"])
        row = Delivery.objects.get(channel="sms")
        client.force_login(cast["leader"])
        assert client.post(f"/deliveries/{row.pk}/resend/").status_code == 403


class TestReceipts:
    @pytest.fixture
    def sent(self, operator: Any, sms: Any, gateway: Any) -> Delivery:
        gateway.usual = b'{"ok": true, "id": "m1"}'
        tell(operator, channels=["sms"])
        for pk in working.due():
            working.work(pk)
        return Delivery.objects.get(channel="sms")

    address = "/api/v1/deliveries/receipts/sms/receipt-secret"

    @pytest.mark.parametrize("way", ["json", "form", "query"])
    def test_a_gateway_reports_whichever_way(self, client, sent, way):
        told = {"ref": "m1", "status": "DELIVRD"}
        if way == "query":
            answer = client.get(self.address, told)
        elif way == "form":
            answer = client.post(self.address, told)
        else:
            answer = client.post(self.address, told, content_type="application/json")
        assert answer.json() == {"heard": 1}
        sent.refresh_from_db()
        assert sent.state == State.DELIVERED

    def test_without_the_secret_there_is_no_such_place(self, client, sent):
        told = {"ref": "m1", "status": "DELIVRD"}
        wrong = self.address.replace("receipt-secret", "guess")
        assert client.post(wrong, told).status_code == 404
        assert client.post(wrong.replace("sms", "none"), told).status_code == 404
        sent.refresh_from_db()
        assert sent.state == State.SENT

    @pytest.mark.parametrize("body", [b"{", b"[]", b"7", b'{"ref": {"a": 1}}', b"null"])
    def test_nonsense_harms_nothing(self, client, sent, body):
        answer = client.post(self.address, body, content_type="application/json")
        assert answer.status_code in (200, 400)


@pytest.mark.parametrize("text", ["\u00b2", "9" * 5_000, "-1", "x"])
def test_a_number_that_is_none_filters_nothing(client, operator, text):
    client.force_login(operator)
    for address in ("/settings/notifications/?test=", "/deliveries/?feature="):
        assert client.get(address + text).status_code == 200
    assert client.get(f"/deliveries.csv?feature={text}").status_code == 200
