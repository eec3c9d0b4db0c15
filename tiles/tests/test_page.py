"""The page about the tiles: who gets it, what it carries, what it must not say."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from tiles.page.wants import wants_page
from tiles.page.words import words

STATIC = Path(__file__).resolve().parents[1] / "static" / "tiles"
BROWSER = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def scope(path: str, accept: bytes | None) -> dict:
    headers = [(b"host", b"ioc.example")]
    if accept is not None:
        headers.append((b"accept", accept))
    return {"path": path, "headers": headers}


@pytest.mark.parametrize("path", ["/tiles", "/tiles/"])
def test_a_browser_at_the_root_of_the_service_wants_the_page(path):
    assert wants_page(scope(path, BROWSER))


@pytest.mark.parametrize("accept", [None, b"*/*", b"application/json", b""])
def test_programs_at_the_root_want_the_service(accept):
    assert not wants_page(scope("/tiles/", accept))


@pytest.mark.parametrize(
    "path", ["/tiles/catalog", "/tiles/basemap", "/tiles/basemap/0/0/0", "/tiles//"]
)
def test_all_below_the_root_is_the_services_also_for_browsers(path):
    assert not wants_page(scope(path, BROWSER))


def test_scripts_use_only_words_that_the_page_carries():
    used = {
        key
        for path in STATIC.glob("*.js")
        for key in re.findall(r'\bw\(\s*"([\w.]+)"', path.read_text())
    }
    assert len(used) > 40
    assert used <= set(words())


def test_the_page_carries_no_word_that_no_script_uses():
    text = "".join(path.read_text() for path in STATIC.glob("*.js"))
    unused = [
        key
        for key in words()
        if f'"{key}"' not in text and not key.startswith("kind.")  # `kind.${…}`
    ]
    assert unused == []


def test_every_word_of_the_scripts_is_translated():
    with translation.override("en"):
        english = words()
    with translation.override("vi"):
        vietnamese = words()
    same = {key for key in english if english[key] == vietnamese[key]}
    # names and signs that both languages write alike
    assert same <= {"client.tilejson", "query.field", "zoom.range"}


@pytest.mark.django_db
class TestPage:
    def test_it_needs_a_sign_in(self, client):
        assert client.get("/tiles/")["Location"] == "/accounts/login/?next=/tiles/"

    def test_it_carries_its_words_in_the_users_language(self, client, cast):
        client.force_login(cast["operator"])
        for language in ("vi", "en"):
            page = client.get(f"/tiles/?lang={language}").content.decode()
            found = re.search(
                r'id="tiles-words" type="application/json">(.*?)</script>', page
            )
            with translation.override(language):
                assert json.loads(found.group(1)) == words()

    def test_it_holds_no_key_and_no_inline_script(self, client, cast):
        client.force_login(cast["operator"])
        answer = client.get("/tiles/")
        page = answer.content.decode()
        nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
        for script in re.findall(r"<script[^>]*>", page):
            assert nonce.group(1) in script or "application/json" in script
        assert not re.search(r"\son\w+=|\sstyle=|ioc_[A-Za-z0-9]{8}", page)

    def test_caches_keep_it_apart_from_the_plain_text(self, client, cast):
        client.force_login(cast["operator"])
        assert "Accept" in client.get("/tiles/")["Vary"]

    def test_the_navigation_leads_to_it(self, client, cast):
        client.force_login(cast["leader"])
        page = client.get("/tiles/").content.decode()
        assert re.search(r'href="/tiles/"[^>]*aria-current="page"', page)

    def test_nothing_can_be_sent_to_it(self, cast):
        browser = Client()
        browser.force_login(cast["operator"])
        assert browser.post("/tiles/").status_code == 405
