"""Auditors read the trail, newest rows first, and find what they look for."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from onboarding.accounts import audit, staff
from onboarding.accounts.audit import KINDS
from onboarding.console.trail import KIND_NAMES, PAGE
from tests.clock import MovableClock
from tests.machine.visitor import Visitor

ABOUT = UUID(int=1)


@pytest.fixture
def auditor(app: Flask, as_role: Callable[..., Visitor], clock: MovableClock) -> Visitor:
    """An auditor, before whom a helper did sixty things, the last one two days later."""
    auditor, _helper = as_role("auditor", "Mai"), as_role("helper", "Lan")
    with app.extensions["database"].transaction() as db:
        lan = staff.by_name(db, "Lan")
        for n in range(59):
            audit.record(db, clock.now(), lan, "staff-signed-out", f"reason {n}", account=uuid4())
    clock.advance(days=2)
    with app.extensions["database"].transaction() as db:
        audit.record(db, clock.now(), staff.by_name(db, "Lan"), "staff-signed-out", "the last one", account=ABOUT)
    clock.advance(days=-2)
    return auditor


def numbers(visitor: Visitor, query: str) -> list[int]:
    """The numbers of the rows on a page."""
    visitor.visit(f"/console/trail{query}")
    return [int(cell.text) for cell in visitor.page.all("td") if cell.text.isdigit()]


def test_the_newest_rows_come_first_and_a_link_leads_to_the_older_ones(auditor: Visitor) -> None:
    first = numbers(auditor, "")
    assert first == list(range(62, 62 - PAGE, -1))
    older = next(one.get("href") for one in auditor.page.all("a") if "before=" in one.get("href"))
    assert numbers(auditor, older.removeprefix("/console/trail")) == list(range(12, 0, -1))


def test_rows_are_found_by_person_kind_day_and_account(app: Flask, auditor: Visitor) -> None:
    with app.extensions["database"].transaction(write=False) as db:
        lan, mai = staff.by_name(db, "Lan"), staff.by_name(db, "Mai")
    assert lan is not None
    assert mai is not None
    assert numbers(auditor, f"?member={mai.id}") == [1]
    assert numbers(auditor, f"?member={lan.id}&kind=staff-signed-in") == [2]
    assert numbers(auditor, "?day=25/11/2026") == [62]
    assert numbers(auditor, "?day=24/11/2026") == []
    assert numbers(auditor, f"?account={ABOUT}") == [62]
    assert "the last one" in auditor.page.text


@pytest.mark.parametrize("odd", ["member=x", "account=%27--", "day=2026-11-23", "before=-", "kind=%25"])
def test_B15_what_cannot_be_read_finds_nothing_more(auditor: Visitor, odd: str) -> None:
    assert set(numbers(auditor, f"?{odd}")) <= set(range(13, 63))


def test_every_kind_of_row_has_a_name_in_the_language_of_the_page() -> None:
    assert KIND_NAMES.keys() == KINDS.keys()
