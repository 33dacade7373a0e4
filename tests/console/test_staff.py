"""Administrators look after the staff, and after each other."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from onboarding.accounts import staff, staff_keys
from onboarding.accounts.staff import Staff
from tests.clock import MovableClock
from tests.console.trail import kinds
from tests.machine.visitor import Visitor

WHY = "starts on Monday"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def admin(as_role: Callable[..., Visitor]) -> Visitor:
    """An administrator."""
    return as_role("administrator", "Hoa")


def id_of(app: Flask, name: str) -> UUID:
    """The id of a member of staff."""
    with app.extensions["database"].transaction(write=False) as db:
        member = staff.by_name(db, name)
        assert member is not None
        return member.id


def change(visitor: Visitor, app: Flask, name: str, act: str, reason: str = "left the office") -> None:
    """Do something about a member of staff."""
    visitor.visit(f"/console/staff/{id_of(app, name)}")
    visitor.submit(form="/console/staff/", act=act, reason=reason)


def link_shown(visitor: Visitor) -> str:
    """The code of the link on the page."""
    return next(one.text for one in visitor.page.having("data-staff-link")).partition("#")[2]


def test_a_new_member_gets_a_link_that_is_shown_once(app: Flask, admin: Visitor, clock: MovableClock) -> None:
    admin.visit("/console/staff/add")
    admin.submit(form="/add", name="Nguyễn  Văn An", role="helper", reason=WHY)
    with app.extensions["database"].transaction() as db:
        link = staff_keys.use_link(db, clock.now(), link_shown(admin))
        assert link is not None
        assert link.staff.name == "Nguyễn Văn An"
    assert kinds(app)[-1] == ("staff-added", WHY)
    admin.visit("/console/staff")
    assert "Nguyễn Văn An" in admin.page.text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "HOA"}, "Đã có cán bộ mang tên này."),
        ({"name": "\u202eHoa"}, "Họ tên có từ 2 đến 60 ký tự."),
        ({"reason": ""}, "Vui lòng nêu lý do bằng vài từ, không ghi số điện thoại hay số căn cước."),
        (
            {"reason": "bà Sáu 0912 345 678 nhờ"},
            "Vui lòng nêu lý do bằng vài từ, không ghi số điện thoại hay số căn cước.",
        ),
    ],
)
def test_a_member_without_a_name_of_their_own_or_a_reason_is_not_added(
    app: Flask, admin: Visitor, wrong: dict[str, str], told: str
) -> None:
    admin.visit("/console/staff/add")
    admin.submit(form="/add", **({"name": "An", "role": "helper", "reason": WHY} | wrong))
    assert told in admin.page.errors[0]
    with app.extensions["database"].transaction(write=False) as db:
        assert len(staff.everybody(db)) == 1


def test_R49_a_role_that_changes_and_an_end_act_at_once(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    an = as_role("auditor", "An")
    an.visit("/console/trail")
    change(admin, app, "An", "role-helper")
    assert "Đã lưu thay đổi." in admin.page.text
    assert an.get("/console/trail").status_code == 403, "the next click has the rights of now"
    change(admin, app, "An", "end")
    assert an.get("/console/").location == "/console/sign-in"
    assert [kind for kind, _reason in kinds(app)][-2:] == ["staff-role-changed", "staff-ended"]


def test_nobody_changes_themselves_so_an_administrator_is_always_left(app: Flask, admin: Visitor) -> None:
    page = admin.visit(f"/console/staff/{id_of(app, 'Hoa')}")
    assert not [form for form in page.all("form") if form.get("action").startswith("/console/staff/")]
    token = next(one.get("value") for one in page.all("input") if one.get("name") == "csrf_token")
    for act in ("end", "role-helper", "link"):
        sent = {"csrf_token": token, "act": act, "reason": WHY}
        admin.post(f"/console/staff/{id_of(app, 'Hoa')}", data=sent)
    with app.extensions["database"].transaction(write=False) as db:
        assert [(one.role, one.ended_at) for one in staff.everybody(db)] == [("administrator", None)]


def test_two_administrators_who_end_each_other_leave_one(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    other = as_role("administrator", "Bình")
    for visitor, name in ((admin, "Bình"), (other, "Hoa")):
        visitor.visit(f"/console/staff/{id_of(app, name)}")
    admin.submit(form="/console/staff/", act="end", reason=WHY)
    late = other.post(f"/console/staff/{id_of(app, 'Hoa')}", data=form_of(other))
    assert late.location == "/console/sign-in?lost=1"
    with app.extensions["database"].transaction(write=False) as db:
        assert [one.name for one in staff.everybody(db) if one.ended_at is None] == ["Hoa"]


def form_of(visitor: Visitor) -> dict[str, Any]:
    """What the page where somebody is would send to end a member."""
    token = next(one.get("value") for one in visitor.page.all("input") if one.get("name") == "csrf_token")
    return {"csrf_token": token, "act": "end", "reason": WHY}


def test_P31_a_new_link_for_somebody_needs_a_second_administrator(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor], clock: MovableClock
) -> None:
    lost, other = as_role("supervisor", "Lan"), as_role("administrator", "Bình")
    change(admin, app, "Lan", "link", "lost her telephone")
    admin.visit("/console/approvals")
    assert not [form for form in admin.page.all("form") if "approve" in form.get("action")], "not one's own"
    other.visit("/console/approvals")
    assert "lost her telephone" in other.page.text
    other.submit(form="/approve")
    assert lost.get("/console/").status_code == 200, "nothing has happened to her yet"
    admin.visit(f"/console/staff/{id_of(app, 'Lan')}")
    admin.submit(form="/link")
    code = link_shown(admin)
    assert lost.get("/console/").location == "/console/sign-in", "what she had works no more"
    with app.extensions["database"].transaction() as db:
        assert staff_keys.use_link(db, clock.now(), code)
    admin.visit(f"/console/staff/{id_of(app, 'Lan')}")
    assert "/link" not in [form.get("action")[-5:] for form in admin.page.all("form")], "done once"
    assert [kind for kind, _reason in kinds(app)][-3:] == [
        "approval-requested",
        "approval-given",
        "staff-link-made",
    ]


def test_P31_whoever_may_approve_is_let_in_by_two(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor], clock: MovableClock
) -> None:
    other = as_role("administrator", "Bình")
    admin.visit("/console/staff/add")
    admin.submit(form="/add", name="An", role="supervisor", reason=WHY)
    assert not admin.page.having("data-staff-link"), "one administrator alone makes no second person"
    assert admin.post(f"/console/staff/{id_of(app, 'An')}/link", data=form_of(admin)).status_code == 303
    other.visit("/console/approvals")
    assert "An" in other.page.text
    assert "giám sát viên" in other.page.text, "what the newcomer may do"
    other.submit(form="/approve")
    admin.visit(f"/console/staff/{id_of(app, 'An')}")
    admin.submit(form="/link")
    with app.extensions["database"].transaction() as db:
        assert staff_keys.use_link(db, clock.now(), link_shown(admin))
    assert [kind for kind, _reason in kinds(app)][-4:] == [
        "approval-requested",
        "staff-added",
        "approval-given",
        "staff-link-made",
    ]


def test_P31_a_role_that_may_approve_is_given_by_two(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    lan, other = as_role("helper", "Lan"), as_role("administrator", "Bình")
    for _ in range(2):
        change(admin, app, "Lan", "role-supervisor", "leads the desk")
    assert "Đã có đề nghị này" in admin.page.errors[0]
    assert lan.get("/console/figures").status_code == 403, "nothing has happened yet"
    admin.visit("/console/approvals")
    assert not [form for form in admin.page.all("form") if "approve" in form.get("action")], "not one's own"
    other.visit("/console/approvals")
    assert "Vai trò mới" in other.page.text
    other.submit(form="/approve")
    assert lan.get("/console/figures").status_code == 200
    assert ("staff-role-changed", "leads the desk") in kinds(app)[-2:]
    change(admin, app, "Lan", "role-helper")
    assert lan.get("/console/figures").status_code == 403, "a right is taken away by one"


@ONE
def test_P31_a_role_is_not_given_to_whoever_left_meanwhile(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    as_role("helper", "Lan")
    other = as_role("administrator", "Bình")
    change(admin, app, "Lan", "role-administrator")
    other.visit("/console/approvals")
    change(admin, app, "Lan", "end")
    other.submit(form="/approve")
    assert "Không thực hiện được nữa" in other.page.text
    assert "Không có việc nào đang chờ." in other.page.text
    with app.extensions["database"].transaction(write=False) as db:
        assert [one.role for one in staff.everybody(db) if one.name == "Lan"] == ["helper"]


@ONE
def test_a_lone_administrator_is_led_to_the_command_line(
    app: Flask, admin: Visitor, as_role: Callable[..., Visitor]
) -> None:
    as_role("helper", "Lan")
    admin.visit("/console/staff/add")
    admin.submit(form="/add", name="An", role="administrator", reason=WHY)
    assert "onboarding staff add" in admin.page.errors[0]
    for act in ("role-administrator", "link"):
        change(admin, app, "Lan", act)
        assert "onboarding staff add" in admin.page.errors[0]
    with app.extensions["database"].transaction(write=False) as db:
        assert [one.role for one in staff.everybody(db)] == ["administrator", "helper"]
    assert {kind for kind, _reason in kinds(app)} == {"staff-signed-in"}


def test_whoever_was_ended_has_no_link_either(app: Flask, clock: MovableClock) -> None:
    with app.extensions["database"].transaction() as db:
        member: Staff = staff.add(db, clock.now(), "An", "helper")
        code = staff_keys.make_link(db, clock.now(), member)
        staff.end(db, clock.now(), member)
        assert staff_keys.find_link(db, clock.now(), code) is None
        assert staff_keys.use_link(db, clock.now(), code) is None
