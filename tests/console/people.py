"""What staff do at the console, and the citizens whom it is about."""

from uuid import UUID

from sqlalchemy import select

from onboarding.accounts import people
from onboarding.accounts.audit import Entry
from onboarding.accounts.journeys import Journey
from onboarding.db import Database
from tests.journey.people import NUMBER
from tests.machine.html import Page
from tests.machine.visitor import Visitor

ENGLISH = "?lang=en"


def account_id(database: Database, number: str = NUMBER) -> UUID:
    with database.transaction(write=False) as db:
        account = people.find_by_number(db, number)
        assert account is not None
        return account.id


def journey_id(database: Database, support_code: str) -> UUID:
    with database.transaction(write=False) as db:
        found = db.scalar(select(Journey.id).where(Journey.support_code == support_code))
        assert found is not None
        return found


def search(staff: Visitor, text: str) -> Page:
    """Look for what somebody reads out."""
    staff.visit(f"/console/find{ENGLISH}")
    return staff.submit(form="/console/find", text=text)


def address(kind: str, subject_id: UUID, act: str = "") -> str:
    return f"/console/{kind}/{subject_id}{'/' if act else ''}{act}"


def open_page(staff: Visitor, kind: str, subject_id: UUID) -> Page:
    """Open a person's page, giving a reason where none is given yet."""
    page = staff.visit(address(kind, subject_id) + ENGLISH)
    if page.heading != "Why do you open this page?":
        return page
    return staff.submit(form="/open", why="telephone", reason="does not get the code")


def token(staff: Visitor) -> str:
    """The token that the page's forms carry."""
    return next(e.get("value") for e in staff.page.all("input") if e.get("name") == "csrf_token")


def trail(database: Database) -> list[tuple[str, str]]:
    """The audit trail: what, and why."""
    with database.transaction(write=False) as db:
        rows = db.scalars(select(Entry).where(Entry.kind.not_like("staff-%")).order_by(Entry.number))
        return [(row.kind, row.reason) for row in rows]
