"""A23, R16, R47: after all ways were walked with names and numbers that stand out, nobody finds them anywhere."""

import base64
import json
import logging
import re
import sqlite3
import time
import unicodedata
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding.db import Database
from tests.attacks.wizard import Person, ask_code, count, enter_code, events, open_way, register, sign_in
from tests.clock import MovableClock
from tests.machine.html import Page
from tests.machine.inbox import Inbox
from tests.machine.server import Server
from tests.machine.visitor import Visitor, filled_in
from tests.sms.test_at_rest import dump, files, holds

THUY = Person("Nguyễn Thị Thúy Kiều", "0907 135 791", "093188246801", ("29", "2", "1988"))
LUC = Person("Lục Vân Tiên", "0913 579 246", "093088135790", ("17", "8", "1988"))
COMPANY = ("Hợp tác xã Sông Hậu Xanh", "0100109106", "Kiều Nguyệt Nga")
CALLED = ("Bùi Kiệm Hồng", "0968 246 813")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Walker(Visitor):
    """A visitor who keeps every answer."""

    answers: list[TestResponse]

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        self.__dict__.setdefault("answers", []).append(response)
        return response


@pytest.fixture
def walkers(app: Flask) -> list[Walker]:
    """Five browsers."""
    app.test_client_class = Walker
    return [app.test_client() for _ in range(5)]  # type: ignore[misc]


def walk(walkers: list[Walker], inbox: Inbox, clock: MovableClock) -> list[str]:
    """Each way to its end, with wrong entries on it; returns the codes."""
    register(walkers[0], inbox, THUY)
    ask_code(walkers[1], THUY.number)
    enter_code(walkers[1], "000000")
    enter_code(walkers[1], inbox.code(THUY.e164))
    walkers[1].visit("/account")
    walkers[1].get("/account/data")
    clock.advance(minutes=2)
    organisation(walkers[2], inbox)
    clock.advance(minutes=2)
    called_back(walkers[3])
    resumed(walkers[3], walkers[4], inbox)
    numbers = (THUY.e164, LUC.e164)
    found = [message["code"] for number in numbers for message in inbox.messages(number) if message["code"]]
    assert len(found) >= 5
    return found


def organisation(walker: Walker, inbox: Inbox) -> None:
    """Register an organisation as far as the check, go back and on."""
    ask_code(walker, LUC.number, "register")
    enter_code(walker, inbox.code(LUC.e164))
    walker.submit(kind="organisation")
    name, tax_code, representative = COMPANY
    walker.submit(name=name, tax_code=tax_code, representative=representative, national_id=LUC.national_id)
    walker.submit(consent="y")
    walker.submit()
    assert walker.path == "/onboarding/registered", walker.page.text


def called_back(walker: Walker) -> None:
    """Ask for a call."""
    open_way(walker, "guided-help")
    walker.submit(at_hand="with-nothing")
    walker.submit()
    name, number = CALLED
    walker.submit(name=name, number=number, best_time="any")
    assert walker.path == "/onboarding/call-back-requested", walker.page.text


def resumed(one: Walker, other: Walker, inbox: Inbox) -> None:
    """Begin in one browser and ask to go on in another."""
    sign_in(one, inbox, LUC)
    other.visit("/onboarding/resume")
    other.submit(support_code="HG-7K3M-92QX", number=THUY.number)
    enter_code(other, inbox.code(THUY.e164))


PERSONAL = [
    *(
        text
        for person in (THUY, LUC)
        for text in (person.name, person.e164[3:], person.number, person.national_id)
    ),
    "1988-02-29",
    *COMPANY,
    CALLED[0],
    CALLED[1].replace(" ", "")[1:],
]


def disguises(text: str) -> Iterator[str]:
    """A text as a dump may hold it."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("đ", "d")
    for form in {
        text,
        unicodedata.normalize("NFD", text),
        bare,
        bare.lower(),
        bare.upper(),
        text.replace(" ", ""),
    }:
        yield form
        yield form[::-1]
        yield form.encode().hex()
        for start in range(3):  # wherever it begins among the three bytes of a group
            whole = base64.b64encode(b"\0" * start + form.encode()).decode().rstrip("=")
            yield whole[4 if start else 0 : -2]
        yield json.dumps(form)[1:-1]


def found_in(text: str, secrets: list[str]) -> list[str]:
    """Which of these texts stand in another in any disguise."""
    return [secret for secret in secrets if any(form in text for form in disguises(secret))]


def test_the_search_finds_what_it_is_there_to_find() -> None:
    for secret in PERSONAL:
        for form in (secret, secret[::-1], base64.b64encode(b"x" + secret.encode() + b"yy").decode()):
            assert found_in(f"... {form} ...", [secret]) == [secret]


def test_R47_no_dump_and_no_file_of_the_database_holds_anything_personal(
    walkers: list[Walker], inbox: Inbox, clock: MovableClock, database: Database
) -> None:
    codes = walk(walkers, inbox, clock)
    assert count(database, "accounts") == 2
    assert count(database, "call_backs") == 1
    rows = dump(database)
    assert "call-back-requested" in rows, "the dump is one"
    assert found_in(rows, PERSONAL) == []
    folder = files(database)
    assert holds(folder, ["call-back-requested"])
    assert not holds(folder, [form for secret in PERSONAL for form in disguises(secret)])
    assert [code for code in codes if re.search(rf"(?<![0-9a-f.-]){code}(?![0-9a-f])", rows)] == []


def test_A23_R16_no_code_and_nothing_personal_in_addresses_logs_cookies_titles_and_events(
    walkers: list[Walker], inbox: Inbox, clock: MovableClock, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    codes = walk(walkers, inbox, clock)
    answers = [answer for walker in walkers for answer in walker.answers]
    assert len(answers) > 60
    addresses = "\n".join(f"{answer.request.url} {answer.headers.get('Location')}" for answer in answers)
    titles = "\n".join(Page(answer.text).title for answer in answers if answer.mimetype == "text/html")
    cookies = "\n".join(line for answer in answers for line in answer.headers.getlist("Set-Cookie"))
    told = "\n".join(str(event) for event in events(database))
    for place in (addresses, titles, caplog.text, cookies, told):
        assert found_in(place, [*PERSONAL, *codes]) == []
    assert "phone-code" in addresses
    sources = [answer.text for answer in answers if answer.mimetype == "text/html"]
    assert [code for code in codes for source in sources if re.search(rf"(?<!\w){code}(?!\w)", source)] == []


def test_R02_every_cookie_is_one_opaque_token(walkers: list[Walker], inbox: Inbox, clock: MovableClock) -> None:
    walk(walkers, inbox, clock)
    lines = [
        line for walker in walkers for answer in walker.answers for line in answer.headers.getlist("Set-Cookie")
    ]
    assert {line.partition("=")[0] for line in lines} == {"session", "browser"}
    values = [line.partition("=")[2].partition(";")[0] for line in lines]
    assert [value for value in values if not TOKEN.fullmatch(value)] == []


def test_R09_a_sent_message_is_gone_from_the_outbox(
    walkers: list[Walker], inbox: Inbox, clock: MovableClock, database: Database
) -> None:
    walk(walkers, inbox, clock)
    with database.engine.connect() as connection:
        query = "SELECT state, to_sealed, text_sealed, wrapped_key FROM messages WHERE state <> 'waiting'"
        sent = connection.exec_driver_sql(query).all()
    assert len(sent) > 5
    assert {tuple(row) for row in sent} == {("sent", None, None, None)}


class Reader:
    """Somebody with a plain HTTP client at the real server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.page = Page("")

    def open(self, path: str, form: dict[str, str] | None = None) -> str:
        """Open a page, or send its form with these answers."""
        data = None
        if form is not None:
            chosen = next(f for f in self.page.all("form") if f.get("method") == "post")
            path, data = chosen.get("action"), urlencode(filled_in(self.page, chosen) | form).encode()
        with self.opener.open(self.server.url + path, data, timeout=20) as answer:
            text: str = answer.read().decode()
        self.page = Page(text) if text.startswith("<!") else self.page
        return text


def test_A23_the_real_servers_log_and_database_hold_nothing_either(server: Server) -> None:
    somebody = Reader(server)
    somebody.open("/onboarding/account")
    somebody.open("", {"answer": "register"})
    somebody.open("", {"number": THUY.number})
    to = THUY.e164.replace("+", "%2B")
    codes: list[str] = []
    until = time.monotonic() + 20
    while not codes and time.monotonic() < until:
        codes = [message["code"] for message in json.loads(somebody.open(f"/sandbox/messages.json?to={to}"))]
    somebody.open("", {"code": codes[0]})
    somebody.open("", {"kind": "citizen"})
    day, month, year = THUY.born
    born = {"birth_day": day, "birth_month": month, "birth_year": year}
    page = somebody.open("", {"name": THUY.name, "national_id": THUY.national_id, **born})
    assert "consent" in page
    assert found_in(server.log.read_text(), [*PERSONAL, *codes]) == []
    written = "".join(path.read_bytes().decode("latin-1") for path in server.folder.glob("onboarding.db*"))
    assert "register-code" in written
    forms = [form.encode().decode("latin-1") for secret in PERSONAL for form in disguises(secret)]
    assert [form for form in forms if form in written] == []
    with closing(sqlite3.connect(server.folder / "onboarding.db")) as connection:
        assert found_in("\n".join(connection.iterdump()), PERSONAL) == []
