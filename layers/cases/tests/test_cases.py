"""Freezing, versions, findings and pages of case files."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from gis_ioc.accounts.models import AuditEntry
from layers.alerts.models import Alert
from layers.cases import exporting, queries, services
from layers.cases.choices import Certainty, Kind, Status
from layers.cases.entries import NotFoundError, RefusedError
from layers.cases.models import Case, CaseVersion, Evidence, Export
from layers.core import units
from layers.core.evidence.packages import archive
from layers.core.scope import Grant, everything
from layers.core.spec import registry
from layers.vessels.duties.services import Said, log_contact
from layers.vessels.models import Outage, Provider
from layers.vessels.retention import holders

from . import sea
from .casework import entered, evidence, newest, package, signed_in

pytestmark = pytest.mark.django_db


def test_a_crossing_is_frozen_with_its_raw_lines_and_the_line_it_crossed(crossed):
    case = services.open_case(crossed, entered(), None)
    found = evidence(case)
    assert len(found["fixes"]) == len(sea.WAY)
    assert [fix["no"] for fix in found["fixes"] if fix["suspect"]] == [21]
    assert len(found["raw"]) == len(sea.WAY)
    assert found["raw_missing"] == 0
    for line in found["raw"]:
        text = line["text"].encode("latin-1")
        assert hashlib.sha256(text).hexdigest() == line["sha256"]
        assert b"!AIV" in text
    (crossing,) = [c for c in found["crossings"] if c["certainty"] == "proven"]
    assert crossing["from"]["lon"] < crossing["to"]["lon"]
    assert crossing["to"]["lon"] > 107.15944
    assert 0 < crossing["beyond_least_m"] < crossing["beyond_most_m"]
    zone = next(z for z in found["zones"] if z["id"] == crossing["zone_id"])
    assert zone["version"] >= 1
    assert zone["legal_basis"]
    assert case.certainty == Certainty.PROVEN
    assert found["vessel"]["later"] is True, "the register knew it only afterwards"
    assert [c["outcome"] for c in found["contacts"]] == ["promised"]
    assert case.geom.geom_type == "LineString"


def test_numbers_have_no_gap_and_the_same_violation_is_one_case(crossed):
    first = services.open_case(crossed, entered(), None)
    assert services.open_case(crossed, entered(), None) == first
    with pytest.raises(RefusedError):
        services.open_case(crossed, entered(until=sea.START), None)
    with transaction.atomic():
        services.open_case(crossed, entered(kind=Kind.OTHER), None)
        transaction.set_rollback(True)
    second = services.open_case(crossed, entered(kind=Kind.OTHER), None)
    assert [first.serial, second.serial] == [1, 2]
    assert second.number == f"{second.year}/0002"


def test_what_was_frozen_cannot_be_changed_even_by_sql(crossed):
    case = services.open_case(crossed, entered(), None)
    for model, values in (
        (Evidence, {"sha256": "0" * 64}),
        (CaseVersion, {"reason": "never"}),
        (Export, {"whole": "0" * 64}),
    ):
        if model is Export:
            package(case)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_late_data_and_corrections_make_versions_and_leave_the_old_alone(crossed):
    case = services.open_case(crossed, entered(), None)
    before = package(case)
    log_contact(
        crossed,
        Said(channel="radio", outcome="refused", at=sea.START + timedelta(hours=5)),
        None,
    )
    grant = everything()
    case = services.gather_again(case.pk, None, grant, reason="a later call")
    case = services.correct(
        case.pk, entered(summary="Another text"), None, grant, reason="typing error"
    )
    assert case.version == 3
    one, two, three = case.versions.select_related("evidence")
    assert one.evidence_id != two.evidence_id == three.evidence_id
    assert len(queries.evidence_of(one)["contacts"]) == 1
    assert len(queries.evidence_of(three)["contacts"]) == 2
    assert queries.head_of(three)["entered"]["summary"] == "Another text"
    assert [row["what"] for row in queries.head_of(three)["history"]] == [
        "new",
        "gather",
        "correct",
    ]
    again = archive(exporting.build(one, personal=True))
    assert again == before, "the first version is what it was, byte for byte"


def test_steps_follow_the_table_and_each_is_a_version(crossed):
    case = services.open_case(crossed, entered(), None)
    grant = everything()
    with pytest.raises(RefusedError, match="cannot be done"):
        services.step(case.pk, "forward", None, grant, text="to the court")
    with pytest.raises(RefusedError, match="Please write"):
        services.step(case.pk, "open", None, grant, text=" ")
    services.step(case.pk, "open", None, grant, text="seen on the map")
    services.step(case.pk, "open", None, grant, text="seen on the map")
    decided = services.step(
        case.pk, "decide", None, grant, text="fined",
        decision={"decision_no": "12/QD", "penalty_vnd": 300_000_000},
    )  # fmt: skip
    assert decided.status == Status.DECIDED
    assert decided.version == 3, "a step that was done already is no version"
    assert queries.head_of(newest(decided))["entered"]["penalty_vnd"] == 300_000_000


def test_a_silence_is_proven_by_two_reports_unless_the_provider_was_out(crossed):
    sea.report(crossed, silent_h=9)
    span = {
        "since": sea.SILENT - timedelta(hours=1),
        "until": sea.SILENT + timedelta(hours=20),
    }
    silent = entered(kind=Kind.SILENT_6H, **span)
    case = services.open_case(crossed, silent, None)
    (gap,) = evidence(case)["gaps"]
    assert gap["hours"] == 9.0
    assert case.certainty == Certainty.PROVEN
    provider = Provider.objects.create(code="out", title="Out")
    device = crossed.fittings.get(device__kind="vms").device
    device.provider = provider
    device.save()
    Outage.objects.create(
        provider=provider,
        began_at=sea.SILENT + timedelta(hours=5),
        ended_at=sea.SILENT + timedelta(hours=12),
    )
    case = services.gather_again(case.pk, None, everything(), reason="outage known")
    assert case.certainty == Certainty.POSSIBLE
    pdf = exporting.build(newest(case), personal=False).parts["case.pdf"]
    assert len(pdf) > 10_000


def test_days_of_an_open_case_are_held_and_of_a_closed_one_not(crossed):
    case = services.open_case(crossed, entered(), None)
    (span,) = holders["cases"].spans()
    assert span.since <= case.since
    assert span.until >= case.until
    assert case.number in span.reason
    services.step(case.pk, "close", None, everything(), text="no fishing there")
    assert list(holders["cases"].spans()) == []


def test_a_case_is_opened_from_the_alert_and_walked_through_on_its_pages(crossed, cast):
    alert = Alert.objects.filter(feature_id=crossed.pk).first()
    client = signed_in(cast["fisheries"])
    drawer = client.get(f"/drawer/alerts/{alert.pk}/").content.decode()
    address = f"/cases/new/?layer=alerts&feature={alert.pk}"
    assert address.replace("&", "&amp;") in drawer
    form = client.get(address)
    values = form.context["form"].initial
    assert values["kind"] == Kind.BEYOND
    posted = client.post(
        address,
        {
            "kind": values["kind"],
            "since": values["since"].strftime("%Y-%m-%dT%H:%M"),
            "until": "2026-11-20T12:00",
            "zone_id": values["zone_id"],
            "legal_basis": "",
            "summary": "beyond the line",
        },
    )
    case = Case.objects.get()
    assert posted.headers["Location"] == f"/cases/{case.pk}/"
    assert case.legal_basis.startswith("Fisheries Law")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Proven by data" in page
    assert "batch_digest" not in page, "raw messages are no notices of the page"
    assert "<svg" in page
    client.post(f"/cases/{case.pk}/step/open/", {"text": "seen"})
    answer = client.get(f"/cases/{case.pk}/v2/case.zip")
    assert answer["Content-Disposition"].endswith('-v2.zip"')
    checked = client.post("/cases/check/", {"file": io.BytesIO(answer.content)})
    assert "Intact and handed out here" in checked.content.decode()
    assert AuditEntry.objects.filter(action="export", layer="cases").exists()
    assert case.number in client.get("/cases/?q=90001").content.decode()


def test_only_who_may_sees_cases_and_only_those_of_their_units(crossed, cast):
    case = services.open_case(crossed, entered(), None)
    for role in ("operator", "outsider"):
        client = signed_in(cast[role])
        assert client.get("/cases/").status_code == 404
        assert client.get(f"/cases/{case.pk}/").status_code == 404
        assert client.get(f"/cases/{case.pk}/v1/case.zip").status_code == 404
    leader = signed_in(cast["leader"])
    assert leader.get(f"/cases/{case.pk}/").status_code == 200
    refused = leader.post(f"/cases/{case.pk}/step/open/", {"text": "x"})
    assert refused.status_code == 403
    other = next(
        n.id
        for n in units.tree().nodes.values()
        if n.kind == "commune" and n.id != crossed.unit_id
    )
    grant = Grant(layers=frozenset(registry), units=frozenset([other]))
    assert queries.one(grant, case.pk) is None
    with pytest.raises(NotFoundError):
        services.step(case.pk, "open", None, grant, text="x")
