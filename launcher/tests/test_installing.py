"""What is installed, how, and what is said when it may not be."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from launcher import apt, packages, system
from launcher.errors import NotAllowedError
from launcher.layout import ROOT, Layout


def _absent(name: str) -> system.Need:
    return system.Need(name, lambda: False, (f"lib{name.lower()}",))


def test_without_the_right_to_install_the_exact_command_is_given(layout, monkeypatch):
    monkeypatch.setattr(system, "_sudo", lambda: None)
    with pytest.raises(NotAllowedError) as caught:
        system.ensure_packages(layout, [_absent("Tiles"), _absent("Maps")])
    assert caught.value.exit_code == 2
    assert "Tiles, Maps" in str(caught.value)
    command = "apt-get install -y --no-install-recommends libtiles libmaps"
    assert command in str(caught.value)


def test_nothing_is_asked_for_when_nothing_is_missing(layout):
    present = system.Need("Map", lambda: True, ("libmap",))
    assert system.ensure_packages(layout, [present]) == "all present"


def test_the_front_names_every_package_the_launcher_may_install():
    text = (ROOT / "ioc").read_text()
    found = re.search(r'^packages="(.*?)"$', text, re.S | re.M)
    assert found
    named = set(found[1].replace("\\\n", " ").split())
    needed = {p for need in system.RUN_NEEDS for p in need.packages}
    assert needed <= named


def test_the_front_is_valid_bash():
    for name in ("ioc", ".ci/run"):
        subprocess.run(["bash", "-n", ROOT / name], check=True)


def test_a_temporary_file_is_gone_afterwards_with_the_folder_made_for_it(tmp_path):
    path = tmp_path / "new" / "policy"
    with apt.temporary_file(path, "exit 101\n", 0o755):
        assert path.read_text() == "exit 101\n"
        assert path.stat().st_mode & 0o777 == 0o755
    assert not path.parent.exists()


def test_a_temporary_file_is_gone_even_after_an_error(tmp_path):
    path = tmp_path / "policy"
    with pytest.raises(SystemExit), apt.temporary_file(path, "x"):
        raise SystemExit(130)
    assert not path.exists()


def test_a_file_that_exists_already_is_left_as_it_is(tmp_path):
    path = tmp_path / "policy"
    path.write_text("theirs")
    with apt.temporary_file(path, "ours"):
        assert path.read_text() == "theirs"
    assert path.read_text() == "theirs"


def test_what_an_interrupted_installation_left_is_cleaned_up_by_the_next(tmp_path):
    path = tmp_path / "policy"
    path.write_text(f"#!/bin/sh\n{apt.MARK}\n")
    with apt.temporary_file(path, f"{apt.MARK}\n"):
        pass
    assert not path.exists()


def _node_project(root: Path, present: dict[str, dict[str, object]]) -> None:
    wanted = {
        "": {"name": "x"},
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/b": {"version": "2.0.0", "dev": True},
        "node_modules/c": {"version": "3.0.0", "optional": True},
    }
    (root / "package-lock.json").write_text(json.dumps({"packages": wanted}))
    for name in present:
        (root / name).mkdir(parents=True)
        (root / name / "package.json").write_text("{}")
    hidden = root / "node_modules" / ".package-lock.json"
    hidden.parent.mkdir(exist_ok=True)
    hidden.write_text(json.dumps({"packages": present}))


def test_node_modules_without_dev_packages_are_enough_to_run(tmp_path):
    _node_project(tmp_path, {"node_modules/a": {"version": "1.0.0"}})
    assert packages.node_is_current(tmp_path, with_dev=False)
    assert not packages.node_is_current(tmp_path, with_dev=True)


def test_another_version_in_node_modules_is_noticed(tmp_path):
    _node_project(tmp_path, {"node_modules/a": {"version": "1.0.1"}})
    assert not packages.node_is_current(tmp_path, with_dev=False)


def test_pips_settings_reach_uv_without_folders_that_do_not_exist(tmp_path):
    listing = (
        "global.index-url='https://mirror.example/simple'\n"
        f":env:.find-links='\\n{tmp_path}\\n/no/such/folder'\n"
        "global.timeout='60'\n"
    )
    assert packages.pip_settings_for_uv(listing) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_FIND_LINKS": str(tmp_path),
    }


def test_what_the_caller_set_for_uv_wins(layout, monkeypatch):
    monkeypatch.setenv("UV_LINK_MODE", "hardlink")
    assert "UV_LINK_MODE" not in packages.uv_environment(layout)


def test_the_lock_of_the_installer_is_hashed():
    text = packages.BOOTSTRAP_LOCK.read_text()
    assert re.search(r"^uv==[\d.]+ \\$", text, re.M)
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_the_launcher_uses_the_standard_library_only():
    import ast
    import sys

    allowed = {*sys.stdlib_module_names, "launcher"}
    for path in sorted((ROOT / "launcher").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in allowed, f"{path.name}: {name}"


def test_instances_have_folders_of_their_own(tmp_path):
    up, test = Layout(root=tmp_path), Layout(root=tmp_path, instance="test")
    assert test.var == up.var / "test"
    assert test.clone_id != up.clone_id
