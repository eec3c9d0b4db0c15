from __future__ import annotations

import pytest

from feeds.station_files.identify import find
from layers.stations.queries import Address

MILL = Address(1, "TH_MILL_NUOCTHAI", "owner-a", "mill", {})
DYE = Address(2, "TH_DYE_NUOCTHAI", "owner-a", "dye", {})
AIR = Address(3, "TH_CITY_KHONGKHI", "owner-b", "city", {})
LONG = Address(4, "TH_MILL_NUOCTHAI_2", "owner-a", "mill2", {})
ALL = [MILL, DYE, AIR, LONG]
STAMP = "20261122093500.txt"


@pytest.mark.parametrize(
    ("account", "path", "wanted"),
    [
        ("owner-a", f"mill/2026/11/22/x_{STAMP}", MILL),
        ("owner-a", f"MILL/TH_DYE_NUOCTHAI_{STAMP}", MILL),  # folder before name
        ("owner-a", f"TH_DYE_NUOCTHAI_{STAMP}", DYE),
        ("owner-a", f"th_mill_nuocthai_2_{STAMP}", LONG),
        ("owner-b", "2026-04-06_14-30.txt", AIR),  # its only station
        ("owner-b", f"mill/TH_MILL_NUOCTHAI_{STAMP}", AIR),
        ("owner-a", f"unknown_{STAMP}", None),
        ("nobody", f"mill/TH_MILL_NUOCTHAI_{STAMP}", None),
        ("", f"owner-a/dye/{STAMP}", DYE),
        ("", f"TH_CITY_KHONGKHI_{STAMP}", AIR),
        ("", "", None),
    ],
)
def test_account_and_folder_come_before_the_name(account, path, wanted):
    assert find(ALL, account, path) == wanted
