"""Page frame: icons, words, navigation, health, errors."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from gis_ioc import health, icons
from gis_ioc.texts import texts
from layers.core.spec import registry

JS = Path(__file__).resolve().parents[1] / "static" / "ioc" / "js"


def test_every_layer_has_a_drawing_for_its_menu_icon():
    assert icons.missing() == []


def test_the_sheet_holds_each_symbol_once():
    names = re.findall(r'<symbol id="([^"]+)"', icons.sheet())
    assert len(names) == len(set(names))
    assert {"sev-critical", "sev-high", "sev-medium", "sev-low"} <= set(names)
    assert {"icon-vessel", "icon-vessel-fishing", "icon-navaid"} <= set(names)


def test_an_icon_nobody_drew_is_none():
    assert icons.drawing("no-such-drawing") is None


def test_scripts_use_only_words_that_the_page_carries():
    used = {
        key
        for path in JS.rglob("*.js")
        for key in re.findall(r'\bt\(\s*"([\w.]+)"', path.read_text())
    }
    assert used
    assert used <= set(texts())


def test_every_word_of_the_scripts_is_translated():
    with translation.override("en"):
        english = texts()
    with translation.override("vi"):
        vietnamese = texts()
    same = {key for key in english if english[key] == vietnamese[key]}
    # units that both languages write alike
    assert same <= {"time.s"}


@pytest.mark.django_db
class TestPages:
    def test_the_map_needs_a_sign_in(self, client):
        assert "/accounts/login/" in client.get("/")["Location"]

    def test_the_page_tells_its_scripts_what_they_need(self, client, cast):
        client.force_login(cast["operator"])
        page = client.get("/").content.decode()
        found = re.search(r'id="ioc-page" type="application/json">(.*?)</script>', page)
        data = json.loads(found.group(1))
        assert data["user"] == "operator"
        assert data["language"] == "vi"
        assert len(data["home"]) == 4

    def test_navigation_leads_to_pages_of_layers_that_the_user_may_see(
        self, client, cast
    ):
        client.force_login(cast["operator"])
        page = client.get("/").content.decode()
        for slug in registry:
            if f'href="/{slug}/"' in page:
                assert client.get(f"/{slug}/", follow=True).status_code == 200

    def test_the_theme_of_a_link_wins_over_the_cookie(self, client, cast):
        client.force_login(cast["operator"])
        client.cookies["ioc_theme"] = "dark"
        assert 'data-theme="light"' in client.get("/?theme=light").content.decode()
        assert 'data-theme="dark"' in client.get("/?theme=pink").content.decode()

    def test_scripts_run_only_with_the_nonce_of_the_answer(self, client, cast):
        client.force_login(cast["operator"])
        answer = client.get("/")
        policy = answer["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())
        for script in scripts:
            assert nonce in script or "application/json" in script

    def test_a_wrong_address_says_what_to_do_in_vietnamese(self, client, cast):
        client.force_login(cast["operator"])
        answer = client.get("/nothing/here/")
        assert answer.status_code == 404
        assert "Về bản đồ" in answer.content.decode()

    def test_health_is_503_when_a_part_is_away(self, client, monkeypatch):
        assert client.get("/healthz").status_code == 200
        monkeypatch.setattr(health, "redis_works", lambda: False)
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["redis"] == "failing"

    def test_health_names_no_address_and_no_password(self, client, settings):
        body = client.get("/healthz").content.decode()
        assert settings.DATABASES["default"]["NAME"] not in body
        assert settings.SECRET_KEY not in body

    def test_what_failed_is_told_without_the_database(self, settings):
        from django.test import RequestFactory

        from gis_ioc.views import failed

        answer = failed(RequestFactory().get("/"))
        assert answer.status_code == 500
        assert b"tokens.css" in answer.content

    def test_a_form_without_its_token_is_refused_with_words(self, cast):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast["operator"])
        assert strict.post("/accounts/logout/").status_code == 403
