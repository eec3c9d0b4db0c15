"""Headers in, decisions out."""

from __future__ import annotations

import pytest

from tiles import mlt
from tiles.cache import compress, etag, expand
from tiles.negotiate import (
    ACCEPTED,
    ENCODING,
    IMAGES,
    accepted,
    compressible,
    encoding,
    fresh,
)
from tiles.routes import HttpError
from tiles.sources import MVT
from tiles.tilejson import catalog_entry, merge, origin, public_path


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (b"", "identity"),
        (b"br, gzip", "gzip"),
        (b"gzip, deflate, br, zstd", "gzip"),
        (b"gzip, zstd", "zstd"),
        (b"zstd, br", "br"),
        (b"br", "br"),
        (b"zstd", "zstd"),
        (b"gzip;q=.5,br;q=.5,zstd", "zstd"),
        (b"gzip;q=0.2, br;q=0.9", "br"),
        (b"*", "gzip"),
        (b"gzip;q=0", "identity"),
        (b"gzip;q=0, *;q=0.5", "br"),
        (b"identity, gzip;q=0.5", "identity"),
        (b"deflate", "identity"),
        (b"gzip;q=often", "gzip"),
    ],
)
def test_the_encoding_is_the_one_that_martin_would_choose(
    header: bytes, chosen: str
) -> None:
    assert encoding(header) == chosen


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "identity"])
def test_every_encoding_can_be_undone(name: str) -> None:
    for content in (b"tile" * 100, b"x" * 400_000):
        assert expand(compress(content, name), name) == content


@pytest.mark.parametrize(
    ("header", "formats"),
    [
        (b"", None),
        (b"*/*", None),
        (b"text/html, */*;q=0.8", None),
        (b"application/x-protobuf", {MVT}),
        (b"application/vnd.mapbox-vector-tile", {MVT}),
        (b"application/vnd.maplibre-tile;q=0.5, image/PNG", {mlt.MLT, "image/png"}),
        (b"image/*", set(IMAGES)),
        (b"image/png;q=0, application/json", {"application/json"}),
        (b"text/html", set()),
        (b"nonsense", set()),
    ],
)
def test_the_formats_that_a_client_takes_are_read_from_accept(
    header: bytes, formats: set[str] | None
) -> None:
    assert accepted(header) == formats


def test_long_headers_are_read_but_not_kept() -> None:
    ENCODING.clear()
    ACCEPTED.clear()
    for number in range(2_000):
        short = b"br, x/%d" % number
        assert ENCODING[short] == "br"
        assert ACCEPTED[b"image/png, " + short] == {"image/png"}
    assert 0 < len(ENCODING) <= ENCODING.size
    assert 0 < len(ACCEPTED) <= ACCEPTED.size
    ENCODING.clear()
    long = b"br;q=0.9, " + b"x" * 1_000
    assert ENCODING[long] == "br"
    assert not ENCODING


def test_pictures_are_not_compressed_again() -> None:
    assert compressible(MVT)
    assert not compressible("image/webp")


def test_an_etag_is_22_characters_in_quotes() -> None:
    assert len(etag(b"tile")) == 24
    assert etag(b"tile") != etag(b"other")


def test_a_known_copy_is_recognised_in_every_form() -> None:
    tag = etag(b"tile")
    for header in (tag, "*", f'"other", {tag}', f"W/{tag}"):
        assert fresh(header.encode(), tag)
        assert fresh(header.encode(), f"W/{tag}")
    for header in ("", '"other"'):
        assert not fresh(header.encode(), tag)


def url(base_path: str = "", query: str = "", **headers: str) -> str:
    sent = {n.replace("_", "-").encode(): v.encode() for n, v in headers.items()}
    path = public_path(sent, path="/tiles/a", prefix="/tiles", base_path=base_path)
    return origin(sent, scheme="http", host="inside:1") + path


def test_tile_addresses_are_those_that_the_client_used() -> None:
    assert url() == "http://inside:1/tiles/a"
    assert url(host="example.com:6000") == "http://example.com:6000/tiles/a"
    assert url(host="h", x_forwarded_proto="https") == "https://h/tiles/a"
    forwarded = url(host="h", forwarded="for=1;proto=https;host=m.vn")
    assert forwarded == "https://m.vn/tiles/a"
    assert url(host="h", x_forwarded_for="1.2.3.4") == "http://h/tiles/a"
    assert url(host="h", x_forwarded_prefix="/geo") == "http://h/geo/tiles/a"
    rewritten = url(host="h", x_rewrite_url="/map/a?q=1", x_forwarded_prefix="/geo")
    assert rewritten == "http://h/map/a"
    assert url("/base", host="h", x_rewrite_url="/map/a") == "http://h/base/a"


@pytest.mark.parametrize(
    "headers",
    [{"host": "a b"}, {"host": 'x"><script>'}, {"x_forwarded_proto": "java script"}],
)
def test_a_host_that_no_url_could_have_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(HttpError) as caught:
        url(**headers)
    assert caught.value.status == 400


def test_a_rewritten_address_that_cannot_be_read_is_passed_over() -> None:
    assert url(host="h", x_rewrite_url="//[") == "http://h/tiles/a"


PART = {"tilejson": "3.0.0", "name": "a"}


def test_a_composite_says_nothing_that_its_parts_do_not_say() -> None:
    assert merge([PART, {**PART, "name": "b"}]) == {
        "tilejson": "3.0.0",
        "name": "a,b",
    }


def test_a_composite_has_the_widest_limits_and_each_text_once() -> None:
    one = {
        **PART,
        "minzoom": 5,
        "maxzoom": 9,
        "bounds": [0, 0, 9, 9],
        "description": "same",
        "attribution": "one",
        "vector_layers": [{"id": "a", "fields": {}}],
        "unknown": 1,
    }
    two = {
        **PART,
        "name": "b",
        "maxzoom": 12,
        "bounds": [-5, 1, 3, 20],
        "center": [1, 2, 3],
        "description": "same",
        "attribution": "two",
        "vector_layers": [{"id": "b", "fields": {}}],
    }
    third = {**PART, "name": "c", "center": [7, 7, 7], "bounds": [0, 0, 1, 1]}
    assert merge([one, two, third]) == {
        "tilejson": "3.0.0",
        "name": "a,b,c",
        "minzoom": 5,
        "maxzoom": 12,
        "bounds": [-5, 0, 9, 20],
        "center": [1, 2, 3],
        "description": "same",
        "attribution": "one\ntwo",
        "vector_layers": [{"id": "a", "fields": {}}, {"id": "b", "fields": {}}],
    }
    assert "bounds" not in merge([one, PART]), "tiles outside would not be asked for"
    assert merge([one]) == one


def test_the_catalogue_leaves_out_nulls_and_a_name_that_is_the_id() -> None:
    entry = {"content_type": MVT, "name": "a", "description": "", "attribution": None}
    assert catalog_entry("a", entry) == {"content_type": MVT}
    assert catalog_entry("b", entry) == {"content_type": MVT, "name": "a"}
