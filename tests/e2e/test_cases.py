"""The case file of a violation, as fisheries staff hand it out and check it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect


def test_a_case_is_opened_handed_out_and_found_intact(
    map_page: Page, tmp_path: Path
) -> None:
    map_page.goto("/cases/")
    map_page.locator("tbody a").first.click()
    expect(map_page.locator(".case-map svg")).to_be_visible()
    with map_page.expect_download(timeout=120_000) as handed:
        map_page.locator("a[href$='case.zip']").click()
    file = tmp_path / handed.value.suggested_filename
    handed.value.save_as(file)
    assert file.name.startswith("case-")
    map_page.goto("/cases/check/")
    map_page.set_input_files("#file", str(file))
    map_page.locator(".case-form button[type=submit]").click()
    expect(map_page.locator(".case-verdict .badge-good")).to_be_visible()
