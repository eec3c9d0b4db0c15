"""Who is told over what and when: rules without a database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.core.delivery.channels import gateway, gsm
from layers.core.delivery.contract import ChannelError, Outlet, Person, kinds
from layers.core.delivery.planning import (
    Occasion,
    Planned,
    Wishes,
    below,
    plan,
    quiet_until,
)
from layers.core.delivery.settling import FIRST_S, MOST_S, backoff_s

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
SINCE = datetime(2020, 1, 1)  # noqa: DTZ001  (hypothesis adds the zone)
# a Monday
NIGHT = Wishes(quiet_from=time(22), quiet_to=time(6))
MONDAY = datetime(2026, 11, 23, tzinfo=HERE)
PERSON = Person("user:1", "A", "vi", 1, phone="0912345678", email="a@b.example")


def at(hours: float, day: int = 0) -> datetime:
    return (MONDAY + timedelta(days=day, hours=hours)).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at(21.99), None),
        (at(22), at(6, 1)),
        (at(23.99), at(6, 1)),
        (at(24), at(6, 1)),
        (at(0), at(6)),
        (at(5.99), at(6)),
        (at(6), None),
        (at(12), None),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(moment, until):
    assert quiet_until(NIGHT, moment, HERE) == until


def test_a_quiet_night_belongs_to_the_day_it_began_on():
    sunday_only = Wishes(
        quiet_from=time(22), quiet_to=time(6), quiet_days=frozenset({7})
    )
    assert quiet_until(sunday_only, at(3), HERE) == at(6)
    assert quiet_until(sunday_only, at(23), HERE) is None
    assert quiet_until(sunday_only, at(23, 6), HERE) == at(6, 7)


def test_quiet_hours_by_day_and_whole_days():
    noon = Wishes(quiet_from=time(12), quiet_to=time(13))
    assert quiet_until(noon, at(12.5), HERE) == at(13)
    assert quiet_until(noon, at(13), HERE) is None
    always = Wishes(quiet_from=time(8), quiet_to=time(8))
    assert quiet_until(always, at(7), HERE) == at(8)
    assert quiet_until(always, at(9), HERE) == at(8, 1)


@given(
    st.times(),
    st.times(),
    st.frozensets(st.integers(1, 7)),
    st.datetimes(SINCE, timezones=st.just(HERE)),
)
def test_quiet_hours_end_within_a_day_at_the_chosen_time(begins, ends, days, now):
    wishes = Wishes(quiet_from=begins, quiet_to=ends, quiet_days=days)
    until = quiet_until(wishes, now, HERE)
    if until is not None:
        assert now < until <= now + timedelta(days=1)
        assert until.astimezone(HERE).time() == ends


def outlets(*slugs: str) -> dict[str, Outlet]:
    return {
        slug: Outlet(slug, slug, kinds[slug], None, order)
        for order, slug in enumerate(slugs)
    }


BOTH = outlets("email", "sms")


def occasion(**changed: object) -> Occasion:
    return Occasion(now=at(23), zone=HERE, **changed)  # type: ignore[arg-type]


def test_the_first_channel_rings_and_the_others_wait_for_its_failure():
    wishes = Wishes(channels=("sms", "email"))
    assert plan(PERSON, wishes, BOTH, occasion(severity="high")) == [
        Planned("inapp"),
        Planned("sms", "0912345678", None, ("email",)),
    ]


def test_named_channels_are_used_all_at_once():
    wanted = occasion(severity="high", channels=("sms", "email"))
    planned = plan(PERSON, Wishes(), BOTH, wanted)
    assert [entry.channel for entry in planned] == ["inapp", "email", "sms"]


def test_where_a_named_channel_does_not_reach_another_one_does():
    nobody = Person("user:1", "A", "vi", 1, email="a@b.example")
    planned = plan(nobody, Wishes(), BOTH, occasion(channels=("sms",)))
    assert [entry.channel for entry in planned] == ["inapp", "email"]


def test_the_message_centre_alone_rings_nowhere():
    assert plan(PERSON, Wishes(), BOTH, occasion(channels=("inapp",))) == [
        Planned("inapp")
    ]


def test_quiet_hours_hold_what_rings_and_not_the_message_centre():
    inbox, ring = plan(PERSON, NIGHT, BOTH, occasion(severity="high"))
    assert inbox.held_until is None
    assert ring.held_until == at(6, 1)


def test_what_is_urgent_breaks_quiet_hours_floor_and_being_off_duty():
    wishes = Wishes(
        channels=("sms",),
        floor="critical",
        quiet_from=time(22),
        quiet_to=time(6),
        off_duty="email",
    )
    urgent = occasion(severity="high", urgent=True)
    (_inbox, ring) = plan(PERSON, wishes, BOTH, urgent, on_duty=False)
    assert (ring.channel, ring.held_until) == ("sms", None)


def test_less_than_the_floor_is_only_in_the_message_centre():
    wishes = Wishes(floor="high")
    assert len(plan(PERSON, wishes, BOTH, occasion(severity="medium"))) == 1
    assert len(plan(PERSON, wishes, BOTH, occasion(severity="high"))) == 2
    assert not below("", "critical"), "what has no severity is told"


def test_off_duty_only_the_chosen_channel_is_used():
    wishes = Wishes(channels=("sms",), off_duty="email")
    wanted = occasion(severity="high", channels=("sms",))
    away = plan(PERSON, wishes, BOTH, wanted, on_duty=False)
    there = plan(PERSON, wishes, BOTH, wanted, on_duty=True)
    unknown = plan(PERSON, wishes, BOTH, wanted, on_duty=None)
    assert [entry.channel for entry in away] == ["inapp", "email"]
    assert [entry.channel for entry in there] == ["inapp", "sms"]
    assert unknown == there


def test_nobody_without_any_address_is_a_plan_without_a_channel():
    assert plan(Person("contact:1", "A", "vi"), Wishes(), BOTH, occasion()) == [
        Planned("")
    ]


@given(st.integers(1, 200), st.floats(0, 1))
def test_waits_double_up_to_a_limit_and_are_spread(attempt, chance):
    wait = backoff_s(attempt, chance)
    whole = min(MOST_S, FIRST_S * 2 ** (attempt - 1))
    assert whole / 2 <= wait <= whole
    assert backoff_s(attempt + 1, chance) >= wait


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("a" * 160, "gsm", 1),
        ("a" * 161, "gsm", 2),
        ("a" * 306, "gsm", 2),
        ("a" * 307, "gsm", 3),
        ("[" * 80, "gsm", 1),
        ("[" * 81, "gsm", 2),
        ("ữ" * 70, "ucs2", 1),
        ("ữ" * 71, "ucs2", 2),
        ("ữ" * 134, "ucs2", 2),
        ("ữ" * 135, "ucs2", 3),
        ("\U0001f6a2" * 35, "ucs2", 1),
        ("\U0001f6a2" * 36, "ucs2", 2),
        # a sign of two septets does not fit into the last one of a part
        ("a" * 152 + "[" + "a" * 152, "gsm", 3),
        ("", "gsm", 1),
    ],
)
def test_parts_are_counted_as_the_network_counts_them(text, alphabet, parts):
    assert (gsm.alphabet(text), gsm.parts(text)) == (alphabet, parts)


def test_vietnamese_without_marks_fits_the_small_alphabet():
    text = "Tàu cá vượt ranh giới trên biển – Đảo Hòn Mê: 2,1 mg/l ≥ 5"
    plain = gsm.without_marks(text)
    assert plain == "Tau ca vuot ranh gioi tren bien - Dao Hon Me: 2,1 mg/l >= 5"
    assert gsm.alphabet(plain) == "gsm"


@given(st.text(max_size=600), st.integers(1, 4))
def test_a_shortened_text_keeps_its_parts_and_its_beginning(text, most):
    short = gsm.shorten(text, most)
    assert gsm.parts(short) <= most
    assert short == text or text.startswith(short.removesuffix(gsm.ELLIPSIS))


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("0912 345 678", "84", "84912345678"),
        ("+84 912 345 678", "+84", "+84912345678"),
        ("0084912345678", "0", "0912345678"),
        ("84912345678", "0", "0912345678"),
        ("0237.3852.246", "84", "842373852246"),
        ("+856 20 5555 1234", "84", "8562055551234"),
    ],
)
def test_numbers_are_written_as_the_gateway_wants_them(text, form, expected):
    assert gateway.number(text, form) == expected


@pytest.mark.parametrize("text", ["", "113", "no number", "1" * 16])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ChannelError):
        gateway.number(text, "84")


def test_reports_are_read_at_the_places_that_the_settings_name():
    rules = gateway.Receipts(
        secret="${s}", items="results", id="msg.id", state="msg.dlr"
    )
    told = {
        "results": [
            {"msg": {"id": 7, "dlr": "DELIVRD"}},
            {"msg": {"id": 8, "dlr": "EXPIRED"}},
            {"msg": {"id": 9, "dlr": "buffered"}},
            "nonsense",
        ]
    }
    found = [(entry.external_id, entry.state) for entry in gateway.reports(rules, told)]
    assert found == [("7", "delivered"), ("8", "failed")]
