from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from gis_ioc.accounts.grants import revoke, rights_of, rights_of_key, sign, unsign
from gis_ioc.accounts.middleware import ProxyAddressMiddleware
from gis_ioc.accounts.models import ApiKey, AuditEntry, Scope, User
from layers.core.spec import registry
from layers.core.tokens import TOKEN_COOKIE

pytestmark = pytest.mark.django_db


def with_key(text: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_an_officer_without_a_scope_sees_no_layer(cast: dict[str, User]) -> None:
    assert rights_of(cast["officer"]).layers == ()


def test_scopes_add_up_and_limit_the_layers_that_roles_allow(
    cast: dict[str, User],
) -> None:
    slug = next(iter(registry))
    officer = cast["officer"]
    Scope.objects.create(user=officer, layers=[slug], units=[5])
    Scope.objects.create(user=officer, layers=["no_such_layer"], units=[7])
    rights = rights_of(officer)
    assert rights.layers == (slug,)
    assert rights.roots == (5, 7)


def test_a_signed_token_comes_back_whole_and_a_changed_one_not(
    cast: dict[str, User],
) -> None:
    rights = rights_of(cast["operator"])
    token = sign(rights)
    found = unsign(token)
    assert found is not None
    assert found[0] == rights
    assert unsign(token[:-2] + "xx") is None


def test_the_text_of_a_key_is_not_kept(cast: dict[str, User]) -> None:
    key, text = ApiKey.issue(cast["operator"], "k")
    assert text not in str(ApiKey.objects.filter(pk=key.pk).values()[0])
    assert with_key(text).get("/api/v1/layers").status_code == 200


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_key_that_was_revoked_or_has_expired_opens_nothing(
    cast: dict[str, User], field: str
) -> None:
    key, text = ApiKey.issue(cast["operator"], "k")
    setattr(key, field, timezone.now() - timedelta(minutes=1))
    key.save()
    assert with_key(text).get("/api/v1/layers").status_code == 401


@pytest.mark.parametrize("path", ["/admin/", "/accounts/password/change/"])
def test_a_key_never_opens_the_administration_or_an_account(
    cast: dict[str, User], path: str
) -> None:
    User.objects.filter(username="administrator").update(is_staff=True)
    slug = next(iter(registry))
    for limits in ({"layers": [slug]}, {"may_write": True}):
        _key, text = ApiKey.issue(cast["administrator"], "k", **limits)
        assert with_key(text).get(path).status_code == 403


def test_a_key_changes_nothing_through_a_page(cast: dict[str, User]) -> None:
    _key, text = ApiKey.issue(cast["administrator"], "k", may_write=True)
    client = with_key(text)
    for path in ("/uploads/new/figures/", "/units/boundaries/new/"):
        assert client.get(path).status_code == 200
        assert client.post(path, {}).status_code == 403


def test_a_key_carries_its_own_rate_of_tiles(cast: dict[str, User]) -> None:
    user = cast["officer"]
    _key, plain = ApiKey.issue(user, "plain")
    _key, fast = ApiKey.issue(user, "fast", tile_rate=2_000)
    found = [rights_of_key(text) for text in (plain, fast)]
    assert [known[1].tile_rate for known in found if known] == [None, 2_000]


def test_a_key_for_some_layers_opens_nothing_that_is_no_layer(
    cast: dict[str, User],
) -> None:
    slug = next(iter(registry))
    _key, whole = ApiKey.issue(cast["operator"], "whole")
    _key, part = ApiKey.issue(cast["operator"], "part", layers=[slug])
    found = [rights_of_key(text) for text in (whole, part)]
    assert [known[1].beyond for known in found if known] == ["everything", "nothing"]
    Scope.objects.create(user=cast["officer"], units=[5])
    assert rights_of(cast["officer"]).beyond == "shared"


def test_pages_renew_the_tile_cookie_after_a_revocation(cast: dict[str, User]) -> None:
    client = Client()
    client.force_login(cast["operator"])
    client.get("/api/v1/layers")
    first = client.cookies[TOKEN_COOKIE].value
    client.get("/api/v1/layers")
    assert client.cookies[TOKEN_COOKIE].value == first
    revoke(cast["operator"])
    client.get("/api/v1/layers")
    assert client.cookies[TOKEN_COOKIE].value != first


def test_a_session_that_writes_needs_its_csrf_token(cast: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["operator"])
    assert client.post("/api/v1/alerts/1/acknowledge").status_code == 403


def test_feeds_are_for_those_who_look_after_them(cast: dict[str, User]) -> None:
    Scope.objects.create(user=cast["officer"], all_units=True)
    expected = {"operator": 200, "leader": 403, "officer": 403}
    for role, status in expected.items():
        client = Client()
        client.force_login(cast[role])
        assert client.get("/api/v1/feeds").status_code == status, role
    _key, narrow = ApiKey.issue(cast["operator"], "k", layers=[next(iter(registry))])
    assert with_key(narrow).get("/api/v1/feeds").status_code == 403


def test_searches_and_exports_are_written_down(cast: dict[str, User]) -> None:
    client = Client()
    client.force_login(cast["operator"])
    client.get("/api/v1/search?q=song ma")
    slug = next(iter(registry))
    client.get(f"/api/v1/layers/{slug}/export.csv")
    logged = AuditEntry.objects.order_by("pk").values_list("action", "user__username")
    assert list(logged) == [("search", "operator"), ("export", "operator")]


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxy_wrote_is_the_clients_address(
    header: str, address: str
) -> None:
    seen: list[Any] = []

    def handler(request: Any) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    request = RequestFactory().get("/", headers={"X-Forwarded-For": header})
    ProxyAddressMiddleware(handler)(request)
    assert seen == [address]


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    page = client.get("/accounts/signup/")
    assert b"password1" not in page.content
