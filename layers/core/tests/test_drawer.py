from __future__ import annotations

from layers.core.drawer import Section, sections

ROLE = "administrative-units"


def test_a_section_that_fails_says_so_and_spares_the_drawer(province, cast, client):
    def fails(request, feature_id):
        raise RuntimeError("broken on purpose")

    client.force_login(cast["leader"])
    unit = next(n for n in province.nodes.values() if n.kind == "commune")
    url = f"/drawer/units/{unit.id}/"
    with sections.override(Section("broken", 1, ROLE, "core/around.html", fails)):
        answer = client.get(url)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert unit.title in text
    assert 'role="alert"' not in client.get(url).content.decode()
