"""What may be said of a site, and what is known of sites that nobody has described."""

from datetime import date
from typing import Any

import pytest

from onboarding.accounts import sites
from onboarding.db import Database

HEALTH: dict[str, Any] = {
    "title": "Sở Y tế",
    "colours": {"brand": "#0b3c6f", "accent": "#e3aa2c"},
    "news": {"date": date(2026, 11, 20), "title": "Khám sức khỏe", "text": "Một.\n\nHai."},
    "origins": ["https://soyte.haugiang.gov.vn", "http://localhost:8080"],
    "portlets": {"tally": "citizens", "visitors": "nobody"},
    "visits_before": 4_417_212,
}


def test_a_site_is_kept_as_it_was_described_last(database: Database) -> None:
    for described in (HEALTH, {**HEALTH, "title": "Sở Y tế Hậu Giang"}):
        with database.transaction() as db:
            sites.save(db, sites.described("so-y-te", described))
    with database.transaction(write=False) as db:
        every = sites.every(db)
        assert [sites.known(db, name) for name in ("so-y-te", "so-x", "", None)] == ["so-y-te", *["portal"] * 3]
    assert every.keys() == {"portal", "so-y-te"}
    kept = every["so-y-te"]
    assert (kept.title, kept.visits_before, kept.portlets) == ("Sở Y tế Hậu Giang", 4_417_212, HEALTH["portlets"])
    assert kept.news == {"date": "2026-11-20", "title": "Khám sức khỏe", "text": "Một.\n\nHai."}
    assert (every["portal"].title, every["portal"].news, every["portal"].origins) == (None, None, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "a\nb"),
        ("colours", {"brand": "red"}),
        ("colours", {"brand": "#00f;} body{}"}),
        ("colours", {"ground": "#000000"}),
        ("colours", {"link": "#767676"}),  # 4.54:1 on white, but less on our ground
        ("news", {"title": "Tin", "text": "Một."}),
        ("news", {"date": "20-11-2026", "title": "Tin", "text": "Một."}),
        ("origins", ["*"]),
        ("origins", ["https://*.gov.vn"]),
        ("origins", ["http://soyte.haugiang.gov.vn"]),
        ("origins", ["https://soyte.haugiang.gov.vn/"]),
        ("origins", ["https://soyte.haugiang.gov.vn; script-src *"]),
        ("origins", ["https://a.example\r\nSet-Cookie: a=b"]),
        ("origins", "https://soyte.haugiang.gov.vn"),
        ("portlets", {"news": "nobody"}),
        ("portlets", {"tally": "staff"}),
        ("visits_before", -1),
        ("visits_before", "4417212"),
        ("visits_before", True),
        ("motto", "Đoàn kết"),
    ],
)
def test_what_is_wrong_is_told(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^so-y-te: .*{field}"):
        sites.described("so-y-te", {**HEALTH, field: value})


@pytest.mark.parametrize("name", ["", "Sở Y tế", "so/y", "a--b", "-a", "A", "a" * 64])
def test_a_name_can_stand_in_an_address(name: str) -> None:
    with pytest.raises(ValueError, match="name has small letters"):
        sites.described(name, {})


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="there is no motto\nso-y-te: title is a line") as told:
        sites.described("so-y-te", {"motto": "x", "title": 1, "visits_before": 1.5})
    assert len(str(told.value).splitlines()) == 3


def test_contrast_is_that_of_wcag() -> None:
    for colour, ratio in {"#ffffff": 1, "#000000": 21, "#767676": 4.54, "#0b4f48": 9.44}.items():
        assert sites.contrast_to_white(colour) == pytest.approx(ratio, abs=0.01)
