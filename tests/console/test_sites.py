"""Administrators describe the sites of departments, and copy the lines that embed their portlets."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.accounts import sites
from onboarding.accounts.audit import Entry
from onboarding.accounts.sites import Site
from tests.console.trail import kinds
from tests.machine.visitor import Visitor, filled_in

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "the department asked by letter"
HEALTH = {
    "title": "Sở Y tế",
    "news_date": "20/11/2026",
    "news_title": "Khám sức khỏe",
    "news_text": "Một đoạn.\r\n\r\nĐoạn nữa.",
    "brand": "#0B3C6F",
    "origins": "https://soyte.haugiang.gov.vn\r\nhttps://bv.haugiang.gov.vn",
    "tally": "nobody",
    "visits_before": "4417212",
    "reason": WHY,
}


@pytest.fixture
def admin(as_role: Callable[..., Visitor]) -> Visitor:
    """An administrator."""
    return as_role("administrator", "Hoa")


def described(app: Flask, name: str) -> Site | None:
    """A site as it is kept."""
    with app.extensions["database"].transaction(write=False) as db:
        return db.get(Site, name)


def facts(app: Flask) -> dict[str, Any]:
    """What the last row of the trail says."""
    with app.extensions["database"].transaction(write=False) as db:
        return db.scalars(select(Entry.facts).order_by(Entry.number.desc())).first() or {}


def add(visitor: Visitor, name: str = "so-y-te", **fields: str) -> None:
    """Add a site."""
    visitor.visit("/console/add-site")
    visitor.submit(form="/add-site", name=name, **HEALTH | fields)


def test_a_department_gets_its_site(app: Flask, admin: Visitor, client: Visitor) -> None:
    add(admin)
    assert admin.path == "/console/sites/so-y-te"
    file = {"title": "Sở Y tế", "colours": {"brand": "#0b3c6f"}, "portlets": {"tally": "nobody"}}
    kept = described(app, "so-y-te")
    assert kept is not None
    assert sites.differences(kept, sites.described("so-y-te", file)) == ["news", "origins", "visits_before"]
    assert kept.news == {"date": "2026-11-20", "title": "Khám sức khỏe", "text": "Một đoạn.\n\nĐoạn nữa."}
    assert kept.origins == ["https://soyte.haugiang.gov.vn", "https://bv.haugiang.gov.vn"]
    assert kept.visits_before == 4_417_212
    assert client.visit("/sites/so-y-te").heading == "Sở Y tế"
    assert "so-y-te" in admin.visit("/console/sites").text


def test_each_change_is_in_the_trail_with_what_became_different(app: Flask, admin: Visitor) -> None:
    add(admin)
    assert kinds(app)[-1] == ("site-added", WHY)
    admin.submit(form="/so-y-te", reason="to have a look")
    assert kinds(app)[-1] == ("site-added", WHY), "nothing became different"
    admin.submit(form="/so-y-te", origins="", title="Sở Y tế Hậu Giang", reason="the web site has closed")
    assert kinds(app)[-1] == ("site-changed", "the web site has closed")
    assert facts(app) == {"site": "so-y-te", "fields": "title, origins", "origins": ""}


@ONE
def test_the_portal_s_own_page_is_there_to_be_described(app: Flask, admin: Visitor) -> None:
    admin.visit("/console/sites/portal")
    page = admin.submit(form="/portal", visits_before="4417212", reason=WHY)
    assert "Đã lưu thay đổi." in page.text
    assert getattr(described(app, "portal"), "visits_before", 0) == 4_417_212
    assert admin.get("/console/sites/so-x").status_code == 404


@ONE
def test_the_lines_to_embed_can_be_copied(admin: Visitor) -> None:
    add(admin)
    lines = [one.text for one in admin.visit("/console/sites/so-y-te?lang=en").all("pre")]
    assert len(lines) == 6
    where = "http://127.0.0.1:8000/sites/so-y-te/portlet"
    script = f'<script async src="{where}/embed.js" data-portlet="visitors" title="Lượt truy cập"'
    assert lines[2].startswith(script)
    assert lines[3].startswith(f'<iframe src="{where}/visitors" title="Lượt truy cập" style="border:0;')


WRONG = [
    ({"name": "Sở Y tế"}, "chữ thường"),
    ({"name": "portal"}, "Đã có trang đơn vị mang tên này."),
    ({"brand": "blue"}, "#0b3c6f"),
    ({"brand": "#7f9fbf"}, "độ tương phản với màu trắng là 2,8:1, cần ít nhất 5,3:1"),
    ({"news_date": "31/02/2026"}, "20/11/2026"),
    ({"news_title": ""}, "200 ký tự"),
    ({"news_text": "a" * 2001}, "2000 ký tự"),
    ({"origins": "http://soyte.haugiang.gov.vn"}, "https://so.example.vn"),
    ({"visits_before": "4.417.212"}, "chữ số"),
    ({"reason": ""}, "lý do"),
]


@ONE
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(app: Flask, admin: Visitor) -> None:
    for wrong, told in WRONG:
        add(admin, **wrong)
        [error] = [one for one in admin.page.all("p") if one.get("class") == "error"]
        assert error.get("id") == f"{next(iter(wrong))}-error"
        assert told in error.text
        typed = {one.get("name"): one.get("value") for one in admin.page.all("input")}
        assert typed["title"] == "Sở Y tế"
        assert all(typed[name] == text for name, text in wrong.items() if name in typed)
    assert described(app, "so-y-te") is None
    assert "site-added" not in [kind for kind, _why in kinds(app)]


def test_of_two_administrators_in_turn_the_second_sees_that_there_was_a_first(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    add(admin)
    other = as_role("administrator", "Bình")
    other.visit("/console/sites/so-y-te")
    admin.submit(form="/so-y-te", origins="", reason=WHY)
    page = other.submit(form="/so-y-te", title="Sở Y tế Hậu Giang", reason=WHY)
    assert "Có người khác vừa sửa trang đơn vị này" in page.text
    assert "Sở Y tế Hậu Giang" in [one.get("value") for one in page.all("input")]
    kept = described(app, "so-y-te")
    assert kept is not None
    assert (kept.title, kept.origins) == ("Sở Y tế", [])
    other.visit("/console/sites/so-y-te")
    other.submit(form="/so-y-te", title="Sở Y tế Hậu Giang", reason=WHY)
    assert getattr(described(app, "so-y-te"), "title", "") == "Sở Y tế Hậu Giang"


def test_of_two_changes_at_the_same_moment_one_counts(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    add(admin)
    both, start = (admin, as_role("administrator", "Bình")), Barrier(2)
    forms = []
    for visitor in both:
        visitor.visit("/console/sites/so-y-te")
        form = next(one for one in visitor.page.all("form") if one.get("action").endswith("/so-y-te"))
        forms.append(filled_in(visitor.page, form) | {"reason": WHY, "title": f"Sở {len(forms)}"})

    def send(n: int) -> int:
        start.wait()
        return both[n].post("/console/sites/so-y-te", data=forms[n]).status_code

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, range(2)))
    assert sorted(answers) == [200, 303]
    assert getattr(described(app, "so-y-te"), "title", "") == f"Sở {answers.index(303)}"
    assert [kind for kind, _why in kinds(app)].count("site-changed") == 1
