"""Tracks over HTTP: whose, how long, how fine, and who may see them."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import msgpack
import numpy as np
import pytest
from django.test import Client

from gis_ioc.accounts.models import AuditEntry, Scope, User
from gis_ioc.accounts.roles import sync_roles
from layers.tracks.settling import settle_all
from layers.vessels.flags import Flag
from layers.vessels.models import Fitting

from .sea import DAY, boat, put, voyage

pytestmark = pytest.mark.django_db

START = datetime.fromtimestamp(DAY, UTC)


@pytest.fixture
def boss(db) -> Client:
    user = User.objects.create_superuser("boss", password="of-a-test")
    client = Client()
    client.force_login(user)
    return client


def span(hours: float = 0.0, lasts: float = 24.0) -> str:
    since = START + timedelta(hours=hours)
    until = since + timedelta(hours=lasts)
    return f"from={since:%Y-%m-%dT%H:%M:%SZ}&to={until:%Y-%m-%dT%H:%M:%SZ}"


def track(client: Client, vessel, query: str) -> dict:
    answer = client.get(f"/api/v1/tracks/{vessel.pk}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def settle() -> None:
    settle_all(pause_s=-1e9)


def test_a_short_span_is_every_reported_fix(boss: Client) -> None:
    device, vessel = boat("mmsi:574000001")
    put(device, voyage(1))
    found = track(boss, vessel, span(1, 10))
    assert found["level_m"] == 0
    (piece,) = found["pieces"]
    wanted = [fix for fix in voyage(1) if 3600 <= fix[0] <= 11 * 3600]
    assert piece["at"] == [DAY + fix[0] for fix in wanted]
    assert np.allclose(piece["lon"], [fix[1] for fix in wanted], atol=1e-6)
    assert found["counts"]["fixes"] == len(wanted)
    assert piece["kind"] == "ais"
    assert found["vessel"]["title"] == vessel.title


def test_a_long_span_is_a_level_and_one_segment_over_many_days(boss: Client) -> None:
    device, vessel = boat("mmsi:574000001")
    fixes = voyage(1, hours=24 * 6, step_s=120)
    put(device, fixes)
    settle()
    found = track(boss, vessel, span(0, 24 * 6))
    assert found["level_m"] == 50
    (piece,) = found["pieces"]
    assert piece["at"] == sorted(set(piece["at"])), "no fix stands twice"
    at = np.array([DAY + fix[0] for fix in fixes])
    lon = np.interp(at, piece["at"], piece["lon"])
    lat = np.interp(at, piece["at"], piece["lat"])
    off = np.hypot(
        (lon - [fix[1] for fix in fixes]) * np.cos(np.radians(lat)),
        lat - np.array([fix[2] for fix in fixes]),
    )
    assert off.max() * 111_320 <= 51
    for level in (250, 1000):
        coarse = track(boss, vessel, span(0, 24 * 6) + f"&tolerance_m={level}")
        assert coarse["level_m"] == level
        assert coarse["counts"]["points"] < found["counts"]["points"]


def test_silences_and_doubted_fixes_are_told_apart(boss: Client) -> None:
    device, vessel = boat("mmsi:574000001")
    put(device, [
        (0, 106.0, 19.0), (600, 106.01, 19.0), (900, 120.0, 30.0, Flag.JUMP),
        (50_000, 106.3, 19.2), (50_600, 106.31, 19.2),
    ])  # fmt: skip
    settle()
    for query in (span(), span() + "&tolerance_m=50"):
        found = track(boss, vessel, query)
        assert [len(piece["at"]) for piece in found["pieces"]] == [2, 2]
        assert [piece["segment"] for piece in found["pieces"]] == [0, 1]
        (gap,) = found["gaps"]
        assert (gap["from"], gap["to"]) == (DAY + 600, DAY + 50_000)
        assert gap["hours"] == 13.72
        (suspect,) = found["suspects"]
        assert suspect["reasons"] == ["jump"]
        assert (suspect["lon"], suspect["lat"]) == (120.0, 30.0)


def test_refitting_a_device_moves_its_tracks(boss: Client) -> None:
    device, first = boat("mmsi:574000001")
    _other, second = boat("mmsi:574000002")
    put(device, voyage(1, hours=20))
    settle()
    noon = START + timedelta(hours=12)
    fitting = Fitting.objects.get(device=device)
    fitting.until = noon
    fitting.save()
    Fitting.objects.create(device=device, vessel=second, since=noon)
    settle()
    for query in (span(), span() + "&tolerance_m=50"):
        mine = track(boss, first, query)["pieces"]
        theirs = track(boss, second, query)["pieces"]
        assert max(mine[-1]["at"]) < noon.timestamp() <= min(theirs[0]["at"])
        assert len(mine) == len(theirs) == 1


def test_nobody_sees_tracks_of_vessels_out_of_scope(cast) -> None:
    device, vessel = boat("mmsi:574000001")
    put(device, voyage(1, hours=5))
    settle()
    user = User.objects.create_user("narrow", password="of-a-test")
    user.groups.set(cast["fisheries"].groups.all())
    Scope.objects.create(user=user, all_units=False)
    client = Client()
    client.force_login(user)
    assert client.get(f"/api/v1/tracks/{vessel.pk}?{span()}").status_code == 404
    assert client.get(f"/api/v1/tracks/{vessel.pk}.csv?{span()}").status_code == 404
    body = client.get(f"/api/v1/tracks/playback?{span()}").json()
    assert body["vessels"]["id"] == []
    assert Client().get(f"/api/v1/tracks/{vessel.pk}?{span()}").status_code == 401


def test_who_saw_a_track_is_written_down(boss: Client) -> None:
    device, vessel = boat("mmsi:574000001")
    put(device, voyage(1, hours=1))
    track(boss, vessel, span())
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.layer, entry.feature_id) == (
        "view",
        "tracks",
        vessel.pk,
    )
    assert entry.detail["since"] == "2026-03-10T00:00:00+00:00"


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-03-10T00:00:00Z", "from=a&to=b", span(24, -3), span() + "&ids=x",
     span() + "&bbox=1,2", span() + "&level_m=7", span() + "&filter=nope%20%3D%201"],
)  # fmt: skip
def test_a_bad_request_is_told_what_is_wrong(boss: Client, query: str) -> None:
    answer = boss.get(f"/api/v1/tracks/playback?{query}")
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


def whole(body: dict) -> list[tuple[int, list[float], list[float], list[float]]]:
    """The tracks of a playback page with their points put together again."""
    found, begin = [], 0
    since = datetime.fromisoformat(body["from"]).timestamp()
    for vessel, count in zip(
        body["tracks"]["vessel"], body["tracks"]["count"], strict=True
    ):
        part = slice(begin, begin + count)
        at, lon, lat = (
            np.cumsum(body["points"][k][part]) for k in ("at", "lon", "lat")
        )
        found.append((body["vessels"]["id"][vessel], at + since, lon / 1e5, lat / 1e5))
        begin += count
    assert begin == len(body["points"]["at"])
    return found


def test_playback_holds_everybody_and_says_where_they_were(boss: Client) -> None:
    boats = [boat(f"mmsi:57400000{i}") for i in range(3)]
    for number, (device, _vessel) in enumerate(boats):
        put(device, voyage(number, hours=40))
    settle()
    answer = boss.get(f"/api/v1/tracks/playback?{span(20, 8)}&level_m=50")
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert body["next"] is None
    found = whole(body)
    assert {vessel for vessel, *_rest in found} == {v.pk for _d, v in boats}
    for number, (_device, vessel) in enumerate(boats):
        ((_id, at, lon, lat),) = [row for row in found if row[0] == vessel.pk]
        assert (np.diff(at) > 0).all()
        fixes = [f for f in voyage(number, hours=40) if 20 * 3600 <= f[0] <= 28 * 3600]
        times = [DAY + fix[0] for fix in fixes]
        assert at[0] <= times[0]
        assert at[-1] >= times[-1]
        off = np.hypot(
            np.interp(times, at, lon) - [fix[1] for fix in fixes],
            np.interp(times, at, lat) - [fix[2] for fix in fixes],
        )
        assert off.max() * 111_320 < 60


def test_playback_comes_in_pages_that_join(boss: Client, monkeypatch) -> None:
    device, _vessel = boat("mmsi:574000001")
    put(device, voyage(1, hours=20))
    settle()
    (everything,) = whole(
        boss.get(f"/api/v1/tracks/playback?{span(0, 20)}&level_m=50").json()
    )
    monkeypatch.setattr("layers.tracks.playback.MOST_POINTS", 40)
    until = span(0, 20).split("&")[1]
    since, points = span(0, 20).split("&")[0].removeprefix("from="), set()
    for _page in range(100):
        query = {"from": since, "to": until.removeprefix("to="), "level_m": 50}
        body = boss.get("/api/v1/tracks/playback", query).json()
        (part,) = whole(body)
        points |= {round(at) for at in part[1]}
        if body["next"] is None:
            break
        since = body["next"]
    assert points == {round(at) for at in everything[1]}


def test_playback_as_messagepack_is_the_same(boss: Client) -> None:
    device, vessel = boat("mmsi:574000001")
    put(device, voyage(1, hours=20))
    settle()
    path = f"/api/v1/tracks/playback?{span()}&ids={vessel.pk}"
    plain = boss.get(path).json()
    answer = boss.get(
        path, headers={"accept": "application/msgpack", "accept-encoding": "gzip"}
    )
    body = msgpack.unpackb(gzip.decompress(answer.content))
    assert (
        np.frombuffer(body["points"]["lon"], "<i4").tolist() == plain["points"]["lon"]
    )
    assert (
        np.frombuffer(body["tracks"]["count"], "<i4").tolist()
        == plain["tracks"]["count"]
    )


@pytest.mark.parametrize("fmt", ["csv", "geojson", "gpx"])
def test_an_export_holds_every_fix_with_its_flags_and_source(
    boss: Client, fmt: str
) -> None:
    device, vessel = boat("mmsi:574000001")
    fixes = voyage(1, hours=3)
    put(device, [*fixes, (500, 0.0, 0.0, Flag.NOWHERE)])
    answer = boss.get(f"/api/v1/tracks/{vessel.pk}.{fmt}?{span()}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.count("mmsi:574000001") >= len(fixes) + 1
    assert "nowhere" in text
    if fmt == "geojson":
        body = json.loads(text)
        assert len(body["features"]) == len(fixes) + 1
        assert body["features"][0]["properties"]["source"] == "test"


def test_roles_that_do_not_read_tracks_find_none(cast) -> None:
    sync_roles()
    _device, vessel = boat("mmsi:574000001")
    client = Client()
    client.force_login(cast["environment"])
    assert client.get(f"/api/v1/tracks/{vessel.pk}?{span()}").status_code == 404
    assert client.get(f"/api/v1/tracks/playback?{span()}").status_code == 404
