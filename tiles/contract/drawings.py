# ruff: noqa: S101  (rows assert what the contract says)
"""Row 39: sprites, fonts and styles."""

from __future__ import annotations

from .row import row
from .server import NotApplicable, Server


@row(39, "sprites, fonts, styles")
def drawings(server: Server) -> None:
    found = server.get("/catalog").json()
    if "icons" not in found["sprites"]:
        raise NotApplicable("the server has not been given the fixture's drawings")
    _sprites(server, found["sprites"]["icons"]["images"])
    _fonts(server, found["fonts"])
    _styles(server)


def _sprites(server: Server, images: list[str]) -> None:
    assert images == ["bear", "sub/dot"], images
    plain = server.get("/sprite/icons.json").has(200, content_type="application/json")
    assert plain.headers["etag"].startswith('W/"'), plain.headers["etag"]
    index, double = plain.json(), server.get("/sprite/icons@2x.json").json()
    for name, place in index.items():
        for key in ("width", "height", "pixelRatio"):
            twice = double[name][key]
            assert twice == 2 * place[key], f"{name} at @2x: {key} {twice}"
    marked = server.get("/sdf_sprite/icons.json").has(200).json()
    assert all(place.get("sdf") is True for place in marked.values()), marked
    for path in ("/sprite/icons.png", "/sdf_sprite/icons@2x.png"):
        picture = server.get(path).has(200, content_type="image/png")
        assert picture.body.startswith(b"\x89PNG")
        assert server.head(path).has(200).body == b""
    found = server.get("/sprite/nosuch.json").has(404)
    assert found.text == "Sprite nosuch not found", found.text
    for form in ("json", "png"):
        _moved(server, f"/sprites/icons.{form}", f"/sprite/icons.{form}")
        _moved(server, f"/sdf_sprites/icons.{form}", f"/sdf_sprite/icons.{form}")


def _fonts(server: Server, fonts: dict[str, dict[str, object]]) -> None:
    name = "Be Vietnam Pro Regular"
    assert name in fonts, f"fonts {list(fonts)}"
    assert fonts[name]["family"] == "Be Vietnam Pro", fonts[name]
    expected = {"family", "style", "format", "glyphs", "start", "end"}
    assert set(fonts[name]) == expected, fonts[name]
    found = server.get(f"/font/{name}/0-255").has(
        200, content_type="application/x-protobuf"
    )
    assert name.encode() in found.content, "the glyphs do not name their font"
    missing = server.get("/font/Nosuch/0-255").has(404)
    assert missing.text == "Font Nosuch not found", missing.text
    for reach in ("1-255", "0-254", "0-511", "255-0"):
        server.get(f"/font/{name}/{reach}").has(400)
    _moved(server, f"/fonts/{name}/0-255", f"/font/{name}/0-255")
    _moved(server, f"/font/{name}/0-255.pbf", f"/font/{name}/0-255")


def _styles(server: Server) -> None:
    base = f"http://maps.example{server.prefix}"
    for path in ("/style/day", "/style/day.json"):
        found = server.get(path, host="maps.example").has(200).json()
        assert found["sources"]["pts"]["url"] == f"{base}/pts", found["sources"]
        assert found["sprite"] == f"{base}/sprite/icons", found["sprite"]
        assert found["glyphs"].startswith(f"{base}/font/"), found["glyphs"]
    missing = server.get("/style/nosuch").has(404)
    assert missing.text == "No such style exists", missing.text
    _moved(server, "/styles/day", "/style/day")


def _moved(server: Server, path: str, target: str) -> None:
    found = server.get(path).has(301)
    place = found.headers["location"].replace("%20", " ")
    expected = server.prefix + target
    assert place == expected, f"{path} leads to {place}, expected {expected}"
