"""The ways through the wizard that attackers and honest people walk in these tests, and what they leave behind."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, Table, func, select
from werkzeug.test import TestResponse

from onboarding.accounts.events import Event
from onboarding.db import Base, Database
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor, filled_in

Seen = Callable[[TestResponse], Any]


@dataclass(frozen=True)
class Person:
    """A citizen with what they type."""

    name: str
    number: str
    national_id: str
    born: tuple[str, str, str]

    @property
    def e164(self) -> str:
        """The number as messages go to it."""
        return "+84" + self.number.replace(" ", "").removeprefix("0")


HOA = Person("Đặng Thị Xuân Hoà", "0907 654 321", "093190004567", ("27", "3", "1990"))
BINH = Person("Trần Văn Bình", "0912 345 678", "093090001234", ("5", "11", "1990"))


def fields_of(client: Visitor) -> dict[str, str]:
    """The hidden and filled-in fields of the form on the page where the visitor is."""
    posts = [form for form in client.page.all("form") if form.get("method") == "post"]
    return filled_in(client.page, posts[0])


def open_way(client: Visitor, answer: str) -> None:
    """Answer the first question."""
    client.visit("/onboarding/account")
    client.submit(answer=answer)


def ask_code(client: Visitor, number: str, way: str = "phone") -> None:
    """Go to the page of the code for a number."""
    open_way(client, way)
    client.submit(number=number)


def enter_code(client: Visitor, code: str) -> None:
    """Enter a code on its page."""
    client.submit(code=code)


def sign_in(client: Visitor, inbox: Inbox, person: Person) -> None:
    """Sign in by phone."""
    ask_code(client, person.number)
    enter_code(client, inbox.code(person.e164))


def register(client: Visitor, inbox: Inbox, person: Person, seen: Seen | None = None) -> None:
    """Make an account, from the first question to the confirmation; `seen` gets every answer of the last form."""
    up_to_check(client, inbox, person)
    answer = client.post(client.path, data=fields_of(client))
    if seen is not None:
        seen(answer)
    client.visit(answer.headers["Location"])
    assert client.path == "/onboarding/registered", client.page.text


def up_to_check(client: Visitor, inbox: Inbox, person: Person) -> None:
    """Register up to the page where everything is checked."""
    ask_code(client, person.number, "register")
    enter_code(client, inbox.code(person.e164))
    client.submit(kind="citizen")
    day, month, year = person.born
    client.submit(
        name=person.name, birth_day=day, birth_month=month, birth_year=year, national_id=person.national_id
    )
    client.submit(consent="y")
    assert client.path == "/onboarding/check-answers", client.page.text


def rows(database: Database, *, without: tuple[str, ...] = ()) -> dict[str, tuple[int, str]]:
    """Number and digest of the rows of each table: two that are equal say that nothing has changed."""
    tables = {table.name: table for table in metadata().sorted_tables if table.name not in without}
    with database.transaction(write=False) as db:
        return {name: digest(sorted(map(repr, db.execute(select(table))))) for name, table in tables.items()}


def metadata() -> MetaData:
    """All tables."""
    return Base.metadata


def digest(lines: list[str]) -> tuple[int, str]:
    """How many, and a hash of all."""
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def count(database: Database, table: str) -> int:
    """How many rows a table has."""
    found: Table = metadata().tables[table]
    with database.transaction(write=False) as db:
        return db.scalar(select(func.count()).select_from(found)) or 0


def events(database: Database, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and facts of the events so far, in their order; of these kinds only, if any are named."""
    with database.transaction(write=False) as db:
        found = db.scalars(select(Event).order_by(Event.at)).all()
        return [(event.kind, event.facts) for event in found if not kinds or event.kind in kinds]


def refusals(database: Database) -> list[str]:
    """The reasons of the requests that were refused."""
    return [facts["reason"] for _kind, facts in events(database, "request-refused")]
