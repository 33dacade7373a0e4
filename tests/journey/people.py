"""People who walk the wizard, each from an address of their own; pages are in English for the reader's sake."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding.accounts.people import Account
from onboarding.db import Database
from tests.machine.html import Page
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor, filled_in

NUMBER = "+84901234567"
OTHER = "+84912345678"
MAN_OF_1965 = {
    "name": "Nguyễn Văn Ba",
    "birth_day": "27",
    "birth_month": "3",
    "birth_year": "1965",
    "national_id": "093065001234",
}
COOPERATIVE = {
    "name": "Hợp tác xã Vị Thanh",
    "tax_code": "0100109106",
    "representative": "Lê Thị Tư",
    "national_id": "093190004321",
}
ADDRESSES = (f"10.{n // 62500}.{n // 250 % 250}.{n % 250 + 1}" for n in count())


class Person:
    """Somebody with a browser and a telephone."""

    def __init__(self, client: Visitor, inbox: Inbox, number: str = NUMBER) -> None:
        self.client, self.inbox, self.number = client, inbox, number
        client.environ_base["REMOTE_ADDR"] = next(ADDRESSES)
        client.visit("/onboarding/account?lang=en")

    @property
    def page(self) -> Page:
        """The page in front of this person."""
        return self.client.page

    @property
    def place(self) -> str:
        """The step where this person is."""
        return self.client.path.rpartition("/")[2]

    def visit(self, step: str) -> Page:
        """Open a step's page, or whatever it leads to."""
        return self.client.visit(f"/onboarding/{step}")

    def submit(self, **answers: str) -> Page:
        """Fill in the page and press the button."""
        return self.client.submit(**answers)

    def choose(self, answer: str) -> Page:
        """Answer the first question."""
        self.visit("account")
        return self.submit(answer=answer)

    def ask_code(self, answer: str) -> Page:
        """Up to the page that asks for the code."""
        self.choose(answer)
        return self.submit(number=self.number)

    def enter_code(self) -> Page:
        """Enter the code from the newest message."""
        return self.submit(code=self.code())

    def code(self) -> str:
        """The code in the newest message."""
        return self.inbox.code(self.number)

    def prove(self, answer: str) -> Page:
        """Up to the page after the code."""
        self.ask_code(answer)
        return self.enter_code()

    def reach_check(self, kind: str = "citizen", **changes: str) -> Page:
        """Up to the page with all answers."""
        self.prove("register")
        self.submit(kind=kind)
        self.submit(**{**(MAN_OF_1965 if kind == "citizen" else COOPERATIVE), **changes})
        return self.submit(consent="y")

    def register(self, kind: str = "citizen", **changes: str) -> Page:
        """Make an account."""
        self.reach_check(kind, **changes)
        return self.submit()

    def sign_in(self) -> Page:
        """Sign in by phone."""
        return self.prove("phone")

    def fields(self) -> dict[str, str]:
        """What the page's form would send now."""
        return filled_in(self.page, next(f for f in self.page.all("form") if f.get("method").lower() == "post"))

    def send(self, step: str, fields: dict[str, str], client: FlaskClient | None = None) -> Any:
        """Send a form as it is, without looking at the page; the answer as it came."""
        return (client or self.client).post(f"/onboarding/{step}", data=fields)


def rows(database: Database, table: Any) -> int:
    """How many rows a table has."""
    with database.transaction(write=False) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def accounts(database: Database) -> list[dict[str, object]]:
    """All accounts, oldest first."""
    with database.transaction(write=False) as db:
        found = db.scalars(select(Account).order_by(Account.registered_at, Account.identity.desc()))
        shown = ("kind", "name", "birth_date", "national_id", "tax_code", "representative", "identity", "state")
        return [
            {name: getattr(one, name) for name in shown} | {"numbers": [phone.number for phone in one.numbers]}
            for one in found
        ]


def alike(html: str) -> str:
    """A page without what differs between any two visits."""
    html = re.sub(r'value="[^"]{20,}"|HG-\w{4}-\w{4}|/sessions/[^/]+/', "ITS OWN", html)
    return re.sub(r"••••\s•••\s\d{3}|\d{4} \d{3} \d{3}|data-seconds>\d+", "NUMBER", html)


NewPerson = Callable[..., Person]
