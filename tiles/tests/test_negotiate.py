"""Headers in, decisions out."""

from __future__ import annotations

import pytest

from tiles.cache import compress, etag, expand
from tiles.negotiate import accepts_tiles, encoding, fresh
from tiles.routes import HttpError, parse
from tiles.tilejson import tiles_url


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (b"", "identity"),
        (b"br, gzip", "gzip"),
        (b"gzip, deflate, br, zstd", "gzip"),
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
    ("header", "fine"),
    [
        (b"", True),
        (b"*/*", True),
        (b"application/vnd.mapbox-vector-tile", True),
        (b"text/html, */*;q=0.8", True),
        (b"image/png", False),
        (b"text/html", False),
    ],
)
def test_only_clients_that_take_vector_tiles_get_them(
    header: bytes, fine: bool
) -> None:
    assert accepts_tiles(header) is fine


def test_an_etag_is_22_characters_in_quotes() -> None:
    assert len(etag(b"tile")) == 24
    assert etag(b"tile") != etag(b"other")


def test_a_known_copy_is_recognised_in_every_form() -> None:
    tag = etag(b"tile")
    for header in (tag, "*", f'"other", {tag}', f"W/{tag}"):
        assert fresh(header.encode(), tag)
    for header in ("", '"other"'):
        assert not fresh(header.encode(), tag)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/a/abc/0/0", 404),
        ("/a/-1/0/0", 404),
        ("/a/1/5/0", 400),
        ("/a/99/0/0", 400),
        ("/a/1/0", 404),
        ("/a/1/0/0/0", 404),
        ("/" + ",".join("a" * 129) + "/0/0/0", 400),
        ("/" + ",".join("a" * 129), 400),
    ],
)
def test_paths_that_name_no_tile_are_refused(path: str, status: int) -> None:
    with pytest.raises(HttpError) as caught:
        parse(path)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a/1/0/1.pbf", "/a/1/0/1"),
        ("/a,b/1/0/1.mvt", "/a,b/1/0/1"),
        ("/tiles/a/1/0/1", "/a/1/0/1"),
        ("/tiles/a/1/0/1.pbf", "/a/1/0/1"),
        ("/tiles/a", "/a"),
    ],
)
def test_other_spellings_lead_to_the_canonical_path(path: str, target: str) -> None:
    route = parse(path)
    assert (route.kind, route.target) == ("redirect", target)


def url(base_path: str = "", **headers: str) -> str:
    return tiles_url(
        {name.replace("_", "-").encode(): v.encode() for name, v in headers.items()},
        scheme="http",
        host="inside:1",
        path="/tiles/a",
        query="token=x",
        base_path=base_path,
    )


def test_tile_addresses_are_those_that_the_client_used() -> None:
    end = "/tiles/a/{z}/{x}/{y}?token=x"
    assert url(host="example.com:6000") == "http://example.com:6000" + end
    assert url(host="h", x_forwarded_proto="https") == "https://h" + end
    assert (
        url(host="h", forwarded="for=1;proto=https;host=m.vn") == "https://m.vn" + end
    )
    assert url(host="h", x_forwarded_for="1.2.3.4") == "http://h" + end
    assert url(host="h", x_forwarded_prefix="/geo") == "http://h/geo" + end
    rewritten = url(host="h", x_rewrite_url="/map/a?q=1", x_forwarded_prefix="/geo")
    assert rewritten == "http://h/map/a/{z}/{x}/{y}?token=x"
    assert url("/base", host="h", x_rewrite_url="/map/a") == (
        "http://h/base/a/{z}/{x}/{y}?token=x"
    )
