"""axe-core over the pages of the working day, in both themes: nothing serious."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import ROOT, Instance

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
# Page, and what is there once it is drawn.
PAGES = (
    ("/", "html[data-ready]"),
    ("/console/", "html[data-ready]"),
    ("/alerts/", "main"),
    ("/directives/new/", "main"),
    ("/stations/", "main .st-list"),
    ("/stations/compare/", "main .st-plot[aria-label]"),
    ("/wall/", "main"),
    ("/wall/main", "html[data-ready]"),
)
RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def audit(page: Page) -> list[str]:
    """The grave findings, one line each: rule, element, what is wrong with it."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(RUN)
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("path", "drawn"), PAGES)
def test_a_page_has_no_serious_finding(
    page: Page, instance: Instance, path: str, drawn: str, theme: str
) -> None:
    page.context.add_cookies(
        [{"name": "ioc_theme", "value": theme, "url": instance.url}]
    )
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, f"{path}: {answer.status}"
    page.wait_for_selector(drawn, state="attached")
    page.wait_for_load_state("load")
    found = audit(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("tool", ["position", "measure", "marks", "print"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_tool_of_the_map_has_no_serious_finding(
    page: Page, instance: Instance, tool: str, theme: str
) -> None:
    page.context.add_cookies(
        [{"name": "ioc_theme", "value": theme, "url": instance.url}]
    )
    page.goto("/")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.click(f"[data-action=tool-{tool}]")
    field = {"position": "#go-to", "print": "#print-paper"}.get(tool, "[data-kind]")
    page.wait_for_selector(f"#tool-box {field}")
    found = audit(page)
    assert not found, "\n".join(found)
