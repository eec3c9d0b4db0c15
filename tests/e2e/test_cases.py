"""The case file of a violation, as fisheries staff hand it out and check it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect


def test_a_case_is_opened_handed_out_and_found_intact(
    desk: Page, tmp_path: Path
) -> None:
    desk.goto("/cases/")
    desk.locator("tbody a").first.click()
    expect(desk.locator(".case-map svg")).to_be_visible()
    with desk.expect_download(timeout=120_000) as handed:
        desk.locator("a[href$='case.zip']").click()
    file = tmp_path / handed.value.suggested_filename
    handed.value.save_as(file)
    assert file.name.startswith("case-")
    desk.goto("/cases/check/")
    desk.set_input_files("#file", str(file))
    desk.locator(".case-form button[type=submit]").click()
    expect(desk.locator(".case-verdict .badge-good")).to_be_visible()
